#include "notify/init_pair.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "agent/text.h"

namespace ha {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.front() != '-' &&
         text.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

bool is_word(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte <= ' ' || byte == 0x7f || character == '"' || character == ';';
  });
}

void judge_node(const InitNode& node, const std::string& which, std::vector<std::string>& faults) {
  if (!is_name(node.name)) {
    faults.push_back(
        fmt::format("{} node's name: expected letters, digits, '-', '_' and '.', got {}", which,
                    in_quotes(node.name)));
  }
  if (!is_ipv4(node.address)) {
    faults.push_back(fmt::format(
        "{} node's address: expected an IPv4 address such as 192.0.2.11, got {}{}", which,
        in_quotes(node.address),
        node.address.find(':') == std::string::npos
            ? ""
            : " (for IPv6 begin with the examples in /usr/share/doc/ha-agent/examples)"));
  }
  if (!is_name(node.interface) || node.interface.size() > 15) {
    faults.push_back(fmt::format("{} node's interface: expected a name such as eth0, got {}", which,
                                 in_quotes(node.interface)));
  }
}

}  // namespace

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

Result<std::pair<std::string, int>> parse_vip(std::string_view text, int otherwise) {
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  int prefix = otherwise;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) prefix = -1;
  }
  if (!is_ipv4(address) || prefix < 1 || prefix > 32) {
    return fail(
        fmt::format("expected an IPv4 address with its prefix, such as 192.0.2.100/24, got {}",
                    in_quotes(text)),
        ErrorKind::config);
  }
  return std::pair(address, prefix);
}

std::vector<std::string> faults_of(const InitPair& pair) {
  std::vector<std::string> faults;
  judge_node(pair.nodes[0], "this", faults);
  judge_node(pair.nodes[1], "the other", faults);
  if (pair.nodes[0].name == pair.nodes[1].name) {
    faults.push_back(fmt::format("both nodes are called {}: give them different names",
                                 in_quotes(pair.nodes[0].name)));
  }
  if (pair.nodes[0].address == pair.nodes[1].address) {
    faults.push_back(
        fmt::format("both nodes have the address {}: each has its own, and the VIP is a third",
                    pair.nodes[0].address));
  }
  if (!is_ipv4(pair.vip)) {
    faults.push_back(fmt::format("the VIP: expected an IPv4 address such as 192.0.2.100/24, got {}",
                                 in_quotes(pair.vip)));
  } else if (pair.vip == pair.nodes[0].address || pair.vip == pair.nodes[1].address) {
    faults.push_back(
        fmt::format("the VIP {} is a node's own address: it must be a third one, "
                    "which nobody has",
                    pair.vip));
  }
  if (pair.router_id < 1 || pair.router_id > 255) {
    faults.push_back(fmt::format("virtual_router_id: expected 1 to 255, got {}", pair.router_id));
  }
  if (!pair.http_url.empty() &&
      ((pair.http_url.rfind("http://", 0) != 0 && pair.http_url.rfind("https://", 0) != 0) ||
       !is_word(pair.http_url))) {
    faults.push_back(
        fmt::format("the back end: expected a URL such as http://127.0.0.1:8080/health, "
                    "got {}",
                    in_quotes(pair.http_url)));
  }
  if (!pair.unit.empty() && !is_word(pair.unit)) {
    faults.push_back(fmt::format("the unit: expected a name such as worker.service, got {}",
                                 in_quotes(pair.unit)));
  }
  if (!pair.witness.empty()) {
    if (!is_name(pair.witness)) {
      faults.push_back(fmt::format("the witness: expected a host that answers a ping, got {}",
                                   in_quotes(pair.witness)));
    } else if (pair.witness == pair.vip || pair.witness == pair.nodes[0].address ||
               pair.witness == pair.nodes[1].address) {
      faults.push_back(
          fmt::format("the witness {} is part of the pair: it must be a third machine, "
                      "such as the gateway",
                      pair.witness));
    }
  }
  if (pair.http_url.empty() && !pair.mysql && !pair.redis && pair.unit.empty()) {
    faults.emplace_back(
        "nothing to fail over: no MySQL, MariaDB or Redis was found here, and neither a "
        "back end (--http) nor a unit (--unit) was named");
  }
  return faults;
}

}  // namespace ha
