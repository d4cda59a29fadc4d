#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/mysql_apart.h"
#include "checks/mysql.h"

namespace ha {
namespace {

struct Opinion {
  Level level = Level::ok;
  std::string seen;
};

std::string seconds(Millis lag) {
  return fmt::format("{} s", lag.count() / 1000);
}

/// A replica whose receiver reports one of these has lost its source to the network or to the
/// source's end: no fault of its own, and no reason not to promote it.
bool source_is_gone(int io_errno) {
  constexpr std::array<int, 8> kGone{0, 1053, 1040, 2002, 2003, 2005, 2006, 2013};
  return std::find(kGone.begin(), kGone.end(), io_errno) != kGone.end();
}

std::string semi_sync_remarks(const MysqlConfig& config, const MysqlFacts& facts) {
  const SemiSync& semi = facts.semi_sync;
  std::string text;
  if (!semi.source_enabled) {
    if (!config.peer_host.empty() && facts.replicas_connected == 0) {
      add_part(text, "no replica is connected");
    }
    return text;
  }
  if (semi.clients == 0) {
    add_part(text, "no semi-sync replica is connected");
  } else if (!semi.source_on) {
    add_part(text, "semi-sync is configured but OFF: no commit waits for a replica");
  } else if (!semi.wait_without_replica) {
    add_part(text, fmt::format("semi-sync would end unnoticed with its replica: SET GLOBAL {} = ON",
                               semi.wait_variable));
  }
  return text;
}

Opinion read_only_master(const MysqlFacts& facts, const Cell& cell, bool promoting) {
  std::string seen = facts.super_read_only.value_or(false) ? "super_read_only" : "read-only";
  if (promoting) seen += ", the promotion runs";
  if (cell.level == Level::no && cell.why != "read-only") add_part(seen, cell.why);
  return {cell.level, seen};
}

/// What keeps the data apart though the sets are equal: not a "no", because a filter may be there
/// by decision.
void add_apart(std::string& wrong, const std::vector<std::string>& settings) {
  if (settings.empty()) return;
  add_part(wrong, "its data may differ though the GTIDs do not: " + apart_text(settings));
}

Opinion as_master(const MysqlConfig& config, const MysqlFacts& facts, const MysqlContext& context,
                  const Cell& cell) {
  const Expectation& expect = context.expect;
  if (!facts.writable()) return read_only_master(facts, cell, expect.promoting);
  if (cell.level == Level::no) return {Level::no, "writable; " + cell.why};
  Opinion opinion{Level::ok, "writable"};
  const SemiSync& semi = facts.semi_sync;
  if (semi.source_enabled && semi.source_on && semi.clients > 0) {
    opinion.seen +=
        fmt::format(", semi-sync on with {} replica{}", semi.clients, semi.clients == 1 ? "" : "s");
  }
  std::string wrong = semi_sync_remarks(config, facts);
  if (cell.level == Level::degraded) add_part(wrong, cell.why);
  if (const auto gate = not_taken_from_all(facts.gates, facts.connections); !gate.empty()) {
    add_part(wrong, gate);
  }
  if (!context.standstill.why.empty()) add_part(wrong, context.standstill.why);
  if (facts.sources_error) {
    add_part(wrong, "cannot see its replication: " + facts.sources_error->message);
  }
  for (const ReplicaStatus& source : facts.sources) {
    if (expect.promoting || source.receiver == Receiver::stopped) continue;
    add_part(wrong,
             fmt::format("still takes writes from {}:{}", source.source_host, source.source_port));
  }
  if (!config.peer_host.empty()) add_apart(wrong, log_filters(context.data.own));
  if (!wrong.empty()) {
    opinion.level = Level::degraded;
    add_part(opinion.seen, wrong);
  }
  return opinion;
}

std::string standby_remarks(const MysqlFacts& facts) {
  std::string text;
  if (facts.writable()) add_part(text, "writable on a standby");
  if (facts.gates.begins_read_only) add_part(text, not_taken_from_all(facts.gates, {}));
  for (const ReplicaStatus& source : facts.sources) {
    if (source.applier == Applier::stopped) add_part(text, "the applier is stopped");
    if (source.receiver == Receiver::running) continue;
    if (!source_is_gone(source.io_errno)) {
      add_part(text, fmt::format("the receiver fails: {} ({})", source.io_error, source.io_errno));
    } else if (source.receiver == Receiver::stopped && source.applier == Applier::running) {
      add_part(text, "the receiver is stopped");
    }
  }
  return text;
}

std::string described(const MysqlFacts& facts, const ServerView& view, const std::string& why) {
  if (facts.sources.empty()) return why;
  const ReplicaStatus& source = facts.sources.front();
  std::string text = fmt::format("replica of {}:{}", source.source_host, source.source_port);
  if (facts.sources.size() > 1) text += fmt::format(" and {} more", facts.sources.size() - 1);
  if (view.receiver == Receiver::running) {
    return view.lag ? text + ", lag " + seconds(*view.lag) : text + ", follows";
  }
  return text + ", which is not connected: " + why;
}

Opinion as_standby(const MysqlConfig& config, const MysqlFacts& facts, const MysqlContext& context,
                   const Situation& situation, const Cell& cell) {
  if (facts.sources_error) {
    return {Level::no, "cannot see its replication: " + facts.sources_error->message};
  }
  for (const ReplicaStatus& source : facts.sources) {
    if (source.applier != Applier::error) continue;
    return {Level::no,
            fmt::format("the applier failed: {} ({})", source.sql_error, source.sql_errno)};
  }
  if (cell.level == Level::no) return {Level::no, cell.why};
  Opinion opinion{Level::ok, described(facts, situation.own, cell.why)};
  std::string wrong = standby_remarks(facts);
  if (cell.level == Level::degraded) add_part(wrong, cell.why);
  add_apart(wrong, apart_as_standby(config, facts, context.data));
  if (const std::string errant = errant_text(context.data); !errant.empty()) {
    add_part(wrong, errant);
  }
  if (const std::string& why = context.standstill.why; !why.empty()) {
    add_part(wrong, "its applier is held up, and so would a promotion be: " + why);
  }
  if (!wrong.empty()) {
    opinion.level = Level::degraded;
    add_part(opinion.seen, wrong);
  }
  return opinion;
}

Opinion without_facts(const Error& error, const Expectation& expect, const Cell& cell) {
  if (error.kind == ErrorKind::timeout) return {Level::unknown, error.message};
  if (error.kind != ErrorKind::answered || !mysql_error_means_alive(error.code)) {
    return {Level::no, error.message};
  }
  if (cell.act == Act::fence) return {Level::no, cell.why};
  // Clients may well be served; but nobody could demote this server now.
  if (expect.role == Role::master && !expect.promoting) {
    return {Level::degraded, "alive, but it does not let us in: " + error.message};
  }
  return {Level::no, "it does not let us in, and so could not be promoted: " + error.message};
}

const char* word(Receiver receiver) {
  switch (receiver) {
    case Receiver::running:
      return "running";
    case Receiver::connecting:
      return "connecting";
    case Receiver::stopped:
      return "stopped";
    case Receiver::none:
      break;
  }
  return "none";
}

const char* word(Applier applier) {
  switch (applier) {
    case Applier::running:
      return "running";
    case Applier::stopped:
      return "stopped";
    case Applier::error:
      return "error";
    case Applier::none:
      break;
  }
  return "none";
}

Facts listed(const MysqlFacts& facts, Role role, const std::vector<std::string>& apart,
             const std::string& errant) {
  const ServerView view = server_view(facts);
  Facts list{{"version", facts.version_text}, {"writable", facts.writable()}};
  list.emplace_back(kReceiverFact, word(view.receiver));
  list.emplace_back("applier", word(view.applier));
  if (!facts.sources.empty()) {
    const ReplicaStatus& source = facts.sources.front();
    list.emplace_back("source", fmt::format("{}:{}", source.source_host, source.source_port));
    list.emplace_back("backlog", view.backlog);
  }
  if (view.lag) list.emplace_back(kLagFact, std::int64_t{view.lag->count()});
  list.emplace_back("gtid", facts.gtid_executed);
  list.emplace_back("semi_sync_enabled", facts.semi_sync.source_enabled);
  if (role == Role::master && facts.semi_sync.source_enabled) {
    list.emplace_back("semi_sync_on", facts.semi_sync.source_on);
    list.emplace_back("semi_sync_replicas", facts.semi_sync.clients);
  }
  if (facts.connections) list.emplace_back(kConnectionsFact, *facts.connections);
  if (facts.replicas_connected) list.emplace_back("replicas", *facts.replicas_connected);
  if (!apart.empty()) list.emplace_back("apart", apart_text(apart));
  if (role == Role::standby && !errant.empty()) list.emplace_back("errant", errant);
  return list;
}

}  // namespace

Finding judge_mysql(const MysqlConfig& config, const Result<MysqlFacts>& facts,
                    const MysqlContext& context) {
  Finding finding{"mysql", config.name, Level::no, {}, {}, {}};
  Opinion opinion;
  const Expectation& expect = context.expect;
  const Situation situation = mysql_situation(config, facts, context.around);
  const PromotePolicy policy{config.max_lag, context.on_stale, context.forced};
  const Cell cell = judge(expect.role, expect.promoting, situation, policy).cell;
  if (!facts) {
    opinion = without_facts(facts.error(), expect, cell);
  } else {
    finding.facts =
        listed(*facts, expect.role,
               expect.role == Role::master ? log_filters(context.data.own)
                                           : apart_as_standby(config, *facts, context.data),
               context.data.errant);
    opinion = expect.role == Role::master ? as_master(config, *facts, context, cell)
                                          : as_standby(config, *facts, context, situation, cell);
    if (expect.role == Role::master) {
      finding.facts.emplace_back(kWriteWaitFact, std::int64_t{context.standstill.lasts.count()});
    }
  }
  finding.level = opinion.level;
  finding.seen = std::move(opinion.seen);
  return finding;
}

}  // namespace ha
