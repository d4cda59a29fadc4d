// The words keepalived passes to a notify command. Pure.
// Source: keepalived 2.2.7 vrrp/vrrp_notify.c: `notify` appends INSTANCE|GROUP NAME STATE PRIORITY
// (a group's priority is 0); notify_master and its like pass only the configured words, so a single
// STATE is the short form. 2.2.7 also sends MASTER_RX_LOWER_PRI and the like to a FIFO, never to
// `notify`.
#pragma once
#include <string>
#include <vector>

#include "agent/error.h"
#include "agent/state.h"

namespace ha {

struct Transition {
  bool group = false;
  std::string instance;  ///< empty for the short form
  State state = State::none;
  int priority = 0;
};

/// ErrorKind::config with what was expected and what was found.
Result<Transition> parse_transition(const std::vector<std::string>& words);

}  // namespace ha
