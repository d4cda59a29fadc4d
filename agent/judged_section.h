// One section of the file and what is said about it: the words that all rules share. Used while the
// file is judged, by one thread.
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "agent/config_rules.h"
#include "agent/ini_text.h"
#include "agent/option_value.h"

namespace ha {

/// One section and what is said about it.
class JudgedSection {
 public:
  JudgedSection(const IniSection& ini, Findings& findings)
      : ini_(ini), title_(ini.title()), findings_(findings) {}

  bool has(std::string_view key) const { return ini_.find(key) != nullptr; }
  /// The value as written; empty when it is not there or not what its option expects.
  std::string_view valid(Kind kind, std::string_view key) const {
    const IniEntry* entry = ini_.find(key);
    if (entry == nullptr || !parse_value(*find_option(kind, key), entry->value)) return {};
    return entry->value;
  }
  int line(std::string_view key) const {
    const IniEntry* entry = ini_.find(key);
    return entry == nullptr ? ini_.line : entry->line;
  }
  void refuse(std::string_view key, std::string_view what) {
    findings_.problems.add({line(key), title_, key}, what);
  }
  void warn(std::string_view key, std::string_view what) {
    findings_.warnings.add({line(key), title_, key}, what);
  }

  void exclusive(std::string_view a, std::string_view b) {
    if (!has(a) || !has(b)) return;
    const bool a_first = line(a) < line(b);
    const std::string_view first = a_first ? a : b;
    refuse(a_first ? b : a,
           fmt::format("expected only one of {} and {}, got both ({} is on line {})", a, b, first,
                       line(first)));
  }
  void one_needed(std::string_view a, std::string_view b) {
    exclusive(a, b);
    if (!has(a) && !has(b)) refuse({}, fmt::format("expected {} or {}, got neither", a, b));
  }
  void useless_without(std::string_view key, std::string_view other) {
    if (has(key) && !has(other)) warn(key, fmt::format("has no effect without {}", other));
  }

 private:
  const IniSection& ini_;
  std::string title_;
  Findings& findings_;
};

}  // namespace ha
