#include "agent/keepalived_process.h"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <memory>

#include "agent/atomic_file.h"
#include "agent/clock.h"
#include "agent/keepalived_conf.h"
#include "agent/process.h"

namespace ha {
namespace {

std::optional<pid_t> parse_pid(std::string_view name) {
  pid_t pid = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size()) return std::nullopt;
  return pid;
}

/// The daemon and its children have the same name unless its configuration gives them others.
bool is_keepalived(pid_t pid) {
  const auto name = read_file(fmt::format("/proc/{}/comm", pid));
  return name && name->starts_with("keepalived");
}

std::optional<pid_t> parent_of(pid_t pid) {
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return std::nullopt;
  // "PID (NAME) STATE PARENT …"
  const auto at = stat->rfind(')');
  if (at == std::string::npos || at + 4 >= stat->size()) return std::nullopt;
  const auto end = stat->find(' ', at + 4);
  return parse_pid(std::string_view(*stat).substr(at + 4, end - at - 4));
}

/// True also where it cannot be seen.
bool in_our_network(pid_t pid) {
  const auto link = [](const std::string& path) {
    std::string target(64, '\0');
    const auto size = ::readlink(path.c_str(), target.data(), target.size());
    target.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return target;
  };
  const std::string its = link(fmt::format("/proc/{}/ns/net", pid));
  return its.empty() || its == link("/proc/self/ns/net");
}

std::vector<std::string> command_line(pid_t pid) {
  std::vector<std::string> words;
  const auto text = read_file(fmt::format("/proc/{}/cmdline", pid));
  if (!text) return words;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\0', at), text->size());
    words.push_back(text->substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

void read_keepalived_words(const std::vector<std::string>& words, KeepalivedProcess& process) {
  const auto take = [&](std::size_t& i, std::string_view brief, std::string_view whole,
                        std::string& into) {
    const std::string& word = words[i];
    if (word == brief || word == whole) {
      if (i + 1 < words.size()) into = words[++i];
    } else if (word.starts_with(std::string(whole) + "=")) {
      into = word.substr(whole.size() + 1);
    } else if (word.starts_with(brief) && !word.starts_with("--")) {
      into = word.substr(brief.size());
    } else {
      return false;
    }
    return true;
  };
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!take(i, "-f", "--use-file", process.conf)) {
      take(i, "-i", "--config-id", process.config_id);
    }
  }
}

std::optional<KeepalivedProcess> find_keepalived() {
  const std::unique_ptr<DIR, decltype([](DIR* d) { ::closedir(d); })> listing(::opendir("/proc"));
  if (!listing) return std::nullopt;
  // The stream is ours alone, so readdir() is safe.
  while (const dirent* entry = ::readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
    const auto pid = parse_pid(entry->d_name);
    if (!pid || !is_keepalived(*pid) || !in_our_network(*pid)) continue;
    const auto parent = parent_of(*pid);
    const auto ticks = start_ticks(*pid);
    if (!parent || !ticks || is_keepalived(*parent)) continue;
    KeepalivedProcess found;
    found.pid = *pid;
    found.after_boot = Millis{*ticks * 1000 / ::sysconf(_SC_CLK_TCK)};
    found.started_ms = wall_ms() - (boottime_ms() - found.after_boot.count());
    found.config_id = default_config_id();
    read_keepalived_words(command_line(*pid), found);
    return found;
  }
  return std::nullopt;
}

}  // namespace ha
