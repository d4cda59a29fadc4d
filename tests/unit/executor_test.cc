// The executor with sessions that answer from a script: what it retries, what it holds, what it
// refuses, and that lanes do not wait for each other. What sessions really do is shown on real
// servers.
#include "notify/executor.h"

#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "notify/journal.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using Answer = std::function<Result<StepOutcome>(Step)>;

struct Scripted : Session {
  explicit Scripted(Answer given) : answer(std::move(given)) {}
  Result<StepOutcome> apply(Step step, Deadline) override { return answer(step); }
  Answer answer;
};

struct World {
  test::TempDir folder;
  std::shared_ptr<Run> run = std::make_shared<Run>();

  explicit World(State to) {
    run->dir = {folder.path()};
    BOOST_REQUIRE(run->dir.prepare().has_value());
    run->event = event(to, 10);
    BOOST_REQUIRE(record_event(run->dir, run->event).has_value());
    run->config.agent.promote_retries = 3;
    run->config.agent.retry_delay = Millis{1};
    run->config.agent.start_timeout = Millis{60'000};
    MysqlConfig mysql;
    mysql.name = "main";
    mysql.drain_timeout = Millis{1000};
    run->config.mysql.push_back(mysql);
    RedisConfig redis;
    redis.name = "cache";
    run->config.redis.push_back(redis);
  }

  static Event event(State state, std::int64_t ticks) {
    Event made;
    made.hook = ProcessId::self();
    made.hook.start_ticks = ticks;
    made.state = state;
    made.id = "event-" + std::to_string(ticks);
    return made;
  }

  Report execute(const Answer& mysql, const Answer& redis) const {
    const Plan plan = make_plan(run->config, State::backup, run->event.state);
    return ha::execute(plan, run, [&](const Lane& lane, const std::shared_ptr<const Run>&) {
      return std::make_shared<Scripted>(lane.kind == LaneKind::mysql ? mysql : redis);
    });
  }
};

Result<StepOutcome> fine(Step) {
  return done("done");
}

int count(const Report& report, const std::string& step) {
  int found = 0;
  for (const AlertStep& one : report.steps) found += one.step == step ? 1 : 0;
  return found;
}

BOOST_AUTO_TEST_SUITE(executor)

BOOST_AUTO_TEST_CASE(a_plan_that_works_is_done_and_every_step_is_in_the_journal) {
  const World world(State::master);
  const Report report = world.execute(fine, fine);
  BOOST_TEST((report.outcome == Outcome::done));
  BOOST_TEST(report.steps.size() == 12U);
  BOOST_TEST(report.problems.empty());
  BOOST_TEST(read_journal(world.run->dir).value().size() == 12U);
}

BOOST_AUTO_TEST_CASE(an_error_is_tried_again_and_the_third_of_three_tries_still_makes_it) {
  const World world(State::master);
  int calls = 0;
  const auto third_time = [&](Step step) -> Result<StepOutcome> {
    if (step == Step::lift_read_only && ++calls < 3)
      return fail("denied", ErrorKind::answered, 1227);
    return done("done");
  };
  const Report report = world.execute(third_time, fine);
  BOOST_TEST((report.outcome == Outcome::done));
  BOOST_TEST(count(report, "lift-read-only") == 3);
}

BOOST_AUTO_TEST_CASE(three_errors_in_three_tries_are_held) {
  const World world(State::master);
  const auto never = [](Step step) -> Result<StepOutcome> {
    if (step == Step::lift_read_only) return fail("denied", ErrorKind::answered, 1227);
    return done("done");
  };
  const Report report = world.execute(never, fine);
  BOOST_TEST((report.outcome == Outcome::failed));
  BOOST_TEST(count(report, "lift-read-only") == 3);
  BOOST_TEST(count(report, "look-again") == 1);  // that of Redis; MySQL's was not reached
  BOOST_REQUIRE(report.held.has_value());
  BOOST_TEST(report.held->resource == "mysql main");
  BOOST_TEST(report.held->step == "lift-read-only");
  BOOST_TEST(report.held->error == "denied");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_is_a_refusal_at_once_and_not_held) {
  const World world(State::master);
  for (const ErrorKind kind : {ErrorKind::unreachable, ErrorKind::timeout}) {
    const Report report =
        world.execute([&](Step) -> Result<StepOutcome> { return fail("gone", kind); }, fine);
    BOOST_TEST((report.outcome == Outcome::refused));
    BOOST_TEST(count(report, "record-position") == 1);
    BOOST_TEST(!report.held.has_value());
    BOOST_REQUIRE(report.refusals.size() == 1U);
    BOOST_TEST(report.refusals[0].cause == "server");
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_ends_its_lane_and_not_the_others) {
  const World world(State::master);
  const Report report = world.execute(
      [](Step) -> Result<StepOutcome> { return refused("drain", "still draining"); }, fine);
  BOOST_TEST((report.outcome == Outcome::refused));
  BOOST_TEST(count(report, "promote") == 1);
  BOOST_TEST(count(report, "stop-receiving") == 0);
}

BOOST_AUTO_TEST_CASE(a_refusal_says_why_and_what_to_do_and_how_to_force_it_where_force_helps) {
  const World world(State::master);
  for (const char* cause : {"server", "applier", "drain", "lag", "peer", "diverged", "witness",
                            "stale", "busy", "lock", "vip"}) {
    const Report report = world.execute(
        [&](Step) -> Result<StepOutcome> { return refused(cause, "this is why"); }, fine);
    BOOST_REQUIRE(report.problems.size() == 2U);
    BOOST_TEST(report.problems[0].find("this is why") != std::string::npos);
    const std::string word = cause;
    const bool helpless = word == "server" || word == "busy" || word == "vip";
    BOOST_TEST((report.problems[1].find("promote --force") == std::string::npos) == helpless);
  }
}

BOOST_AUTO_TEST_CASE(a_failure_outweighs_a_refusal) {
  const World world(State::master);
  const Report report = world.execute(
      [](Step) -> Result<StepOutcome> { return refused("drain", "still draining"); },
      [](Step) -> Result<StepOutcome> { return fail("denied", ErrorKind::answered); });
  BOOST_TEST((report.outcome == Outcome::failed));
  BOOST_TEST(report.problems.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_demotion_goes_on_with_the_next_step_after_one_that_failed) {
  const World world(State::fault);
  const auto first_fails = [](Step step) -> Result<StepOutcome> {
    if (step == Step::kill_clients) return fail("denied", ErrorKind::answered);
    if (step == Step::kill_silent) return unchanged("it answers and takes no writes");
    return done("done");
  };
  const Report report = world.execute(first_fails, fine);
  BOOST_TEST((report.outcome == Outcome::failed));
  BOOST_TEST(count(report, "kill-clients") == 1);
  BOOST_TEST(count(report, "set-read-only") == 1);
  BOOST_TEST(!report.held.has_value());
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems[0] == "mysql main: kill-clients: denied");
}

BOOST_AUTO_TEST_CASE(a_silent_server_that_was_killed_is_demoted_whatever_it_did_not_answer) {
  const World world(State::fault);
  const auto silent = [](Step step) -> Result<StepOutcome> {
    if (step == Step::kill_silent) return done("process 1 was killed");
    return fail("no answer", ErrorKind::timeout);
  };
  BOOST_TEST((world.execute(silent, fine).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(a_newer_event_ends_a_promotion_before_its_next_step) {
  const World world(State::master);
  const auto record_fault = [&](Step step) -> Result<StepOutcome> {
    if (step == Step::drain) {
      BOOST_REQUIRE(record_event(world.run->dir, World::event(State::fault, 11)).has_value());
    }
    return done("done");
  };
  const Report report = world.execute(record_fault, fine);
  BOOST_TEST((report.outcome == Outcome::overtaken));
  BOOST_TEST(count(report, "lift-read-only") == 0);
}

BOOST_AUTO_TEST_CASE(an_older_event_that_comes_late_does_not_overtake) {
  const World world(State::master);
  BOOST_REQUIRE(record_event(world.run->dir, World::event(State::fault, 9)).has_value());
  BOOST_TEST((world.execute(fine, fine).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(a_newer_event_does_not_stop_a_demotion) {
  const World world(State::fault);
  BOOST_REQUIRE(record_event(world.run->dir, World::event(State::master, 11)).has_value());
  BOOST_TEST((world.execute(fine, fine).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(lanes_run_side_by_side) {
  const World world(State::master);
  std::mutex mutex;
  std::condition_variable redis_ran;
  bool ran = false;
  const auto waits_for_redis = [&](Step) -> Result<StepOutcome> {
    std::unique_lock lock(mutex);
    if (!redis_ran.wait_for(lock, Millis{4000}, [&] { return ran; }))
      return refused("order", "redis waits");
    return done("done");
  };
  const auto redis = [&](Step) -> Result<StepOutcome> {
    const std::lock_guard lock(mutex);
    ran = true;
    redis_ran.notify_all();
    return done("done");
  };
  BOOST_TEST((world.execute(waits_for_redis, redis).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(a_remark_beside_a_success_is_told_and_the_outcome_stays_done) {
  const World world(State::master);
  const auto remarks = [](Step step) -> Result<StepOutcome> {
    StepOutcome outcome = done("done");
    if (step == Step::semi_sync) outcome.remark = "no replica is connected";
    return outcome;
  };
  const Report report = world.execute(remarks, fine);
  BOOST_TEST((report.outcome == Outcome::done));
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems[0] == "mysql main: no replica is connected");
}

BOOST_AUTO_TEST_CASE(the_safety_steps_of_a_stop_fit_into_keepalived_s_second) {
  const World world(State::stop);
  const Plan plan = make_plan(world.run->config, State::master, State::stop);
  for (const Lane& lane : plan.lanes) {
    Millis sum{0};
    for (const Step step : lane.steps) {
      if (step == Step::kill_silent) continue;  // beyond it: without an answer there is no safety
      sum += bound_of(step, lane, State::stop, world.run->config);
    }
    BOOST_TEST(sum.count() <= 750);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
