#include "notify/init_talk.h"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <string_view>

#include "agent/text.h"

namespace ha {
namespace {

std::string_view word_of(InitPut put) {
  switch (put) {
    case InitPut::made:
      return "new:";
    case InitPut::same:
      return "the same:";
    case InitPut::replaced:
      return "replaced:";
    case InitPut::left:
      return "left:";
  }
  return "";
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

InitAgree agreement(bool yes) {
  if (yes) return [](const std::string&) { return true; };
  return [](const std::string& question) -> std::optional<bool> {
    const auto answer = answer_to(question + " [y/N] ");
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

void tell_put(InitPut put, const std::string& path) {
  fmt::print("{:<10} {}\n", word_of(put), path);
}

}  // namespace ha
