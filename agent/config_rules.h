// What the keys of one section must be to each other: exclusions, what needs what, TLS and secrets;
// and what the sections must be to each other.
// Each value is right by itself when these are asked.
#pragma once
#include "agent/config.h"
#include "agent/ini_text.h"
#include "agent/options.h"
#include "agent/problem_list.h"

namespace ha {

struct Findings {
  ProblemList problems;
  ProblemList warnings;
};

/// Judges the section of `kind` that was added to `config` last, and completes it (the system's CA
/// for verify-identity).
void apply_rules(Kind kind, const IniSection& section, Config& config, Findings& findings);

/// Judges the whole, once every section is in it.
void apply_rules_between_sections(const Config& config, Findings& findings);

}  // namespace ha
