#include "agent/section_kind.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/text.h"

namespace ha {
namespace {

bool is_name(std::string_view name) {
  const auto alnum = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  return !name.empty() && name.size() <= kMaxNameBytes && alnum(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return alnum(c) || c == '.' || c == '_' || c == '-'; });
}

std::vector<std::string_view> kind_words() {
  std::vector<std::string_view> words;
  words.reserve(kKinds);
  for (int i = 0; i < kKinds; ++i) words.push_back(to_string(static_cast<Kind>(i)));
  return words;
}

}  // namespace

std::optional<Kind> find_kind(std::string_view word) {
  for (int i = 0; i < kKinds; ++i) {
    if (word == to_string(static_cast<Kind>(i))) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

std::optional<Kind> judge_header(const IniSection& section, ProblemList& problems) {
  const std::string header = "[" + section.title() + "]";
  const auto refuse = [&](std::string_view expected, std::string_view hint = {}) {
    problems.add({section.line, {}, {}},
                 fmt::format("expected {}, got {}{}", expected, in_quotes(header), hint));
    return std::nullopt;
  };
  const auto kind = find_kind(section.kind);
  if (!kind) {
    const auto meant = nearest(section.kind, kind_words());
    return refuse(
        "[agent], [http NAME], [mysql NAME], [redis NAME], [unit NAME], [webhook NAME], "
        "[mail NAME], [alert NAME], [witness NAME] or [lock NAME]",
        meant ? fmt::format("; did you mean '{}'?", *meant) : "");
  }
  if (*kind == Kind::agent) {
    if (!section.name.empty()) return refuse("[agent] without a name");
    return kind;
  }
  if (section.name.empty()) return refuse(fmt::format("[{} NAME]", section.kind));
  if (!is_name(section.name)) {
    return refuse(
        fmt::format("a name of at most {} letters, digits, '.', '_' and '-', the first a "
                    "letter or digit",
                    kMaxNameBytes));
  }
  return kind;
}

}  // namespace ha
