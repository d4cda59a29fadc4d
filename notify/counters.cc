// counters.json names the file that was added last, by how it begins: whoever is killed between
// adding and replacing leaves both, and the sum leaves that file out.
#include "notify/counters.h"

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/json_get.h"
#include "agent/state.h"
#include "notify/journal_files.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr std::size_t kReadLimit = std::size_t{64} << 20U;
/// A line begins with its time in milliseconds: no two files begin alike for so long.
constexpr std::size_t kHead = 160;

std::uint64_t number(const json& from) {
  return from.is_number_unsigned() ? from.get<std::uint64_t>() : 0;
}

/// Most lines are steps. A text within a line has its quotes escaped, so it cannot look like this.
bool may_count(std::string_view line) {
  return line.find(R"("type":"event")") != line.npos || line.find(R"("type":"alert")") != line.npos;
}

void count_event(const json& line, Counters& counters) {
  const auto state = parse_state(get_string(line, "state"));
  if (!state) return;
  ++counters.transitions[{get_string(line, "instance"), std::string(to_string(*state))}];
  counters.last_transition_ms = std::max(counters.last_transition_ms, get_int(line, "at_ms"));
}

void count_alert(const json& line, Counters& counters) {
  const std::string channel = get_string(line, "channel");
  const std::string result = get_string(line, "result");
  const bool failed = result == "retry" || result == "dead";
  if (channel.empty() || (!failed && result != "ok")) return;  // dropped: nobody tried
  ++counters.tries[channel];
  if (failed) ++counters.failed[{channel, failure_reason(get_int(line, "status"))}];
  if (result == "dead") ++counters.dead;
}

json pairs_to_json(const std::map<Counters::Pair, std::uint64_t>& from) {
  json all = json::array();
  for (const auto& [key, count] : from) all.push_back({key.first, key.second, count});
  return all;
}

void pairs_from_json(const json& from, std::map<Counters::Pair, std::uint64_t>& into) {
  for (const json& each : from) {
    if (!each.is_array() || each.size() != 3 || !each[0].is_string() || !each[1].is_string()) {
      continue;
    }
    into[{each[0].get<std::string>(), each[1].get<std::string>()}] = number(each[2]);
  }
}

struct Kept {
  std::string head;  ///< of the journal that was added last
  Counters counters;
};

std::string to_text(const Kept& kept) {
  const Counters& all = kept.counters;
  const json whole{{"version", 1},
                   {"head", kept.head},
                   {"transitions", pairs_to_json(all.transitions)},
                   {"tries", all.tries},
                   {"failed", pairs_to_json(all.failed)},
                   {"dead", all.dead},
                   {"last_transition_ms", all.last_transition_ms}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Kept parse(const std::string& text) {
  const json whole = json::parse(text, nullptr, false);
  Kept kept;
  kept.head = get_string(whole, "head");
  pairs_from_json(get_array(whole, "transitions"), kept.counters.transitions);
  pairs_from_json(get_array(whole, "failed"), kept.counters.failed);
  if (const auto tries = whole.is_object() ? whole.find("tries") : whole.end();
      tries != whole.end() && tries->is_object()) {
    for (const auto& [channel, count] : tries->items()) {
      kept.counters.tries[channel] = number(count);
    }
  }
  kept.counters.dead =
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, get_int(whole, "dead")));
  kept.counters.last_transition_ms = get_int(whole, "last_transition_ms");
  return kept;
}

/// "" when there is none.
Result<std::string> text_of(const std::string& path) {
  auto text = read_file(path, kReadLimit);
  if (!text && text.error().code == ENOENT) return std::string();
  return text;
}

/// As JSON that keeps it byte for byte: what is not ASCII would not come back.
std::string head_of(std::string_view journal) {
  std::string head(journal.substr(0, std::min(journal.find('\n'), kHead)));
  std::replace_if(
      head.begin(), head.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7e; }, '?');
  return head;
}

/// What counters.json will be once the older journal is gone; nullopt: as it is.
Result<std::optional<std::string>> with_before(const StateDir& dir) {
  const auto before = text_of(journal_before(dir));
  const auto kept_text = text_of(counters_path(dir));
  if (!before) return tl::unexpected(before.error());
  if (!kept_text) return tl::unexpected(kept_text.error());
  Kept kept = parse(*kept_text);
  const std::string head = head_of(*before);
  if (head.empty() || head == kept.head) return std::nullopt;
  kept.head = head;
  count_lines(*before, kept.counters);
  return to_text(kept);
}

}  // namespace

const char* failure_reason(std::int64_t status) {
  if (status == 0) return kFailureReasons[0];
  return status < 200 || status > 299 ? kFailureReasons[1] : kFailureReasons[2];
}

void count_lines(std::string_view journal, Counters& counters) {
  while (!journal.empty()) {
    const auto end = journal.find('\n');
    const std::string_view line = journal.substr(0, end);
    journal.remove_prefix(end == journal.npos ? journal.size() : end + 1);
    if (!may_count(line)) continue;
    const json value = json::parse(line, nullptr, false);
    const std::string type = get_string(value, "type");
    if (type == "event") count_event(value, counters);
    if (type == "alert") count_alert(value, counters);
  }
}

Result<Counters> read_counters(const StateDir& dir) {
  Counters sum;
  const auto read = read_unrotated(dir, [&]() -> Status {
    const auto kept_text = text_of(counters_path(dir));
    const auto before = text_of(journal_before(dir));
    const auto journal = text_of(dir.journal());
    for (const auto* text : {&kept_text, &before, &journal}) {
      if (!*text) return tl::unexpected(text->error());
    }
    const Kept kept = parse(*kept_text);
    sum = kept.counters;
    if (const std::string head = head_of(*before); head != kept.head) count_lines(*before, sum);
    count_lines(*journal, sum);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return sum;
}

Status keep_counters(const StateDir& dir, const std::function<void()>& replace) {
  const auto next = with_before(dir);
  // Relaxed: a failover may be waiting, and a power cut takes back figures and nothing else.
  const auto write = [&]() -> Status {
    return *next ? write_file(counters_path(dir), **next, Durability::relaxed) : Status{};
  };
  Status kept = next ? write() : Status(tl::unexpected(next.error()));
  replace();
  if (!kept && next) kept = write();
  return kept;
}

}  // namespace ha
