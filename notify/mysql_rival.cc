#include "notify/mysql_rival.h"

#include <fmt/format.h>

#include <thread>

#include "agent/clock.h"
#include "agent/holds.h"
#include "notify/mysql_demote.h"
#include "notify/mysql_receiver.h"
#include "notify/self_fence_wait.h"
#include "notify/witnesses.h"

namespace ha {
namespace {

constexpr Millis kPoll{20};

bool broken(const Error& error) {
  return error.kind != ErrorKind::answered;
}

Result<bool> get_lock(MysqlClient& client) {
  auto got = client.scalar("SELECT GET_LOCK('ha_agent', 1)");
  if (!got) return tl::unexpected(got.error());
  return got->value_or("0") == "1";
}

}  // namespace

MysqlSurroundings surroundings_of(const MysqlConfig& config, const Run& run) {
  MysqlSurroundings around;
  around.record = record_or_void(run.dir, "mysql " + config.name);
  around.witness.configured = !run.config.witness.empty();
  around.lock.configured = run.config.the_lock() != nullptr;
  return around;
}

Result<MysqlFacts> MysqlRival::ask(Millis patience) {
  // Once more on a new connection: the peer's own demotion may just have ended the old one. Not of
  // one that was waited out: each question to a server that hangs takes its time.
  const int last = peer_->is_waited_out() ? 0 : 1;
  for (int attempt = 0;; ++attempt) {
    MysqlClient* const client = peer_->client(patience);
    if (client == nullptr) return tl::unexpected(peer_->trouble());
    auto facts = gather_mysql(*client);
    if (facts || !broken(facts.error())) {
      peer_->answered();
      return facts;
    }
    peer_->lost(facts.error());
    if (attempt == last) return facts;
  }
}

StepOutcome MysqlRival::await_self_fence(Deadline deadline) {
  Millis patience = run_.peer_patience(resource_);
  StepOutcome outcome = wait_for_self_fence(
      run_,
      [&] {
        if (peer_ == nullptr) return false;
        MysqlClient* const client = peer_->client(patience);
        patience = kPoll;
        if (client == nullptr) return lets_nobody_in(peer_->trouble());
        const auto facts = gather_mysql(*client);
        if (!facts && broken(facts.error())) {
          peer_->lost(facts.error());
          return false;
        }
        peer_->answered();
        return true;
      },
      deadline);
  if (peer_ != nullptr && waited_out(outcome)) peer_->waited_out();
  return outcome;
}

Eligibility MysqlRival::judge(const MysqlFacts& own, MysqlSurroundings& around) {
  if (peer_ != nullptr) around.peer = ask(run_.peer_patience(resource_));
  const bool answers = around.peer && *around.peer;
  if (around.witness.configured && !answers) around.witness = ask_witnesses(run_.config);
  if (answers && (*around.peer)->writable() && !run_.forced) {
    return {false, "the peer takes writes", Cause::peer};
  }
  if (MysqlClient* const peer = answers && peer_ != nullptr ? peer_->client(Millis{0}) : nullptr;
      peer != nullptr) {
    // It may have been silent when it was to be locked; a lock that is held is given again.
    const auto locked = lock_both(*peer, own, **around.peer);
    if (!locked || !*locked) {
      return {false, "another promotion holds the lock of the two servers", Cause::peer};
    }
  }
  // After the peer: a busy primary that was looked at first would seem to lack what came meanwhile.
  const auto now = gather_mysql(own_);
  if (!now) return {false, now.error().message, Cause::server};
  return eligible(*now, around);
}

Eligibility MysqlRival::eligible(const MysqlFacts& own, const MysqlSurroundings& around) const {
  const PromotePolicy policy{config_.max_lag, run_.config.agent.on_stale, run_.forced};
  return can_promote(mysql_situation(config_, own, around), policy);
}

Result<bool> MysqlRival::lock_both(MysqlClient& peer, const MysqlFacts& own,
                                   const MysqlFacts& rival) {
  const bool own_first = own.server_id < rival.server_id;
  for (MysqlClient* client : {own_first ? &own_ : &peer, own_first ? &peer : &own_}) {
    auto got = get_lock(*client);
    if (!got || !*got) return got;
  }
  return true;
}

// Against a peer that comes back before this promotion has ended, and would then fence it and be
// promoted itself. Who has it is a session of the peer's, which was silent all the time that had to
// be waited.
Result<bool> MysqlRival::lock_own() {
  auto got = get_lock(own_);
  if (!got || *got) return got;
  auto holder = own_.scalar("SELECT IS_USED_LOCK('ha_agent')");
  if (!holder) return tl::unexpected(holder.error());
  constexpr int kNoSuchThread = 1094;
  if (*holder) {
    auto killed = own_.exec("KILL " + **holder);
    if (!killed && killed.error().code != kNoSuchThread) return tl::unexpected(killed.error());
  }
  return get_lock(own_);
}

Result<StepOutcome> MysqlRival::stop_writes(MysqlClient& peer, Deadline deadline) {
  MysqlDemotion demotion{peer, config_.peer()};
  if (auto killed = demotion.kill_clients(); !killed) return killed;
  return demotion.set_read_only(deadline);
}

// What this server's crashed process had sent may still be under way: the system goes on delivering
// it when the process is gone. With init_rpl_role = SLAVE such transactions were taken back here,
// and their GTIDs will be given to others; the peer would apply the old ones under the same GTIDs,
// and nothing would ever tell the two histories apart. So a link of the peer's that does not end in
// this process is cut before the peer is asked what it has.
Result<MysqlFacts> MysqlRival::cut_dead_link(MysqlClient& peer, const MysqlFacts& rival,
                                             Deadline deadline) {
  if (auto ended = end_receivers(peer, deadline); !ended) return tl::unexpected(ended.error());
  auto facts = gather_mysql(peer);
  if (!facts) return facts;
  if (auto started = start_receivers(peer, rival); !started) {
    return tl::unexpected(started.error());
  }
  return facts;
}

Result<StepOutcome> MysqlRival::fence(Deadline deadline) {
  const Deadline overall = Deadline::in(config_.drain_timeout).earlier(deadline);
  const Deadline refusing_until = Deadline::in(kRefusingPatience).earlier(deadline);
  std::string did;
  bool cut = false;
  for (;;) {
    if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
    // Before the peer's writes are stopped for a promotion that would not be.
    if (auto missing = run_.vip_missing(); !missing.empty()) return refused("vip", missing);
    auto own = gather_mysql(own_);
    if (!own) return tl::unexpected(own.error());
    if (auto closed = server_view(*own).closed; !closed.empty()) {
      return refused(cause_word(Cause::server), std::move(closed));
    }
    MysqlSurroundings around = surroundings_of(config_, run_);
    const Deadline step = Deadline::in(Millis{3000}).earlier(overall);
    if (peer_ == nullptr) {
      if (around.witness.configured) around.witness = ask_witnesses(run_.config);
      const Eligibility answer = eligible(*own, around);
      if (!answer.yes) return refused(cause_word(answer.cause), answer.why);
      return unchanged("no peer is configured; " + answer.why);
    }
    auto rival = ask(run_.peer_patience(resource_));
    const bool refusing =
        !rival && lets_nobody_in(rival.error()) && !around.lock.configured && !run_.forced;
    if (refusing) {
      // It is there: should it fall silent, that is a silence that nobody has waited for.
      peer_->answered();
      if (!refusing_until.expired()) {
        std::this_thread::sleep_for(kRefusingPoll);
        continue;
      }
    }
    MysqlClient* const peer = rival ? peer_->client(Millis{0}) : nullptr;
    if (peer != nullptr) {
      auto locked = lock_both(*peer, *own, *rival);
      if (!locked && broken(locked.error()) && !overall.expired()) {
        peer_->lost(locked.error());
        continue;
      }
      if (!locked) return tl::unexpected(locked.error());
      if (!*locked) return refused("busy", "another promotion holds the lock of the two servers");
      if (rival->writable()) {
        auto stopped = stop_writes(*peer, step);
        if (!stopped && broken(stopped.error()) && !overall.expired()) {
          peer_->lost(stopped.error());
          continue;
        }
        const bool failed_to = stopped && stopped->kind == StepOutcome::Kind::failed;
        if ((!stopped || failed_to) && !run_.forced) {
          return refused("peer", "the peer takes writes and cannot be stopped: " +
                                     (stopped ? stopped->detail : stopped.error().message));
        }
        did = !stopped || failed_to ? "the peer takes writes and could NOT be stopped; "
                                    : "the peer's writes are stopped; ";
        if (!run_.forced) continue;
      }
      const bool dead_link = !cut && own->replicas_connected.value_or(1) == 0 &&
                             server_view(*rival).receiver == Receiver::running;
      if (dead_link) {
        auto after = cut_dead_link(*peer, *rival, step);
        if (!after && broken(after.error()) && !overall.expired()) {
          peer_->lost(after.error());
          continue;
        }
        if (!after) {
          return refused("peer", "the peer's link to a process that is gone cannot be cut: " +
                                     after.error().message);
        }
        cut = true;
        did += "the peer's link to a process that is gone is cut; ";
        rival = std::move(after);
      }
      // What it acknowledged until now is on its way to us as long as we receive from it.
      const bool receiving = server_view(*own).receiver == Receiver::running;
      if (receiving && compare_holds(*rival, *own) == Holds::ahead && !overall.expired()) {
        std::this_thread::sleep_for(kPoll);
        continue;
      }
    }
    const bool fell_silent = !rival && !refusing && around.witness.configured && !run_.forced;
    if (fell_silent && !peer_->is_waited_out()) {
      // It answered when the promotion began: nothing has been waited for.
      auto waited = await_self_fence(deadline);
      if (ends_promotion(waited)) return waited;
      continue;
    }
    if (peer == nullptr && !refusing) {
      auto locked = lock_own();
      if (!locked) return tl::unexpected(locked.error());
      if (!*locked) return refused("busy", "another promotion holds the lock of this server");
    }
    around.peer = std::move(rival);
    own = gather_mysql(own_);  // after the peer, as in judge()
    if (!own) return tl::unexpected(own.error());
    if (around.witness.configured && !*around.peer) around.witness = ask_witnesses(run_.config);
    const Eligibility answer = eligible(*own, around);
    if (!answer.yes) return refused(cause_word(answer.cause), did + answer.why);
    if (peer == nullptr) {
      return unchanged(
          fmt::format("the peer does not answer ({}); {}", peer_->trouble().message, answer.why));
    }
    return done(did + answer.why);
  }
}

std::string MysqlRival::takes_writes() {
  if (peer_ == nullptr) return {};
  MysqlClient* const client = peer_->client(Millis{0});
  if (client == nullptr) return {};
  auto facts = gather_mysql(*client, {.source_status = false});
  if (!facts || !facts->writable()) return {};
  return "the peer takes writes too";
}

}  // namespace ha
