#include "notify/init_pair.h"

#include <arpa/inet.h>
#include <algorithm>
#include <charconv>
#include <utility>

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

struct NodeTexts {
  InitPart name;
  InitPart address;
  InitPart interface;
  Text bad_name;
  Text bad_address;
  Text bad_interface;
};
constexpr std::array kNodeTexts{
    NodeTexts{InitPart::name, InitPart::address, InitPart::interface, Text::init_bad_name,
              Text::init_bad_address, Text::init_bad_interface},
    NodeTexts{InitPart::peer_name, InitPart::peer_address, InitPart::peer_interface,
              Text::init_bad_peer_name, Text::init_bad_peer_address, Text::init_bad_peer_interface},
};

class Faults {
 public:
  void add(InitPart part, Text text, const std::string& got) {
    found_.push_back({part, {text, {{"got", got}}}});
  }
  void judge_node(const InitNode& node, const NodeTexts& texts) {
    if (!is_name(node.name)) add(texts.name, texts.bad_name, in_quotes(node.name));
    if (!is_ipv4(node.address)) {
      const bool six = node.address.find(':') != std::string::npos;
      add(texts.address, six ? Text::init_address_six : texts.bad_address, in_quotes(node.address));
    }
    if (!is_name(node.interface) || node.interface.size() > 15) {
      add(texts.interface, texts.bad_interface, in_quotes(node.interface));
    }
  }
  std::vector<InitFault> take() { return std::move(found_); }

 private:
  std::vector<InitFault> found_;
};

}  // namespace

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

std::optional<std::pair<std::string, int>> parse_vip(std::string_view text, int otherwise) {
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  int prefix = otherwise;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) prefix = -1;
  }
  if (!is_ipv4(address) || prefix < 1 || prefix > 32) return std::nullopt;
  return std::pair(address, prefix);
}

std::vector<InitFault> faults_of(const InitPair& pair) {
  const InitNode& own = pair.nodes[0];
  const InitNode& peer = pair.nodes[1];
  const auto is_of_node = [&](const std::string& address) {
    return address == own.address || address == peer.address;
  };
  Faults faults;
  for (std::size_t node = 0; node < pair.nodes.size(); ++node) {
    faults.judge_node(pair.nodes[node], kNodeTexts[node]);
  }
  if (own.name == peer.name) {
    faults.add(InitPart::peer_name, Text::init_same_name, in_quotes(own.name));
  }
  if (own.address == peer.address) {
    faults.add(InitPart::peer_address, Text::init_same_address, own.address);
  }
  if (!is_ipv4(pair.vip)) {
    faults.add(InitPart::vip, Text::init_bad_vip, in_quotes(pair.vip));
  } else if (is_of_node(pair.vip)) {
    faults.add(InitPart::vip, Text::init_vip_of_node, pair.vip);
  }
  if (pair.router_id < 1 || pair.router_id > 255) {
    faults.add(InitPart::router_id, Text::init_bad_router_id, std::to_string(pair.router_id));
  }
  const std::string& url = pair.http_url;
  if (!url.empty() &&
      ((url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0) || !is_word(url))) {
    faults.add(InitPart::http, Text::init_bad_http, in_quotes(url));
  }
  if (!pair.unit.empty() && !is_word(pair.unit)) {
    faults.add(InitPart::unit, Text::init_bad_unit, in_quotes(pair.unit));
  }
  if (!pair.witness.empty() && !is_name(pair.witness)) {
    faults.add(InitPart::witness, Text::init_bad_witness, in_quotes(pair.witness));
  } else if (!pair.witness.empty() && (pair.witness == pair.vip || is_of_node(pair.witness))) {
    faults.add(InitPart::witness, Text::init_witness_inside, pair.witness);
  }
  if (url.empty() && !pair.mysql && !pair.redis && pair.unit.empty()) {
    faults.add(InitPart::all, Text::init_nothing, "");
  }
  return faults.take();
}

}  // namespace ha
