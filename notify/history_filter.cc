#include "notify/history_filter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <tuple>

#include "agent/duration.h"
#include "agent/state.h"
#include "agent/text.h"
#include "agent/texts.h"
#include "notify/local_time.h"

namespace ha {
namespace {

constexpr const char* kUnfinished = "unfinished";
constexpr std::size_t kNamed = 3;  // of several transitions that could be meant

std::vector<std::string> outcomes() {
  std::vector<std::string> words;
  for (int i = 0; i <= static_cast<int>(Outcome::suspended); ++i) {
    words.emplace_back(to_string(static_cast<Outcome>(i)));
  }
  words.emplace_back(kUnfinished);
  return words;
}

/// The numbers of a text that looks like `shape`, where each 0 stands for a digit.
std::optional<std::vector<int>> numbers_of(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return std::nullopt;
  std::vector<int> numbers;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] != '0') {
      if (text[i] != shape[i]) return std::nullopt;
      inside = false;
      continue;
    }
    if (!digit) return std::nullopt;
    if (!inside) numbers.push_back(0);
    numbers.back() = numbers.back() * 10 + (text[i] - '0');
    inside = true;
  }
  return numbers;
}

/// Year, month, day, hour, minute, second; what is not there is 0.
std::optional<std::array<int, 6>> parts_of(std::string_view text) {
  for (const std::string_view shape : {"0000-00-00", "0000-00-00 00:00", "0000-00-00T00:00",
                                       "0000-00-00 00:00:00", "0000-00-00T00:00:00"}) {
    if (const auto numbers = numbers_of(text, shape)) {
      std::array<int, 6> parts{};
      std::copy(numbers->begin(), numbers->end(), parts.begin());
      return parts;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> local_moment(const std::array<int, 6>& parts) {
  std::tm local{};
  local.tm_year = parts[0] - 1900;
  local.tm_mon = parts[1] - 1;
  local.tm_mday = parts[2];
  local.tm_hour = parts[3];
  local.tm_min = parts[4];
  local.tm_sec = parts[5];
  local.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&local);
  // mktime() makes 2 March of 30 February. The hour may move: one that summer time skips is none.
  if (local.tm_year != parts[0] - 1900 || local.tm_mon != parts[1] - 1 ||
      local.tm_mday != parts[2] || parts[3] > 23 || parts[4] > 59 || parts[5] > 59) {
    return std::nullopt;
  }
  return std::int64_t{seconds} * 1000;
}

tl::unexpected<Error> wrong(std::string_view option, std::string_view expected,
                            std::string_view got) {
  return fail(fmt::format("{}: expected {}, got {}", option, expected, in_quotes(got)),
              ErrorKind::config);
}

}  // namespace

bool HistoryFilter::narrows() const {
  return since_ms || until_ms || !to.empty() || !instance.empty() || !outcome.empty() || failed;
}

Result<std::int64_t> parse_when(std::string_view text, std::int64_t now_ms) {
  if (const auto ago = parse_duration(text)) return now_ms - ago->count();
  const auto parts = parts_of(text);
  const auto moment = parts ? local_moment(*parts) : std::nullopt;
  if (moment) return *moment;
  return fail(
      fmt::format("expected a duration such as 2h or 7d, or a local time such as 2026-11-27 or "
                  "2026-11-27 05:00, got {}",
                  in_quotes(text)),
      ErrorKind::config);
}

Result<HistoryFilter> parse_history_filter(const HistoryWords& words, std::int64_t now_ms) {
  HistoryFilter filter;
  for (const auto& [option, text, moment] :
       {std::tuple{"--since", &words.since, &filter.since_ms},
        std::tuple{"--until", &words.until, &filter.until_ms}}) {
    if (text->empty()) continue;
    const auto when = parse_when(*text, now_ms);
    if (!when) return fail(fmt::format("{}: {}", option, when.error().message), ErrorKind::config);
    *moment = *when;
  }
  if (filter.since_ms && filter.until_ms && *filter.until_ms < *filter.since_ms) {
    return wrong("--until", "a moment after that of --since", words.until);
  }
  if (!words.to.empty()) {
    const auto state = parse_state(words.to);
    if (!state) return wrong("--to", "MASTER, BACKUP, FAULT, STOP or DELETED", words.to);
    filter.to = to_string(*state);
  }
  if (const auto all = outcomes();
      !words.outcome.empty() && std::find(all.begin(), all.end(), words.outcome) == all.end()) {
    return wrong("--outcome", fmt::format("one of {}", fmt::join(all, ", ")), words.outcome);
  }
  filter.outcome = words.outcome;
  filter.instance = words.instance;
  filter.failed = words.failed;
  return filter;
}

bool ended_badly(const HistoryItem& item) {
  static const std::array bad{to_string(Outcome::refused), to_string(Outcome::failed),
                              to_string(Outcome::interrupted), kUnfinished};
  return std::any_of(bad.begin(), bad.end(),
                     [&](const char* word) { return item.outcome == word; });
}

bool passes(const HistoryFilter& filter, const HistoryItem& item) {
  if (filter.since_ms && item.at_ms < *filter.since_ms) return false;
  if (filter.until_ms && item.at_ms > *filter.until_ms) return false;
  if (!filter.to.empty() && item.to != filter.to) return false;
  if (!filter.instance.empty() && item.instance != filter.instance) return false;
  if (!filter.outcome.empty() && item.outcome != filter.outcome) return false;
  return !filter.failed || ended_badly(item);
}

std::string nothing_found(const HistoryFilter& filter, Lang lang) {
  std::string asked;
  const auto add = [&](Text id, const std::string& value) {
    asked += say(lang, id, fmt::arg("value", value));
  };
  if (!filter.to.empty()) add(Text::history_to, filter.to);
  if (!filter.instance.empty()) add(Text::history_of, in_quotes(filter.instance));
  if (!filter.outcome.empty()) add(Text::history_with, filter.outcome);
  if (filter.failed) asked += say(lang, Text::history_ended_badly);
  if (filter.since_ms) add(Text::history_since, format_local_time(*filter.since_ms));
  if (filter.until_ms) add(Text::history_until, format_local_time(*filter.until_ms));
  return say(lang, Text::history_not_found, fmt::arg("asked", asked)) + "\n";
}

Result<const HistoryItem*> find_transition(const std::vector<HistoryItem>& items,
                                           std::string_view id) {
  std::vector<const HistoryItem*> found;
  for (const HistoryItem& item : items) {
    if (!item.deed.empty() || id.empty()) continue;
    if (item.event == id) return &item;
    if (item.event.starts_with(id)) found.push_back(&item);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return fail(fmt::format("no transition {} is in the journal; `ha-agent history` shows the ids",
                            in_quotes(id)));
  }
  std::string text = fmt::format("{} transitions begin with {}: ", found.size(), in_quotes(id));
  for (std::size_t i = 0; i < std::min(found.size(), kNamed); ++i) {
    text += (i == 0 ? "" : ", ") + in_quotes(found[i]->event);
  }
  return fail(text + (found.size() > kNamed ? ", …" : ""));
}

}  // namespace ha
