#include "notify/lookout.h"

#include <algorithm>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/eye.h"
#include "agent/mysql_situation.h"
#include "agent/redis_situation.h"
#include "agent/witness.h"
#include "notify/semi_sync.h"

namespace ha {
namespace {

constexpr Millis kAnswer{1000};
constexpr Millis kCalm{1000};
constexpr Millis kSharpest{40};
/// A replica that connects (1 s) and a primary that waits for more of them before it begins a full
/// sync (repl-diskless-sync-delay, 5 s).
constexpr Millis kSyncBegins{10'000};

using MysqlEye = Eye<MysqlFacts>;
using RedisEye = Eye<RedisSight>;
using WitnessEye = Eye<WitnessView>;

// One connection for many looks; one that broke is made anew by the next look.
std::function<Result<MysqlFacts>()> mysql_look(const MysqlEndpoint& endpoint) {
  const auto client = std::make_shared<std::optional<MysqlClient>>();
  return [endpoint, client]() -> Result<MysqlFacts> {
    if (!*client) {
      auto made = MysqlClient::connect(endpoint, kAnswer, kAnswer);
      if (!made) return tl::unexpected(made.error());
      client->emplace(std::move(*made));
    }
    auto facts = gather_mysql(**client);
    if (!facts && facts.error().kind != ErrorKind::answered) client->reset();
    return facts;
  };
}

std::function<Result<RedisSight>()> redis_look(const RedisEndpoint& endpoint) {
  return [endpoint]() -> Result<RedisSight> {
    auto client = RedisClient::connect(endpoint, Deadline::in(kAnswer));
    if (!client) return tl::unexpected(client.error());
    return gather_redis_sight(*client);
  };
}

// A quorum that is missing is an error here, so that the eye keeps when it was there last.
std::function<Result<WitnessView>()> witness_look(const Config& config, Millis patience) {
  return [config, patience]() -> Result<WitnessView> {
    WitnessView view = WitnessQuestion(config, Deadline::in(patience)).view();
    if (!view.quorum) return fail(view.why, ErrorKind::timeout);
    return view;
  };
}

template <class T>
struct Pair {
  std::unique_ptr<Eye<T>> own;
  std::unique_ptr<Eye<T>> peer;  ///< null: none configured
  /// Since when the own server has been seen, look after look, neither to follow nor to take
  /// writes.
  std::optional<SteadyClock::time_point> apart;
  /// Redis: since when it has been a replica of the peer without a link.
  std::optional<SteadyClock::time_point> waits;
};

template <class T, class Look, class Database>
Pair<T> open_pair(const Look& look, const Database& database, Millis interval) {
  Pair<T> pair;
  pair.own = std::make_unique<Eye<T>>(look(database.server), interval);
  if (!database.peer_host.empty()) {
    pair.peer = std::make_unique<Eye<T>>(look(database.peer()), interval);
  }
  return pair;
}

/// What an eye says now: a look that hangs says that nobody answers.
template <class T>
std::optional<Result<T>> said(const typename Eye<T>::Sight& sight, Millis interval) {
  const auto now = SteadyClock::now();
  const Millis patience = std::max(2 * interval, Millis{500});
  const bool hangs = sight.pending > sight.begun && now - sight.pending > patience;
  if (hangs) return fail("no answer", ErrorKind::timeout);
  return sight.last;
}

}  // namespace

struct Lookout::Eyes {
  std::vector<Pair<MysqlFacts>> mysql;
  std::vector<Pair<RedisSight>> redis;
  std::unique_ptr<WitnessEye> witness;

  template <class F>
  void each(F call) const {
    for (const auto& pair : mysql) call(pair);
    for (const auto& pair : redis) call(pair);
  }
};

Lookout::Lookout(const Config& config, std::function<LockView(Role)> lock)
    : config_(config), lock_(std::move(lock)), interval_(kCalm), eyes_(std::make_unique<Eyes>()) {
  if (!config.witness.empty()) {
    interval_ = std::clamp(config.agent.isolation_timeout / 5, kSharpest, kCalm);
    const Millis patience = std::clamp(config.agent.isolation_timeout / 4, 2 * kSharpest, kCalm);
    eyes_->witness = std::make_unique<WitnessEye>(witness_look(config, patience), interval_);
  }
  for (const MysqlConfig& mysql : config.mysql) {
    eyes_->mysql.push_back(open_pair<MysqlFacts>(mysql_look, mysql, interval_));
  }
  for (const RedisConfig& redis : config.redis) {
    eyes_->redis.push_back(open_pair<RedisSight>(redis_look, redis, interval_));
  }
}

Lookout::~Lookout() = default;

bool Lookout::isolated() const {
  // Whoever holds the lock is not isolated; who cannot renew it is stopped by its own rule.
  if (!eyes_->witness || config_.the_lock() != nullptr) return false;
  auto contact = eyes_->witness->sight().heard;
  eyes_->each([&](const auto& pair) {
    if (pair.peer) contact = std::max(contact, pair.peer->sight().heard);
  });
  return SteadyClock::now() - contact >= config_.agent.isolation_timeout;
}

std::vector<Outlook> Lookout::look(const RoleGathered& role, SteadyClock::time_point since) {
  const StateDir dir{config_.agent.state_dir};
  const bool cut_off = isolated();
  WitnessView witness;
  if (eyes_->witness) {
    witness.configured = true;
    const auto view = said<WitnessView>(eyes_->witness->sight(), interval_);
    witness.quorum = !cut_off && view && *view;
    if (view && !*view) witness.why = view->error().message;
  }
  const LockView lock = lock_ ? lock_(role_of(role.view)) : LockView{};
  const auto now = SteadyClock::now();
  std::vector<Outlook> all;

  // `situation` puts together what the own server said and what surrounds it.
  const auto look_at = [&](auto& pair, const std::string& resource, Millis max_lag, auto around,
                           const auto& situation, const auto& finish) {
    const auto sight = pair.own->sight();
    using T = typename std::decay_t<decltype(sight.last)>::value_type::value_type;
    const auto own = said<T>(sight, interval_);
    if (!own || (*own && sight.begun < since)) return;
    Outlook outlook;
    outlook.resource = resource;
    outlook.policy = {max_lag, config_.agent.on_stale, role.forced};
    const Millis age = std::chrono::duration_cast<Millis>(now - sight.begun);
    outlook.seen_ms = wall_ms() - age.count();
    around.record = record_or_void(dir, resource);
    around.witness = witness;
    around.lock = lock;
    around.first_boot = role.first_boot;
    SteadyClock::time_point peer_seen = now;
    SteadyClock::time_point peer_ended;
    if (pair.peer) {
      const auto peer = pair.peer->sight();
      around.peer = said<T>(peer, interval_);
      if (cut_off || !around.peer) {
        around.peer = tl::unexpected<Error>(Error{"no answer", ErrorKind::timeout, 0});
      }
      if (*around.peer) peer_seen = peer.begun;
      peer_ended = peer.ended;
    }
    outlook.situation = situation(*own, around);
    // A replica that was looked at after its busy primary only seems to be ahead of it: whether the
    // primary serves alone is not told by this look.
    const Holds holds = outlook.situation.peer.holds;
    const bool seems_ahead = sight.begun < peer_ended && !outlook.situation.peer.writable &&
                             (holds == Holds::ahead || holds == Holds::diverged);
    if (seems_ahead) outlook.situation.seen.serving = Protection::unknown;
    // What the peer said before our server ceased to follow it may have been its last word: only
    // what it says afterwards tells a primary that goes on without us from one that died.
    const ServerView& server = outlook.situation.own;
    const bool apart =
        server.answer == Answer::up && !server.writable && server.receiver != Receiver::running;
    if (!apart) pair.apart.reset();
    if (apart && !pair.apart) pair.apart = now;
    if (pair.apart && peer_seen < *pair.apart) {
      pair.peer->wake();
      return;
    }
    outlook.local_silent = now - sight.heard >= config_.agent.isolation_timeout &&
                           outlook.situation.own.answer == Answer::silent;
    if (*own) finish(**own, around, outlook);
    all.push_back(std::move(outlook));
  };
  for (std::size_t i = 0; i < eyes_->mysql.size(); ++i) {
    const MysqlConfig& config = config_.mysql[i];
    look_at(
        eyes_->mysql[i], "mysql " + config.name, config.max_lag, MysqlSurroundings{},
        [&](const auto& own, const auto& around) { return mysql_situation(config, own, around); },
        [](const MysqlFacts& own, const MysqlSurroundings& around, Outlook& outlook) {
          const SemiSync& semi = own.semi_sync;
          const bool lost =
              around.record.semi_sync && !semi.source_enabled && !semi.replica_enabled;
          outlook.tend_source = own.writable() && semi.source_enabled && semi.clients > 0 &&
                                !semi.wait_without_replica;
          if (around.peer && *around.peer && is_to_be_rearmed(own, **around.peer)) {
            outlook.tend_source = true;
          }
          outlook.tend_replica = !own.writable() && lost;
        });
  }
  for (std::size_t i = 0; i < eyes_->redis.size(); ++i) {
    const RedisConfig& config = config_.redis[i];
    auto& pair = eyes_->redis[i];
    look_at(
        pair, "redis " + config.name, {}, RedisSurroundings{},
        [&](const auto& own, const auto& around) { return redis_situation(config, own, around); },
        [&](const RedisSight& own, const RedisSurroundings&, Outlook& outlook) {
          const RedisFacts& facts = own.facts;
          const bool waits = !facts.master && !facts.link_up &&
                             facts.source_host == config.peer_host &&
                             facts.source_port == config.peer_port;
          if (!waits) pair.waits.reset();
          if (waits && !pair.waits) pair.waits = now;
          outlook.sync_begun = waits && (facts.syncing || now - *pair.waits < kSyncBegins);
        });
  }
  return all;
}

std::set<std::string> Lookout::silent_peers() const {
  std::set<std::string> silent;
  const auto add_if_silent = [&](const auto& pairs, const auto& databases, const char* kind) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (!pairs[i].peer) continue;
      const auto sight = pairs[i].peer->sight();
      using T = typename std::decay_t<decltype(sight.last)>::value_type::value_type;
      const auto peer = said<T>(sight, interval_);
      if (peer && !*peer) silent.insert(kind + databases[i].name);
    }
  };
  add_if_silent(eyes_->mysql, config_.mysql, "mysql ");
  add_if_silent(eyes_->redis, config_.redis, "redis ");
  return silent;
}

void Lookout::wake() {
  eyes_->each([](const auto& pair) {
    pair.own->wake();
    if (pair.peer) pair.peer->wake();
  });
}

}  // namespace ha
