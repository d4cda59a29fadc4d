#include "notify/machine_readings.h"

#include <algorithm>
#include <set>

#include "agent/clock.h"
#include "agent/config_alert_rules.h"
#include "agent/duration.h"
#include "agent/witness_ask.h"
#include "checks/database_size.h"
#include "checks/machine.h"
#include "notify/oldest_sendable.h"

namespace ha {
namespace {

constexpr Millis kLookEvery{5'000};
constexpr Millis kPingPatience{2'000};
constexpr Millis kSizeEvery{300'000};
constexpr Millis kSizePatience{60'000};

Reading reading_of(std::optional<double> value) {
  return value ? Reading{Reading::Kind::value, *value, {}} : Reading{};
}

/// Milliseconds that the oldest alert has waited which could have been sent.
double spool_age(const Config& config) {
  const Outbox outbox(StateDir{config.agent.state_dir});
  const std::int64_t now = wall_ms();
  std::int64_t oldest = now;
  for (const ChannelConfig* channel : config.channels()) {
    oldest = std::min(oldest, oldest_sendable(outbox, *channel, now).value_or(now));
  }
  return static_cast<double>(now - oldest);
}

Reading machine_reading(const Config& config, Metric metric, const std::string& about) {
  switch (metric) {
    case Metric::disk_free:
      return reading_of(disk_free(about));
    case Metric::load:
      return reading_of(load_per_processor());
    case Metric::memory:
      return reading_of(memory_used());
    case Metric::spool_age:
      return reading_of(spool_age(config));
    default:
      return {};
  }
}

Reading latency_to(const std::string& host) {
  const auto begun = SteadyClock::now();
  const WitnessReply reply = ask_ping(host, Deadline::in(kPingPatience));
  const std::chrono::duration<double, std::milli> took = SteadyClock::now() - begun;
  return {Reading::Kind::value, took.count(), reply.answered ? std::string() : reply.seen};
}

Reading size_of(const MysqlConfig& mysql) {
  const auto bytes = ask_database_size(mysql.server, Deadline::in(kSizePatience));
  return bytes ? reading_of(static_cast<double>(*bytes)) : Reading{};
}

}  // namespace

std::vector<std::string> subjects_of(const Config& config, const AlertRuleConfig& rule) {
  if (rule.metric == Metric::disk_free) {
    return {rule.path.empty() ? config.agent.state_dir : rule.path};
  }
  if (rule.metric != Metric::network_latency) return {""};
  std::set<std::string> peers;
  for (const auto& mysql : config.mysql) peers.insert(mysql.peer_host);
  for (const auto& redis : config.redis) peers.insert(redis.peer_host);
  peers.erase("");
  return {peers.begin(), peers.end()};
}

std::vector<std::string> abouts_of(const Config& config, const AlertRuleConfig& rule) {
  return is_of_node(rule.metric) ? subjects_of(config, rule) : resources_of(config, rule);
}

MachineReadings::MachineReadings(const Config& config) {
  std::set<Key> machine;
  std::set<std::string> pings;
  std::set<std::string> sizes;
  for (const AlertRuleConfig& rule : config.alert) {
    if (rule.metric == Metric::database_size) {
      sizes.insert(rule.resource);
    } else if (is_of_node(rule.metric)) {
      for (const std::string& about : subjects_of(config, rule)) {
        if (rule.metric == Metric::network_latency) {
          pings.insert(about);
        } else {
          machine.insert({rule.metric, about});
        }
      }
    }
  }
  if (!machine.empty()) {
    const std::vector<Key> keys(machine.begin(), machine.end());
    open(keys, kLookEvery, [keys, config]() -> Result<Readings> {
      Readings all;
      for (const Key& key : keys) all[key] = machine_reading(config, key.first, key.second);
      return all;
    });
  }
  for (const std::string& host : pings) {
    const Key key{Metric::network_latency, host};
    open({key}, kLookEvery, [key]() -> Result<Readings> {
      return Readings{{key, latency_to(key.second)}};
    });
  }
  for (const MysqlConfig& mysql : config.mysql) {
    const std::string resource = "mysql " + mysql.name;
    if (!sizes.contains(resource) && !sizes.contains("")) continue;
    const Key key{Metric::database_size, resource};
    open({key}, kSizeEvery, [key, mysql]() -> Result<Readings> {
      return Readings{{key, size_of(mysql)}};
    });
  }
}

void MachineReadings::open(std::vector<Key> keys, Millis interval,
                           std::function<Result<Readings>()> look) {
  watched_.push_back(
      {std::move(keys), 3 * interval, std::make_unique<Eye<Readings>>(std::move(look), interval)});
}

Reading MachineReadings::read(Metric metric, const std::string& about) const {
  const Key key{metric, about};
  for (const Watched& each : watched_) {
    if (std::find(each.keys.begin(), each.keys.end(), key) == each.keys.end()) continue;
    const auto sight = each.eye->sight();
    if (!sight.last || !*sight.last || SteadyClock::now() - sight.begun > each.stale) return {};
    return (*sight.last)->at(key);
  }
  return {};
}

}  // namespace ha
