#include "checks/jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/ask_peer.h"
#include "agent/clock.h"
#include "agent/left_behind.h"
#include "agent/lock_lease.h"
#include "agent/witness.h"
#include "checks/http.h"
#include "checks/late.h"
#include "checks/mysql.h"
#include "checks/redis.h"
#include "checks/unit.h"

namespace ha {
namespace {

/// What the own thread's stage says, with the kernel's word on the connection.
template <class Endpoint>
std::function<std::string(const Stage&)> late_text(const Endpoint& endpoint, const char* connected,
                                                   const char* asking) {
  return [endpoint, connected, asking](const Stage& stage) -> std::string {
    if (std::string_view(stage.now()) == "asking") return asking;
    return describe_link(endpoint.socket, endpoint.host, endpoint.port, connected);
  };
}

Job not_asked(std::string kind, std::string name) {
  return {std::move(kind), std::move(name),
          [](Stage&, Deadline) {
            return Finding{{},        {},
                           Level::ok, "not asked on a standby (probe_when = master)",
                           {},        {{kAskedFact, false}}};
          },
          [](const Stage&) { return std::string("not asked"); }};
}

Job http_job(const HttpConfig& config, const Expectation& expect) {
  return {"http", config.name,
          [config, expect](Stage& stage, Deadline deadline) {
            return judge_http(config, gather_http(config, deadline, stage), expect);
          },
          http_late};
}

Job unit_job(const UnitConfig& config, const Expectation& expect) {
  return {"unit", config.name,
          [config, expect](Stage& stage, Deadline deadline) {
            return judge_unit(config, gather_unit(config, deadline, stage), expect);
          },
          [](const Stage&) { return std::string("systemctl did not answer"); }};
}

/// The peer's own part of the deadline: what is left after it must do for the verdict.
Deadline peer_part(Deadline deadline) {
  return Deadline::in(deadline.remaining() / 2);
}

bool nobody_answered(const PeerView& peer) {
  return peer.answer == PeerView::Answer::silent || peer.answer == PeerView::Answer::none;
}

/// A replica that was looked at after its busy primary only looks so: the primary is asked again.
/// So is a replica that was looked at before its primary.
bool seems_ahead(const PeerView& peer) {
  return peer.answer == PeerView::Answer::up && !peer.writable && peer.holds != Holds::same_or_less;
}

/// The lock as this look needs it: where the last promotion was refused because of it, whatever the
/// peer says, else where nobody answers or lets us in.
bool must_ask_lock(const JobEnvironment& environment, const PeerView& peer) {
  const bool in_vain = nobody_answered(peer) || peer.answer == PeerView::Answer::refusing;
  return environment.lock && (environment.lock_refused || in_vain);
}

/// A master that lets nobody in may take writes all the same: is it isolated?
bool may_take_writes_unseen(Role role, const Result<MysqlFacts>& own) {
  return role == Role::master && !own && answer_of(own.error()) == Answer::refusing;
}

/// The peer's answer where the situation cannot be told without it, and where it is there anyway:
/// what is shown beside the verdict is then what it was judged by. Only a silence that nobody had
/// to find out is none: replication that runs is answer enough.
template <class T, class Config, class Ask>
std::optional<Result<T>> peer_answer(
    const Config& config, bool must, const JobEnvironment& environment,
    const std::function<Result<T>(const Config&, Deadline)>& shared, const Ask& ask,
    Deadline deadline) {
  if (config.peer_host.empty() || (!must && !shared)) return {};
  if (must && environment.lock) environment.lock->begin();
  if (!shared) return ask(config.peer(), peer_part(deadline));
  auto answer = shared(config, deadline);
  if (!must && !answer) return {};
  return answer;
}

/// Asks the peer and the witnesses as far as the situation cannot be told without them.
Situation look_around(const MysqlConfig& config, Role role, Result<MysqlFacts>& own,
                      MysqlSurroundings& around, const JobEnvironment& environment,
                      Deadline deadline) {
  const bool unseen = may_take_writes_unseen(role, own) && around.witness.configured;
  if (own || unseen) {
    const bool must = unseen || must_ask_peer(config, role, *own, around);
    around.peer = peer_answer<MysqlFacts>(
        config, must, environment, environment.peers.mysql,
        [](const MysqlEndpoint& peer, Deadline by) { return ask_mysql(peer, by); }, deadline);
  }
  Situation situation = mysql_situation(config, own, around);
  const bool follows = own && situation.own.receiver == Receiver::running &&
                       situation.peer.answer == PeerView::Answer::up &&
                       situation.peer.holds == Holds::ahead;
  if ((role == Role::master && own && seems_ahead(situation.peer)) || follows) {
    own = ask_mysql(config.server, peer_part(deadline));
    situation = mysql_situation(config, own, around);
  }
  if (!own && !unseen) return situation;
  const bool ask_lock = must_ask_lock(environment, situation.peer);
  const bool ask_witnesses = around.witness.configured && nobody_answered(situation.peer);
  if (!ask_lock && !ask_witnesses) return situation;
  if (ask_lock) around.lock = environment.lock->view();
  if (ask_witnesses) around.witness = environment.witnesses();
  return mysql_situation(config, own, around);
}

Situation look_around(const RedisConfig& config, Role role, Result<RedisHealth>& health,
                      RedisSurroundings& around, const JobEnvironment& environment,
                      Deadline deadline) {
  Result<RedisSight> own = sight_of(health);
  if (own) {
    around.peer =
        peer_answer<RedisSight>(config, must_ask_peer(config, role, *own, around), environment,
                                environment.peers.redis, ask_redis, deadline);
  }
  Situation situation = redis_situation(config, own, around);
  const bool follows = own && situation.own.receiver == Receiver::running &&
                       situation.peer.answer == PeerView::Answer::up &&
                       situation.peer.holds == Holds::ahead;
  if ((role == Role::master && seems_ahead(situation.peer)) || follows) {
    Stage unused;
    health = gather_redis(config.server, peer_part(deadline), unused);
    own = sight_of(health);
    situation = redis_situation(config, own, around);
  }
  if (!own) return situation;
  const bool ask_mysql = must_ask_mysql(situation);
  const bool ask_lock = must_ask_lock(environment, situation.peer);
  const bool ask_witnesses = around.witness.configured && nobody_answered(situation.peer);
  if (!ask_mysql && !ask_lock && !ask_witnesses) return situation;
  if (ask_mysql) around.peer_left_behind = environment.peer_left_behind(peer_part(deadline));
  if (ask_lock) around.lock = environment.lock->view();
  if (ask_witnesses) around.witness = environment.witnesses();
  return redis_situation(config, own, around);
}

void note_look(Looks& looks, std::string resource, Situation situation, const Expectation& expect,
               const PromotePolicy& policy, std::optional<DataLook> data = {},
               std::optional<WaitMemory> waits = {}) {
  const Note note = judge(expect.role, expect.promoting, situation, policy).cell.note;
  looks.add({std::move(resource), note, std::move(situation), std::move(data), waits});
}

Job mysql_job(const MysqlConfig& config, const MysqlContext& context,
              const JobEnvironment& environment) {
  return {"mysql", config.name,
          [config, context, environment](Stage& stage, Deadline deadline) {
            const bool serves = context.expect.role == Role::master;
            auto facts = probe_mysql_facts(config.server, deadline, stage,
                                           {.before = &context.waits_before});
            MysqlContext now = context;
            std::optional<WaitMemory> waits;
            if (facts) {
              // No client waits for what the applier of a replica waits for.
              if (!serves || !facts->writable()) facts->waits.unacknowledged = 0;
              waits = next_waits(context.waits_before, facts->waits, mark_of(facts->written()),
                                 boottime_ms());
              now.standstill = standstill(*waits, facts->waits, facts->semi_sync.timeout);
            }
            const Expectation& expect = context.expect;
            Situation situation =
                look_around(config, expect.role, facts, now.around, environment, deadline);
            std::optional<DataLook> looked;
            if (facts && situation.peer.answer != PeerView::Answer::silent &&
                is_due(now.data, boottime_ms())) {
              looked = look_at_data(config, expect.role, now.data, peer_part(deadline));
              now.data = *looked;
            }
            note_look(*environment.looks, "mysql " + config.name, std::move(situation), expect,
                      {config.max_lag, context.on_stale, context.forced}, looked, waits);
            return judge_mysql(config, facts, now);
          },
          late_text(config.server, "connected, no greeting", "logged in, no answer")};
}

Job redis_job(const RedisConfig& config, const RedisContext& context,
              const JobEnvironment& environment) {
  const RedisEndpoint& server = config.server;
  return {"redis", config.name,
          [config, context, environment](Stage& stage, Deadline deadline) {
            auto health = gather_redis(config.server, deadline, stage);
            const bool asked = std::string_view(stage.now()) == "asking";
            if (!health && asked && health.error().kind == ErrorKind::timeout) {
              health.error().message = "connected, " + health.error().message;
            }
            RedisContext now = context;
            const Expectation& expect = context.expect;
            Situation situation =
                look_around(config, expect.role, health, now.around, environment, deadline);
            note_look(*environment.looks, "redis " + config.name, std::move(situation), expect,
                      {{}, context.on_stale, context.forced});
            return judge_redis(config, health, now);
          },
          late_text(server, "connected, no answer", "connected, no answer")};
}

Job lock_job(const LockConfig& config, const StateDir& dir, const Expectation& expect) {
  return {"lock", config.name,
          [config, dir, expect](Stage&, Deadline) {
            LockSight sight;
            sight.role = expect.role;
            sight.promoting = expect.promoting;
            sight.lease = read_lock_lease(dir);
            sight.now_ms = boottime_ms();
            sight.keeper_alive = sight.lease && *sight.lease && (*sight.lease)->keeper.alive();
            return judge_lock(config, sight);
          },
          [](const Stage&) { return std::string("its file could not be read in time"); }};
}

/// Without watch nobody else looks at a source that ceases to wait for its replica.
bool lately(std::optional<std::int64_t> asked_ms, std::int64_t now_ms) {
  constexpr std::int64_t kAgainAfter = 5'000;
  return asked_ms && *asked_ms <= now_ms && now_ms - *asked_ms < kAgainAfter;
}

bool drain_refused(const RoleGathered& role, const std::string& name) {
  const std::string resource = "mysql " + name;
  return std::any_of(role.state.refusals.begin(), role.state.refusals.end(),
                     [&](const Refusal& refusal) {
                       return refusal.resource == resource && refusal.cause == "drain";
                     });
}

}  // namespace

bool selects(std::string_view word, std::string_view kind, std::string_view name) {
  return word == kind || word == name || word == fmt::format("{} {}", kind, name) ||
         word == fmt::format("{}:{}", kind, name);
}

std::string known_resources(const Config& config) {
  std::string text;
  config.for_each_resource([&](const char* kind, const std::string& name) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, name);
  });
  return text;
}

std::vector<std::string> unknown_words(const Config& config,
                                       const std::vector<std::string>& words) {
  std::vector<std::string> unknown;
  for (const std::string& word : words) {
    bool known = false;
    config.for_each_resource([&](const char* kind, const std::string& name) {
      known = known || selects(word, kind, name);
    });
    if (!known) unknown.push_back(word);
  }
  return unknown;
}

JobEnvironment make_environment(const Config& config, const RoleGathered& role,
                                Deadline witnesses) {
  JobEnvironment environment;
  const bool serves = role_of(role.view) == Role::master && role.view.phase != Phase::running;
  if (config.the_lock() != nullptr && !serves) {
    environment.lock_refused = std::any_of(
        role.state.refusals.begin(), role.state.refusals.end(),
        [](const Refusal& refusal) { return refusal.cause == cause_word(Cause::lock); });
    const Millis more = witnesses.remaining() / 2;
    environment.lock = std::make_shared<LockQuestion>(config, environment.lock_refused,
                                                      Deadline(witnesses.at() + more));
  }
  environment.peer_left_behind = [all = config.mysql](Deadline deadline) {
    return peer_left_behind(all, deadline);
  };
  if (config.witness.empty()) return environment;
  const auto question = std::make_shared<WitnessQuestion>(config, witnesses);
  environment.witnesses = [question] { return question->view(); };
  return environment;
}

std::vector<Job> make_jobs(const Config& config, const RoleGathered& role,
                           const CheckMemory& memory, const std::vector<std::string>& selected,
                           const JobEnvironment& environment) {
  Expectation expect;
  expect.role = role_of(role.view);
  expect.promoting = role.view.phase == Phase::running && role.view.newest == State::master;
  const auto wanted = [&](const char* kind, const std::string& name) {
    return selected.empty() || std::any_of(selected.begin(), selected.end(), [&](const auto& word) {
             return selects(word, kind, name);
           });
  };
  const auto back_end = [&](const char* kind, const std::string& name) {
    Expectation own = expect;
    own.starting = expect.role == Role::master &&
                   (expect.promoting || (role.view.starting &&
                                         !memory.was_healthy(kind, name, role.state.promotion_id)));
    return own;
  };
  const auto asked = [&](ProbeWhen when) {
    return when == ProbeWhen::always || expect.role == Role::master;
  };

  const StateDir state_dir{config.agent.state_dir};
  const bool forced = role.forced;
  std::vector<Job> jobs;
  for (const HttpConfig& http : config.http) {
    if (!wanted("http", http.name)) continue;
    jobs.push_back(asked(http.probe_when) ? http_job(http, back_end("http", http.name))
                                          : not_asked("http", http.name));
  }
  for (const MysqlConfig& mysql : config.mysql) {
    if (!wanted("mysql", mysql.name)) continue;
    MysqlContext context{expect, config.agent.on_stale, forced, {}, {}, {}, {}};
    context.data = data_look_of(memory.read(data_look_file(mysql.name)).value_or(""));
    context.waits_before = memory.waits(mysql.name);
    context.around.last_lag = memory.last_lag(mysql.name);
    context.around.source_asked_lately = lately(memory.source_asked_ms(mysql.name), boottime_ms());
    context.around.drain_refused = drain_refused(role, mysql.name);
    context.around.record = record_or_void(state_dir, "mysql " + mysql.name);
    context.around.witness.configured = !config.witness.empty();
    context.around.lock.configured = config.the_lock() != nullptr;
    context.around.first_boot = role.first_boot;
    jobs.push_back(mysql_job(mysql, context, environment));
  }
  for (const RedisConfig& redis : config.redis) {
    if (!wanted("redis", redis.name)) continue;
    RedisContext context{expect, config.agent.on_stale, forced, {}};
    context.around.record = record_or_void(state_dir, "redis " + redis.name);
    context.around.witness.configured = !config.witness.empty();
    context.around.lock.configured = config.the_lock() != nullptr;
    context.around.first_boot = role.first_boot;
    jobs.push_back(redis_job(redis, context, environment));
  }
  for (const UnitConfig& unit : config.unit) {
    if (!wanted("unit", unit.name)) continue;
    jobs.push_back(asked(unit.probe_when) ? unit_job(unit, back_end("unit", unit.name))
                                          : not_asked("unit", unit.name));
  }
  // As a whole only: who asks for one resource wants that one's word.
  if (const LockConfig* const lock = config.the_lock(); lock != nullptr && selected.empty()) {
    jobs.push_back(lock_job(*lock, state_dir, expect));
  }
  return jobs;
}

}  // namespace ha
