#include "agent/file_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "agent/atomic_file.h"
#include "agent/fd.h"
#include "agent/system_error.h"

namespace ha {
namespace {

constexpr std::size_t kChunk = 8U << 20U;
// A full disk below state_dir would cost the journal.
constexpr std::uint64_t kLeaveFree = 256U << 20U;

Status pour(int from, int to, const std::string& path, const std::function<bool()>& go_on) {
  for (;;) {
    if (!go_on()) return fail(fmt::format("the copy to {} was ended before it was whole", path));
    const ssize_t n = ::sendfile(to, from, nullptr, kChunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno("cannot write", path);
    if (n == 0) return {};
  }
}

}  // namespace

Status copy_file(const std::string& from, const std::string& to, mode_t mode,
                 const std::function<bool()>& go_on) {
  const Fd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!source) return fail_errno("cannot open", from);
  struct stat st {};
  if (::fstat(source.get(), &st) != 0) return fail_errno("cannot stat", from);
  if (!S_ISREG(st.st_mode)) return fail(fmt::format("{} is no regular file", from));
  const std::string part = to + ".part";
  const Fd target(::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!target) return fail_errno("cannot create", part);
  if (::flock(target.get(), LOCK_EX | LOCK_NB) != 0) return fail_errno("cannot lock", part);
  if (::ftruncate(target.get(), 0) != 0) return fail_errno("cannot truncate", part);
  if (::fchmod(target.get(), mode) != 0) return fail_errno("cannot set the mode of", part);
  auto poured = pour(source.get(), target.get(), part, go_on);
  if (!poured) {
    ::unlink(part.c_str());
    return poured;
  }
  const timespec times[2] = {st.st_mtim, st.st_mtim};
  if (::futimens(target.get(), times) != 0) return fail_errno("cannot set the time of", part);
  if (::fsync(target.get()) != 0) return fail_errno("cannot sync", part);
  return move_file(part, to, Durability::durable);
}

bool is_copy_of(const std::string& from, const std::string& to) {
  struct stat a {};
  struct stat b {};
  if (::stat(from.c_str(), &a) != 0 || ::stat(to.c_str(), &b) != 0) return false;
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

std::string lacks_room(const std::string& folder, std::uint64_t bytes) {
  struct statvfs fs {};
  if (::statvfs(folder.c_str(), &fs) != 0) return fmt::format("{}: {}", folder, errno_text());
  const std::uint64_t free = std::uint64_t{fs.f_bavail} * fs.f_frsize;
  if (free >= bytes + kLeaveFree) return {};
  return fmt::format("{} MiB are free in {}, {} MiB are needed", free >> 20U, folder,
                     (bytes + kLeaveFree) >> 20U);
}

}  // namespace ha
