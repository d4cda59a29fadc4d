// The message that tests send: a transition that went wrong, with characters in it that each
// vendor's markup would take for its own. A test changes what it is about.
#pragma once
#include "notify/message.h"

namespace ha::test {

inline Message sample_message(Severity severity = Severity::critical) {
  Message message;
  message.title = "FAULT db1 VI_1: MASTER -> FAULT, \"done\" <in> 5 ms & *more*";
  message.body = {"VIP: 192.0.2.100", "! mysql main: `kill` [x](http://y) 从库"};
  message.severity = severity;
  message.firing = severity == Severity::critical;
  message.event_id = "20261125T101500.000-1-1";
  message.dedup_key = "k";
  message.condition = "role";
  message.node = "db1";
  message.instance = "VI_1";
  message.state = "FAULT";
  message.vip = "192.0.2.100";
  message.at_ms = 1'700'000'000'000;
  return message;
}

/// The end of what it tells of.
inline Message ended(Message message) {
  message.firing = false;
  message.resolved = true;
  message.well = true;
  return message;
}

}  // namespace ha::test
