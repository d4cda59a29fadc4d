// The last resort of a demotion: a server that may take writes and answers nothing is killed, so
// that it cannot wake up later as a second primary; it comes back read-only. Only a process that
// listens on the configured socket or port of this host, and is one of the known servers, is ever
// killed.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>

#include "agent/deadline.h"
#include "agent/error.h"

namespace ha {

/// Where a server listens; `socket` is used when it is not empty.
struct ListenPlace {
  std::string socket;
  std::string host;
  int port = 0;
};

/// The process that listens there, found through /proc (proc(5): net/unix, net/tcp, PID/fd); an
/// error says why there is none: not this host's, nobody listens, not to be seen, or no known
/// server.
Result<pid_t> find_server_process(const ListenPlace& place);

/// SIGKILL, which a stopped process cannot put off either, and waits until it is gone.
Status kill_process(pid_t pid, Deadline deadline);

}  // namespace ha
