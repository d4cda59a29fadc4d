#include <boost/test/unit_test.hpp>

#include "checks/redis.h"

using namespace ha;

namespace {

RedisConfig config() {
  RedisConfig config;
  config.name = "cache";
  config.peer_host = "192.0.2.12";
  return config;
}

Expectation as(Role role, bool promoting = false) {
  Expectation expect;
  expect.role = role;
  expect.promoting = promoting;
  return expect;
}

RedisHealth primary() {
  RedisHealth health;
  health.primary = true;
  health.replicas = 1;
  return health;
}

RedisHealth replica() {
  RedisHealth health;
  health.source = "192.0.2.12:6379";
  health.link_up = true;
  return health;
}

RedisContext context_of(const Expectation& expect) {
  RedisContext context;
  context.expect = expect;
  return context;
}

Finding judged(RedisHealth health, const Expectation& expect) {
  health.facts.master = health.primary;
  health.facts.link_up = health.link_up;
  health.facts.syncing = health.sync_in_progress;
  health.facts.replicas = static_cast<int>(health.replicas);
  return judge_redis(config(), health, context_of(expect));
}

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Level)

BOOST_AUTO_TEST_SUITE(judge_redis_health)

BOOST_AUTO_TEST_CASE(as_master_a_primary_that_takes_writes_is_ok) {
  BOOST_TEST(judged(primary(), as(Role::master)).level == Level::ok);
  BOOST_TEST(judged(primary(), as(Role::master)).seen == "primary with 1 replica");
}

BOOST_AUTO_TEST_CASE(as_master_a_replica_or_a_fence_is_no_and_pending_while_the_promotion_runs) {
  BOOST_TEST(judged(replica(), as(Role::master)).level == Level::no);
  BOOST_TEST(judged(replica(), as(Role::master, true)).level == Level::pending);
  RedisHealth fenced = primary();
  fenced.fence = "its writes are fenced";
  BOOST_TEST(judged(fenced, as(Role::master)).level == Level::no);
  BOOST_TEST(judged(fenced, as(Role::master, true)).level == Level::pending);
}

BOOST_AUTO_TEST_CASE(loading_is_no_in_every_role_and_never_pending) {
  RedisHealth loading = primary();
  loading.loading = true;
  BOOST_TEST(judged(loading, as(Role::master)).level == Level::no);
  BOOST_TEST(judged(loading, as(Role::master, true)).level == Level::no);
  BOOST_TEST(judged(loading, as(Role::standby)).level == Level::no);
}

BOOST_AUTO_TEST_CASE(a_save_that_failed_or_a_replica_that_is_gone_is_degraded) {
  RedisHealth health = primary();
  health.save_failed = true;
  BOOST_TEST(judged(health, as(Role::master)).level == Level::degraded);
  health = primary();
  health.aof_write_failed = true;
  BOOST_TEST(judged(health, as(Role::master)).level == Level::degraded);
  health = primary();
  health.replicas = 0;
  BOOST_TEST(judged(health, as(Role::master)).level == Level::degraded);
  BOOST_TEST(judged(health, as(Role::master)).seen == "primary; no replica is connected");
}

BOOST_AUTO_TEST_CASE(as_standby_a_lost_link_is_ok_but_half_a_data_set_is_not) {
  RedisHealth health = replica();
  BOOST_TEST(judged(health, as(Role::standby)).level == Level::ok);
  health.link_up = false;
  health.link_down_seconds = 7;
  BOOST_TEST(judged(health, as(Role::standby)).level == Level::ok);
  BOOST_TEST(judged(health, as(Role::standby)).seen ==
             "replica of 192.0.2.12:6379, link down for 7 s");
  health.sync_in_progress = true;
  BOOST_TEST(judged(health, as(Role::standby)).level == Level::no);
}

BOOST_AUTO_TEST_CASE(as_standby_a_primary_that_takes_writes_is_said) {
  BOOST_TEST(judged(primary(), as(Role::standby)).level == Level::degraded);
  RedisHealth fenced = primary();
  fenced.fence = "its writes are fenced";
  BOOST_TEST(judged(fenced, as(Role::standby)).level == Level::ok);
}

BOOST_AUTO_TEST_CASE(a_replica_of_a_cluster_cannot_be_promoted) {
  RedisHealth health = replica();
  health.cluster = true;
  BOOST_TEST(judged(health, as(Role::standby)).level == Level::no);
}

BOOST_AUTO_TEST_CASE(silence_is_unknown_and_a_refusal_is_no) {
  const auto judged_error = [](ErrorKind kind) {
    return judge_redis(config(), tl::unexpected<Error>(Error{"trouble", kind, 0}),
                       context_of(as(Role::master)))
        .level;
  };
  BOOST_TEST(judged_error(ErrorKind::timeout) == Level::unknown);
  BOOST_TEST(judged_error(ErrorKind::unreachable) == Level::no);
  BOOST_TEST(judged_error(ErrorKind::answered) == Level::no);
}

BOOST_AUTO_TEST_SUITE_END()
