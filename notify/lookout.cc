#include "notify/lookout.h"

#include <algorithm>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/eye.h"
#include "agent/mysql_situation.h"
#include "agent/redis_situation.h"
#include "agent/witness.h"

namespace ha {
namespace {

constexpr Millis kAnswer{1000};
constexpr Millis kCalm{1000};
constexpr Millis kSharpest{40};

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
};

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

Lookout::Lookout(const Config& config)
    : config_(config), interval_(kCalm), eyes_(std::make_unique<Eyes>()) {
  if (!config.witness.empty()) {
    interval_ = std::clamp(config.agent.isolation_timeout / 5, kSharpest, kCalm);
    const Millis patience = std::clamp(config.agent.isolation_timeout / 4, 2 * kSharpest, kCalm);
    eyes_->witness = std::make_unique<WitnessEye>(witness_look(config, patience), interval_);
  }
  for (const MysqlConfig& mysql : config.mysql) {
    Pair<MysqlFacts> pair;
    pair.own = std::make_unique<MysqlEye>(mysql_look(mysql.server), interval_);
    if (!mysql.peer_host.empty()) {
      pair.peer = std::make_unique<MysqlEye>(mysql_look(mysql.peer()), interval_);
    }
    eyes_->mysql.push_back(std::move(pair));
  }
  for (const RedisConfig& redis : config.redis) {
    Pair<RedisSight> pair;
    pair.own = std::make_unique<RedisEye>(redis_look(redis.server), interval_);
    if (!redis.peer_host.empty()) {
      pair.peer = std::make_unique<RedisEye>(redis_look(redis.peer()), interval_);
    }
    eyes_->redis.push_back(std::move(pair));
  }
}

Lookout::~Lookout() = default;

bool Lookout::isolated() const {
  if (!eyes_->witness) return false;
  auto contact = eyes_->witness->sight().good;
  eyes_->each([&](const auto& pair) {
    if (pair.peer) contact = std::max(contact, pair.peer->sight().good);
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
  const bool forced = role.forced;
  const auto now = SteadyClock::now();
  std::vector<Outlook> all;

  const auto prepared = [&](const std::string& resource, Millis max_lag, const auto& sight) {
    Outlook outlook;
    outlook.resource = resource;
    outlook.policy = {max_lag, config_.agent.on_stale, forced};
    const Millis age = std::chrono::duration_cast<Millis>(now - sight.begun);
    outlook.seen_ms = wall_ms() - age.count();
    outlook.local_silent = now - sight.good >= config_.agent.isolation_timeout;
    return outlook;
  };
  const auto peer_of = [&](const auto& pair, auto& peer) {
    if (!pair.peer) return;
    using T = typename std::decay_t<decltype(peer)>::value_type::value_type;
    peer = said<T>(pair.peer->sight(), interval_);
    if (cut_off || !peer) peer = tl::unexpected<Error>(Error{"no answer", ErrorKind::timeout, 0});
  };
  for (std::size_t i = 0; i < eyes_->mysql.size(); ++i) {
    const auto sight = eyes_->mysql[i].own->sight();
    const auto own = said<MysqlFacts>(sight, interval_);
    if (!own || (*own && sight.begun < since)) continue;
    const MysqlConfig& config = config_.mysql[i];
    Outlook outlook = prepared("mysql " + config.name, config.max_lag, sight);
    MysqlSurroundings around;
    around.record = record_or_void(dir, outlook.resource);
    around.witness = witness;
    around.first_boot = role.first_boot;
    peer_of(eyes_->mysql[i], around.peer);
    outlook.situation = mysql_situation(config, *own, around);
    outlook.local_silent = outlook.local_silent && outlook.situation.own.answer == Answer::silent;
    if (*own) {
      const SemiSync& semi = (*own)->semi_sync;
      const bool lost = around.record.semi_sync && !semi.source_enabled && !semi.replica_enabled;
      outlook.tend_source = (*own)->writable() && semi.source_enabled && semi.clients > 0 &&
                            !semi.wait_without_replica;
      outlook.tend_replica = !(*own)->writable() && lost;
    }
    all.push_back(std::move(outlook));
  }
  for (std::size_t i = 0; i < eyes_->redis.size(); ++i) {
    const auto sight = eyes_->redis[i].own->sight();
    const auto own = said<RedisSight>(sight, interval_);
    if (!own || (*own && sight.begun < since)) continue;
    const RedisConfig& config = config_.redis[i];
    Outlook outlook = prepared("redis " + config.name, {}, sight);
    RedisSurroundings around;
    around.record = record_or_void(dir, outlook.resource);
    around.witness = witness;
    around.first_boot = role.first_boot;
    peer_of(eyes_->redis[i], around.peer);
    outlook.situation = redis_situation(config, *own, around);
    outlook.local_silent = outlook.local_silent && outlook.situation.own.answer == Answer::silent;
    all.push_back(std::move(outlook));
  }
  return all;
}

std::set<std::string> Lookout::silent_peers() const {
  std::set<std::string> silent;
  for (std::size_t i = 0; i < eyes_->mysql.size(); ++i) {
    if (!eyes_->mysql[i].peer) continue;
    const auto peer = said<MysqlFacts>(eyes_->mysql[i].peer->sight(), interval_);
    if (peer && !*peer) silent.insert("mysql " + config_.mysql[i].name);
  }
  for (std::size_t i = 0; i < eyes_->redis.size(); ++i) {
    if (!eyes_->redis[i].peer) continue;
    const auto peer = said<RedisSight>(eyes_->redis[i].peer->sight(), interval_);
    if (peer && !*peer) silent.insert("redis " + config_.redis[i].name);
  }
  return silent;
}

void Lookout::wake() {
  eyes_->each([](const auto& pair) {
    pair.own->wake();
    if (pair.peer) pair.peer->wake();
  });
}

}  // namespace ha
