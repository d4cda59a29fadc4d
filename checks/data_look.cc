#include "checks/data_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "agent/ask_peer.h"
#include "agent/bounded.h"
#include "agent/clock.h"
#include "agent/gtid.h"
#include "agent/holds.h"
#include "agent/mysql_apart.h"

namespace ha {
namespace {

constexpr std::int64_t kAgainAfter = 30'000;
// A primary with semi-sync counts a transaction as executed only once its replica has it.
constexpr Millis kAcknowledged{50};

std::vector<std::string> strings(const nlohmann::json& json, const char* name) {
  std::vector<std::string> list;
  const auto found = json.find(name);
  if (found == json.end() || !found->is_array()) return list;
  for (const auto& each : *found) {
    if (each.is_string()) list.push_back(each.get<std::string>());
  }
  return list;
}

const char* word_of(ErrantDeeds::Kind kind) {
  return kind == ErrantDeeds::Kind::nothing ? "nothing"
         : kind == ErrantDeeds::Kind::data  ? "data"
                                            : "unknown";
}

ErrantDeeds::Kind kind_of(const std::string& word) {
  return word == "nothing" ? ErrantDeeds::Kind::nothing
         : word == "data"  ? ErrantDeeds::Kind::data
                           : ErrantDeeds::Kind::unknown;
}

std::string string_of(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string errant_of(const MysqlConfig& config, const MysqlFacts& own, const MysqlFacts& primary,
                      Deadline deadline) {
  const std::string at_once = held_beyond(own, primary).value_or("");
  if (at_once.empty() || deadline.remaining() < 2 * kAcknowledged) return {};
  std::this_thread::sleep_for(kAcknowledged);
  const auto again = ask_mysql(config.peer(), deadline, {.source_status = false});
  return again ? held_beyond(own, *again).value_or("") : "";
}

ErrantDeeds errant_deeds(const MysqlConfig& config, const std::string& errant, Deadline deadline) {
  // The search ends by itself before the deadline, so that nothing is abandoned for it.
  const Deadline search = Deadline::in(deadline.remaining() / 2);
  const auto deeds = run_bounded(
      deadline, [server = config.server, errant, deadline, search]() -> Result<ErrantDeeds> {
        auto client = MysqlClient::connect(server, deadline.remaining(), deadline.remaining());
        if (!client) return tl::unexpected(client.error());
        return look_into_errant(*client, errant, search);
      });
  return deeds && *deeds ? **deeds : ErrantDeeds{};
}

std::string errant_text(const DataLook& look) {
  if (look.errant.empty()) return {};
  return fmt::format("it has transactions of its own, which its primary lacks ({}): {}",
                     gtid_shown(look.errant), deeds_text(look.deeds));
}

std::string to_text(const DataLook& look) {
  const nlohmann::ordered_json json{{"at_ms", look.at_ms},
                                    {"own", look.own},
                                    {"peer", look.peer},
                                    {"errant", look.errant},
                                    {"errant_changes", word_of(look.deeds.kind)},
                                    {"errant_example", look.deeds.example}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

DataLook data_look_of(const std::string& text) {
  DataLook look;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return look;
  const auto at = json.find("at_ms");
  if (at != json.end() && at->is_number_integer()) look.at_ms = at->get<std::int64_t>();
  look.own = strings(json, "own");
  look.peer = strings(json, "peer");
  look.errant = string_of(json, "errant");
  look.deeds = {kind_of(string_of(json, "errant_changes")), string_of(json, "errant_example")};
  return look;
}

std::string data_look_file(const std::string& name) {
  return "data.mysql." + name;
}

bool is_due(const DataLook& look, std::int64_t now_ms) {
  return look.at_ms == 0 || now_ms < look.at_ms || now_ms - look.at_ms >= kAgainAfter;
}

std::vector<std::string> log_filters(const std::vector<std::string>& settings) {
  std::vector<std::string> filters;
  std::copy_if(settings.begin(), settings.end(), std::back_inserter(filters),
               [](const std::string& setting) { return setting.starts_with("Binlog_"); });
  return filters;
}

std::vector<std::string> apart_as_standby(const MysqlConfig& config, const MysqlFacts& facts,
                                          const DataLook& look) {
  MysqlFacts with = facts;
  with.apart = look.own;
  std::vector<std::string> settings = apart_of(config, with);
  for (const std::string& setting : look.peer) settings.push_back("the peer's " + setting);
  return settings;
}

DataLook look_at_data(const MysqlConfig& config, Role role, DataLook before, Deadline deadline) {
  DataLook now = std::move(before);
  now.at_ms = boottime_ms();
  // The own server first: what the primary writes meanwhile only makes it hold more.
  const auto own = ask_mysql(config.server, Deadline::in(deadline.remaining() / 2),
                             {.source_status = false, .apart = true});
  if (!own) return now;
  now.own = apart_of(config, *own);
  if (role == Role::master || config.peer_host.empty()) {
    now.peer.clear();
    now.errant.clear();
    now.deeds = {};
    return now;
  }
  const auto peer = ask_mysql(config.peer(), Deadline::in(deadline.remaining() / 2),
                              {.source_status = false, .apart = true});
  if (!peer) return now;
  now.peer = peer->writable() ? log_filters(peer->apart) : std::vector<std::string>{};
  std::string errant = peer->writable() ? errant_of(config, *own, *peer, deadline) : "";
  // Its logs are searched once for each set.
  if (errant != now.errant) now.deeds = errant_deeds(config, errant, deadline);
  now.errant = std::move(errant);
  return now;
}

}  // namespace ha
