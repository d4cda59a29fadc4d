#include "notify/exposition.h"

#include <fmt/format.h>

#include <cstdlib>

#include "notify/utf8.h"

namespace ha {
namespace {

/// Whoever reads refuses the whole text for one byte that is not UTF-8.
std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : clean_text(text, false)) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void Exposition::metric(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  head_ = fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name,
                      type == Type::counter ? "counter" : "gauge");
}

void Exposition::sample(Labels labels, double value) {
  put(labels, fmt::format("{}", value));
}

void Exposition::seconds(Labels labels, std::int64_t ms) {
  put(labels,
      fmt::format("{}{}.{:03}", ms < 0 ? "-" : "", std::abs(ms / 1000), std::abs(ms % 1000)));
}

void Exposition::put(Labels labels, std::string_view value) {
  text_ += std::exchange(head_, {});
  text_ += name_;
  char before = '{';
  for (const auto& [name, given] : labels) {
    text_ += fmt::format("{}{}=\"{}\"", before, name, escaped(given, true));
    before = ',';
  }
  if (labels.size() != 0) text_ += '}';
  text_ += fmt::format(" {}\n", value);
}

}  // namespace ha
