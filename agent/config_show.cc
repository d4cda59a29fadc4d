// `config show`: an INI text with every key of every section, where each came from as a comment.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "agent/config.h"
#include "agent/ini_text.h"
#include "agent/options.h"
#include "agent/section_kind.h"

namespace ha {
namespace {

constexpr std::size_t kValueColumns = 32;

std::string line_of(const Option& option, std::string_view value, std::string_view origin,
                    std::size_t key_columns) {
  // A key that has neither value nor default is shown as a comment, so that the text stays a
  // configuration.
  const std::string text = value.empty()
                               ? fmt::format("; {} =", option.key)
                               : fmt::format("{:<{}} = {}", option.key, key_columns, value);
  return fmt::format("{:<{}} ; {}\n", text, key_columns + 3 + kValueColumns, origin);
}

std::string show_section(Kind kind, const IniSection& section, const std::string& path,
                         const std::string& node) {
  const auto options = options_of(kind);
  std::size_t columns = 0;
  for (const Option* option : options) columns = std::max(columns, option->key.size());
  std::string out = fmt::format("[{}]\n", section.title());
  for (const Option* option : options) {
    const IniEntry* entry = section.find(option->key);
    if (entry != nullptr) {
      out += line_of(*option, option->show == Show::masked ? "***" : std::string_view(entry->value),
                     fmt::format("{}:{}", path, entry->line), columns);
    } else {
      const bool is_node = kind == Kind::agent && option->key == "node";
      out +=
          line_of(*option, is_node ? std::string_view(node) : option->fallback, "default", columns);
    }
  }
  return out;
}

}  // namespace

std::string show_config(const std::string& path, std::string_view text) {
  ProblemList ignored(path);
  const std::vector<IniSection> sections = parse_ini(text, ignored);
  const Loaded loaded = parse_config(path, text);
  const std::string node = loaded.config ? loaded.config->agent.node : "";
  const auto is_agent = [](const IniSection& section) { return section.kind == "agent"; };
  std::string out;
  if (std::none_of(sections.begin(), sections.end(), is_agent)) {
    IniSection agent;
    agent.kind = to_string(Kind::agent);
    out += show_section(Kind::agent, agent, path, node);
  }
  for (const IniSection& section : sections) {
    const auto kind = find_kind(section.kind);
    if (!kind) continue;
    if (!out.empty()) out += "\n";
    out += show_section(*kind, section, path, node);
  }
  return out;
}

}  // namespace ha
