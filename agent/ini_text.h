// An INI text as sections with their keys and line numbers. Each line goes through inih on its own,
// because inih 55 would otherwise split a line at 200 bytes without a word, take an indented key
// for a continuation of the one above, and pass duplicates. Pure; nothing is known here of which
// keys exist.
//
// What a line may be: blank; a comment (`;` or `#` first, of any length); `[kind name]`;
// `key = value`. ` ;` begins a comment after a value. Indentation means nothing. LF or CRLF, the
// last one may be missing; a byte order mark at the start is skipped; all else must be UTF-8
// without control characters.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/problem_list.h"

namespace ha {

/// Of a line that is no comment, without its end: what inih's buffer of 200 holds for certain.
constexpr std::size_t kMaxLineBytes = 197;

struct IniEntry {
  std::string key;
  std::string value;  ///< trimmed, without the comment; may be empty
  int line = 0;
  bool has_comment = false;  ///< ` ;` ended the value
};

struct IniSection {
  std::string kind;
  std::string name;  ///< empty for `[kind]`
  int line = 0;
  std::vector<IniEntry> entries;  ///< each key once: of duplicates the first

  /// "kind name" or "kind".
  std::string title() const { return name.empty() ? kind : kind + " " + name; }
  const IniEntry* find(std::string_view key) const;
};

/// Sections in the order of the text, each kind and name once. Problems go to `problems`; no value
/// is ever part of one, for it may be a secret.
std::vector<IniSection> parse_ini(std::string_view text, ProblemList& problems);

}  // namespace ha
