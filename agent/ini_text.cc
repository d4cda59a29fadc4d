#include "agent/ini_text.h"

#include <fmt/format.h>
#include <ini.h>

#include <algorithm>
#include <map>
#include <optional>

#include "agent/text.h"

namespace ha {
namespace {

struct Pair {
  std::string key;
  std::string value;
};

int take_pair(void* user, const char* /*section*/, const char* name, const char* value) {
  *static_cast<std::optional<Pair>*>(user) = Pair{name, value == nullptr ? "" : value};
  return 1;
}

/// What inih makes of one line; nullopt when it finds no `key = value` in it.
std::optional<Pair> parse_line(const std::string& line) {
  std::optional<Pair> pair;
  if (ini_parse_string(line.c_str(), take_pair, &pair) != 0) return std::nullopt;
  return pair;
}

/// inih's rule: a `;` after a blank.
bool has_inline_comment(std::string_view line) {
  return line.find(" ;") != std::string_view::npos || line.find("\t;") != std::string_view::npos;
}

/// Complains about bytes that have no place in the text.
bool clean(std::string_view line, int number, ProblemList& problems) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if ((byte >= 0x20 && byte != 0x7F) || byte == '\t') continue;
    problems.add({number, {}, {}},
                 byte == 0
                     ? fmt::format("expected text, got a NUL byte in column {}", i + 1)
                     : fmt::format("expected text, got control character 0x{:02x} in column {}",
                                   byte, i + 1));
    return false;
  }
  if (const auto bad = first_non_utf8(line)) {
    problems.add({number, {}, {}}, fmt::format("expected UTF-8, got byte 0x{:02x} in column {}",
                                               static_cast<unsigned char>(line[*bad]), *bad + 1));
    return false;
  }
  return true;
}

class Parser {
 public:
  explicit Parser(ProblemList& problems) : problems_(problems) {}

  void line(std::string_view raw, int number) {
    const std::string_view text = trimmed(raw);
    const bool comment = !text.empty() && (text[0] == ';' || text[0] == '#');
    if (raw.size() > kMaxLineBytes && !comment) {
      problems_.add({number, {}, {}}, fmt::format("expected at most {} bytes in a line, got {}",
                                                  kMaxLineBytes, raw.size()));
      // What follows must not land in the section above a header that could not be read.
      if (!text.empty() && text[0] == '[') current_ = kSkip;
      return;
    }
    if (!clean(raw, number, problems_) || text.empty() || comment) return;
    if (text[0] == '[') {
      header(text, number);
    } else {
      entry(text, number);
    }
  }

  std::vector<IniSection> take() { return std::move(sections_); }

 private:
  static constexpr int kNone = -1;  ///< before the first section
  static constexpr int kSkip = -2;  ///< within one that was refused

  void header(std::string_view text, int number) {
    current_ = kSkip;
    const auto end = text.find(']');
    if (end == std::string_view::npos) {
      problems_.add({number, {}, {}}, "expected ']' at the end of a section's name, got none");
      return;
    }
    const std::string_view rest = trimmed(text.substr(end + 1));
    if (!rest.empty() && rest[0] != ';' && rest[0] != '#') {
      problems_.add({number, {}, {}}, "expected nothing after ']', got more text");
      return;
    }
    std::string inner(text.substr(1, end - 1));
    std::replace(inner.begin(), inner.end(), '\t', ' ');
    std::vector<std::string_view> words = split(inner, ' ');
    std::erase(words, std::string_view{});
    if (words.empty() || words.size() > 2) {
      problems_.add({number, {}, {}}, fmt::format("expected [kind name], got {}",
                                                  in_quotes(text.substr(0, end + 1))));
      return;
    }
    IniSection section;
    section.kind = words[0];
    section.name = words.size() == 2 ? words[1] : "";
    section.line = number;
    const std::string title = section.title();
    if (const auto [first, is_new] = seen_.emplace("[" + title, number); !is_new) {
      problems_.add({number, title, {}},
                    fmt::format("expected each section once, got a second one (the first is on "
                                "line {})",
                                first->second));
      return;
    }
    current_ = static_cast<int>(sections_.size());
    sections_.push_back(std::move(section));
  }

  void entry(std::string_view text, int number) {
    const std::optional<Pair> pair = parse_line(std::string(text));
    const std::string title =
        current_ >= 0 ? sections_[static_cast<std::size_t>(current_)].title() : "";
    if (!pair || pair->key.empty()) {
      problems_.add({number, title, {}}, "expected key = value, got a line without it");
      return;
    }
    if (current_ == kSkip) return;
    if (current_ == kNone) {
      problems_.add({number, {}, pair->key}, "expected a [section] before the first key, got none");
      return;
    }
    IniSection& section = sections_[static_cast<std::size_t>(current_)];
    const auto [first, is_new] = seen_.emplace(title + "\n" + pair->key, number);
    if (!is_new) {
      problems_.add(
          {number, title, pair->key},
          fmt::format("expected each key once, got a second one (the first is on line {})",
                      first->second));
      return;
    }
    section.entries.push_back({pair->key, pair->value, number, has_inline_comment(text)});
  }

  ProblemList& problems_;
  std::vector<IniSection> sections_;
  /// Lines of sections and keys; a map, so that a huge hostile file takes no quadratic time.
  std::map<std::string, int> seen_;
  int current_ = kNone;
};

}  // namespace

const IniEntry* IniSection::find(std::string_view key) const {
  const auto at = std::find_if(entries.begin(), entries.end(),
                               [&](const IniEntry& entry) { return entry.key == key; });
  return at == entries.end() ? nullptr : &*at;
}

std::vector<IniSection> parse_ini(std::string_view text, ProblemList& problems) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Parser parser(problems);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    parser.line(line, number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parser.take();
}

}  // namespace ha
