#include "notify/fifo.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "agent/clock.h"
#include "agent/log.h"
#include "agent/system_error.h"
#include "notify/roles.h"
#include "notify/transition.h"

namespace ha {

std::vector<std::string> fifo_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool any = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      any = true;
    } else if (!quoted && (c == ' ' || c == '\r')) {
      if (any || !word.empty()) words.push_back(word);
      word.clear();
      any = false;
    } else {
      word += c;
    }
  }
  if (any || !word.empty()) words.push_back(word);
  // MASTER_RX_LOWER_PRI, MASTER_PRIORITY, BACKUP_PRIORITY
  if (words.size() >= 3 && words[2].find('_') != std::string::npos) return {};
  return words;
}

Result<NotifyFifo> NotifyFifo::open(const std::string& path) {
  // For writing too: a FIFO without a writer is at its end, again and again.
  Fd fd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return fail_errno("cannot open", path);
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0 || !S_ISFIFO(st.st_mode)) {
    return fail(fmt::format("{} is no FIFO; make it with mkfifo -m 600", path));
  }
  return NotifyFifo(std::move(fd));
}

std::vector<Event> NotifyFifo::read() {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto got = ::read(fd_.get(), buffer.data(), buffer.size());
    if (got <= 0) break;
    rest_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  std::vector<Event> events;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    const std::vector<std::string> words = fifo_words(std::string_view(rest_).substr(0, end));
    rest_.erase(0, end + 1);
    if (words.empty()) continue;
    const auto transition = parse_transition(words);
    if (!transition) {
      log::warning("notify FIFO: " + transition.error().message);
      continue;
    }
    Event event = make_event(transition->instance, transition->group, transition->state,
                             transition->priority);
    // As if a hook had been forked for it now; each later than the one before.
    static const std::int64_t kTicks = ::sysconf(_SC_CLK_TCK);
    last_tick_ = std::max(last_tick_ + 1, boottime_ms() * kTicks / 1000);
    event.hook.start_ticks = last_tick_;
    event.id += fmt::format("-{}", last_tick_);
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace ha
