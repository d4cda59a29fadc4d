// The client against a real cluster of three: members lost and frozen, no quorum, TLS, passwords.
#include "agent/etcd_client.h"

#include <boost/test/unit_test.hpp>

#include "agent/lock_lease.h"
#include "tests/support/etcd.h"
#include "tests/support/text.h"
#include "tests/support/wait.h"

using namespace ha;
using namespace ha::test;

namespace {

// Long enough for whoever answers, on a busy machine as well.
constexpr Millis kPatient{20'000};
// For whoever never will.
constexpr Millis kShort{500};

Deadline patient() {
  return Deadline::in(kPatient);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(etcd_client)

BOOST_AUTO_TEST_CASE(one_gets_the_key_and_the_other_hears_who_has_it) {
  const Etcd etcd;
  const EtcdClient first(etcd.config());
  const EtcdClient second(etcd.config());
  BOOST_TEST(!first.read(patient()).value().has_value());
  const auto lease = first.grant(patient());
  BOOST_REQUIRE(lease.has_value());
  BOOST_TEST(lease->ttl.count() == 10'000);
  BOOST_TEST(first.put_if(lock_value("db1"), lease->id, 0, patient()).value().done);
  // Asked again, by a retry whose first answer was lost: it is ours all the same.
  BOOST_TEST(first.put_if(lock_value("db1"), lease->id, 0, patient()).value().done);

  const auto rival = second.grant(patient());
  BOOST_REQUIRE(rival.has_value());
  const auto put = second.put_if(lock_value("db2"), rival->id, 0, patient());
  BOOST_REQUIRE(put.has_value());
  BOOST_TEST(!put->done);
  BOOST_TEST(lock_holder(put->there.value().value) == "db1");
  BOOST_TEST(etcd.holder() == "db1");

  const auto kept = first.renew(lease->id, patient());
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(kept->ttl.count() == 10'000);
  BOOST_TEST(kept->key.value().lease == lease->id);
  BOOST_TEST((first.time_to_live(lease->id, patient()).value() > Millis{0}));

  BOOST_TEST(first.revoke(lease->id, patient()).has_value());
  BOOST_TEST(first.revoke(lease->id, patient()).has_value());  // gone is gone
  BOOST_TEST(first.renew(lease->id, patient()).value().ttl.count() == 0);
  BOOST_TEST(first.time_to_live(lease->id, patient()).value().count() == 0);
  BOOST_TEST(second.put_if(lock_value("db2"), rival->id, 0, patient()).value().done);
  BOOST_TEST(etcd.holder() == "db2");
}

BOOST_AUTO_TEST_CASE(members_that_are_lost_or_frozen_are_passed_over) {
  Etcd etcd;
  const EtcdClient client(etcd.config());
  const auto lease = client.grant(patient());
  BOOST_REQUIRE(lease.has_value());
  BOOST_TEST(client.put_if("x", lease->id, 0, patient()).value().done);
  const int leader = etcd.leader();
  BOOST_REQUIRE(leader >= 0);
  etcd.kill(leader);
  BOOST_TEST(wait_for([&] { return client.renew(lease->id, Deadline::in(kShort)).has_value(); }));
  BOOST_TEST(client.endpoint() != etcd.endpoint(leader));
  etcd.start(leader);
  BOOST_TEST(wait_for([&] {
    return EtcdClient([&] {
             LockConfig one = etcd.config();
             one.endpoints = {etcd.endpoint(leader)};
             return one;
           }())
        .read(Deadline::in(kShort))
        .has_value();
  }));
  // A member that hangs is not waited for.
  const int other = leader == 0 ? 1 : 0;
  etcd.freeze(other);
  BOOST_TEST(wait_for([&] { return client.renew(lease->id, Deadline::in(kShort)).has_value(); }));
  etcd.thaw(other);
}

BOOST_AUTO_TEST_CASE(without_a_quorum_nothing_is_answered_and_nothing_is_renewed) {
  Etcd etcd;
  const EtcdClient client(etcd.config());
  const auto lease = client.grant(patient());
  BOOST_REQUIRE(lease.has_value());
  const int leader = etcd.leader();
  // The leader stays, alone: its word alone is nothing.
  for (int member = 0; member < 3; ++member) {
    if (member != leader) etcd.kill(member);
  }
  BOOST_TEST(wait_for([&] { return !client.renew(lease->id, Deadline::in(kShort)).has_value(); }));
  const auto read = client.read(Deadline::in(kShort));
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST(
      (read.error().kind == ErrorKind::unreachable || read.error().kind == ErrorKind::timeout));
  BOOST_TEST(!client.put_if("x", lease->id, 0, Deadline::in(kShort)).has_value());
  for (int member = 0; member < 3; ++member) {
    if (member != leader) etcd.start(member);
  }
  BOOST_TEST(wait_for([&] { return client.read(Deadline::in(kShort)).has_value(); }));
}

BOOST_AUTO_TEST_CASE(a_refused_password_is_told_from_a_cluster_that_is_away) {
  const Etcd etcd(1);
  etcd.enable_auth("correct-horse");
  LockConfig config = etcd.config();
  const auto nobody = EtcdClient(config).read(patient());
  BOOST_REQUIRE(!nobody.has_value());
  BOOST_TEST((nobody.error().kind == ErrorKind::config));
  config.user = "ha";
  config.password = "wrong-battery";
  const auto wrong = EtcdClient(config).read(patient());
  BOOST_REQUIRE(!wrong.has_value());
  BOOST_TEST((wrong.error().kind == ErrorKind::config));
  BOOST_TEST(has(wrong.error().message, "authentication failed"), wrong.error().message);
  BOOST_TEST(!has(wrong.error().message, "wrong-battery"));
  config.password = "correct-horse";
  const EtcdClient client(config);
  BOOST_TEST(client.read(patient()).has_value());
  const auto lease = client.grant(patient());
  BOOST_REQUIRE(lease.has_value());
  BOOST_TEST(client.put_if("x", lease->id, 0, patient()).value().done);
  LockConfig elsewhere = config;
  elsewhere.key = "/other/key";
  const auto denied = EtcdClient(elsewhere).read(patient());
  BOOST_REQUIRE(!denied.has_value());
  BOOST_TEST((denied.error().kind == ErrorKind::config));
  BOOST_TEST(has(denied.error().message, "permission denied"));
}

BOOST_AUTO_TEST_CASE(a_token_that_ended_with_its_member_is_made_anew) {
  Etcd etcd(1);
  etcd.enable_auth("pw");
  LockConfig config = etcd.config();
  config.user = "ha";
  config.password = "pw";
  const EtcdClient client(config);
  BOOST_TEST(client.read(patient()).has_value());
  etcd.kill(0);
  etcd.start(0);
  BOOST_TEST(wait_for([&] { return client.read(Deadline::in(kShort)).has_value(); }));
}

BOOST_AUTO_TEST_CASE(both_sides_prove_by_certificates_who_they_are) {
  const Certificates ours;
  const Certificates others;
  const Etcd etcd(1, &ours);
  LockConfig config = etcd.config();
  const auto without = EtcdClient(config).read(Deadline::in(kPatient));
  BOOST_TEST(!without.has_value());
  config.cert_file = ours.certificate();
  config.key_file = ours.key();
  BOOST_TEST(EtcdClient(config).read(patient()).has_value());
  config.ca_file = others.ca();
  const auto stranger = EtcdClient(config).read(patient());
  BOOST_REQUIRE(!stranger.has_value());
  BOOST_TEST(has(stranger.error().message, "certificate"), stranger.error().message);
}

BOOST_AUTO_TEST_CASE(nobody_there_at_all_is_told_at_once) {
  LockConfig config;
  config.key = "/k";
  for (int i = 0; i < 3; ++i) {
    config.endpoints.push_back("http://127.0.0.1:" + std::to_string(free_port()));
  }
  const Deadline late = patient();
  const auto read = EtcdClient(config).read(late);
  BOOST_TEST(!late.expired());
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().kind == ErrorKind::unreachable));
  for (const std::string& endpoint : config.endpoints) {
    BOOST_TEST(has(read.error().message, endpoint.substr(7)), read.error().message);
  }
}

BOOST_AUTO_TEST_SUITE_END()
