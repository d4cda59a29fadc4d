#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "agent/tcp.h"
#include "agent/witness_ask.h"

namespace ha {

WitnessReply ask_witness(const WitnessConfig& witness, Deadline deadline) {
  switch (witness.type) {
    case WitnessType::ping:
      return ask_ping(witness.host, deadline);
    case WitnessType::tcp:
      return ask_tcp(witness.host, witness.port, deadline);
    case WitnessType::http:
      return ask_http(witness.url, witness.ca_file, deadline);
  }
  return {false, "no such type"};
}

WitnessReply ask_tcp(const std::string& host, int port, Deadline deadline) {
  const auto addresses = resolve(host, std::to_string(port), SOCK_STREAM);
  if (!addresses) return {false, addresses.error().message};
  int left = 0;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) ++left;
  int error = EADDRNOTAVAIL;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next, --left) {
    Fd fd;
    const Deadline share = Deadline::in(deadline.remaining() / left);
    error = connect_to(*each, left == 1 ? deadline : share, fd);
    if (error == 0) return {true, "accepts connections"};
    if (error == ECONNREFUSED) return {true, "refuses the connection, so it is there"};
  }
  if (error == ETIMEDOUT) return {false, fmt::format("no connection to port {} in time", port)};
  return {false, "cannot connect: " + std::generic_category().message(error)};
}

}  // namespace ha
