#include "notify/alerts_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "agent/role_state.h"
#include "agent/system_error.h"
#include "notify/alert_text.h"
#include "notify/channel.h"
#include "notify/local_time.h"
#include "notify/message.h"

namespace ha {
namespace {

using nlohmann::json;

// The package's timer unit allows 90 s.
constexpr Millis kRetryTime{60'000};
constexpr Millis kTestTime{10'000};

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

void complain(const std::string& text) {
  std::fprintf(stderr, "ha-agent: %s\n", text.c_str());
}

const char* state_of(const OutboxEntry& entry, const Config& config) {
  if (entry.dead) return "dead";
  return !find_channel(config, entry.channel) ? "no-channel" : "waiting";
}

std::vector<OutboxEntry> everything(const Outbox& outbox) {
  auto entries = outbox.waiting();
  auto dead = outbox.dead();
  entries.insert(entries.end(), std::make_move_iterator(dead.begin()),
                 std::make_move_iterator(dead.end()));
  return entries;
}

/// An outbox that cannot be read must not look like an empty one.
Status readable(const StateDir& dir) {
  if (::access(dir.outbox().c_str(), R_OK | X_OK) == 0 || errno == ENOENT) return {};
  return fail_errno("cannot read", dir.outbox());
}

Status writable(const StateDir& dir) {
  if (::access(dir.outbox().c_str(), R_OK | W_OK | X_OK) == 0 || errno == ENOENT) return {};
  return fail_errno("cannot write to", dir.outbox());
}

std::string standing(const OutboxEntry& entry, bool behind_another, const Config& config,
                     std::int64_t now_ms) {
  const std::string tries =
      fmt::format("{} {}", entry.attempts, entry.attempts == 1 ? "try" : "tries");
  if (entry.dead) return fmt::format("given up after {}", tries);
  if (!find_channel(config, entry.channel)) {
    return fmt::format("waiting, but the configuration has no channel {} any more", entry.channel);
  }
  if (behind_another) return "waiting behind an older one";
  if (entry.attempts == 0) return "waiting, not tried yet";
  const std::int64_t left = entry.next_at_ms - now_ms;
  const std::string next =
      left > 0 ? "next in " + format_took(Lang::en, Millis{left}) : "next try is due";
  return fmt::format("waiting, {}, {}", tries, next);
}

}  // namespace

std::string render_alerts_text(const std::vector<OutboxEntry>& entries, const Config& config,
                               std::int64_t now_ms) {
  const auto dead = std::count_if(entries.begin(), entries.end(),
                                  [](const OutboxEntry& entry) { return entry.dead; });
  const auto waiting = static_cast<std::ptrdiff_t>(entries.size()) - dead;
  std::string text = waiting == 0
                         ? std::string("no alerts waiting")
                         : fmt::format("{} {} waiting", waiting, waiting == 1 ? "alert" : "alerts");
  text += dead == 0 ? std::string("\n") : fmt::format(", {} given up\n", dead);
  std::set<std::pair<std::string, std::string>> waited_for;  // channel and instance
  for (const OutboxEntry& entry : entries) {
    const Alert& alert = entry.alert;
    const bool behind_another =
        !entry.dead && !waited_for.emplace(entry.channel, alert.instance).second;
    text += fmt::format("\n{}\n  {} {}{}{}, {}, {}\n  {}\n", entry.id(), to_string(alert.to),
                        alert.node, alert.instance.empty() ? "" : " ", alert.instance,
                        to_string(alert.outcome), format_local_time(alert.at_ms),
                        standing(entry, behind_another, config, now_ms));
    if (!entry.last_error.empty()) text += fmt::format("  {}\n", entry.last_error);
  }
  return text;
}

std::string render_alerts_json(const std::vector<OutboxEntry>& entries, const Config& config) {
  json all = json::array();
  for (const OutboxEntry& entry : entries) {
    all.push_back({{"id", entry.id()},
                   {"event", entry.alert.event_id},
                   {"channel", entry.channel},
                   {"instance", entry.alert.instance},
                   {"to", to_string(entry.alert.to)},
                   {"outcome", to_string(entry.alert.outcome)},
                   {"state", state_of(entry, config)},
                   {"attempts", entry.attempts},
                   {"created_at_ms", entry.created_at_ms},
                   {"next_at_ms", entry.next_at_ms},
                   {"last_status", entry.last_status},
                   {"last_error", entry.last_error}});
  }
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

ExitCode alerts_list(const Config& config, bool json, bool only_dead) {
  const StateDir dir{config.agent.state_dir};
  if (auto ok = readable(dir); !ok) {
    complain("alerts list: " + ok.error().message);
    return ExitCode::no;
  }
  const Outbox outbox(dir);
  const auto entries = only_dead ? outbox.dead() : everything(outbox);
  print(json ? render_alerts_json(entries, config)
             : render_alerts_text(entries, config, wall_ms()));
  return ExitCode::ok;
}

ExitCode alerts_retry(const Config& config, bool due, bool dead) {
  const StateDir dir{config.agent.state_dir};
  if (auto ok = writable(dir); !ok) {
    complain("alerts retry: " + ok.error().message);
    return ExitCode::no;
  }
  const Outbox outbox(dir);
  if (due) {
    deliver_alerts(dir, config, Deadline::in(kRetryTime), false);
    return ExitCode::ok;
  }
  for (const OutboxEntry& entry : dead ? outbox.dead() : std::vector<OutboxEntry>()) {
    if (!find_channel(config, entry.channel)) continue;
    if (auto revived = outbox.revive(entry, wall_ms()); !revived) {
      complain("alerts retry: " + revived.error().message);
    }
  }
  const Delivery sum = deliver_alerts(dir, config, Deadline::in(kRetryTime), true);
  const auto left = everything(outbox);
  if (sum.delivered > 0) print(fmt::format("{} delivered; ", sum.delivered));
  print(render_alerts_text(left, config, wall_ms()));
  const bool done = std::all_of(left.begin(), left.end(),
                                [&](const OutboxEntry& entry) { return entry.dead && !dead; });
  return done ? ExitCode::ok : ExitCode::no;
}

ExitCode alerts_test(const Config& config, const std::string& name) {
  const auto channel = find_channel(config, name);
  if (!channel) {
    std::string known;
    for (const ChannelConfig* one : config.channels()) {
      known += (known.empty() ? "" : ", ") + one->name;
    }
    complain(fmt::format("alerts test: there is no channel '{}' (there are: {})", name,
                         known.empty() ? "none" : known));
    return ExitCode::no;
  }
  const Message message = test_message(config.agent.node, name, config.agent.lang, wall_ms());
  const Sent sent = channel->send(message, Deadline::in(kTestTime));
  const bool ok = sent.judged.fate == Fate::ok;
  const std::string status =
      sent.status == 0 ? "no answer" : fmt::format("{} {}", channel->speaks, sent.status);
  print(fmt::format("{}: {}, {} ms\n", channel->place, status, sent.took.count()));
  if (!sent.body.empty()) print(fmt::format("reply: {}\n", sent.body));
  if (!ok) print(fmt::format("why: {}\n", sent.judged.why));
  print(fmt::format("verdict: {}\n", ok ? "OK"
                                     : sent.judged.fate == Fate::dead
                                         ? "DEAD (the same again would fail again)"
                                         : "RETRY (it may succeed later)"));
  return ok ? ExitCode::ok : ExitCode::no;
}

ExitCode alerts_drop(const Config& config, const std::vector<std::string>& ids, bool all) {
  const StateDir dir{config.agent.state_dir};
  if (auto ok = writable(dir); !ok) {
    complain("alerts drop: " + ok.error().message);
    return ExitCode::no;
  }
  if (!all && ids.empty()) {
    complain("alerts drop: expected the ids that `alerts list` shows, or --all");
    return ExitCode::usage;
  }
  const Outbox outbox(dir);
  const auto entries = everything(outbox);
  std::vector<std::string> missing = ids;
  int dropped = 0;
  bool failed = false;
  for (const OutboxEntry& entry : entries) {
    const auto named = [&](const std::string& id) {
      return id == entry.id() || id == entry.alert.event_id;
    };
    if (!all && std::none_of(ids.begin(), ids.end(), named)) continue;
    std::erase_if(missing, named);
    if (auto moved = outbox.to_done(entry); !moved) {
      complain("alerts drop: " + moved.error().message);
      failed = true;
      continue;
    }
    journal_alert(dir, entry, "dropped", Millis{0});
    ++dropped;
  }
  print(fmt::format("{} dropped\n", dropped));
  for (const std::string& id : missing) complain(fmt::format("alerts drop: there is no '{}'", id));
  return missing.empty() && !failed ? ExitCode::ok : ExitCode::no;
}

}  // namespace ha
