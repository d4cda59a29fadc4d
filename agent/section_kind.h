// What a section's header means: its kind and whether its name is fit to become a file's name.
#pragma once
#include <optional>

#include "agent/ini_text.h"
#include "agent/options.h"

namespace ha {

constexpr std::size_t kMaxNameBytes = 32;

/// nullopt when the header is refused; `problems` then says why.
std::optional<Kind> judge_header(const IniSection& section, ProblemList& problems);

/// The kind alone; nullopt when there is none of that word.
std::optional<Kind> find_kind(std::string_view word);

}  // namespace ha
