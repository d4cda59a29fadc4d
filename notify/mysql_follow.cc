// Order and reasons:
// - The own server is sampled before the peer: what the peer writes meanwhile only makes it hold
//   more.
// - MariaDB: a former primary's gtid_slave_pos stands where it was promoted; its own transactions
//   are in gtid_binlog_pos only. Both together are where to go on from. Not MASTER_USE_GTID =
//   current_pos: a write that slips in on a replica would move it, and strict mode would not see.
// - The replica side of semi-sync goes on before START: it is looked at when the IO thread
//   connects.
// - The relay log is thrown away by CHANGE. What was in it the peer holds, or we were not here.
#include "notify/mysql_follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "agent/clock.h"
#include "agent/gtid.h"
#include "agent/holds.h"
#include "agent/log.h"
#include "agent/mysql_settings.h"
#include "agent/mysql_tls.h"
#include "agent/record.h"
#include "agent/texts.h"
#include "notify/binlog_save.h"
#include "notify/mysql_may_follow.h"
#include "notify/mysql_old_dump.h"
#include "notify/mysql_words.h"
#include "notify/semi_sync.h"

namespace ha {
namespace {

using Kind = FollowAnswer::Kind;

constexpr Millis kPeerAnswer{1000};
constexpr Millis kPeerPoll{100};
constexpr Millis kPoll{50};
constexpr Millis kConnects{5000};    // the IO thread, until it has received something
constexpr Millis kSemiSync{2000};    // until the peer counts us
constexpr Millis kOldDump{1000};     // the end of an earlier link
constexpr Millis kOwnDump{2000};     // the end of the new primary's
constexpr Millis kTakeover{15'000};  // for the peer's promotion, which runs at the same time

MysqlWords words_of(const MysqlClient& client) {
  return MysqlWords::of(client.is_mariadb(), client.version());
}

const ReplicaStatus* find_source(const MysqlFacts& facts, const MysqlConfig& config) {
  for (const ReplicaStatus& source : facts.sources) {
    if (is_peer(source, config)) return &source;
  }
  return nullptr;
}

const ReplicaStatus* other_running(const MysqlFacts& facts, const MysqlConfig& config) {
  for (const ReplicaStatus& source : facts.sources) {
    if (!is_peer(source, config) && source.receiver == Receiver::running) return &source;
  }
  return nullptr;
}

std::string lag_of(const ReplicaStatus& source) {
  if (!source.lag) return "lag unknown";
  return fmt::format("lag {} s", source.lag->count() / 1000);
}

}  // namespace

/// The other node's server while we look at it and decide.
struct MysqlFollow::Peer {
  MysqlClient client;
  MysqlFacts facts;
  bool tls = false;
};

std::string MysqlFollow::peer_name() const {
  return fmt::format("{}:{}", config_.peer_host, config_.peer_port);
}

Result<StepOutcome> MysqlFollow::follow(Deadline deadline) {
  auto outcome = look_and_follow(deadline);
  const bool at_rest = outcome && (outcome->kind == StepOutcome::Kind::done ||
                                   outcome->kind == StepOutcome::Kind::unchanged);
  // One remark a step, and what already stands there is more urgent.
  if (at_rest && outcome->remark.empty()) add_settings(*outcome);
  return outcome;
}

// What this replica would need as the next primary, and as one that crashed.
void MysqlFollow::add_settings(StepOutcome& outcome) {
  const auto settings = gather_settings(client_);
  if (!settings) return;  // `status` says so; the step is done all the same
  const std::string lines =
      missing_lines(judge_settings(*settings, run_.config.agent.isolation_timeout));
  if (lines.empty()) return;
  outcome.remark = say(run_.config.agent.lang, Text::remark_settings, fmt::arg("lines", lines));
}

Result<StepOutcome> MysqlFollow::look_and_follow(Deadline deadline) {
  // The peer's promotion and our demotion run at the same time: where we were MASTER, it is worth
  // waiting.
  const Deadline patience =
      Deadline::in(run_.from == State::master ? kTakeover : Millis{0}).earlier(deadline);
  for (;;) {
    auto own = gather_mysql(client_);
    if (!own) return tl::unexpected(own.error());
    if (own->sources_error) return tl::unexpected(*own->sources_error);
    if (own->writable()) return failed("the server is still writable: it follows nobody");
    if (const ReplicaStatus* other = other_running(*own, config_)) {
      StepOutcome outcome =
          unchanged(fmt::format("follows {}:{} already", other->source_host, other->source_port));
      outcome.remark =
          say(run_.config.agent.lang, Text::remark_other_source,
              fmt::arg("source", fmt::format("{}:{}", other->source_host, other->source_port)),
              fmt::arg("peer", peer_name()));
      return outcome;
    }
    const ReplicaStatus* source = find_source(*own, config_);
    if (source != nullptr && source->receiver == Receiver::running) {
      return follows_already(*own, deadline);
    }
    bool wait = false;
    auto outcome = decide(*own, deadline, patience, wait);
    if (!wait || !outcome) return outcome;
    if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
    if (patience.remaining() < 2 * kPeerPoll) return outcome;
    std::this_thread::sleep_for(kPeerPoll);
  }
}

// One look at the peer and what follows from it. `wait`: another look may find a primary.
Result<StepOutcome> MysqlFollow::decide(const MysqlFacts& own, Deadline deadline, Deadline patience,
                                        bool& wait) {
  const Millis limit = std::min(kPeerAnswer, std::max(deadline.remaining(), Millis{1}));
  const auto later = [&](const std::string& why) {
    wait = !patience.expired();
    return unchanged("stays read-only: " + why);
  };
  auto client = MysqlClient::connect(config_.peer(), limit, limit);
  if (!client) return later("the peer does not answer: " + client.error().message);
  auto facts = gather_mysql(*client);
  if (!facts) return later("the peer does not answer: " + facts.error().message);
  auto cipher = client->query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
  if (!cipher) return later("the peer does not answer: " + cipher.error().message);
  const bool tls = !cipher->empty() && !cipher->front()["Value"].value_or("").empty();

  const FollowAnswer answer = may_follow(own, *facts);
  if (answer.kind == Kind::wait) return later(answer.why);
  // CHANGE throws the relay log away. The peer has what is in it, but may die before it has sent it
  // again.
  if (answer.kind == Kind::follow && backlog(own) && server_view(own).applier == Applier::running) {
    return later("it still applies what it received");
  }
  if (answer.kind == Kind::stay) return stay(own, *facts, answer, deadline);
  Peer peer{std::move(*client), std::move(*facts), tls};
  return become_replica(own, peer, answer.why, deadline);
}

Result<StepOutcome> MysqlFollow::follows_already(const MysqlFacts& own, Deadline deadline) {
  const ReplicaStatus& source = *find_source(own, config_);
  const std::string follows = fmt::format("follows {}, {}", peer_name(), lag_of(source));
  // Without a backlog nothing is lost with the relay log that MariaDB deletes when the IO thread
  // starts.
  if (backlog(own)) return unchanged(follows);
  auto armed = arm_semi_sync(own, nullptr);
  if (!armed) return tl::unexpected(armed.error());
  if (!*armed) return unchanged(follows);
  const MysqlWords words = words_of(client_);
  const std::string channel = client_.quote(source.channel);
  for (const std::string& sql : {words.stop_receiver(channel), words.start_receiver(channel)}) {
    if (auto done_with = client_.exec(sql); !done_with) return tl::unexpected(done_with.error());
  }
  std::string seen;
  if (auto client = MysqlClient::connect(config_.peer(), kPeerAnswer, kPeerAnswer)) {
    if (auto facts = gather_mysql(*client)) {
      Peer peer{std::move(*client), std::move(*facts)};
      seen = "; " + seen_by(peer, deadline);
    }
  }
  return done(follows + "; semi-sync's replica side is on again" + seen);
}

Result<StepOutcome> MysqlFollow::become_replica(const MysqlFacts& own, Peer& peer,
                                                const std::string& why, Deadline deadline) {
  if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
  const MysqlWords words = words_of(client_);
  if (!own.sources.empty()) {
    if (auto ok = client_.exec(words.stop_all()); !ok) return tl::unexpected(ok.error());
  }
  for (const ReplicaStatus& source : own.sources) {
    if (source.channel.empty()) continue;  // CHANGE replaces it
    if (auto reset = client_.exec(words.forget(client_.quote(source.channel))); !reset) {
      return tl::unexpected(reset.error());
    }
  }
  // The applier may have gone on until it was stopped.
  auto stopped = gather_mysql(client_);
  if (!stopped) return tl::unexpected(stopped.error());
  if (own.mariadb) {
    if (auto taken = take_position(*stopped); !taken) return tl::unexpected(taken.error());
  }
  end_of_first_boot(own);
  if (auto changed = change_source(peer); !changed) return tl::unexpected(changed.error());
  if (own.mariadb) {
    const Deadline limit = Deadline::in(kOldDump).earlier(deadline);
    auto ended = end_old_dumps(peer.client, config_.replication_user, limit);
    if (!ended)
      log::warning("cannot end old links to " + peer_name() + ": " + ended.error().message);
  }
  const Deadline limit = Deadline::in(kOwnDump).earlier(deadline);
  if (auto ended = end_own_dumps(client_, config_.replication_user, limit); !ended) {
    log::warning("cannot end the replicas' old links: " + ended.error().message);
  }
  if (auto armed = arm_semi_sync(own, &peer.facts); !armed) return tl::unexpected(armed.error());
  if (auto started = client_.exec(words.start()); !started) {
    return tl::unexpected(started.error());
  }
  const std::string before =
      mariadb_gtid_merge(stopped->gtid_slave_pos, stopped->gtid_binlog_pos).value_or("");
  return wait_for_receiver(peer, before, why, deadline);
}

// From now on there is something that this server can lack; "no record" would let it pass.
void MysqlFollow::end_of_first_boot(const MysqlFacts& own) {
  const std::string resource = "mysql " + config_.name;
  constexpr Millis kPatience{500};
  auto kept = update_own_record(run_.dir, resource, kPatience, [&](Record& record) {
    if (record.freshness != Freshness::none) return;
    record.freshness = Freshness::stale;
    record.why = "it began to follow and was not seen to have caught up";
    record.server.started_ms = own.started_ms;
  });
  if (!kept) log::error(resource + ": the record could not be kept: " + kept.error().message);
}

Status MysqlFollow::take_position(const MysqlFacts& own) {
  const auto position = mariadb_gtid_merge(own.gtid_slave_pos, own.gtid_binlog_pos);
  if (!position) return fail("the server's own position cannot be read: " + own.gtid_binlog_pos);
  // Merged, too: the texts may differ in the order of domains alone.
  const bool there = mariadb_gtid_merge(own.gtid_slave_pos, "") == position;
  if (there) return {};
  return client_.exec("SET GLOBAL gtid_slave_pos = " + client_.quote(*position));
}

Status MysqlFollow::change_source(const Peer& peer) {
  const MysqlEndpoint endpoint = config_.peer();
  SourceWords to;
  to.host = client_.quote(config_.peer_host);
  to.port = config_.peer_port;
  to.user = client_.quote(config_.replication_user);
  to.password = client_.quote(config_.replication_password);
  // As our own connection to it: `preferred` is TLS where the peer has it.
  to.tls = peer.tls;
  to.verify = endpoint.ssl_mode == SslMode::verify_identity;
  to.ca = client_.quote(to.tls ? endpoint.ssl_ca : std::string());
  return client_.exec(words_of(client_).change(to));
}

// True when something was switched. Without a peer only what the own server says counts.
Result<bool> MysqlFollow::arm_semi_sync(const MysqlFacts& own, const MysqlFacts* peer) {
  const SemiSync& mine = own.semi_sync;
  const bool wanted =
      mine.source_enabled || mine.replica_enabled ||
      (peer != nullptr && (peer->semi_sync.source_enabled || peer->semi_sync.replica_enabled));
  if (mine.source_enabled) {
    // Else its own applier waits out a semi-sync timeout for a replica that it does not have.
    SemiSync alone = mine;
    alone.clients = 0;  // as counted before the dead links were ended
    auto wait = match_wait_to_replicas(client_, alone);
    if (!wait) return tl::unexpected(wait.error());
  }
  if (!wanted || mine.replica_prefix.empty() || mine.replica_enabled) return false;
  auto set = client_.exec(fmt::format("SET GLOBAL {}_enabled = ON", mine.replica_prefix));
  if (!set) return tl::unexpected(set.error());
  return true;
}

// The IO thread says that it runs before the source has looked for our position; only what it
// received, or an equal position, tells.
Result<StepOutcome> MysqlFollow::wait_for_receiver(Peer& peer, const std::string& before,
                                                   const std::string& why, Deadline deadline) {
  const Deadline until = Deadline::in(kConnects).earlier(deadline);
  for (;;) {
    auto own = gather_mysql(client_);
    if (!own) return tl::unexpected(own.error());
    const ReplicaStatus* source = find_source(*own, config_);
    if (source == nullptr) return failed("no source is configured after CHANGE");
    if (source_lacks_position(*source)) {
      FollowAnswer answer{Kind::stay, source->io_error, {}};
      const auto errant = held_beyond(*own, peer.facts);
      answer.errant = errant.value_or(own->mariadb ? own->gtid_binlog_pos : own->gtid_executed);
      return stay(*own, peer.facts, answer, deadline);
    }
    const bool running = source->receiver == Receiver::running;
    const bool received = !source->received_gtid.empty() && source->received_gtid != before;
    const bool nothing_new = compare_holds(peer.facts, *own) == Holds::same_or_less;
    if (running && (received || nothing_new || until.expired())) {
      const std::string seen = seen_by(peer, deadline);
      own = gather_mysql(client_, {.source_status = false});
      if (!own) return tl::unexpected(own.error());
      source = find_source(*own, config_);
      const std::string lag = source == nullptr ? "gone" : lag_of(*source);
      return done(fmt::format("follows {}: {}; {}; {}", peer_name(), why, lag, seen));
    }
    if (until.expired()) {
      return failed(fmt::format("the IO thread does not reach {}: {} ({})", peer_name(),
                                source->io_error, source->io_errno));
    }
    std::this_thread::sleep_for(kPoll);
  }
}

// What the primary thinks of us.
std::string MysqlFollow::seen_by(Peer& peer, Deadline deadline) {
  if (!peer.facts.semi_sync.source_enabled) return "the primary does not use semi-sync";
  const Deadline until = Deadline::in(kSemiSync).earlier(deadline);
  bool told = false;
  bool rearmed = false;
  for (;;) {
    auto facts = gather_mysql(peer.client);
    if (!facts) return "the primary's semi-sync is unknown: " + facts.error().message;
    const SemiSync& semi = facts->semi_sync;
    // A promotion leaves wait_no_replica = OFF behind. MySQL's primary that then acknowledged alone
    // waits for no replica that comes, with no write (9.7.4); set ON it waits at once.
    if (!told && !semi.source_on && semi.clients > 0) {
      told = true;
      auto wait = match_wait_to_replicas(peer.client, semi);
      if (!wait) log::warning("the primary was not told to wait: " + wait.error().message);
      continue;
    }
    if (semi.source_on && semi.clients > 0) {
      return fmt::format("the primary's semi-sync is ON with {} replica{}", semi.clients,
                         semi.clients == 1 ? "" : "s");
    }
    if (const auto own = gather_mysql(client_); !rearmed && own && is_to_be_rearmed(*facts, *own)) {
      rearmed = true;
      auto waits = rearm_semi_sync(peer.client, semi);
      if (!waits) log::warning("the primary was not told to wait: " + waits.error().message);
      continue;
    }
    if (until.expired()) {
      return fmt::format("the primary's semi-sync is {}, with {} replicas",
                         semi.source_on ? "ON" : "OFF", semi.clients);
    }
    std::this_thread::sleep_for(kPoll);
  }
}

Result<StepOutcome> MysqlFollow::stay(const MysqlFacts& own, const MysqlFacts& peer,
                                      const FollowAnswer& answer, Deadline deadline) {
  const Lang lang = run_.config.agent.lang;
  if (answer.errant.empty()) {
    StepOutcome outcome = unchanged("stays read-only: " + answer.why);
    outcome.remark = say(lang, Text::remark_mysql_cannot_follow, fmt::arg("peer", peer_name()),
                         fmt::arg("why", answer.why));
    return outcome;
  }
  SaveRequest request;
  request.errant = answer.errant;
  request.other = held_text(peer);
  request.folder = fmt::format("{}/{}", run_.config.agent.errant_dir, config_.name);
  request.by_socket = !config_.server.socket.empty();
  request.about = fmt::format(
      "{}, mysql {}: these binary logs hold transactions that {} lacks:\n{}\n"
      "Read them with: {} --base64-output=decode-rows -vv FILE\n",
      run_.config.agent.node, config_.name, peer_name(), answer.errant,
      own.mariadb ? "mariadb-binlog" : "mysqlbinlog");
  auto saved = save_errant_logs(client_, request,
                                [&] { return !deadline.expired() && run_.overtaken_by().empty(); });
  if (!saved) return tl::unexpected(saved.error());
  const std::string shown = gtid_shown(answer.errant);
  const std::string detail = fmt::format("stays read-only: {}; errant: {}", answer.why, shown);
  if (!saved->trouble.empty()) {
    // The newer event's run copies them, or promotes this server.
    if (auto by = run_.overtaken_by(); !by.empty()) return overtaken(by);
    StepOutcome outcome =
        unchanged(fmt::format("{}; the binary logs are not saved: {}", detail, saved->trouble));
    outcome.remark = say(lang, Text::remark_errant_unsaved, fmt::arg("peer", peer_name()),
                         fmt::arg("errant", shown), fmt::arg("why", saved->trouble),
                         fmt::arg("command", saved->command));
    return outcome;
  }
  StepOutcome outcome = saved->copied ? done(detail + "; binary logs copied to " + saved->folder)
                                      : unchanged(detail + "; binary logs are in " + saved->folder);
  outcome.remark = say(lang, Text::remark_errant_saved, fmt::arg("peer", peer_name()),
                       fmt::arg("errant", shown), fmt::arg("folder", saved->folder));
  return outcome;
}

}  // namespace ha
