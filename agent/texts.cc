#include "agent/texts.h"

#include <fmt/args.h>

#include "agent/texts_parts.h"

namespace ha {

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> all = [] {
    std::vector<CatalogueEntry> entries;
    for (const auto* part : {&told_texts(), &status_texts(), &doctor_texts(), &init_texts()}) {
      entries.insert(entries.end(), part->begin(), part->end());
    }
    return entries;
  }();
  return all;
}

std::string_view raw_text(Lang lang, Text id) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.id == id) return lang == Lang::zh_cn ? entry.zh : entry.en;
  }
  return "";
}

std::string say(Lang lang, const Sentence& sentence) {
  fmt::dynamic_format_arg_store<fmt::format_context> filled;
  for (const auto& [name, value] : sentence.arguments) filled.push_back(fmt::arg(name, value));
  return fmt::vformat(raw_text(lang, sentence.id), filled);
}

}  // namespace ha
