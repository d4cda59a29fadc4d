#include "notify/history_command.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/atomic_file.h"
#include "agent/clock.h"
#include "notify/journal.h"
#include "notify/report.h"
#include "notify/timeline.h"
#include "notify/wrap.h"

namespace ha {
namespace {

constexpr std::size_t kNewest = 20;

std::size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kTerminalWidth;
}

ExitCode complain(const char* command, const Error& error, ExitCode code = ExitCode::no) {
  std::fprintf(stderr, "ha-agent: %s: %s\n", command, error.message.c_str());
  return code;
}

Result<std::vector<HistoryItem>> read_history(const Config& config) {
  const StateDir dir{config.agent.state_dir};
  const auto lines = read_journal(dir);
  if (!lines) return tl::unexpected(lines.error());
  const Outbox outbox(dir);
  return build_history(*lines, outbox.waiting(), outbox.dead());
}

}  // namespace

ExitCode history_command(const Config& config, const HistoryRequest& request) {
  const auto filter = parse_history_filter(request.words, wall_ms());
  if (!filter) return complain("history", filter.error(), ExitCode::usage);
  auto items = read_history(config);
  if (!items) return complain("history", items.error());
  std::erase_if(*items, [&](const HistoryItem& item) { return !passes(*filter, item); });

  std::size_t keep = filter->narrows() ? items->size() : kNewest;
  if (request.count > 0) keep = static_cast<std::size_t>(request.count);
  if (items->size() > keep) {
    items->erase(items->begin(), items->end() - static_cast<std::ptrdiff_t>(keep));
  }
  if (request.json) {
    std::fputs(render_history_json(*items).c_str(), stdout);
  } else if (items->empty() && filter->narrows()) {
    std::fputs(nothing_found(*filter, config.agent.lang).c_str(), stdout);
  } else {
    std::fputs(render_history_text(*items, config.agent.lang).c_str(), stdout);
  }
  return ExitCode::ok;
}

ExitCode history_show(const Config& config, const std::string& id, bool json) {
  const auto items = read_history(config);
  if (!items) return complain("history show", items.error());
  const auto found = find_transition(*items, id);
  if (!found) return complain("history show", found.error());
  const std::vector<HistoryItem> one{**found};
  if (json) {
    std::fputs(render_history_json(one).c_str(), stdout);
    return ExitCode::ok;
  }
  const std::string picture = render_timeline(build_timeline(one.front()), terminal_width(),
                                              ::isatty(STDOUT_FILENO) == 1, config.agent.lang);
  std::fputs((render_history_text(one, config.agent.lang) + (picture.empty() ? "" : "\n") + picture)
                 .c_str(),
             stdout);
  return ExitCode::ok;
}

ExitCode history_report(const Config& config, const ReportRequest& request) {
  const auto items = read_history(config);
  if (!items) return complain("history report", items.error());
  const auto found = find_transition(*items, request.id);
  if (!found) return complain("history report", found.error());
  struct stat there {};
  if (!request.force && ::lstat(request.path.c_str(), &there) == 0) {
    const std::string text = request.path + " exists already; --force replaces it";
    return complain("history report", Error{text, ErrorKind::other, EEXIST});
  }
  const AgentConfig& agent = config.agent;
  const std::string page =
      render_report(**found, {agent.lang, agent.node, agent.vip, HA_VERSION, wall_ms()});
  if (const auto written = write_file(request.path, page); !written) {
    return complain("history report", written.error());
  }
  std::printf("%s\n", request.path.c_str());
  return ExitCode::ok;
}

}  // namespace ha
