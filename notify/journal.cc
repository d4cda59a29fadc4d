// Appending takes no lock: one O_APPEND write is one line, whoever else writes. Only the rotation
// takes one, on the file that it renames, and looks whether that file is still the journal: two
// processes that find it too long at once must not rename the new, short one over the old.
#include "notify/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "agent/fd.h"
#include "agent/log.h"
#include "agent/system_error.h"
#include "notify/counters.h"
#include "notify/journal_files.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr off_t kRotateBeyond = off_t{4} << 20U;
constexpr std::size_t kReadLimit = std::size_t{64} << 20U;

ino_t inode_of(const std::string& path) {
  struct stat st {};
  return ::stat(path.c_str(), &st) == 0 ? st.st_ino : 0;
}

void rotate(const StateDir& dir, const Fd& file, ino_t inode) {
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;  // somebody else is at it
  if (inode_of(dir.journal()) != inode) return;             // or has just done it
  const auto replace = [&] {
    if (std::rename(dir.journal().c_str(), journal_before(dir).c_str()) != 0) {
      log::error(fail_errno("cannot rotate", dir.journal()).value().message);
    }
  };
  if (auto kept = keep_counters(dir, replace); !kept) log::error(kept.error().message);
}

/// Rotates when the file is too long. True when it ends in the middle of a line: a power cut or a
/// full disk tore the last one, and the next must not be glued to it.
bool settle(const StateDir& dir) {
  const Fd file(::open(dir.journal().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat st {};
  if (!file || ::fstat(file.get(), &st) != 0 || st.st_size == 0) return false;
  if (st.st_size > kRotateBeyond) {
    rotate(dir, file, st.st_ino);
    return false;
  }
  char last = '\n';
  return ::pread(file.get(), &last, 1, st.st_size - 1) == 1 && last != '\n';
}

Status read_lines(const std::string& path, std::vector<json>& lines) {
  const auto content = read_file(path, kReadLimit);
  if (!content) {
    if (content.error().code == ENOENT) return {};
    return tl::unexpected(content.error());
  }
  std::string_view rest = *content;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    json value = json::parse(line, nullptr, false);
    if (value.is_object()) lines.push_back(std::move(value));
  }
  return {};
}

}  // namespace

void journal(const StateDir& dir, const char* type, json fields, Durability durability) {
  if (!fields.is_object()) fields = json::object();
  fields["type"] = type;
  fields["at_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
  // What a server said need not be UTF-8; a replaced byte is better than a lost line.
  std::string line = fields.dump(-1, ' ', false, json::error_handler_t::replace);
  if (settle(dir)) line.insert(line.begin(), '\n');
  if (auto appended = append_line(dir.journal(), line, durability); !appended) {
    log::error(fmt::format("{}; the line was: {}", appended.error().message, line));
  }
}

Status read_unrotated(const StateDir& dir, const std::function<Status()>& read) {
  constexpr int kTries = 3;
  Status done;
  for (int i = 0; i < kTries; ++i) {
    const ino_t before = inode_of(dir.journal());
    done = read();
    if (!done || inode_of(dir.journal()) == before) break;
  }
  return done;
}

Result<std::vector<json>> read_journal(const StateDir& dir) {
  std::vector<json> lines;
  const auto read = read_unrotated(dir, [&]() -> Status {
    lines.clear();
    if (auto older = read_lines(journal_before(dir), lines); !older) return older;
    return read_lines(dir.journal(), lines);
  });
  if (!read) return tl::unexpected(read.error());
  return lines;
}

}  // namespace ha
