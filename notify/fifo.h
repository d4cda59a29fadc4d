// keepalived's notify FIFO (vrrp_notify_fifo), made beforehand so that it survives keepalived's
// reloads. Lines such as `INSTANCE "VI_1" MASTER 100` become events like those of hooks.
// Source: keepalived 2.2.7 vrrp/vrrp_notify.c notify_fifo(): also MASTER_RX_LOWER_PRI and the like,
// which mean no change of role.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/error.h"
#include "agent/event.h"
#include "agent/fd.h"

namespace ha {

/// The words of a line, quotes taken off; empty for a line that is no change of role. Pure.
std::vector<std::string> fifo_words(std::string_view line);

class NotifyFifo {
 public:
  /// An error says what is wrong with the path: missing, no FIFO, not readable.
  static Result<NotifyFifo> open(const std::string& path);

  int fd() const { return fd_.get(); }
  /// What came since, in order; never blocks.
  std::vector<Event> read();

 private:
  explicit NotifyFifo(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
  std::string rest_;            ///< a line that is not whole yet
  std::int64_t last_tick_ = 0;  ///< events of one FIFO come in order
};

}  // namespace ha
