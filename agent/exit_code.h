// Exit codes: the contract with keepalived, with monitoring and with people's scripts.
#pragma once

namespace ha {

enum class ExitCode : int {
  ok = 0,          ///< check: may hold the VIP; other commands: done
  no = 1,          ///< check: a resource, the role or a refusal says no; others: failed or refused
  no_verdict = 2,  ///< check: no verdict within the deadline
  held = 3,        ///< check: a failed promotion is held until `ack`
  usage = 64,      ///< wrong words on the command line
  config = 78,     ///< wrong configuration
};

}  // namespace ha
