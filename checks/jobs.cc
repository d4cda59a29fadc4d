#include "checks/jobs.h"

#include <fmt/format.h>

#include <algorithm>

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
                           {},        {{"asked", false}}};
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

Job mysql_job(const MysqlConfig& config, const MysqlContext& context) {
  return {"mysql", config.name,
          [config, context](Stage& stage, Deadline deadline) {
            return judge_mysql(
                config, probe_mysql_facts(config.server, context.expect.role, deadline, stage),
                context);
          },
          late_text(config.server, "connected, no greeting", "logged in, no answer")};
}

Job redis_job(const RedisConfig& config, const Expectation& expect) {
  const RedisEndpoint& server = config.server;
  return {"redis", config.name,
          [config, expect](Stage& stage, Deadline deadline) {
            auto health = gather_redis(config.server, deadline, stage);
            const bool asked = std::string_view(stage.now()) == "asking";
            if (!health && asked && health.error().kind == ErrorKind::timeout) {
              health.error().message = "connected, " + health.error().message;
            }
            return judge_redis(config, health, expect);
          },
          late_text(server, "connected, no answer", "connected, no answer")};
}

bool drain_refused(const RoleGathered& role, const std::string& name) {
  const std::string resource = "mysql " + name;
  return std::any_of(role.state.refusals.begin(), role.state.refusals.end(),
                     [&](const Refusal& refusal) {
                       return refusal.resource == resource && refusal.cause == "drain";
                     });
}

template <class F>
void for_each_resource(const Config& config, F call) {
  for (const auto& http : config.http) call("http", http.name);
  for (const auto& mysql : config.mysql) call("mysql", mysql.name);
  for (const auto& redis : config.redis) call("redis", redis.name);
  for (const auto& unit : config.unit) call("unit", unit.name);
}

}  // namespace

bool selects(std::string_view word, std::string_view kind, std::string_view name) {
  return word == kind || word == name || word == fmt::format("{} {}", kind, name) ||
         word == fmt::format("{}:{}", kind, name);
}

std::string known_resources(const Config& config) {
  std::string text;
  for_each_resource(config, [&](const char* kind, const std::string& name) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, name);
  });
  return text;
}

std::vector<std::string> unknown_words(const Config& config,
                                       const std::vector<std::string>& words) {
  std::vector<std::string> unknown;
  for (const std::string& word : words) {
    bool known = false;
    for_each_resource(config, [&](const char* kind, const std::string& name) {
      known = known || selects(word, kind, name);
    });
    if (!known) unknown.push_back(word);
  }
  return unknown;
}

std::vector<Job> make_jobs(const Config& config, const RoleGathered& role,
                           const CheckMemory& memory, const std::vector<std::string>& selected) {
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

  std::vector<Job> jobs;
  for (const HttpConfig& http : config.http) {
    if (!wanted("http", http.name)) continue;
    jobs.push_back(asked(http.probe_when) ? http_job(http, back_end("http", http.name))
                                          : not_asked("http", http.name));
  }
  for (const MysqlConfig& mysql : config.mysql) {
    if (!wanted("mysql", mysql.name)) continue;
    jobs.push_back(mysql_job(mysql, {expect, config.agent.on_stale, memory.last_lag(mysql.name),
                                     drain_refused(role, mysql.name)}));
  }
  for (const RedisConfig& redis : config.redis) {
    if (wanted("redis", redis.name)) jobs.push_back(redis_job(redis, expect));
  }
  for (const UnitConfig& unit : config.unit) {
    if (!wanted("unit", unit.name)) continue;
    jobs.push_back(asked(unit.probe_when) ? unit_job(unit, back_end("unit", unit.name))
                                          : not_asked("unit", unit.name));
  }
  return jobs;
}

}  // namespace ha
