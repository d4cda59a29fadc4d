// Asks the witnesses: somebody outside the pair, whose answer proves this node's own connectivity.
// It says nothing about the peer. All are asked at once, each in a thread of its own, under one
// absolute deadline; a lost packet is sent again, so one of them decides nothing. Made for a
// process that asks for ever: threads and sockets end with the deadline. Only a resolver can hang
// longer, and of a witness whose name is not resolved no more than a few questions wait at a time;
// give addresses.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/protocol.h"

namespace ha {

struct WitnessAnswer {
  std::string name;
  bool answered = false;
  std::string seen;  ///< for people, in either case
  Millis took{};     ///< until the answer, or until it was given up
};

/// How many of `count` witnesses must answer.
std::size_t needed_witnesses(std::size_t count, Quorum quorum);
/// Pure. No answers: none is configured.
WitnessView quorum_of(const std::vector<WitnessAnswer>& answers, Quorum quorum);

/// One round. Thread-safe; may be destroyed while threads of it are still busy.
class WitnessQuestion {
 public:
  /// Begins at once.
  WitnessQuestion(const Config& config, Deadline deadline);

  /// Waits until all have answered, or for the deadline. In the order of the configuration.
  std::vector<WitnessAnswer> answers() const;
  /// Waits only until the quorum is reached or out of reach.
  WitnessView view() const;

 private:
  struct Board;
  std::shared_ptr<Board> board_;
  Quorum quorum_;
  Deadline deadline_;
};

}  // namespace ha
