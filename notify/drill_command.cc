#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/ask_peer.h"
#include "agent/bounded.h"
#include "agent/keepalived_seen.h"
#include "agent/mysql_situation.h"
#include "agent/record.h"
#include "agent/redis_situation.h"
#include "agent/role_state.h"
#include "agent/texts.h"
#include "agent/witness.h"
#include "notify/columns.h"
#include "notify/drill.h"
#include "notify/journal.h"
#include "notify/outbox.h"
#include "notify/self_fence_wait.h"
#include "notify/utf8.h"
#include "notify/wrap.h"

namespace ha {
namespace {

/// A person waits for it.
constexpr Millis kPatience{3000};

const PairRow* row_of(const std::vector<PairRow>& pair, const std::string& resource) {
  for (const PairRow& row : pair) {
    if (row.resource == resource) return &row;
  }
  return nullptr;
}

/// What surrounds each database when the peer is gone.
template <class Around>
Around surroundings(const Config& config, const RoleGathered& role, const WitnessView& witness,
                    const std::string& resource) {
  Around around;
  around.record = record_or_void(StateDir{config.agent.state_dir}, resource);
  around.witness = witness;
  around.first_boot = role.first_boot;
  around.peer = tl::unexpected<Error>(Error{"no answer", ErrorKind::timeout, 0});
  return around;
}

template <class T, class Ask>
Result<T> bounded(Deadline deadline, Ask ask) {
  auto answer = run_bounded(deadline, std::move(ask));
  if (!answer) return fail("no answer within the deadline", ErrorKind::timeout);
  return std::move(*answer);
}

void look_at_own(const Config& config, const RoleGathered& role, const std::vector<PairRow>& pair,
                 DrillReport& report) {
  const Deadline deadline = Deadline::in(kPatience);
  const WitnessView witness =
      config.witness.empty() ? WitnessView{} : WitnessQuestion(config, deadline).view();
  for (const MysqlConfig& mysql : config.mysql) {
    const std::string resource = "mysql " + mysql.name;
    const auto own =
        bounded<MysqlFacts>(deadline, [server = mysql.server, deadline]() -> Result<MysqlFacts> {
          auto client = MysqlClient::connect(server, deadline.remaining(), deadline.remaining());
          if (!client) return tl::unexpected(client.error());
          return gather_mysql(*client);
        });
    const auto around = surroundings<MysqlSurroundings>(config, role, witness, resource);
    report.rows.push_back(drill_own(resource, mysql_situation(mysql, own, around),
                                    {mysql.max_lag, config.agent.on_stale, role.forced},
                                    row_of(pair, resource)));
  }
  for (const RedisConfig& redis : config.redis) {
    const std::string resource = "redis " + redis.name;
    const auto own =
        bounded<RedisSight>(deadline, [server = redis.server, deadline]() -> Result<RedisSight> {
          auto client = RedisClient::connect(server, deadline);
          if (!client) return tl::unexpected(client.error());
          return gather_redis_sight(*client);
        });
    const auto around = surroundings<RedisSurroundings>(config, role, witness, resource);
    report.rows.push_back(drill_own(resource, redis_situation(redis, own, around),
                                    {{}, config.agent.on_stale, role.forced},
                                    row_of(pair, resource)));
  }
}

void look_at_peer(const Config& config, const std::vector<PairRow>& pair, DrillReport& report) {
  for (const PairRow& row : pair) {
    Millis max_lag{};
    for (const MysqlConfig& mysql : config.mysql) {
      if (row.resource == "mysql " + mysql.name) max_lag = mysql.max_lag;
    }
    report.rows.push_back(drill_peer(row, max_lag));
  }
  if (pair.empty()) report.obstacles.emplace_back("no database has a peer: nobody could take over");
}

std::string duration_text(Millis value) {
  if (value < Millis{1000}) return fmt::format("{} ms", value.count());
  return fmt::format("{:.1f} s", static_cast<double>(value.count()) / 1000);
}

std::string vip_text(const DrillTiming& timing, Lang lang) {
  if (!timing.power_cut) return say(lang, Text::drill_vip_unknown);
  const std::string died =
      say(lang, Text::drill_vip_death, fmt::arg("after", duration_text(*timing.power_cut)));
  if (!timing.server_death) return died + say(lang, Text::drill_vip_never);
  return died +
         say(lang, Text::drill_vip_server, fmt::arg("after", duration_text(*timing.server_death)));
}

nlohmann::ordered_json seconds_json(const std::optional<Millis>& value) {
  if (!value) return nullptr;
  return static_cast<double>(value->count()) / 1000;
}

std::string line(const std::string& label, const std::string& text) {
  return wrap(pad(label, 14), clean_text(text, true), 14) + "\n";
}

}  // namespace

std::string render_drill_text(const DrillReport& report, Lang lang) {
  const auto labelled = [lang](Text label, const std::string& text) {
    return line(say(lang, label) + ":", text);
  };
  std::string text = labelled(Text::drill_label_supposed, say(lang, Text::drill_supposed));
  text += labelled(Text::drill_label_taker, report.taker);
  for (const DrillRow& row : report.rows) {
    text += "\n" + line(row.resource + ":", say(lang, row.yes ? Text::drill_yes : Text::drill_no,
                                                fmt::arg("why", row.why)));
    text += line("", row.loss.empty() ? say(lang, Text::drill_lacks_nothing)
                                      : say(lang, Text::drill_lacks, fmt::arg("what", row.loss)));
  }
  text += "\n";
  for (const std::string& obstacle : report.obstacles) {
    text += labelled(Text::drill_label_obstacle, obstacle);
  }
  const DrillTiming& timing = report.timing;
  text += labelled(Text::drill_label_vip, vip_text(timing, lang));
  if (timing.wait > Millis{0}) {
    text += labelled(Text::drill_label_wait,
                     say(lang, Text::drill_wait, fmt::arg("time", duration_text(timing.wait))));
  }
  text += labelled(Text::drill_label_promotion,
                   timing.promotion ? say(lang, Text::drill_promotion,
                                          fmt::arg("time", duration_text(*timing.promotion)),
                                          fmt::arg("count", timing.promotions))
                                    : say(lang, Text::drill_never_promoted));
  return text +
         labelled(Text::drill_label_verdict, say(lang, report.succeeds() ? Text::drill_would_succeed
                                                                         : Text::drill_would_fail));
}

std::string render_drill_json(const DrillReport& report) {
  using nlohmann::ordered_json;
  ordered_json rows = ordered_json::array();
  for (const DrillRow& row : report.rows) {
    rows.push_back({{"resource", row.resource},
                    {"promotable", row.yes},
                    {"why", row.why},
                    {"loss", row.loss}});
  }
  const ordered_json all{{"version", 1},
                         {"role", to_string(report.role)},
                         {"taker", report.taker},
                         {"succeeds", report.succeeds()},
                         {"obstacles", report.obstacles},
                         {"resources", std::move(rows)},
                         {"seconds",
                          {{"power_cut", seconds_json(report.timing.power_cut)},
                           {"server_death", seconds_json(report.timing.server_death)},
                           {"wait", seconds_json(report.timing.wait)},
                           {"promotion", seconds_json(report.timing.promotion)}}}};
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ExitCode drill_command(const Config& config, bool json) {
  const StateDir dir{config.agent.state_dir};
  const RoleGathered role = gather_role(config);
  DrillReport report;
  report.role = role_of(role.view);
  const auto pair = PairQuestion(config, Deadline::in(kPatience)).rows();
  if (!role.view.readable) report.obstacles.push_back("the role is not known: " + role.view.why);
  if (role.maintenance) report.obstacles.push_back("maintenance: " + role.maintenance->reason);
  if (role.state.held) {
    report.obstacles.push_back(fmt::format("held until `ha-agent ack`: {}: {}",
                                           role.state.held->resource, role.state.held->error));
  }
  const KeepalivedSeen keepalived = see_keepalived();
  if (!keepalived.process) report.obstacles.emplace_back("keepalived does not run on this node");
  if (report.role == Role::master) {
    report.taker = pair.empty() ? "nobody" : pair.front().peer.node;
    look_at_peer(config, pair, report);
  } else {
    report.taker = config.agent.node + ", this node";
    look_at_own(config, role, pair, report);
  }
  const Outbox outbox(dir);
  std::vector<HistoryItem> history;
  if (const auto lines = read_journal(dir)) {
    history = build_history(*lines, outbox.waiting(), outbox.dead());
  }
  report.timing = drill_timing(keepalived.conf, role.instance, history);
  report.timing.wait = silent_peer_wait(config);
  const std::string text =
      json ? render_drill_json(report) : render_drill_text(report, config.agent.lang);
  std::fputs(text.c_str(), stdout);
  return report.succeeds() ? ExitCode::ok : ExitCode::no;
}

}  // namespace ha
