#include "agent/sample_log.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "agent/atomic_file.h"

namespace ha {
namespace {

constexpr std::size_t kMaxLine = std::size_t{64} << 10U;
/// Of one reading, in case somebody writes faster than a check can.
constexpr std::size_t kMaxAtOnce = std::size_t{6} << 20U;

std::string current_path(const StateDir& dir) {
  return dir.check() + "/samples.jsonl";
}
std::string previous_path(const StateDir& dir) {
  return dir.check() + "/samples.1.jsonl";
}

/// A regular file and nothing that could hang or lead elsewhere: others may write this folder.
Fd open_plain(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK));
  struct stat st {};
  if (!fd || ::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return {};
  return fd;
}

bool same_file(int fd, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(fd, &open) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

}  // namespace

Status append_sample(const StateDir& dir, const Sample& sample) {
  if (auto made = make_dir(dir.check(), kCheckDirMode); !made) return made;
  return append_line(current_path(dir), format_sample(sample), Durability::relaxed, kCheckFileMode);
}

Status rotate_samples(const StateDir& dir) {
  struct stat st {};
  if (::lstat(current_path(dir).c_str(), &st) != 0 || st.st_size <= kSampleLogMax) return {};
  return move_file(current_path(dir), previous_path(dir), Durability::relaxed);
}

bool SampleTail::open_current() {
  fd_ = open_plain(current_path(dir_));
  rest_.clear();
  return static_cast<bool>(fd_);
}

void SampleTail::take(std::vector<Sample>& samples) {
  std::array<char, 1U << 16U> buffer{};
  std::size_t taken = 0;
  while (taken < kMaxAtOnce) {
    const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    taken += static_cast<std::size_t>(got);
    std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      rest_ += text.substr(0, end);
      if (auto sample = parse_sample(rest_)) samples.push_back(std::move(*sample));
      rest_.clear();
      text.remove_prefix(end + 1);
    }
    // A line without an end is none of ours: what is kept of it cannot be parsed.
    if (rest_.size() < kMaxLine) rest_ += text;
  }
}

std::vector<Sample> SampleTail::read() {
  std::vector<Sample> samples;
  if (!begun_) {
    begun_ = true;
    if (fd_ = open_plain(previous_path(dir_)); fd_) take(samples);
    open_current();
  }
  if (!fd_ && !open_current()) return samples;
  take(samples);
  if (same_file(fd_.get(), current_path(dir_))) return samples;
  // It has become the one before; what came into it meanwhile first.
  take(samples);
  if (open_current()) take(samples);
  return samples;
}

}  // namespace ha
