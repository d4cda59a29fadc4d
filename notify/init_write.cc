#include "notify/init_write.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

#include "agent/atomic_file.h"
#include "agent/deadline.h"
#include "agent/subprocess.h"
#include "agent/system_error.h"
#include "notify/columns.h"

namespace ha {
namespace {

constexpr Millis kDiffPatience{10'000};

/// The difference that replacing would make, as diff -u says it. The new content lies beside the
/// old one for this moment.
Status show_diff(const InitTarget& target) {
  const std::string beside = target.path + ".init-new";
  if (auto written = write_file(beside, target.content, Durability::relaxed, 0600); !written)
    return written;
  const auto ran = run_program({"/usr/bin/diff", "-u", "--label", target.path, "--label",
                                target.path + " (new)", target.path, beside},
                               Deadline::in(kDiffPatience));
  static_cast<void>(remove_file(beside));
  if (!ran) return tl::unexpected(ran.error());
  if (ran->exit_code > 1) return fail(fmt::format("cannot compare {}: {}", target.path, ran->err));
  fmt::print("{}", ran->out);
  return {};
}

Status keep_old(const std::string& path, const std::string& old, mode_t mode, Lang lang) {
  const std::time_t now = std::time(nullptr);
  const std::string kept =
      fmt::format("{}.before-init-{:%Y%m%dT%H%M%S}", path, fmt::localtime(now));
  if (auto written = write_file(kept, old, Durability::durable, mode); !written) return written;
  fmt::print("{}", put_line(lang, Text::init_put_kept, kept));
  return {};
}

Status write_target(const InitTarget& target, mode_t mode) {
  if (auto written = write_file(target.path, target.content, Durability::durable, mode); !written)
    return written;
  if (target.group && ::chown(target.path.c_str(), static_cast<uid_t>(-1), *target.group) != 0) {
    return fail_errno("cannot give to its group", target.path);
  }
  return {};
}

}  // namespace

bool is_secret_file(const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  const auto ends = [&](std::string_view end) {
    return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
  };
  return ends(".password") || ends(".sql") || ends(".commands");
}

std::string put_line(Lang lang, Text word, const std::string& path) {
  return pad(say(lang, word), 10) + " " + path + "\n";
}

Result<InitPut> put_file(const InitTarget& target, const InitAgree& agree, Lang lang) {
  const std::string parent = target.path.substr(0, target.path.rfind('/'));
  if (!parent.empty() && parent != target.path) {
    if (auto made = make_dir(parent, 0755); !made) return tl::unexpected(made.error());
  }
  const auto old = read_file(target.path);
  if (!old && old.error().code != ENOENT) return tl::unexpected(old.error());
  if (!old) {
    if (auto written = write_target(target, target.mode); !written)
      return tl::unexpected(written.error());
    return InitPut::made;
  }
  if (*old == target.content) return InitPut::same;
  if (!target.sample.empty() && *old == target.sample) {
    if (auto written = write_target(target, target.mode); !written) {
      return tl::unexpected(written.error());
    }
    return InitPut::replaced;
  }
  if (target.secret) {
    fmt::print("{}\n", say(lang, Text::init_secret_differs, fmt::arg("path", target.path)));
  } else if (auto shown = show_diff(target); !shown) {
    return tl::unexpected(shown.error());
  }
  const auto agreed = agree({Text::init_ask_replace, {{"path", target.path}}});
  if (!agreed) {
    return fail(
        fmt::format("{} differs, and nobody said whether to replace it (--yes does)", target.path),
        ErrorKind::config);
  }
  if (!*agreed) return InitPut::left;
  struct stat st {};
  const mode_t mode = ::stat(target.path.c_str(), &st) == 0 ? st.st_mode & 07777U : target.mode;
  if (target.keep) {
    if (auto kept = keep_old(target.path, *old, mode, lang); !kept)
      return tl::unexpected(kept.error());
  }
  if (auto written = write_target(target, mode); !written) return tl::unexpected(written.error());
  return InitPut::replaced;
}

}  // namespace ha
