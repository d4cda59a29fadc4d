// `ha-agent check`: may this node hold the VIP? Asks every resource at once, judges, remembers and
// says so. Changes no server. The caller leaves the process through agent/leave.h, because probes
// that were late still run.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/exit_code.h"

namespace ha {

struct CheckRequest {
  enum class Format { text, json, nagios };
  std::vector<std::string> names;  ///< `main`, `mysql main`, `mysql:main` or `mysql`; empty: all
  Format format = Format::text;
  std::optional<Millis> deadline;  ///< instead of the configured one
  bool remember = true;            ///< what it saw and said, for the next check
};

/// Prints to stdout. With Format::nagios the code is the plugins' (0, 2, 3), not the contract's.
/// A check of named resources gives a verdict but is not remembered.
ExitCode check_command(const Config& config, const CheckRequest& request);

std::optional<CheckRequest::Format> parse_check_format(std::string_view word);

/// The code to leave with, and for nagios the line to print, when there is nothing to check.
ExitCode check_without_verdict(CheckRequest::Format format, ExitCode code, const std::string& why);

}  // namespace ha
