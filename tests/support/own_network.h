// A network namespace of the test's own, for what cannot be had on loopback: 192.0.2.0/24 and
// 2001:db8::/64 lie behind an interface that swallows every packet, this side has the address .9,
// and nobody may ping without a privilege unless the test allows it. Needs root.
#pragma once
#include <functional>
#include <string>

namespace ha::test {

/// Runs `work` in a thread whose sockets, threads and processes live there; throws when such a
/// network cannot be made. `work` throws nothing and asserts nothing: it gives what is to be
/// judged.
void in_own_network(const std::function<void()>& work);

/// Inside: a shell line such as "ip addr add 192.0.2.1/32 dev lo".
void network_command(const std::string& line);
/// Inside: who may ping without a privilege, "0 2147483647" for everybody.
void allow_ping(const std::string& groups);
/// Inside: ICMP echo requests over IPv4 so far.
int echoes_sent();

}  // namespace ha::test
