// `ha-agent serve`: /metrics, /health and /status by HTTP, read-only. Each page is what one of the
// program's own commands prints, run as a child process: what a library leaks or breaks ends with
// the child, and the configuration is always the one in the file. A child that cannot even be
// killed (it waits for a disk that hangs) holds its page back; the other pages go on.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "agent/http_server.h"
#include "agent/subprocess.h"

namespace ha {

struct Page {
  std::string_view path;
  std::string_view what;           ///< one line for people
  std::vector<std::string> words;  ///< the command
  std::string_view type;           ///< of what it prints
  bool by_verdict;                 ///< 200 only when the command ends with 0, and 503 else
};

const std::vector<Page>& pages();

// --- pure ----------------------------------------------------------------------------------------

/// How long a page's command may take: longer than any of them does by its own deadlines.
Millis page_limit(const AgentConfig& agent);
/// What the command printed, when it could say something; else 500 (503 where a verdict was asked
/// for) with the reason in a text.
HttpReply reply_of(const Page& page, const Result<Ran>& ran);
/// The list of the pages; with `status` 404 it begins with the path that is none.
HttpReply list_of_pages(int status, std::string_view path);

// --- doing ---------------------------------------------------------------------------------------

/// Until it is told to stop. ok at once when nothing is to be listened on; `no` with one sentence
/// when it cannot listen there.
ExitCode serve_command(const Config& config);

}  // namespace ha
