// The samples' file below state_dir/check/, and the one before it. Checks append to it as an
// unprivileged user; whoever reads it takes nothing in it for granted.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "agent/error.h"
#include "agent/fd.h"
#include "agent/sample.h"
#include "agent/state_dir.h"

namespace ha {

/// Beyond this a file becomes the one before: some three quarters of an hour of a check a second.
constexpr std::int64_t kSampleLogMax = 2 << 20;

/// One line at the end, relaxed: what a power cut takes is a moment old.
Status append_sample(const StateDir& dir, const Sample& sample);
/// Makes the file the one before when it is too large. Under the lock of check/.
Status rotate_samples(const StateDir& dir);

/// Reads what has come since the last time. One thread.
class SampleTail {
 public:
  explicit SampleTail(StateDir dir) : dir_(std::move(dir)) {}

  /// The first time also what there was before, oldest first. Nothing when there is no file.
  std::vector<Sample> read();

 private:
  bool open_current();
  void take(std::vector<Sample>& samples);

  StateDir dir_;
  Fd fd_;
  bool begun_ = false;
  std::string rest_;  ///< of a line whose end is still to come
};

}  // namespace ha
