// What a rehearsal concludes from what it sees.
#include "notify/drill.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"

using namespace ha;

namespace {

PairRow healthy() {
  PairRow row;
  row.resource = "mysql main";
  row.own.node = "db1";
  row.own.state = "primary";
  row.own.lacks = "";
  row.peer.node = "192.0.2.12";
  row.peer.state = "replica";
  row.peer.detail = "of 192.0.2.11";
  row.peer.lag = Millis{0};
  row.peer.lacks = "";
  return row;
}

HistoryItem promotion(double took_ms, const std::string& outcome = "done") {
  HistoryItem item;
  item.to = "MASTER";
  item.outcome = outcome;
  item.took_ms = took_ms;
  return item;
}

BOOST_AUTO_TEST_SUITE(drill)

BOOST_AUTO_TEST_CASE(a_peer_that_follows_would_take_over) {
  const DrillRow row = drill_peer(healthy(), Millis{1000});
  BOOST_TEST(row.yes, row.why);
  BOOST_TEST(row.loss.empty());
}

BOOST_AUTO_TEST_CASE(a_peer_that_could_not_is_named_with_its_reason) {
  const auto why = [](auto change, Millis max_lag = {}) {
    PairRow row = healthy();
    change(row);
    const DrillRow judged = drill_peer(row, max_lag);
    BOOST_TEST(!judged.yes);
    return judged.why;
  };
  BOOST_TEST(why([](PairRow& row) {
               row.peer.state = "silent";
               row.peer.detail = "refused";
             }) == "the peer does not answer: refused");
  BOOST_TEST(why([](PairRow& row) { row.peer.state = "read-only"; }).find("no replica") !=
             std::string::npos);
  BOOST_TEST(why([](PairRow& row) {
               row.peer.detail += ", applier stopped";
             }).find("applier stopped") != std::string::npos);
  BOOST_TEST(why([](PairRow& row) { row.trouble = "TWO PRIMARIES"; }) == "TWO PRIMARIES");
  BOOST_TEST(why([](PairRow& row) { row.peer.lag = Millis{1001}; }, Millis{1000}).find("max_lag") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_taker_lacks_would_be_lost) {
  PairRow row = healthy();
  row.peer.lacks = "0-1-17";
  BOOST_TEST(drill_peer(row, {}).loss == "0-1-17");
  row.peer.lacks.reset();
  BOOST_TEST(drill_peer(row, {}).loss == "cannot be told");
}

BOOST_AUTO_TEST_CASE(the_own_server_is_judged_as_a_promotion_towards_a_silent_peer_would) {
  Situation situation;
  situation.own.answer = Answer::up;
  situation.own.receiver = Receiver::running;
  situation.record.freshness = Freshness::voided;
  situation.peer.answer = PeerView::Answer::up;
  const DrillRow refused = drill_own("mysql main", situation, {}, nullptr);
  BOOST_TEST(!refused.yes);
  BOOST_TEST(!refused.why.empty());
  situation.record.freshness = Freshness::fresh;
  const DrillRow taken = drill_own("mysql main", situation, {}, nullptr);
  BOOST_TEST(taken.yes, taken.why);
}

BOOST_AUTO_TEST_CASE(the_times_come_from_keepalived_and_from_the_last_promotions) {
  const test::TempDir folder;
  const std::string path = folder.path() + "/keepalived.conf";
  std::ofstream(path)
      << "vrrp_script c { script x\n interval 2\n fall 3\n }\n"
         "vrrp_script unused { interval 9\n fall 9\n }\n"
         "vrrp_instance VI_1 { advert_int 1\n priority 128\n track_script { c\n } }\n";
  const KeepalivedConf conf = read_keepalived_conf(path, "db1");
  DrillTiming timing = drill_timing(conf, "VI_1", {});
  BOOST_TEST((timing.power_cut == Millis{3500}));
  BOOST_TEST((timing.server_death == Millis{6000}));
  BOOST_TEST(!timing.promotion);
  timing = drill_timing(conf, "",
                        {promotion(900), promotion(100), promotion(1, "refused"), promotion(200),
                         promotion(300), promotion(50), promotion(70)});
  BOOST_TEST((timing.promotion == Millis{100}));
  BOOST_TEST(timing.promotions == 5U);
  BOOST_TEST(!drill_timing(conf, "VI_2", {}).power_cut);
}

BOOST_AUTO_TEST_CASE(one_obstacle_or_one_database_is_enough_for_a_no) {
  DrillReport report;
  report.taker = "db2, this node";
  report.rows = {drill_peer(healthy(), {})};
  BOOST_TEST(report.succeeds());
  BOOST_TEST(render_drill_text(report).find("would succeed") != std::string::npos);
  report.obstacles = {"maintenance: disks"};
  BOOST_TEST(!report.succeeds());
  BOOST_TEST(render_drill_text(report).find("would NOT succeed") != std::string::npos);
  report.obstacles.clear();
  report.rows[0].yes = false;
  const auto json = nlohmann::json::parse(render_drill_json(report));
  BOOST_TEST(json.at("succeeds") == false);
  BOOST_TEST(json.at("seconds").at("promotion").is_null());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
