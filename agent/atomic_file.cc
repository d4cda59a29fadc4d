#include "agent/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "agent/fd.h"
#include "agent/system_error.h"

namespace ha {
namespace {

Status write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno("cannot write", path);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status sync_dir(const std::string& path) {
  const Fd dir(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir) return fail_errno("cannot open", path);
  if (::fsync(dir.get()) != 0) return fail_errno("cannot sync", path);
  return {};
}

Status fill(int fd, const std::string& path, std::string_view content, Durability durability,
            mode_t mode) {
  if (::fchmod(fd, mode) != 0) return fail_errno("cannot set the mode of", path);
  if (auto wrote = write_all(fd, content, path); !wrote) return wrote;
  if (::ftruncate(fd, static_cast<off_t>(content.size())) != 0) {
    return fail_errno("cannot set the size of", path);
  }
  if (durability == Durability::durable && ::fsync(fd) != 0) return fail_errno("cannot sync", path);
  return {};
}

std::string temporary_of(const std::string& path) {
  static std::atomic<unsigned> serial{0};
  return fmt::format("{}.{}.{}.tmp", path, ::getpid(), serial++);
}

// Fills `temporary`, opened with `flags`, and puts it in the place of `path`; gone when that fails.
Status replace(const std::string& path, const std::string& temporary, int flags,
               std::string_view content, Durability durability, mode_t mode) {
  {
    const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
    if (!fd) {
      auto error = fail_errno("cannot create", temporary);
      ::unlink(temporary.c_str());
      return error;
    }
    if (auto filled = fill(fd.get(), temporary, content, durability, mode); !filled) {
      ::unlink(temporary.c_str());
      return filled;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    auto error = fail_errno("cannot rename a temporary to", path);
    ::unlink(temporary.c_str());
    return error;
  }
  return durability == Durability::durable ? sync_dir(parent_of(path)) : Status{};
}

bool is_full(const Status& status) {
  return !status && (status.error().code == ENOSPC || status.error().code == EDQUOT);
}

}  // namespace

Status write_file(const std::string& path, std::string_view content, Durability durability,
                  mode_t mode) {
  return replace(path, temporary_of(path), O_CREAT | O_EXCL, content, durability, mode);
}

Status write_file_or_spare(const std::string& path, std::string_view content,
                           const std::string& spare, Durability durability, mode_t mode) {
  auto written = write_file(path, content, durability, mode);
  if (is_full(written) && content.size() <= kSpareBytes) {
    // Renamed first: nobody else can take it then.
    const std::string temporary = temporary_of(path);
    if (::rename(spare.c_str(), temporary.c_str()) == 0) {
      written = replace(path, temporary, 0, content, durability, mode);
    }
  }
  keep_spare(spare);
  return written;
}

void keep_spare(const std::string& spare) {
  struct stat st {};
  const bool whole = ::stat(spare.c_str(), &st) == 0 && st.st_size == kSpareBytes;
  if (whole) return;
  // Written, not only made longer: the blocks are to be there.
  const auto made = write_file(spare, std::string(kSpareBytes, ' '), Durability::relaxed);
  static_cast<void>(made);  // no room now; the next write tries again
}

Status append_line(const std::string& path, std::string_view line, Durability durability,
                   mode_t mode) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return fail_errno("cannot open", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return fail_errno("cannot stat", path);
  // Only the owner may set the mode; for anybody else the file has it already.
  if ((st.st_mode & 07777U) != mode && st.st_uid == ::geteuid() && ::fchmod(fd.get(), mode) != 0) {
    return fail_errno("cannot set the mode of", path);
  }
  std::string whole(line);
  whole += '\n';
  if (auto wrote = write_all(fd.get(), whole, path); !wrote) return wrote;
  if (durability == Durability::durable && ::fsync(fd.get()) != 0) {
    return fail_errno("cannot sync", path);
  }
  return {};
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return fail_errno("cannot open", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return fail_errno("cannot stat", path);
  if (S_ISDIR(st.st_mode)) {
    return fail(fmt::format("cannot read {}: it is a directory, expected a file", path),
                ErrorKind::other, EISDIR);
  }
  std::string content;
  char buffer[1U << 16U];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno("cannot read", path);
    if (n == 0) return content;
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > limit) {
      return fail(fmt::format("cannot read {}: it is larger than {} bytes", path, limit),
                  ErrorKind::other, EFBIG);
    }
  }
}

Status make_dir(const std::string& path, mode_t mode) {
  struct stat st {};
  if (::stat(path.c_str(), &st) == 0) {
    if (S_ISDIR(st.st_mode)) return {};
    return fail(fmt::format("cannot make {}: a file is in its place", path), ErrorKind::other,
                ENOTDIR);
  }
  const std::string parent = parent_of(path);
  if (parent != path && ::access(parent.c_str(), F_OK) != 0) {
    if (auto made = make_dir(parent, 0755); !made) return made;
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return fail_errno("cannot make", path);
  if (::chmod(path.c_str(), mode) != 0) return fail_errno("cannot set the mode of", path);
  return {};
}

Status move_file(const std::string& from, const std::string& to, Durability durability) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail_errno("cannot move", from);
  if (durability == Durability::relaxed) return {};
  if (auto synced = sync_dir(parent_of(to)); !synced) return synced;
  return sync_dir(parent_of(from));
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail_errno("cannot remove", path);
  return {};
}

}  // namespace ha
