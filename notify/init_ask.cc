#include "notify/init_ask.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <string_view>

#include "notify/init_talk.h"

namespace ha {
namespace {

/// One thing to know: what is asked, where the answer goes, and what is wrong with it ("":
/// nothing).
struct Question {
  std::string text;
  std::string value;  ///< what holds when nothing is said
  std::function<std::string(const std::string&)> take;
  bool asked = true;  ///< false: it stands on the command line

  std::string text_with_value() const {
    return value.empty() ? text + ": " : fmt::format("{} [{}]: ", text, value);
  }
};

std::optional<std::vector<std::string>> ask_all(const std::vector<Question>& questions, bool yes) {
  std::vector<std::string> faults;
  for (const Question& question : questions) {
    if (yes || !question.asked) {
      if (const std::string fault = question.take(question.value); !fault.empty())
        faults.push_back(fault);
      continue;
    }
    for (;;) {
      const auto answer = answer_to(question.text_with_value());
      if (!answer) return std::nullopt;
      const std::string fault = question.take(answer->empty() ? question.value : *answer);
      if (fault.empty()) break;
      fmt::print("  {}\n", fault);
    }
  }
  return faults;
}

/// Those faults of the pair that are about this answer.
std::string fault_about(const InitPair& pair, std::string_view part) {
  for (const std::string& fault : faults_of(pair)) {
    if (fault.rfind(part, 0) == 0) return fault;
  }
  return {};
}

const std::string& either(const std::string& word, const std::string& otherwise) {
  return word.empty() ? otherwise : word;
}

/// "no" is how a person says that there is none.
std::string none_or(const std::string& text) {
  return text == "no" || text == "none" ? "" : text;
}

std::vector<Question> questions_about(const InitWords& words, InitPair& pair) {
  std::vector<Question> questions;
  const auto add = [&](const std::string& text, const std::string& word, const std::string& found,
                       std::function<std::string(const std::string&)> take) {
    questions.push_back({text, either(word, found), std::move(take), word.empty()});
  };
  const auto plain = [&pair](std::string& target, std::string part) {
    return [&pair, &target, part = std::move(part)](const std::string& answer) {
      target = none_or(answer);
      return fault_about(pair, part);
    };
  };
  const auto equals = words.peer.find('=');
  const std::string peer_name = equals == std::string::npos ? "" : words.peer.substr(0, equals);
  const std::string peer_address =
      equals == std::string::npos ? words.peer : words.peer.substr(equals + 1);
  add("This node's name", words.node, pair.nodes[0].name,
      plain(pair.nodes[0].name, "this node's name"));
  add("This node's address", words.address, pair.nodes[0].address,
      plain(pair.nodes[0].address, "this node's address"));
  add("This node's interface", words.interface, pair.nodes[0].interface,
      plain(pair.nodes[0].interface, "this node's interface"));
  add("The other node's name", peer_name, pair.nodes[1].name,
      plain(pair.nodes[1].name, "the other node's name"));
  add("The other node's address", peer_address, pair.nodes[1].address,
      plain(pair.nodes[1].address, "the other node's address"));
  add("The other node's interface", words.peer_interface,
      either(words.interface, pair.nodes[1].interface),
      plain(pair.nodes[1].interface, "the other node's interface"));
  const std::string vip = pair.vip.empty() ? "" : fmt::format("{}/{}", pair.vip, pair.prefix);
  add("The VIP with its prefix", words.vip, vip,
      [&pair, prefix = pair.prefix](const std::string& answer) {
        const auto parsed = parse_vip(answer, prefix);
        if (!parsed) return "the VIP: " + parsed.error().message;
        pair.vip = parsed->first;
        pair.prefix = parsed->second;
        return fault_about(pair, "the VIP");
      });
  add("virtual_router_id, 1 to 255, one of its own in this network", words.router_id,
      std::to_string(pair.router_id), [&pair](const std::string& answer) {
        const auto parsed =
            std::from_chars(answer.data(), answer.data() + answer.size(), pair.router_id);
        if (parsed.ec != std::errc{} || parsed.ptr != answer.data() + answer.size())
          pair.router_id = -1;
        return fault_about(pair, "virtual_router_id");
      });
  add("URL of the back end to check", words.http, "no", plain(pair.http_url, "the back end"));
  add("systemd unit that runs only where the VIP is", words.unit, "no",
      plain(pair.unit, "the unit"));
  add("A third machine that answers a ping, such as the gateway", words.witness,
      either(pair.witness, "no"), plain(pair.witness, "the witness"));
  return questions;
}

}  // namespace

std::optional<std::vector<std::string>> ask_about(const InitWords& words, InitPair& pair) {
  return ask_all(questions_about(words, pair), words.yes);
}

}  // namespace ha
