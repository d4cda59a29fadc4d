#include "notify/status_watch.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <vector>

#include "agent/clock.h"
#include "agent/duration.h"
#include "agent/stop_signal.h"
#include "notify/local_time.h"
#include "notify/status.h"

namespace ha {
namespace {

constexpr std::size_t kUsualRows = 24;
// Another screen, so that what the terminal showed before is there again afterwards; no cursor.
constexpr const char* kEnter = "\x1b[?1049h\x1b[?25l";
constexpr const char* kLeave = "\x1b[?25h\x1b[?1049l";

std::size_t rows_of_terminal() {
  struct winsize size {};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
  return known ? size.ws_row : kUsualRows;
}

void put(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

std::string redraw(const std::string& text, std::size_t rows) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.size() > rows && rows > 0) {
    const std::size_t left_out = lines.size() - rows + 1;
    lines.resize(rows - 1);
    lines.push_back(fmt::format("… {} more lines: make the window taller", left_out));
  }
  std::string drawn = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    drawn += lines[i] + "\x1b[K" + (i + 1 < lines.size() ? "\r\n" : "");
  }
  return drawn + "\x1b[J";
}

ExitCode watch_status(const Config& config, Millis interval) {
  if (::isatty(STDOUT_FILENO) != 1) {
    std::fputs(
        "ha-agent: status --watch draws on a terminal, and this is none; without --watch it prints "
        "once\n",
        stderr);
    return ExitCode::usage;
  }
  catch_stop_signals({SIGINT, SIGTERM, SIGHUP});
  put(kEnter);
  while (!stop_wanted()) {
    const std::string text = render_status_text(gather_status(config), true, config.agent.lang);
    const std::string head = fmt::format("{}, every {}; Ctrl-C ends it\n\n",
                                         format_local_time(wall_ms()), format_duration(interval));
    if (stop_wanted()) break;
    put(redraw(head + text, rows_of_terminal()));
    // A signal ends the wait.
    ::poll(nullptr, 0, static_cast<int>(interval.count()));
  }
  put(kLeave);
  return ExitCode::ok;
}

}  // namespace ha
