// The lock's arithmetic, its file, and what the check says of it.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "agent/lock_lease.h"
#include "agent/lock_times.h"
#include "agent/process.h"
#include "tests/support/config_text.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

using test::problems;
using test::Texts;
using test::warnings;

constexpr Millis kTtl{9000};
constexpr std::int64_t kUntil = 100'000;
constexpr std::int64_t kSent = kUntil - 9000;

const std::string kEndpoints = "type = etcd\nendpoints = https://h:2379\n";

LockLease lease() {
  LockLease lease;
  lease.lease = 7;
  lease.until_ms = kUntil;
  lease.touched_ms = kSent;
  lease.ttl = kTtl;
  lease.keeper = ProcessId::self();
  return lease;
}

Finding judged(const std::optional<LockLease>& held, std::int64_t now, bool alive = true,
               OnLockLost on_lost = OnLockLost::fence) {
  LockConfig config;
  config.name = "dcs";
  config.on_lock_lost = on_lost;
  LockSight sight;
  sight.role = Role::master;
  sight.lease = held;
  sight.keeper_alive = alive;
  sight.now_ms = now;
  return judge_lock(config, sight);
}

BOOST_AUTO_TEST_SUITE(lock)

BOOST_AUTO_TEST_CASE(a_bounded_demotion_ends_before_the_lock_does) {
  constexpr int kSteps = 4;
  for (const Millis ttl : {Millis{2'000}, Millis{10'000}, Millis{60'000}, Millis{600'000}}) {
    const std::int64_t due = fence_due(0, ttl);
    BOOST_TEST(due + kSteps * demotion_step(ttl).count() < 0);
    // Renewed at a third, and tried again at least as long as that before it is given up.
    BOOST_TEST((ttl - renew_every(ttl)).count() >= demotion_reserve(ttl).count());
    BOOST_TEST(ttl.count() + due >= 2 * renew_every(ttl).count());
    BOOST_TEST((lock_wait(ttl) > ttl));
  }
  BOOST_TEST(fence_due(100'000, Millis{9'000}) == 97'000);
  BOOST_TEST(fence_due(100'000, Millis{60'000}) == 85'000);
}

BOOST_AUTO_TEST_CASE(a_master_that_holds_it_is_well_until_its_writes_have_to_stop) {
  BOOST_TEST((judged(lease(), kSent + 1000).level == Level::ok));
  LockLease tried = lease();
  tried.touched_ms = kUntil - 3001;
  tried.trouble = "no answer in time";
  BOOST_TEST((judged(tried, kUntil - 3001).level == Level::degraded));
  BOOST_TEST((judged(tried, kUntil - 3000).level == Level::no));
  BOOST_TEST(judged(tried, kUntil - 3000).seen == "it ends in 3.0 s: no answer in time");
  BOOST_TEST((judged(tried, kUntil).level == Level::no));
  BOOST_TEST(judged(tried, kUntil + 1500).seen == "it ended 1.5 s ago: no answer in time");
}

BOOST_AUTO_TEST_CASE(a_watch_that_is_gone_or_frozen_is_noticed_before_the_lock_ends) {
  const Finding gone = judged(lease(), kSent + 1000, false);
  BOOST_TEST((gone.level == Level::no));
  BOOST_TEST(gone.seen == "nobody renews it: `ha-agent watch` must run; it ends in 8.0 s");
  BOOST_TEST((judged(lease(), kSent + 4499).level == Level::ok));
  BOOST_TEST((judged(lease(), kSent + 4500).level == Level::no));
  // A hook has just taken it, and watch has not seen that yet.
  LockLease young = lease();
  young.keeper = {};
  BOOST_TEST((judged(young, kSent + 100, false).level == Level::ok));
}

BOOST_AUTO_TEST_CASE(what_must_only_be_told_keeps_the_vip_here) {
  BOOST_TEST((judged(lease(), kUntil + 1, true, OnLockLost::alert).level == Level::degraded));
  LockLease forced;
  forced.forced_why = "etcd is gone";
  BOOST_TEST((judged(forced, kUntil).level == Level::degraded));
  BOOST_TEST((judged(std::nullopt, kUntil).level == Level::degraded));
}

BOOST_AUTO_TEST_CASE(a_standby_and_a_promotion_need_not_hold_it) {
  LockConfig config;
  LockSight sight;
  BOOST_TEST((judge_lock(config, sight).level == Level::ok));
  sight.role = Role::master;
  sight.promoting = true;
  BOOST_TEST((judge_lock(config, sight).level == Level::pending));
}

BOOST_AUTO_TEST_CASE(the_file_is_there_as_long_as_something_is_held) {
  const test::TempDir dir;
  const StateDir state{dir.path()};
  BOOST_TEST(!read_lock_lease(state).value().has_value());
  const auto put = [&](std::optional<LockLease> value) {
    return update_lock_lease(state, Millis{1000},
                             [&](std::optional<LockLease>& now) { now = std::move(value); });
  };
  BOOST_REQUIRE(put(lease()).has_value());
  struct stat st {};
  BOOST_REQUIRE(::stat(state.lock_lease().c_str(), &st) == 0);
  BOOST_TEST((st.st_mode & 07777U) == 0640U);
  const auto back = read_lock_lease(state);
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST((*back)->lease == 7);
  BOOST_TEST((*back)->until_ms == kUntil);
  BOOST_TEST(((*back)->ttl == kTtl));
  BOOST_TEST(((*back)->keeper == ProcessId::self()));
  BOOST_REQUIRE(put(std::nullopt).has_value());
  BOOST_TEST(!read_lock_lease(state).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_lease_of_an_earlier_boot_is_none_and_garbage_is_an_error) {
  const test::TempDir dir;
  const StateDir state{dir.path()};
  BOOST_REQUIRE(update_lock_lease(state, Millis{1000}, [](auto& now) { now = lease(); }));
  std::string text = read_file(state.lock_lease()).value();
  text.replace(text.find(boot_id()), 4, "0000");
  BOOST_REQUIRE(write_file(state.lock_lease(), text).has_value());
  BOOST_TEST(!read_lock_lease(state).value().has_value());
  BOOST_REQUIRE(write_file(state.lock_lease(), "x").has_value());
  BOOST_TEST(!read_lock_lease(state).has_value());
}

BOOST_AUTO_TEST_CASE(who_holds_it_can_be_told_from_the_value) {
  BOOST_TEST(lock_holder(lock_value("db1")) == "db1");
  BOOST_TEST(lock_value("db1") != lock_value("db2"));
  BOOST_TEST(lock_holder("by hand") == "by hand");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(lock_config)

void check_texts(const Texts& got, const Texts& expected) {
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), expected.begin(), expected.end());
}

BOOST_AUTO_TEST_CASE(a_lock_has_defaults_and_one_place) {
  const Config config = test::config_of(
      "[lock dcs]\ntype = etcd\nendpoints = http://a:2379/, https://[2001:db8::1]:2379\n");
  const LockConfig& lock = *config.the_lock();
  BOOST_REQUIRE_EQUAL(lock.endpoints.size(), 2U);
  BOOST_TEST(lock.endpoints[0] == "http://a:2379");
  BOOST_TEST(lock.endpoints[1] == "https://[2001:db8::1]:2379");
  BOOST_TEST(lock.key == "/ha-agent/dcs");
  BOOST_TEST((lock.ttl == Millis{10'000}));
  BOOST_TEST((lock.on_lock_lost == OnLockLost::fence));
  BOOST_TEST(test::config_of("").the_lock() == nullptr);
  check_texts(problems("[lock a]\n" + kEndpoints + "[lock b]\n" + kEndpoints),
              {"f:4: [lock b]: expected at most one lock, got a second one beside [lock a]"});
}

BOOST_AUTO_TEST_CASE(endpoints_have_no_path_and_no_password_in_them) {
  const char* expected =
      "f:3: [lock a] endpoints: expected http:// or https:// and a host, perhaps a port, no path; "
      "commas between several, got '***'";
  for (const char* wrong : {"h:2379", "http://h:2379/v3", "http://u:p@h:2379", "http://h,", ","}) {
    check_texts(problems(std::string("[lock a]\ntype = etcd\nendpoints = ") + wrong + "\n"),
                {expected});
  }
}

BOOST_AUTO_TEST_CASE(a_password_does_not_go_over_plain_http_unless_that_is_allowed) {
  const test::TempDir dir;
  BOOST_REQUIRE(write_file(dir.path() + "/pw", "x\n", Durability::relaxed, 0600).has_value());
  const std::string account = "user = u\npassword_file = " + dir.path() + "/pw\n";
  const std::string http = "[lock a]\ntype = etcd\nendpoints = https://b, http://h:2379\n";
  check_texts(problems(http + account),
              {"f:3: [lock a] endpoints: expected https://, because a password goes there, or "
               "allow_http = yes, got 'http://h:2379'"});
  BOOST_TEST(problems(http + account + "allow_http = yes\n").empty());
  BOOST_TEST(problems(http).empty());
  BOOST_TEST(problems("[lock a]\n" + kEndpoints + account).empty());
}

BOOST_AUTO_TEST_CASE(what_belongs_together_is_there_together) {
  check_texts(problems("[lock a]\n" + kEndpoints + "user = u\ncert_file = /etc/hostname\n"),
              {"f:4: [lock a] user: expected password_file beside it, got none",
               "f:5: [lock a] cert_file: expected key_file beside it, got none"});
  check_texts(problems("[lock a]\n" + kEndpoints + "ttl = 1999ms\n"),
              {"f:4: [lock a] ttl: expected a duration from 2s to 10m (units: ms, s, m, h, d), got "
               "'1999ms'"});
}

BOOST_AUTO_TEST_CASE(a_ttl_shorter_than_keepalived_is_warned_about) {
  const std::string pair =
      "[mysql m]\nuser = u\nsocket = /s\npeer_host = p\n[lock a]\n" + kEndpoints;
  BOOST_TEST(warnings(pair + "ttl = 7s\n").empty());  // no word about a missing witness either
  check_texts(warnings(pair + "ttl = 6999ms\n"),
              {"f: [lock a]: ttl = 6999ms: while watch is frozen, keepalived needs check_reaction "
               "= 3s to get this node out of MASTER, which the lock does not outlast; use 7s or "
               "more"});
  check_texts(warnings("[unit u]\nunit = u.service\n[lock a]\n" + kEndpoints),
              {"f: [lock a]: there is no [mysql] and no [redis] section, so there is nothing that "
               "it protects"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
