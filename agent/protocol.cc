#include "agent/protocol.h"

#include <fmt/format.h>

#include "agent/duration.h"

namespace ha {
namespace {

Eligibility yes(std::string why) {
  return {true, std::move(why), Cause::none};
}
Eligibility no(Cause cause, std::string why) {
  return {false, std::move(why), cause};
}

std::string with_trouble(std::string text, const std::string& trouble) {
  return trouble.empty() ? text : fmt::format("{}: {}", text, trouble);
}

// Row 1: a server that is not up cannot be promoted, whatever else is so.
std::string own_server_trouble(const ServerView& own) {
  switch (own.answer) {
    case Answer::up:
      return {};
    case Answer::down:
      return with_trouble("the server is down", own.trouble);
    case Answer::silent:
      return with_trouble("the server does not answer", own.trouble);
    case Answer::loading:
      return with_trouble("the server is still loading", own.trouble);
    case Answer::refusing:
      return with_trouble("the server lets nobody in", own.trouble);
  }
  return "the server's state is not known";
}

// The lag is the applier's: once all that was received is applied, one recorded while the source
// was there says nothing any more. Empty: not behind.
std::string behind(const ServerView& own, const PromotePolicy& policy) {
  const bool following = own.receiver == Receiver::running;
  const std::optional<Millis> lag = following ? own.lag : own.last_lag;
  if (!lag || *lag <= policy.max_lag || (!following && !own.backlog)) return {};
  const std::string limit = format_duration(policy.max_lag);
  if (following) {
    return fmt::format("it is {} behind its source, more than max_lag = {}", format_duration(*lag),
                       limit);
  }
  return fmt::format(
      "it was {} behind when its source went away, more than max_lag = {}, and still applies",
      format_duration(*lag), limit);
}

// Rows 1 and 2.
Eligibility judge_own(const ServerView& own) {
  if (auto trouble = own_server_trouble(own); !trouble.empty()) {
    return no(Cause::server, std::move(trouble));
  }
  // Somebody's fence, or a server that is being repaired: as little undone as read_only by hand.
  if (!own.closed.empty()) return no(Cause::server, own.closed);
  const bool halted = own.applier == Applier::stopped || own.applier == Applier::error;
  if (halted && own.backlog) {
    return no(Cause::applier,
              with_trouble("the applier is stopped and received transactions are not applied",
                           own.trouble));
  }
  return yes({});
}

std::string peer_of(const Situation& situation) {
  return situation.peer.where.empty() ? std::string("the peer")
                                      : "the peer " + situation.peer.where;
}

// Row 3.
Eligibility judge_answering_peer(const Situation& situation) {
  const PeerView& peer = situation.peer;
  switch (peer.holds) {
    case Holds::same_or_less:
      return yes(peer_of(situation) + " holds nothing that this server lacks");
    case Holds::ahead:
      if (!peer.writable && peer.left_behind) {
        return yes(peer_of(situation) +
                   " holds transactions that this server lacks, but its node cannot serve: its "
                   "MySQL lacks transactions that this node holds");
      }
      return no(Cause::peer, peer_of(situation) + " holds transactions that this server lacks");
    case Holds::diverged:
      if (!peer.writable && situation.record.sole_holder) {
        return yes("both servers hold what the other lacks, and this one served alone last");
      }
      if (!peer.writable && peer.left_behind) {
        return yes(
            "both servers hold what the other lacks, and the peer's node cannot serve: its MySQL "
            "lacks transactions that this node holds");
      }
      return no(Cause::diverged, fmt::format("this server and {} each hold transactions that the "
                                             "other lacks",
                                             peer_of(situation)));
    case Holds::unknown:
      break;
  }
  return no(Cause::peer, fmt::format("what {} holds cannot be compared with what this server holds",
                                     peer_of(situation)));
}

std::string refusing_text(const Situation& situation) {
  return with_trouble(peer_of(situation) + " answers and lets nobody in, so it may take writes",
                      situation.peer.trouble);
}

// Row 5.
Eligibility judge_alone(const Situation& situation, const PromotePolicy& policy) {
  const ServerView& own = situation.own;
  const Record& record = situation.record;
  // on_stale speaks of data that nobody can bring up to date any more.
  const bool let_pass = policy.on_stale == OnStale::promote;
  constexpr const char* kPasses = "; on_stale = promote lets it pass";
  if (const std::string was = behind(own, policy); !was.empty()) {
    return let_pass ? yes(was + kPasses) : no(Cause::lag, was);
  }
  if (record.sole_holder) return yes("it served alone last and can be promoted");
  switch (record.freshness) {
    case Freshness::none:
      return yes(own.applier == Applier::none ? "it has no source and can be promoted"
                                              : "its source is gone and it can be promoted");
    case Freshness::fresh:
      return yes("its source is gone, it was up to date, and it can be promoted");
    case Freshness::stale:
    case Freshness::voided:
      break;
  }
  const std::string was =
      with_trouble("it may lack acknowledged writes, and nobody is there to ask", record.why);
  return let_pass ? yes(was + kPasses) : no(Cause::stale, was);
}

}  // namespace

Answer answer_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::timeout:
      return Answer::silent;
    case ErrorKind::unreachable:
      return Answer::down;
    case ErrorKind::answered:
    case ErrorKind::config:
    case ErrorKind::other:
      break;
  }
  return Answer::refusing;
}

const char* cause_word(Cause cause) {
  switch (cause) {
    case Cause::server:
      return "server";
    case Cause::applier:
      return "applier";
    case Cause::drain:
      return "drain";
    case Cause::lag:
      return "lag";
    case Cause::peer:
      return "peer";
    case Cause::refusing:
      return "refusing";
    case Cause::diverged:
      return "diverged";
    case Cause::witness:
      return "witness";
    case Cause::stale:
      return "stale";
    case Cause::lock:
      return "lock";
    case Cause::none:
      break;
  }
  return "";
}

Eligibility can_promote(const Situation& situation, const PromotePolicy& policy) {
  const ServerView& own = situation.own;
  if (Eligibility answer = judge_own(own); !answer.yes) {
    if (!policy.forced || answer.cause == Cause::server) return answer;
  }
  if (policy.forced) return yes("an operator forces the promotion");

  const bool following = own.receiver == Receiver::running;
  if (own.drain_refused && own.backlog) {
    const bool caught_up = following && own.lag && *own.lag <= policy.max_lag;
    if (!caught_up) {
      return no(Cause::drain, "the relay log is still being drained after a refused promotion");
    }
  }
  // Whatever the peer says: nothing is lifted without the lock.
  const LockView& lock = situation.lock;
  if (lock.configured && !lock.answers) {
    return no(Cause::lock, with_trouble("the lock cannot be had", lock.why));
  }
  if (situation.peer.answer == PeerView::Answer::up) return judge_answering_peer(situation);
  if (situation.peer.answer == PeerView::Answer::refusing && !lock.configured) {
    return no(Cause::refusing, refusing_text(situation));
  }
  // A link to a host that vanished says Yes for minutes: it vouches only where nobody had to ask.
  const bool unasked = situation.peer.answer == PeerView::Answer::vouched ||
                       situation.peer.answer == PeerView::Answer::none;
  if (unasked && (following || situation.peer.answer == PeerView::Answer::vouched)) {
    if (std::string is = behind(own, policy); !is.empty()) return no(Cause::lag, std::move(is));
    return yes("it follows its source and can be promoted");
  }
  if (situation.witness.configured && !situation.witness.quorum) {
    return no(Cause::witness, with_trouble("neither the peer nor a quorum of witnesses answers",
                                           situation.witness.why));
  }
  if (lock.configured && lock.elsewhere) {
    return no(Cause::lock, with_trouble("the peer is silent, and the lock is kept", lock.why));
  }
  return judge_alone(situation, policy);
}

Row row_of(Role role, bool promoting, const Situation& situation) {
  const ServerView& own = situation.own;
  if (role == Role::master) {
    if (promoting) return Row::promotion_running;
    return own.writable ? Row::master_writable : Row::master_read_only;
  }
  if (situation.first_boot && own.receiver == Receiver::none) return Row::first_boot;
  if (own.writable) return Row::standby_writable;
  return own.receiver == Receiver::running ? Row::standby_following : Row::standby_not_following;
}

Column column_of(const Situation& situation) {
  const PeerView& peer = situation.peer;
  if (peer.answer == PeerView::Answer::vouched) return Column::peer_behind;
  if (peer.answer == PeerView::Answer::up) {
    if (peer.writable) return Column::peer_writable;
    if (peer.holds == Holds::same_or_less) return Column::peer_behind;
    return peer.holds == Holds::diverged ? Column::peer_diverged : Column::peer_ahead;
  }
  if (peer.answer == PeerView::Answer::refusing) return Column::peer_refusing;
  const LockView& lock = situation.lock;
  const bool cut_off =
      lock.configured ? !lock.answers : situation.witness.configured && !situation.witness.quorum;
  return cut_off ? Column::isolated : Column::silent;
}

namespace {

Cell cell_from(const Eligibility& answer, Level if_yes = Level::ok) {
  return {answer.yes ? if_yes : Level::no, answer.why, Act::none, Note::none};
}

std::string isolated_text(const Situation& situation) {
  if (situation.lock.configured) {
    return with_trouble("isolated: the peer does not answer, and the lock is not to be had",
                        situation.lock.why);
  }
  return with_trouble("isolated: neither the peer nor a quorum of witnesses answers",
                      situation.witness.why);
}

Cell master_writable(Column column, const Situation& situation) {
  switch (column) {
    case Column::peer_behind:
    case Column::silent:
      return {Level::ok, {}, Act::none, Note::serving};
    case Column::peer_ahead:
    case Column::peer_diverged:
      return {Level::degraded, peer_of(situation) + " holds transactions that this server lacks",
              Act::none, Note::serving};
    case Column::peer_writable:
      return {Level::degraded, peer_of(situation) + " takes writes too", Act::none, Note::serving};
    case Column::peer_refusing:
      return {Level::degraded, refusing_text(situation), Act::none, Note::serving};
    case Column::isolated:
      break;
  }
  return {Level::no, isolated_text(situation), Act::fence, Note::none};
}

Cell master_read_only(Column column, const Situation& situation, const PromotePolicy& policy) {
  Cell cell{Level::no, "read-only", Act::none, Note::none};
  if (column == Column::isolated) cell.why = isolated_text(situation);
  const Record& record = situation.record;
  // Read-only set on the process that we promoted is somebody's fence: it stays.
  const bool restarted =
      record.promoted.known() && !same_server(record.promoted, situation.seen.server);
  const bool nobody_else = column == Column::peer_behind || column == Column::silent;
  if (restarted && nobody_else && can_promote(situation, policy).yes) {
    cell.act = Act::promote_again;
    cell.why = "read-only since the server was restarted";
  }
  return cell;
}

Cell standby(Column column, const Situation& situation, const PromotePolicy& policy) {
  const bool following = situation.own.receiver == Receiver::running;
  if (situation.own.applier == Applier::error) {
    return {Level::no, with_trouble("the applier failed", situation.own.trouble), Act::none,
            following ? Note::following : Note::none};
  }
  if (following) {
    // The check's row asks for the link alone; what it is worth is judged at the promotion.
    Situation linked = situation;
    // What the primary has more is on its way, also to a server with transactions of its own.
    const bool on_its_way =
        column == Column::peer_writable &&
        (linked.peer.holds == Holds::ahead || linked.peer.holds == Holds::diverged);
    const PeerView::Answer said = linked.peer.answer;
    const bool in_vain = said == PeerView::Answer::silent || said == PeerView::Answer::refusing;
    if (in_vain || on_its_way) {
      linked.peer.answer = PeerView::Answer::vouched;
    }
    Eligibility answer = can_promote(linked, policy);
    // Else the answer would depend on whether this look had to ask the peer.
    if (std::string is = behind(situation.own, policy);
        answer.yes && !policy.forced && !is.empty()) {
      answer = no(Cause::lag, std::move(is));
    }
    Cell cell = cell_from(answer);
    if (answer.yes && column == Column::peer_refusing) {
      cell = {Level::degraded, refusing_text(situation)};
    }
    cell.note = Note::following;
    return cell;
  }
  if (column == Column::peer_writable) {
    return {Level::no, peer_of(situation) + " is the primary, and this server does not follow it",
            Act::follow, Note::void_};
  }
  Cell cell = cell_from(can_promote(situation, policy));
  if (column == Column::isolated) {
    cell.level = Level::no;
    cell.note = Note::void_;
  }
  return cell;
}

// Nothing is known of earlier days: a peer that has data goes first. Once it was seen as the
// primary, this server is known to lack what it wrote.
Cell first_boot(Column column, const Situation& situation, const PromotePolicy& policy) {
  if (column == Column::peer_writable) {
    return {Level::no, peer_of(situation) + " is the primary, and this server does not follow it",
            Act::none, Note::void_};
  }
  return cell_from(can_promote(situation, policy));
}

}  // namespace

Cell cell_of(Row row, Column column, const Situation& situation, const PromotePolicy& policy) {
  switch (row) {
    case Row::master_writable:
      return master_writable(column, situation);
    case Row::promotion_running:
      // A peer that takes writes is being fenced, and then judged again; for one that lets nobody
      // in a promotion waits a while.
      if (column == Column::peer_writable || column == Column::peer_refusing) {
        return {Level::pending, "the promotion runs"};
      }
      return cell_from(can_promote(situation, policy), Level::pending);
    case Row::master_read_only:
      return master_read_only(column, situation, policy);
    case Row::standby_following:
    case Row::standby_not_following:
      return standby(column, situation, policy);
    case Row::standby_writable: {
      Cell cell = standby(column, situation, policy);
      cell.act = Act::demote;
      // Until it is demoted it acknowledges like a primary, and nobody else has those writes: with
      // "sole holder" gone on both sides of a divergence, neither could ever be promoted again.
      const bool follows = situation.own.receiver == Receiver::running;
      if (!follows && column != Column::isolated) cell.note = Note::serving;
      return cell;
    }
    case Row::first_boot:
      return first_boot(column, situation, policy);
  }
  return {};
}

Judgement judge(Role role, bool promoting, const Situation& situation,
                const PromotePolicy& policy) {
  Judgement judgement{row_of(role, promoting, situation), column_of(situation), {}};
  if (std::string trouble = own_server_trouble(situation.own); !trouble.empty()) {
    const bool silent = situation.own.answer == Answer::silent;
    judgement.cell = {silent ? Level::unknown : Level::no, std::move(trouble)};
    // What a standby missed while it was away, it cannot know.
    if (role == Role::standby) judgement.cell.note = Note::void_;
    // It may take writes: isolated, it is no better than one that is seen to.
    const bool unseen = situation.own.answer == Answer::refusing;
    if (role == Role::master && !promoting && unseen && judgement.column == Column::isolated) {
      judgement.cell.why += "; " + isolated_text(situation);
      judgement.cell.act = Act::fence;
    }
    return judgement;
  }
  judgement.cell = cell_of(judgement.row, judgement.column, situation, policy);
  // Whatever else is so: a peer that can serve is better than a server that takes nobody's writes.
  if (const std::string& closed = situation.own.closed; !closed.empty()) {
    Cell& cell = judgement.cell;
    const bool said = cell.level == Level::no && !cell.why.starts_with(closed);
    cell.why = said ? closed + "; " + cell.why : closed;
    cell.level = Level::no;
  }
  return judgement;
}

Record effective(const Record& record, const ServerIdentity& server) {
  Record now = record;
  const bool said_something =
      now.freshness == Freshness::fresh || now.freshness == Freshness::stale;
  if (said_something && !same_server(now.server, server)) {
    now.freshness = Freshness::voided;
    now.why = "the server was restarted since it followed";
  }
  return now;
}

Record next_record(Record record, Note note, const Situation& situation) {
  const Seen& seen = situation.seen;
  record = effective(record, seen.server);
  const auto is = [&](Freshness freshness, std::string why) {
    record.freshness = freshness;
    record.why = std::move(why);
  };
  switch (note) {
    case Note::none:
      break;
    case Note::following:
      record.sole_holder = false;
      if (seen.following == Protection::protected_) {
        is(Freshness::fresh, {});
      } else if (seen.following == Protection::unprotected) {
        is(Freshness::stale, "its source did not wait for it");
      } else if (record.freshness == Freshness::voided) {
        is(Freshness::stale, "it is not known whether its source waited for it");
      }
      break;
    case Note::serving:
      if (record.freshness != Freshness::voided) is(Freshness::voided, "it was the primary since");
      if (seen.serving != Protection::unknown) {
        // A peer that went its own way is not the replica that semi-sync still counts.
        const Column column = column_of(situation);
        const bool apart = column == Column::peer_diverged || column == Column::peer_ahead;
        record.sole_holder = apart || seen.serving == Protection::unprotected;
      }
      break;
    case Note::void_: {
      const bool peer_serves = column_of(situation) == Column::peer_writable;
      const bool answers = situation.own.answer == Answer::up;
      // A server that did not answer has nothing to lose but what it said of following.
      if (!answers && record.freshness != Freshness::fresh && record.freshness != Freshness::stale)
        break;
      if (peer_serves) record.sole_holder = false;
      is(Freshness::voided, peer_serves ? "the peer was the primary and this server did not follow"
                            : answers   ? "this node was isolated since it followed"
                                        : "the server did not answer since it followed");
      break;
    }
  }
  if (seen.semi_sync) {
    record.semi_sync = true;
    record.semi_sync_by = seen.server;
  } else if (record.semi_sync && seen.server.known() &&
             same_server(record.semi_sync_by, seen.server)) {
    record.semi_sync = false;
  }
  if (seen.server.known()) record.server = seen.server;
  if (!seen.coordinates.empty()) record.coordinates = seen.coordinates;
  return record;
}

Millis wait_before_promotion(const WitnessView& witness, const PeerView& peer,
                             const AgentConfig& config, const LockView& lock) {
  if (lock.configured) return Millis{0};
  const bool asked_in_vain =
      peer.answer == PeerView::Answer::silent || peer.answer == PeerView::Answer::none;
  if (!witness.configured || !asked_in_vain) return Millis{0};
  constexpr Millis kMargin{500};
  return config.isolation_timeout + config.check_reaction + kMargin;
}

}  // namespace ha
