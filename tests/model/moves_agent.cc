// The agent: the hook's plans step by step, and watch. One job at a time, as the lock has it.
#include "tests/model/moves.h"
#include "tests/model/writes.h"

namespace ha::model {
namespace {

class Agent {
 public:
  Agent(const State& state, int me, const World& world, const Emit& emit)
      : state_(state), me_(me), rules_(*world.rules), emit_(emit) {}

  void moves() {
    keep_lock();
    if (own().job == Job::none) {
      begin_again();
      watch();
    } else {
      step();
      stop_writes_without_lock();
    }
  }

 private:
  const Node& own() const { return at(state_, me_); }
  const Node& peer() const { return at(state_, other(me_)); }
  bool overtaken() const { return own().work == Work::fresh; }
  bool finished() const {
    return own().work != Work::fresh && own().work != Work::running && own().work != Work::died;
  }

  template <class Change>
  void go(Step step, Change change, Breach breach = Breach::none) {
    State next = state_;
    change(next, at(next, me_));
    emit_(next, {step, static_cast<std::uint8_t>(me_), false, breach});
  }

  // The next run, or watch, finds an event without an end.
  void begin_again() {
    if (own().work != Work::died) return;
    go(Step::begins, [&](State& next, Node&) { begin(next, me_, rules_); });
  }

  void step() {
    switch (own().job) {
      case Job::wait:
        return wait();
      case Job::waiting:
        return go_on_waiting();
      case Job::fence:
      case Job::fence_waited:
        return fence();
      case Job::drain:
        return drain();
      case Job::judge:
        return judge();
      case Job::lift:
        return lift();
      case Job::look:
        return look_again();
      case Job::demote:
        return demote();
      case Job::follow:
        return follow();
      case Job::broken:
        return refuse(Step::breaks_off);
      case Job::none:
        return;
    }
  }

  void end(State& next, Work work) const {
    end_job(next, me_);
    if (overtaken()) {
      begin(next, me_, rules_);
    } else {
      at(next, me_).work = work;
    }
  }
  void refuse(Step step) {
    go(step, [&](State& next, Node&) { end(next, Work::refused); });
  }
  void give_way(Step step) {
    go(step, [&](State& next, Node&) { end(next, Work::fresh); });
  }

  // The lock instead of rule 2. Left to a peer that answers, which is fenced first.
  void take_lock() {
    if (overtaken()) return give_way(Step::takes_lock);
    if (!reaches_etcd(state_, me_)) return refuse(Step::takes_lock);
    if (state_.lease == Holder::none || has_lease(state_, me_)) {
      return go(Step::takes_lock, [&](State& next, Node& mine) {
        next.lease = holder(me_);
        next.lease_old = false;
        mine.job = Job::fence_waited;
      });
    }
    if (own().job == Job::wait) {
      return go(Step::takes_lock, [&](State&, Node& mine) {
        mine.job = peer_lets_in(state_, me_) ? Job::fence : Job::waiting;
      });
    }
    if (peer_lets_in(state_, me_) && peer().writable) {
      return go(Step::takes_lock, [](State&, Node& mine) { mine.job = Job::fence; });
    }
    // Somebody renews it: it has not ended when the wait is over.
    if (renews(state_, other(me_))) refuse(Step::takes_lock);
  }

  bool locked() const {
    return !rules_.lock() || rules_.without(Mutation::lock_not_asked) || has_lease(state_, me_);
  }

  // What etcd cannot be told ends by itself.
  void give_back(State& next) const {
    if (has_lease(next, me_) && reaches_etcd(next, me_)) next.lease = Holder::none;
  }

  // Rule 2, from the moment when the peer is found silent.
  void wait() {
    if (rules_.lock() && !rules_.without(Mutation::lock_not_asked)) return take_lock();
    if (overtaken()) return give_way(Step::waits);
    const bool isolated = state_.isolated == me_ && !rules_.without(Mutation::ignore_witness);
    if (isolated && !rules_.without(Mutation::no_wait)) return refuse(Step::waits);
    go(Step::waits, [&](State& next, Node& mine) {
      mine.job = peer_is_there(state_, me_, rules_) ? Job::fence : Job::waiting;
      if (mine.job == Job::waiting) begin_wait(next, me_);
    });
  }

  void go_on_waiting() {
    if (rules_.lock() && !rules_.without(Mutation::lock_not_asked)) return take_lock();
    if (overtaken()) return give_way(Step::waits);
    if (!rules_.without(Mutation::no_wait) && peer_may_still_serve()) return;
    go(Step::waits, [](State&, Node& mine) { mine.job = Job::fence_waited; });
  }

  // A peer that was silent when the wait began has stopped its writes before it ends.
  bool peer_may_still_serve() const {
    if (!peer().due) return false;
    if (state_.isolated != other(me_) && rules_.without(Mutation::no_kill)) return false;
    const bool master = state_.isolated == other(me_) && peer().keepalived == Keepalived::master;
    const bool lifts = peer().job == Job::lift || peer().job == Job::look;
    return (peer().up && peer().writable) || master || lifts;
  }

  // Rule 3.
  bool lock_both(State& next) const {
    if (rules_.without(Mutation::no_lock)) return true;
    const Holder mine = me_ == 0 ? Holder::first : Holder::second;
    for (Node& node : next.node) {
      if (node.lock != Holder::none && node.lock != mine) return false;
      node.lock = mine;
    }
    return true;
  }

  void fence() {
    if (overtaken()) return give_way(Step::fences_peer);
    if (!lets_in(own())) return refuse(Step::fences_peer);
    // Until it is silent or lets us in, and not for ever.
    const bool lets_nobody_in = peer_is_there(state_, me_, rules_) && !peer_lets_in(state_, me_);
    if (lets_nobody_in && !rules_.lock()) return refuse(Step::fences_peer);
    State next = state_;
    const bool must_wait =
        rules_.witness() && own().job != Job::fence_waited && !rules_.without(Mutation::no_wait);
    if (!peer_is_there(state_, me_, rules_)) {
      // Silent only now: nothing has been waited for.
      if (must_wait) return go(Step::fences_peer, [](State&, Node& mine) { mine.job = Job::wait; });
      // Against a peer that comes back before this promotion has ended. Who had it is silent.
      if (!rules_.without(Mutation::no_own_lock)) at(next, me_).lock = holder(me_);
    } else if (!lets_nobody_in) {
      if (!lock_both(next)) return refuse(Step::fences_peer);
      at(next, other(me_)).writable = false;
      if (streams(next, me_)) receive(next, me_);
    }
    if (rules_.before_promotion(next, me_).can_promote) {
      at(next, me_).job = locked() ? Job::drain : Job::waiting;
    } else {
      end(next, Work::refused);
    }
    emit_(next, {Step::fences_peer, static_cast<std::uint8_t>(me_), false, Breach::none});
  }

  // With the end of the IO thread before it, and semi-sync's source side after it.
  void drain() {
    if (overtaken()) return give_way(Step::drains);
    if (!lets_in(own())) return refuse(Step::drains);
    go(Step::drains, [&](State& next, Node& mine) {
      apply(next, me_);
      mine.io = Io::none;
      mine.armed = mine.armed || mine.memory.semi_sync;
      mine.job = Job::judge;
    });
  }

  void judge() {
    if (overtaken()) return give_way(Step::judges);
    if (!lets_in(own()) || !locked()) return refuse(Step::judges);
    const Decision decision = rules_.before_promotion(state_, me_);
    const bool silent = !peer_lets_in(state_, me_);
    const bool rival = !silent && peer().writable;
    State locked = state_;
    if (rival || !decision.can_promote) return refuse(Step::judges);
    // A peer that was silent before and answers now.
    if (!silent && !lock_both(locked)) return refuse(Step::judges);
    const bool lost = lacks(state_, me_, Ack::unprotected) || lacks(state_, me_, Ack::protected_);
    const bool passes =
        silent && own().behind && !own().memory.sole_holder && lost && own().had_event;
    go(
        Step::judges,
        [&](State& next, Node& mine) {
          next = locked;
          mine.memory = decision.after_promotion;
          mine.job = Job::lift;
        },
        passes ? Breach::passes_over_writes : Breach::none);
  }

  void lift() {
    if (overtaken()) return give_way(Step::lifts);
    if (!own().up || !locked()) return refuse(Step::lifts);
    if (own().frozen) {
      // The statement may be in the server's socket already: it is executed when the server thaws.
      refuse(Step::lifts);
      go(Step::lifts, [&](State& next, Node& mine) {
        mine.writable = true;
        end(next, Work::refused);
      });
      return;
    }
    go(Step::lifts, [](State&, Node& mine) {
      mine.writable = true;
      mine.job = Job::look;
    });
  }

  void look_again() {
    if (!answers(own())) return refuse(Step::looks_again);
    const bool rival = peer_lets_in(state_, me_) && peer().writable;
    go(Step::looks_again, [&](State& next, Node& mine) {
      const bool undo = rival || overtaken() || !locked();
      if (undo) mine.writable = false;
      end(next, undo ? Work::refused : Work::done);
    });
  }

  void demote() {
    go(Step::demotes, [&](State& next, Node& mine) {
      if (stop_writes(mine, rules_)) give_back(next);
      const bool follows = mine.event == Event::backup || mine.event == Event::fault;
      if (follows && !overtaken()) {
        mine.job = Job::follow;
      } else {
        end(next, Work::done);
      }
    });
  }

  void follow_peer(State& next, Node& mine) const {
    if (rules_.without(Mutation::no_follow)) return;
    if (!lets_in(mine) || mine.writable) return;
    if (mine.io == Io::running) {
      mine.armed = mine.armed || mine.memory.semi_sync;
      return;
    }
    if (!peer_lets_in(next, me_) || !peer().writable) return;
    const Holds ours = compare(next, me_);
    if (ours != Holds::same_or_less) return;
    // CHANGE throws the relay log away. The source has all of it, but may die before it sends it
    // again; so it is applied first.
    if (has_backlog(next, me_)) return;
    mine.io = Io::running;
    mine.armed = true;
    // From now on there is something to lack: "no record" would let it pass.
    if (mine.memory.freshness == static_cast<std::uint8_t>(Freshness::none)) {
      mine.memory.freshness = static_cast<std::uint8_t>(Freshness::stale);
      mine.memory.server = Process::now;
    }
  }

  void follow() {
    go(Step::follows, [&](State& next, Node& mine) {
      follow_peer(next, mine);
      end(next, Work::done);
    });
  }

  // FAULT and STOP do not wait for a holder of the lock that may hang.
  void stop_writes_without_lock() {
    if (own().event != Event::fault && own().event != Event::stop) return;
    if (!overtaken() || !own().writable) return;
    go(Step::stops_writes_without_lock, [&](State&, Node& mine) { stop_writes(mine, rules_); });
  }

  // In a thread of its own, whatever job runs.
  void keep_lock() {
    if (!rules_.lock() || own().watch_frozen || own().event != Event::master) return;
    const bool lifts = own().job == Job::lift || own().job == Job::look;
    const bool serves = own().up && (own().writable || lifts);
    if (!serves || renews(state_, me_) || rules_.without(Mutation::lock_outlived)) return;
    if (own().job != Job::none && !lifts) return;
    go(Step::watch_fences_for_lock, [&](State& next, Node& mine) {
      const bool stopped = stop_writes(mine, rules_);
      if (lifts) {
        mine.job = Job::broken;
      } else {
        mine.work = Work::fenced;
      }
      if (stopped) give_back(next);
    });
  }

  void give_idle_lock_back() {
    if (!has_lease(state_, me_) || !reaches_etcd(state_, me_) || !finished()) return;
    if (own().up && (own().writable || own().frozen || own().full)) return;
    go(Step::watch_gives_back, [&](State& next, Node&) { give_back(next); });
  }

  void watch() {
    if (own().watch_frozen) return;
    give_idle_lock_back();
    const bool master = own().event == Event::master;
    if (master && own().up && own().frozen && finished() && !rules_.without(Mutation::no_kill)) {
      go(Step::watch_kills, [](State&, Node& mine) { end_server(mine); });
    }
    const Decision decision = rules_.look(state_, me_);
    if (pack(looked(decision)) != pack(state_)) {
      go(Step::look, [&](State& next, Node&) { remember_look(next, me_, decision); });
    }
    if (!finished()) return;
    switch (decision.act) {
      case Act::none:
        return;
      case Act::promote_again:
        // Rule 5: after a self-fence only a new MASTER event promotes.
        if (own().work == Work::fenced) return;
        go(Step::watch_promotes_again, [&](State& next, Node&) { begin(next, me_, rules_); });
        return;
      case Act::fence:
        go(Step::watch_fences, [&](State&, Node& mine) {
          stop_writes(mine, rules_);
          mine.work = Work::fenced;
        });
        return;
      case Act::demote:
        go(Step::watch_demotes, [&](State&, Node& mine) { stop_writes(mine, rules_); });
        return;
      case Act::follow: {
        State next = state_;
        follow_peer(next, at(next, me_));
        if (pack(next) == pack(state_)) return;
        emit_(next, {Step::watch_follows, static_cast<std::uint8_t>(me_), false, Breach::none});
        return;
      }
    }
  }

  State looked(const Decision& decision) const {
    State next = state_;
    remember_look(next, me_, decision);
    return next;
  }

  const State& state_;
  int me_;
  Rules& rules_;
  const Emit& emit_;
};

}  // namespace

void agent_moves(const State& state, int me, const World& world, const Emit& emit) {
  Agent(state, me, world, emit).moves();
}

}  // namespace ha::model
