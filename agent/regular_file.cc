#include "agent/regular_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "agent/fd.h"
#include "agent/text.h"

namespace ha {
namespace {

tl::unexpected<Error> unreadable(const std::string& path) {
  const int saved = errno;
  return fail(fmt::format("expected a readable file, got {}: {}", in_quotes(path),
                          std::generic_category().message(saved)),
              ErrorKind::config, saved);
}

tl::unexpected<Error> not_regular(const std::string& path, mode_t mode) {
  const char* what = S_ISDIR(mode) ? "a directory" : "something that is no file";
  return fail(fmt::format("expected a file, got {}: it is {}", in_quotes(path), what),
              ErrorKind::config, S_ISDIR(mode) ? EISDIR : EINVAL);
}

/// Looks before it opens: opening alone can have an effect (a watchdog, a tape).
Result<Fd> open_regular(const std::string& path, struct stat& st) {
  if (::stat(path.c_str(), &st) != 0) return unreadable(path);
  if (!S_ISREG(st.st_mode)) return not_regular(path, st.st_mode);
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd || ::fstat(fd.get(), &st) != 0) return unreadable(path);
  if (!S_ISREG(st.st_mode)) return not_regular(path, st.st_mode);
  return fd;
}

}  // namespace

Result<FileText> read_regular_file(const std::string& path, std::size_t limit) {
  struct stat st {};
  auto fd = open_regular(path, st);
  if (!fd) return tl::unexpected<Error>(std::move(fd.error()));
  FileText file;
  file.mode = st.st_mode & 07777U;
  // Nothing to read; and what procfs says is empty (kmsg) may well not be, and reading it a deed.
  if (st.st_size == 0) return file;
  char buffer[1U << 14U];
  for (;;) {
    const ssize_t n = ::read(fd->get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unreadable(path);
    if (n == 0) return file;
    file.text.append(buffer, static_cast<std::size_t>(n));
    if (file.text.size() > limit) {
      return fail(
          fmt::format("expected at most {} bytes, got {}: it is larger", limit, in_quotes(path)),
          ErrorKind::config, EFBIG);
    }
  }
}

Status check_regular_file(const std::string& path) {
  struct stat st {};
  auto fd = open_regular(path, st);
  if (!fd) return tl::unexpected<Error>(std::move(fd.error()));
  return {};
}

}  // namespace ha
