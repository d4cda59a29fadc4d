#include "notify/init_ask.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <string>
#include <utility>

#include "agent/text.h"
#include "notify/init_talk.h"

namespace ha {
namespace {

using Fault = std::optional<Sentence>;
/// Takes an answer; what is wrong with it.
using Take = std::function<Fault(const std::string&)>;

/// One thing to know.
struct Question {
  Text text;
  std::string value;  ///< what holds when nothing is said
  Take take;
  bool asked = true;  ///< false: it stands on the command line

  std::string text_with_value(Lang lang) const {
    return say(lang, text) + (value.empty() ? ": " : fmt::format(" [{}]: ", value));
  }
};

std::optional<std::vector<Sentence>> ask_all(const std::vector<Question>& questions, bool yes,
                                             Lang lang) {
  std::vector<Sentence> faults;
  for (const Question& question : questions) {
    if (yes || !question.asked) {
      if (Fault fault = question.take(question.value)) faults.push_back(*std::move(fault));
      continue;
    }
    for (;;) {
      const auto answer = answer_to(question.text_with_value(lang));
      if (!answer) return std::nullopt;
      const Fault fault = question.take(answer->empty() ? question.value : *answer);
      if (!fault) break;
      fmt::print("  {}\n", say(lang, *fault));
    }
  }
  return faults;
}

Fault fault_about(const InitPair& pair, InitPart part) {
  for (InitFault& fault : faults_of(pair)) {
    if (fault.part == part) return std::move(fault.what);
  }
  return std::nullopt;
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
  const auto add = [&](Text text, const std::string& word, const std::string& found, Take take) {
    questions.push_back({text, either(word, found), std::move(take), word.empty()});
  };
  const auto plain = [&pair](std::string& target, InitPart part) {
    return [&pair, &target, part](const std::string& answer) {
      target = none_or(answer);
      return fault_about(pair, part);
    };
  };
  const auto equals = words.peer.find('=');
  const std::string peer_name = equals == std::string::npos ? "" : words.peer.substr(0, equals);
  const std::string peer_address =
      equals == std::string::npos ? words.peer : words.peer.substr(equals + 1);
  InitNode& own = pair.nodes[0];
  InitNode& peer = pair.nodes[1];
  add(Text::init_ask_name, words.node, own.name, plain(own.name, InitPart::name));
  add(Text::init_ask_address, words.address, own.address, plain(own.address, InitPart::address));
  add(Text::init_ask_interface, words.interface, own.interface,
      plain(own.interface, InitPart::interface));
  add(Text::init_ask_peer_name, peer_name, peer.name, plain(peer.name, InitPart::peer_name));
  add(Text::init_ask_peer_address, peer_address, peer.address,
      plain(peer.address, InitPart::peer_address));
  add(Text::init_ask_peer_interface, words.peer_interface, either(words.interface, peer.interface),
      plain(peer.interface, InitPart::peer_interface));
  const std::string vip = pair.vip.empty() ? "" : fmt::format("{}/{}", pair.vip, pair.prefix);
  add(Text::init_ask_vip, words.vip, vip,
      [&pair, prefix = pair.prefix](const std::string& answer) -> Fault {
        const auto parsed = parse_vip(answer, prefix);
        if (!parsed) return Sentence(Text::init_bad_vip, {{"got", in_quotes(answer)}});
        pair.vip = parsed->first;
        pair.prefix = parsed->second;
        return fault_about(pair, InitPart::vip);
      });
  add(Text::init_ask_router_id, words.router_id, std::to_string(pair.router_id),
      [&pair](const std::string& answer) {
        const auto parsed =
            std::from_chars(answer.data(), answer.data() + answer.size(), pair.router_id);
        if (parsed.ec != std::errc{} || parsed.ptr != answer.data() + answer.size())
          pair.router_id = -1;
        return fault_about(pair, InitPart::router_id);
      });
  add(Text::init_ask_http, words.http, "no", plain(pair.http_url, InitPart::http));
  add(Text::init_ask_unit, words.unit, "no", plain(pair.unit, InitPart::unit));
  add(Text::init_ask_witness, words.witness, either(pair.witness, "no"),
      plain(pair.witness, InitPart::witness));
  return questions;
}

}  // namespace

std::optional<std::vector<Sentence>> ask_about(const InitWords& words, InitPair& pair) {
  return ask_all(questions_about(words, pair), words.yes, pair.lang);
}

}  // namespace ha
