// Order and reasons (measured on MariaDB 10.11 and MySQL 9.7):
// - The receiver goes first (mysql_receiver.h) and the applier stays: what was received may have
//   been acknowledged to a client, so all of it is applied before anything is removed. The receiver
//   is never started again: that could delete relay logs.
// - A semi-sync source without a replica lets the first commit wait out its timeout; so it does not
//   wait while there is none. The source side is never switched off: the next failover would lose
//   writes.
#include "notify/mysql_promote.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <thread>

#include "agent/clock.h"
#include "agent/gtid.h"
#include "agent/log.h"
#include "agent/mysql_server.h"
#include "agent/mysql_situation.h"
#include "agent/texts.h"
#include "notify/data_remarks.h"
#include "notify/mysql_demote.h"
#include "notify/mysql_receiver.h"
#include "notify/mysql_rival.h"
#include "notify/mysql_words.h"
#include "notify/semi_sync.h"

namespace ha {
namespace {

constexpr Millis kPoll{20};
constexpr Millis kNoProgress{10'000};
// A drain mostly takes less; and an applier that waits for semi-sync is freed between two looks
// only, which a wait of a second would put off (measured on MySQL 9.7: 1.1 s instead of 0.1 s).
constexpr Millis kPatience{300};

MysqlWords words_of(const MysqlClient& client) {
  return MysqlWords::of(client.is_mariadb(), client.version());
}

std::string position_of(const MysqlFacts& facts) {
  std::string text =
      fmt::format("gtid {}", facts.gtid_executed.empty() ? "-" : gtid_shown(facts.gtid_executed));
  for (const ReplicaStatus& source : facts.sources) {
    text += fmt::format("; source {}:{}, received {}:{} {}, applied {}:{}", source.source_host,
                        source.source_port, source.read_file, source.read_pos,
                        gtid_shown(source.received_gtid), source.exec_file, source.exec_pos);
  }
  return text;
}

// Moves whenever the applier has done something.
std::string progress_of(const MysqlFacts& facts) {
  std::string text = facts.gtid_executed + " " + facts.gtid_slave_pos;
  for (const ReplicaStatus& source : facts.sources) {
    text += fmt::format(" {}:{}", source.exec_file, source.exec_pos);
  }
  return text;
}

// By what the applier is held up, where that can be seen.
std::string held_up(MysqlClient& client) {
  WriteWaits waits;
  const auto asked = gather_stuck_sessions(client, waits);
  if (!asked || waits.locked == 0) return {};
  return fmt::format(", because the applier waits for {}", kServerLock);
}

// What the server hides from this account must not look like a server without a source.
std::optional<Error> hidden(const MysqlFacts& facts) {
  return facts.sources_error;
}

}  // namespace

Result<StepOutcome> MysqlPromotion::record_position() {
  auto facts = gather_mysql(client_, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (auto error = hidden(*facts)) return tl::unexpected(*error);
  StepOutcome outcome = done(position_of(*facts));
  // Told here, because a source's filters go with the source.
  outcome.remark = data_remark(run_.config, config_, *facts);
  return outcome;
}

Result<StepOutcome> MysqlPromotion::await_self_fence(Deadline deadline) {
  return MysqlRival(client_, peer_, config_, run_).await_self_fence(deadline);
}

Result<StepOutcome> MysqlPromotion::fence_peer(Deadline deadline) {
  return MysqlRival(client_, peer_, config_, run_).fence(deadline);
}

Result<StepOutcome> MysqlPromotion::stop_receiving(Deadline deadline) {
  return end_receivers(client_, deadline);
}

Result<StepOutcome> MysqlPromotion::drain(Deadline deadline) {
  const Deadline overall = Deadline::in(config_.drain_timeout).earlier(deadline);
  auto moved = SteadyClock::now();
  std::string progress;
  const auto begun = moved;
  for (bool first = true;; first = false) {
    auto facts = gather_mysql(client_, {.source_status = false});
    if (!facts) return tl::unexpected(facts.error());
    if (auto error = hidden(*facts)) return tl::unexpected(*error);
    if (!backlog(*facts)) {
      if (first) return unchanged("all that was received is applied");
      const auto took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
      return done(fmt::format("all that was received is applied, after {} ms", took.count()));
    }
    const ServerView view = server_view(*facts);
    if (view.applier != Applier::running) {
      return refused(
          "applier",
          "the applier is stopped and received transactions are not applied: " + view.trouble);
    }
    if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
    if (auto freed = free_applier(); !freed) return tl::unexpected(freed.error());
    const auto now = SteadyClock::now();
    if (std::string state = progress_of(*facts); state != progress) {
      progress = std::move(state);
      moved = now;
    }
    if (now - moved > kNoProgress) {
      return refused(
          "drain", fmt::format("the relay log did not shrink for {} s{}; {}",
                               kNoProgress.count() / 1000, held_up(client_), position_of(*facts)));
    }
    if (overall.expired()) {
      return refused("drain",
                     fmt::format("the relay log was not applied within drain_timeout = {} ms; {}",
                                 config_.drain_timeout.count(), position_of(*facts)));
    }
    const ReplicaStatus& source = facts->sources.front();
    const bool can_wait = source.by_gtid && !source.received_gtid.empty() &&
                          facts->sources.size() == 1 && overall.remaining() > Millis{1500} &&
                          now - begun > kPatience;
    if (can_wait) {
      // Its answer does not count: it ignores an applier that has died (MySQL 8.4 manual 14.18.2).
      auto waited = client_.query(words_of(client_).wait_for(client_.quote(source.received_gtid)));
      if (!waited) return tl::unexpected(waited.error());
    } else {
      std::this_thread::sleep_for(kPoll);
    }
  }
}

// A replica with the source side on waits for acknowledgements in its own applier: the first
// transaction after it attached takes a whole semi-sync timeout, although no client waits for it
// here.
Status MysqlPromotion::free_applier() {
  auto facts = gather_mysql(client_);
  if (!facts) return tl::unexpected(facts.error());
  if (!facts->semi_sync.source_enabled || facts->writable()) return {};
  auto wait = match_wait_to_replicas(client_, facts->semi_sync);
  if (!wait) return tl::unexpected(wait.error());
  if (*wait) return {};
  auto released = release_semi_sync_waiters(client_, facts->semi_sync);
  if (!released) return tl::unexpected(released.error());
  return {};
}

Result<StepOutcome> MysqlPromotion::remove_source() {
  auto facts = gather_mysql(client_, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (auto error = hidden(*facts)) return tl::unexpected(*error);
  if (facts->sources.empty()) return unchanged("no source is configured");
  const MysqlWords words = words_of(client_);
  if (auto stopped = client_.exec(words.stop_all()); !stopped)
    return tl::unexpected(stopped.error());
  std::string removed;
  for (const ReplicaStatus& source : facts->sources) {
    if (auto reset = client_.exec(words.forget(client_.quote(source.channel))); !reset) {
      return tl::unexpected(reset.error());
    }
    removed +=
        fmt::format("{}{}:{}", removed.empty() ? "" : ", ", source.source_host, source.source_port);
  }
  facts = gather_mysql(client_, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (!facts->sources.empty()) return failed("a source is still configured after RESET");
  return done("no longer follows " + removed);
}

Result<StepOutcome> MysqlPromotion::semi_sync() {
  auto facts = gather_mysql(client_);
  if (!facts) return tl::unexpected(facts.error());
  const SemiSync before = facts->semi_sync;
  const bool in_use = before.source_enabled || before.replica_enabled ||
                      record_or_void(run_.dir, "mysql " + config_.name).semi_sync;
  if (!in_use) return unchanged("semi-sync is not in use");
  if (before.source_prefix.empty()) {
    StepOutcome outcome = unchanged("the source side of semi-sync is not there");
    outcome.remark = say(run_.config.agent.lang, Text::remark_no_source_side);
    return outcome;
  }
  // In one statement: killed between the two, nobody would know that semi-sync was in use.
  std::vector<std::string> sets;
  if (!before.source_enabled) sets.push_back("GLOBAL " + before.source_prefix + "_enabled = ON");
  if (before.replica_enabled) sets.push_back("GLOBAL " + before.replica_prefix + "_enabled = OFF");
  if (!sets.empty()) {
    auto ok = client_.exec(fmt::format("SET {}", fmt::join(sets, ", ")));
    if (!ok) return tl::unexpected(ok.error());
  }
  facts = gather_mysql(client_);
  if (!facts) return tl::unexpected(facts.error());
  const SemiSync now = facts->semi_sync;
  if (!now.source_enabled) return failed("the source side of semi-sync is still off");

  auto wait = match_wait_to_replicas(client_, now);
  if (!wait) return tl::unexpected(wait.error());
  if (*wait) {
    auto rearmed = rearm(*facts);
    if (!rearmed) return tl::unexpected(rearmed.error());
    return done(fmt::format("source side on, {} replica{} connected{}", now.clients,
                            now.clients == 1 ? "" : "s", *rearmed));
  }
  StepOutcome outcome = done("source side on, no replica connected: commits do not wait for one");
  outcome.remark =
      say(run_.config.agent.lang, Text::remark_no_replica, fmt::arg("variable", now.wait_variable));
  return outcome;
}

// A MASTER that acknowledges alone though its replica is back; what was done, as the end of a
// sentence.
Result<std::string> MysqlPromotion::rearm(const MysqlFacts& before) {
  if (!before.writable() || before.semi_sync.source_on || peer_ == nullptr) return "";
  const auto replica = MysqlRival(client_, peer_, config_, run_).ask(kPeerStatement);
  // Told to wait, it may wait by now.
  auto own = gather_mysql(client_);
  if (!own) return tl::unexpected(own.error());
  if (own->semi_sync.source_on) return "";
  if (!replica || !is_to_be_rearmed(before, *replica)) {
    return ", and no commit waits for it before it has caught up";
  }
  auto rearmed = rearm_semi_sync(client_, own->semi_sync);
  if (!rearmed) return tl::unexpected(rearmed.error());
  return *rearmed ? ", and commits wait for it again" : ", but it is still OFF";
}

Result<StepOutcome> MysqlPromotion::judge() {
  if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
  if (auto missing = run_.vip_missing(); !missing.empty()) return refused("vip", missing);
  auto facts = gather_mysql(client_);
  if (!facts) return tl::unexpected(facts.error());
  if (auto error = hidden(*facts)) return tl::unexpected(*error);
  if (!facts->sources.empty()) return failed("a source is configured again");
  MysqlSurroundings around = surroundings_of(config_, run_);
  const Eligibility answer = MysqlRival(client_, peer_, config_, run_).judge(*facts, around);
  if (!answer.yes) return refused(cause_word(answer.cause), answer.why);
  // Before the first write can be acknowledged: whoever is killed now must be known to have served.
  keep_record(*facts);
  return done(answer.why);
}

// What a restart under this MASTER is told by, and whether anybody else will have what is written.
void MysqlPromotion::keep_record(const MysqlFacts& own) {
  const std::string resource = "mysql " + config_.name;
  constexpr Millis kRecordPatience{500};
  auto kept = update_own_record(run_.dir, resource, kRecordPatience, [&](Record& record) {
    MysqlSurroundings around;
    around.record = record;
    Situation situation = mysql_situation(config_, own, around);
    // A replica that is counted may be gone already; the next look at a connected one takes it
    // back.
    if (situation.seen.serving != Protection::unknown) {
      situation.seen.serving = Protection::unprotected;
    }
    record = next_record(std::move(record), Note::serving, situation);
    record.promotion = run_.event.id;
    record.promoted = situation.seen.server;
  });
  // A full disk must not stop a failover.
  if (!kept) log::error(resource + ": the record could not be kept: " + kept.error().message);
}

Result<StepOutcome> MysqlPromotion::lift_read_only() {
  auto facts = gather_mysql(client_, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (facts->writable()) return unchanged("writable already");
  if (facts->super_read_only.value_or(false)) {
    if (auto set = client_.exec("SET GLOBAL super_read_only = OFF"); !set) {
      return tl::unexpected(set.error());
    }
  }
  if (auto set = client_.exec("SET GLOBAL read_only = OFF"); !set)
    return tl::unexpected(set.error());
  facts = gather_mysql(client_, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (!facts->writable()) return failed("read_only is still on after it was lifted");
  StepOutcome outcome = done("writable");
  // Somebody's setting, and no fence that holds: told, not undone.
  const auto gates = gather_write_gates(client_);
  if (gates && gates->begins_read_only) {
    outcome.remark = say(run_.config.agent.lang, Text::remark_begins_read_only,
                         fmt::arg("variable", gates->begins_variable));
  }
  return outcome;
}

Result<StepOutcome> MysqlPromotion::look_again(Deadline deadline) {
  const std::string by = run_.overtaken_by();
  const std::string missing = run_.vip_missing();
  const std::string rival = MysqlRival(client_, peer_, config_, run_).takes_writes();
  if (by.empty() && missing.empty() && rival.empty()) return done("still the newest event");
  MysqlDemotion undo{client_, config_.server};
  if (auto killed = undo.kill_clients(); !killed) return killed;
  auto set = undo.set_read_only(deadline);
  if (!set) return set;
  if (set->kind == StepOutcome::Kind::failed) return set;
  if (!by.empty()) return overtaken(by + "; read-only again");
  if (!missing.empty()) return refused("vip", missing + "; read-only again");
  return refused("peer", rival + "; read-only again");
}

}  // namespace ha
