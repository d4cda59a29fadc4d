// Prints the sections and keys of the configuration as man page text, from the options table: the
// part @KEYS@ of packaging/man/ha-agent.conf.5.in. Used by `make man` only.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "agent/option_value.h"
#include "agent/options.h"

namespace {

/// As running text of roff: hyphens that can be copied, no requests at the start of a line.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      default:
        out += c;
    }
  }
  return text.starts_with('.') ? "\\&" + out : out;
}

void print_key(const ha::Option& option) {
  std::string about = fmt::format("Expects {}.", ha::describe(option));
  if (option.need == ha::Need::required) about += " Required.";
  if (!option.fallback.empty()) about += fmt::format(" Default: {}.", option.fallback);
  fmt::print(".TP\n.B {}\n{}\n{}\n", roff(option.key), roff(option.help), roff(about));
}

void print_all() {
  for (int i = 0; i < ha::kKinds; ++i) {
    const auto kind = static_cast<ha::Kind>(i);
    const bool named = kind != ha::Kind::agent;
    fmt::print(".SS [{}{}]\n{}\n", ha::to_string(kind), named ? " NAME" : "",
               roff(ha::help_of(kind)));
    for (const ha::Option* option : ha::options_of(kind)) print_key(*option);
  }
}

}  // namespace

int main() try {
  print_all();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "gen-docs: %s\n", error.what());
  return 1;
}
