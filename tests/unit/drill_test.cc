// What a rehearsal concludes from what it sees.
#include "notify/drill.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/text.h"
#include "notify/columns.h"
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
               row.peer.answers = false;
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

BOOST_AUTO_TEST_CASE(a_check_of_the_instances_group_counts) {
  const test::TempDir folder;
  const std::string path = folder.path() + "/keepalived.conf";
  std::ofstream(path) << "vrrp_script c { script x\n interval 2\n fall 3\n }\n"
                         "vrrp_sync_group G { group { VI_1\n }\n track_script { c\n } }\n"
                         "vrrp_instance VI_1 { priority 128\n }\n";
  const KeepalivedConf conf = read_keepalived_conf(path, "db1");
  BOOST_TEST((drill_timing(conf, "VI_1", {}).server_death == Millis{6000}));
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
  BOOST_TEST(render_drill_text(report, Lang::en).find("would succeed") != std::string::npos);
  report.obstacles = {"maintenance: disks"};
  BOOST_TEST(!report.succeeds());
  BOOST_TEST(render_drill_text(report, Lang::en).find("would NOT succeed") != std::string::npos);
  report.obstacles.clear();
  report.rows[0].yes = false;
  const auto json = nlohmann::json::parse(render_drill_json(report));
  BOOST_TEST(json.at("succeeds") == false);
  BOOST_TEST(json.at("seconds").at("promotion").is_null());
}

BOOST_AUTO_TEST_CASE(the_screen_in_both_languages) {
  DrillReport report;
  report.taker = "db2, this node";
  DrillRow row;
  row.resource = "mysql main";
  row.yes = true;
  row.why = "its source is gone, it was up to date, and it can be promoted";
  report.rows = {row};
  row.resource = "redis cache";
  row.yes = false;
  row.why = "its link is down";
  row.loss = "12 bytes";
  report.rows.push_back(row);
  report.obstacles = {"maintenance: disks"};
  report.timing = {Millis{3609}, Millis{2000}, Millis{8500}, Millis{71}, 3};
  BOOST_TEST(render_drill_text(report, Lang::en) ==
             "supposed:     the node that serves loses its power now; nothing is changed\n"
             "takes over:   db2, this node\n"
             "\n"
             "mysql main:   yes: its source is gone, it was up to date, and it can be promoted\n"
             "              lacks nothing at this moment\n"
             "\n"
             "redis cache:  NO: its link is down\n"
             "              lacks at this moment: 12 bytes\n"
             "\n"
             "in the way:   maintenance: disks\n"
             "VIP moves:    at most 3.6 s after the node's death, about 2.0 s after a server's\n"
             "waits:        8.5 s for a peer that is silent, in which an isolated one stops\n"
             "              its writes\n"
             "promotion:    71 ms in the middle of this node's last 3\n"
             "verdict:      a failover now would NOT succeed\n");
  const std::string chinese = render_drill_text(report, Lang::zh_cn);
  for (const char* const text :
       {"假设:         提供服务的节点现在断电；不做任何改动\n", "接管者:       db2, this node\n",
        "mysql main:   能：its source is gone", "redis cache:  不能：its link is down\n",
        "此刻缺少：12 bytes\n", "VIP 转移:     节点宕机后最多 3.6 s，服务器宕机后约 2.0 s\n",
        "对端没有应答时先等 8.5 s", "结论:         现在切换不会成功\n"}) {
    BOOST_CHECK_MESSAGE(chinese.find(text) != std::string::npos, text << "\n in\n" << chinese);
  }
  for (const std::string_view one : split(chinese, '\n')) BOOST_TEST(columns_of(one) <= 80U, one);
  report.timing = {};
  BOOST_TEST(render_drill_text(report, Lang::en).find("waits:") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
