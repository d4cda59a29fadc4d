#include "tests/support/own_network.h"

#include <sched.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/child.h"

namespace ha::test {
namespace {

void make() {
  if (::unshare(CLONE_NEWNET) != 0) throw std::runtime_error("no network namespace");
  // Without ARP the packets leave at once, and nobody at the other end takes them.
  network_command(
      "ip link set lo up && ip link add void type veth peer name sink && ip link set sink up && "
      "ip link set void arp off && ip addr add 192.0.2.9/24 dev void && "
      "ip -6 addr add 2001:db8::9/64 dev void nodad && ip link set void up");
}

}  // namespace

void in_own_network(const std::function<void()>& work) {
  std::exception_ptr trouble;
  std::thread([&] {
    try {
      make();
      work();
    } catch (...) {
      trouble = std::current_exception();
    }
  }).join();
  if (trouble) std::rethrow_exception(trouble);
}

void network_command(const std::string& line) {
  std::string output;
  if (run({"sh", "-c", line}, &output) != 0) throw std::runtime_error(line + ": " + output);
}

void allow_ping(const std::string& groups) {
  std::ofstream file("/proc/sys/net/ipv4/ping_group_range");
  file << groups << std::flush;
  if (!file) throw std::runtime_error("cannot set ping_group_range");
}

int echoes_sent() {
  // Two lines: the names of the counters, then their values.
  std::ifstream file("/proc/thread-self/net/snmp");
  std::string line;
  std::vector<std::string> names;
  while (std::getline(file, line)) {
    if (!line.starts_with("IcmpMsg:")) continue;
    std::istringstream words(line);
    const std::vector<std::string> row{std::istream_iterator<std::string>(words), {}};
    for (std::size_t i = 0; i < names.size() && i < row.size(); ++i) {
      if (names[i] == "OutType8") return std::stoi(row[i]);
    }
    names = row;
  }
  return 0;
}

}  // namespace ha::test
