// Whether a host answers at all, whatever its server does: a promotion waits longer for a server
// that is slow than for a machine that is gone. Asks in a thread of its own, so that nobody waits
// for the question.
#pragma once
#include <memory>
#include <string>

#include "agent/deadline.h"

namespace ha {

class Reach {
 public:
  /// Connects to host:port once `after` is over, so that a server which answers at once sees no
  /// second connection, and closes it.
  Reach(std::string host, int port, Millis after);
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;
  ~Reach();

  /// The connection stands or was refused: somebody is there.
  bool reached() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

/// What a server answers within on a network of one's own.
constexpr Millis kUsualAnswer{25};
/// How long a promotion waits for a server whose host answers.
constexpr Millis kReachedPatience{1000};

}  // namespace ha
