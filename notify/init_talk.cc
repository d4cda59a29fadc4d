#include "notify/init_talk.h"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>

#include "agent/environment.h"
#include "agent/text.h"

namespace ha {
namespace {

Text word_of(InitPut put) {
  switch (put) {
    case InitPut::made:
      return Text::init_put_made;
    case InitPut::same:
      return Text::init_put_same;
    case InitPut::replaced:
      return Text::init_put_replaced;
    case InitPut::left:
      break;
  }
  return Text::init_put_left;
}

}  // namespace

std::optional<std::string> answer_to(const std::string& question) {
  fmt::print("{}", question);
  std::fflush(stdout);
  std::string line;
  if (!std::getline(std::cin, line)) {
    fmt::print("\n");
    return std::nullopt;
  }
  return std::string(trimmed(line));
}

InitAgree agreement(bool yes, Lang lang) {
  if (yes) return [](const Sentence&) { return true; };
  return [lang](const Sentence& question) -> std::optional<bool> {
    const auto answer = answer_to(say(lang, question) + " [y/N] ");
    if (!answer) return std::nullopt;
    return *answer == "y" || *answer == "Y" || *answer == "yes";
  };
}

ExitCode refuse(const std::vector<std::string>& faults, ExitCode code) {
  for (const std::string& fault : faults) fmt::print(stderr, "ha-agent: init: {}\n", fault);
  return code;
}

ExitCode refuse(const Error& error) {
  return refuse({error.message}, error.kind == ErrorKind::config ? ExitCode::usage : ExitCode::no);
}

void tell_put(InitPut put, const std::string& path, Lang lang) {
  fmt::print("{}", put_line(lang, word_of(put), path));
}

Lang init_lang(const std::string& word) {
  std::string found = word;
  for (const char* const name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = found.empty() ? env_value(name) : nullptr;
    if (value != nullptr) found = value;
  }
  return found.rfind("zh", 0) == 0 ? Lang::zh_cn : Lang::en;
}

}  // namespace ha
