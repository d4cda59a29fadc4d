// What a check saw of each database, for the records. Filled by the probes' threads, taken once by
// the check after the deadline; a thread that comes later finds it closed.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/protocol.h"
#include "agent/write_waits.h"
#include "checks/data_look.h"

namespace ha {

struct Look {
  std::string resource;  ///< "mysql main"
  Note note = Note::none;
  Situation situation;
  std::optional<DataLook> data{};     ///< of a MySQL: set when this check looked anew
  std::optional<WaitMemory> waits{};  ///< of a MySQL
};

class Looks {
 public:
  void add(Look look) {
    const std::lock_guard lock(mutex_);
    if (!taken_) looks_.push_back(std::move(look));
  }
  std::vector<Look> take() {
    const std::lock_guard lock(mutex_);
    taken_ = true;
    return std::move(looks_);
  }

 private:
  std::mutex mutex_;
  std::vector<Look> looks_;
  bool taken_ = false;
};

}  // namespace ha
