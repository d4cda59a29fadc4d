// What to say of a connection that a client library is still busy with: the library does not tell,
// but the kernel does, about the sockets of our own process. Reads only; any thread.
#pragma once
#include <string>

namespace ha {

enum class Link {
  none,        ///< no socket on the way to it: its name is still being resolved
  connecting,  ///< a connection is being tried
  connected,   ///< the connection stands
};

/// The state of this process's connection to the unix socket `socket`, or, when that is empty, to
/// TCP port `port` of any address.
Link link_to(const std::string& socket, int port);

/// "the name db2 is not resolved", "no connection to 192.0.2.12:3306", or `connected_text`.
std::string describe_link(const std::string& socket, const std::string& host, int port,
                          const std::string& connected_text);

}  // namespace ha
