#include "notify/history.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/json_get.h"
#include "notify/local_time.h"

namespace ha {
namespace {

using nlohmann::json;

std::string ack_text(const json& line) {
  return get_string(line, "resource") + ": " + get_string(line, "step") + ": " +
         get_string(line, "error");
}

std::string with_reason(const json& line, std::string text) {
  if (const std::string by = get_string(line, "by"); !by.empty()) text += " by " + by;
  if (const std::string why = get_string(line, "reason"); !why.empty()) text += ": " + why;
  return text;
}

std::string maintenance_text(const json& line) {
  std::string text = get_string(line, "state");
  if (const std::int64_t until = get_int(line, "until_ms"); until != 0) {
    text += " until " + format_local_time(until);
  }
  return with_reason(line, std::move(text));
}

std::string switchover_text(const json& line) {
  std::string text = with_reason(line, get_string(line, "state"));
  if (const std::string why = get_string(line, "why"); !why.empty()) text += "; " + why;
  return text;
}

class Builder {
 public:
  void add(const json& line) {
    ++lines_;
    const std::string type = get_string(line, "type");
    if (type == "ack") return add_deed(line, type, ack_text(line));
    if (type == "maintenance") return add_deed(line, type, maintenance_text(line));
    if (type == "switchover") return add_deed(line, type, switchover_text(line));
    if (type != "event" && type != "begin" && type != "step" && type != "end" && type != "alert") {
      return;
    }
    const std::string id = get_string(line, "event");
    if (id.empty()) return;
    // An alert or a step whose beginning was rotated away tells nothing by itself.
    const bool opens = type == "event" || type == "begin" || type == "end";
    if (!opens && !index_.contains(id)) return;
    HistoryItem& item = item_of(id, line);
    if (type == "event") {
      fill(item.instance, get_string(line, "instance"));
      fill(item.to, get_string(line, "state"));
    } else if (type == "begin") {
      begin(item, line);
    } else if (type == "step") {
      add_step(item, line);
    } else if (type == "end") {
      end(item, line);
    } else {
      add_alert(item, line);
    }
  }

  void overlay(const std::vector<OutboxEntry>& entries, const char* result) {
    for (const OutboxEntry& entry : entries) {
      const auto at = index_.find(entry.alert.event_id);
      if (at == index_.end()) continue;
      alert_of(items_[at->second], entry.channel) = {entry.channel, result, entry.attempts,
                                                     entry.last_error};
    }
  }

  std::vector<HistoryItem> finish() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      HistoryItem& item = items_[i];
      if (!item.deed.empty() || !item.outcome.empty()) continue;
      const bool later = std::any_of(
          items_.begin() + static_cast<std::ptrdiff_t>(i) + 1, items_.end(),
          [&](const auto& other) {
            return other.deed.empty() && other.instance == item.instance && begun_[other.event];
          });
      if (begun_[item.event]) {
        item.outcome = later ? "interrupted" : "unfinished";
      } else {
        item.outcome = later ? "superseded" : "recorded";
      }
    }
    // In the order of the work: an event may be recorded long before its turn comes.
    std::stable_sort(items_.begin(), items_.end(),
                     [](const auto& a, const auto& b) { return a.turn < b.turn; });
    return std::move(items_);
  }

 private:
  static void fill(std::string& field, const std::string& value) {
    if (field.empty()) field = value;
  }

  HistoryItem& item_of(const std::string& id, const json& line) {
    const auto [at, added] = index_.try_emplace(id, items_.size());
    if (added) {
      items_.emplace_back();
      items_.back().event = id;
      items_.back().at_ms = get_int(line, "at_ms");
      items_.back().turn = lines_;
    }
    return items_[at->second];
  }

  void begin(HistoryItem& item, const json& line) {
    fill(item.instance, get_string(line, "instance"));
    fill(item.from, get_string(line, "from"));
    fill(item.to, get_string(line, "to"));
    item.version = get_string(line, "version");
    begun_[item.event] = true;
    item.turn = lines_;
    item.outcome.clear();  // a hook that takes up what a killed one left begins anew
  }

  static void add_step(HistoryItem& item, const json& line) {
    const double ms = get_number(line, "took_ms");
    item.steps.push_back({get_string(line, "resource"), get_string(line, "step"),
                          get_bool(line, "ok"), Millis{get_int(line, "took_ms")},
                          get_string(line, "detail")});
    item.steps_ms.push_back(ms);
    item.steps_end_ms.push_back(get_int(line, "at_ms"));
  }

  static void end(HistoryItem& item, const json& line) {
    item.outcome = get_string(line, "outcome");
    item.took_ms = get_number(line, "took_ms");
    item.problems = get_strings(line, "problems");
  }

  static HistoryAlert& alert_of(HistoryItem& item, const std::string& channel) {
    for (HistoryAlert& alert : item.alerts) {
      if (alert.channel == channel) return alert;
    }
    item.alerts.push_back({channel, "", 0, ""});
    return item.alerts.back();
  }

  static void add_alert(HistoryItem& item, const json& line) {
    static const std::map<std::string, const char*> words{
        {"ok", "delivered"}, {"retry", "waiting"}, {"dead", "dead"}, {"dropped", "dropped"}};
    HistoryAlert& alert = alert_of(item, get_string(line, "channel"));
    const auto word = words.find(get_string(line, "result"));
    if (word != words.end()) alert.result = word->second;
    alert.attempts = static_cast<int>(get_int(line, "attempt"));
    alert.error = get_string(line, "error");
  }

  void add_deed(const json& line, const std::string& type, std::string text) {
    HistoryItem item;
    item.deed = type;
    item.turn = lines_;
    item.event = get_string(line, "event");
    item.at_ms = get_int(line, "at_ms");
    item.problems.push_back(std::move(text));
    items_.push_back(std::move(item));
  }

  std::size_t lines_ = 0;
  std::vector<HistoryItem> items_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, bool> begun_;
};

}  // namespace

std::vector<HistoryItem> build_history(const std::vector<json>& lines,
                                       const std::vector<OutboxEntry>& waiting,
                                       const std::vector<OutboxEntry>& dead) {
  Builder builder;
  for (const json& line : lines) builder.add(line);
  builder.overlay(waiting, "waiting");
  builder.overlay(dead, "dead");
  return builder.finish();
}

}  // namespace ha
