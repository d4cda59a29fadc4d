// How `ha-agent init` talks with whoever runs it. Reads stdin, prints to stdout, and faults to
// stderr.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/error.h"
#include "agent/exit_code.h"
#include "notify/init_write.h"

namespace ha {

/// A line without blanks at both ends; nullopt: the input ended.
std::optional<std::string> answer_to(const std::string& question);

/// `yes`: to everything, without asking.
InitAgree agreement(bool yes, Lang lang);

/// Each fault in a line of its own; gives `code` back.
ExitCode refuse(const std::vector<std::string>& faults, ExitCode code);
/// usage where what was said is wrong, no for everything else.
ExitCode refuse(const Error& error);

/// What became of a file, in a line.
void tell_put(InitPut put, const std::string& path, Lang lang);

/// `word` is --lang's; without it the environment's language (LC_ALL, LC_MESSAGES, LANG), where
/// ha-agent speaks it.
Lang init_lang(const std::string& word);

}  // namespace ha
