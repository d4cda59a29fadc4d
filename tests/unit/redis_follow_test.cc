#include "notify/redis_may_follow.h"

#include <boost/test/unit_test.hpp>

#include "agent/redis_fence.h"
#include "notify/redis_files.h"

namespace ha {
namespace {

using Kind = FollowAnswer::Kind;

RedisFacts old_master() {
  RedisFacts facts;
  facts.master = true;
  facts.empty = false;
  facts.replid = "aaaa";
  facts.replid2 = "0000";
  facts.offset = 1000;
  return facts;
}

RedisFacts new_master() {
  RedisFacts facts = old_master();
  facts.replid = "bbbb";
  facts.replid2 = "aaaa";
  facts.second_offset = 1001;
  facts.offset = 1500;
  return facts;
}

BOOST_AUTO_TEST_SUITE(redis_follow)

BOOST_AUTO_TEST_CASE(a_peer_that_was_promoted_from_our_replica_and_has_all_we_have_is_followed) {
  BOOST_TEST((may_follow(old_master(), new_master()).kind == Kind::follow));
}

BOOST_AUTO_TEST_CASE(one_byte_that_the_peer_lacks_is_kept_before_it_is_given_up) {
  RedisFacts own = old_master();
  own.offset = 1001;
  const FollowAnswer answer = may_follow(own, new_master());
  BOOST_TEST((answer.kind == Kind::keep));
  BOOST_TEST(answer.why == "this server has 1 bytes of history that the peer lacks");
}

BOOST_AUTO_TEST_CASE(a_peer_that_is_a_replica_or_loading_is_waited_for) {
  RedisFacts peer = new_master();
  peer.master = false;
  BOOST_TEST((may_follow(old_master(), peer).kind == Kind::wait));
  peer = new_master();
  peer.loading = true;
  BOOST_TEST((may_follow(old_master(), peer).kind == Kind::wait));
}

BOOST_AUTO_TEST_CASE(an_empty_peer_is_never_followed_by_one_that_has_data) {
  RedisFacts peer = new_master();
  peer.empty = true;
  BOOST_TEST((may_follow(old_master(), peer).kind == Kind::stay));
}

BOOST_AUTO_TEST_CASE(an_empty_server_has_nothing_to_lose) {
  RedisFacts own = old_master();
  own.empty = true;
  own.replid = "cccc";
  BOOST_TEST((may_follow(own, new_master()).kind == Kind::follow));
}

BOOST_AUTO_TEST_CASE(two_empty_servers_may_follow_each_other) {
  RedisFacts own = old_master();
  RedisFacts peer = new_master();
  own.empty = peer.empty = true;
  BOOST_TEST((may_follow(own, peer).kind == Kind::follow));
}

BOOST_AUTO_TEST_CASE(unrelated_histories_are_not_compared_by_offset) {
  RedisFacts own = old_master();
  own.replid = "cccc";
  own.offset = 1;
  BOOST_TEST((may_follow(own, new_master()).kind == Kind::keep));
}

BOOST_AUTO_TEST_CASE(forty_zeros_are_no_history_in_common) {
  RedisFacts own = old_master();
  RedisFacts peer = new_master();
  own.replid = "cccc";
  own.replid2 = peer.replid2 = "0000";
  BOOST_TEST((may_follow(own, peer).kind == Kind::keep));
}

BOOST_AUTO_TEST_CASE(a_restarted_server_follows_when_it_wrote_nothing_since) {
  RedisFacts own = old_master();
  own.replid = "cccc";
  own.replid2 = "aaaa";
  own.second_offset = 901;
  own.offset = 900;
  BOOST_TEST((may_follow(own, new_master()).kind == Kind::follow));
  own.offset = 901;
  BOOST_TEST((may_follow(own, new_master()).kind == Kind::keep));
}

// A replica that was promoted, and fenced before it wrote: its history ends where the peer's goes
// on.
BOOST_AUTO_TEST_CASE(a_promotion_without_a_write_lacks_but_does_not_differ) {
  RedisFacts own = new_master();
  own.offset = 1000;
  RedisFacts peer = old_master();
  peer.offset = 1500;
  BOOST_TEST((may_follow(own, peer).kind == Kind::follow));
  BOOST_TEST((compare_holds(peer, own) == Holds::ahead));
  peer.offset = 1000;
  BOOST_TEST((compare_holds(peer, own) == Holds::same_or_less));
  peer.offset = 999;
  BOOST_TEST((compare_holds(own, peer) == Holds::ahead));
}

BOOST_AUTO_TEST_CASE(one_write_after_a_promotion_differs_from_one_in_the_old_history) {
  RedisFacts own = new_master();
  own.offset = 1001;
  RedisFacts peer = old_master();
  BOOST_TEST((compare_holds(own, peer) == Holds::ahead));
  BOOST_TEST((compare_holds(peer, own) == Holds::same_or_less));
  peer.offset = 1001;
  BOOST_TEST((compare_holds(own, peer) == Holds::diverged));
  BOOST_TEST((compare_holds(peer, own) == Holds::diverged));
}

BOOST_AUTO_TEST_CASE(how_a_server_starts_is_read_from_its_configuration) {
  const auto primary =
      parse_redis_boot("port 1\nREPLICAOF 127.0.0.1 1\nmin-replicas-to-write 1000000\n");
  BOOST_TEST(primary.value().fenced);
  BOOST_TEST(primary.value().replica);
  const auto plain = parse_redis_boot("# replicaof a 1\nmin-slaves-to-write 999999\n");
  BOOST_TEST(!plain.value().fenced);
  BOOST_TEST(!plain.value().replica);
  const auto last =
      parse_redis_boot("min-slaves-to-write 1000001\nmin-replicas-to-write 1\nslaveof no one\n");
  BOOST_TEST(!last.value().fenced);
  BOOST_TEST(!last.value().replica);
  BOOST_TEST(!parse_redis_boot("min-replicas-to-write 1000000\ninclude local.conf\n").has_value());
}

BOOST_AUTO_TEST_CASE(info_is_read_into_facts) {
  const RedisFacts facts = redis_facts({{"role", "slave"},
                                        {"loading", "0"},
                                        {"master_host", "192.0.2.1"},
                                        {"master_port", "6379"},
                                        {"master_link_status", "up"},
                                        {"master_replid", "aaaa"},
                                        {"master_repl_offset", "42"},
                                        {"second_repl_offset", "-1"},
                                        {"db0", "keys=1,expires=0,avg_ttl=0"}});
  BOOST_TEST(!facts.master);
  BOOST_TEST(!facts.empty);
  BOOST_TEST(facts.offset == 42);
  BOOST_TEST(facts.source_port == 6379);
  BOOST_TEST(facts.link_up);
}

BOOST_AUTO_TEST_CASE(the_fence_gives_back_what_the_operator_had_set) {
  for (const bool lag_was_off : {false, true}) {
    for (const std::int64_t mine : {0, 1, 3}) {
      const auto back = RedisFence::from(RedisFence{mine, lag_was_off}.value());
      BOOST_REQUIRE(back.has_value());
      BOOST_TEST(back->min_replicas == mine);
      BOOST_TEST(back->lag_was_off == lag_was_off);
    }
  }
  BOOST_TEST(!RedisFence::from(0).has_value());
  BOOST_TEST(!RedisFence::from(kRedisFence - 1).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
