// `history` and what lies below it, of the real program and a journal that the test writes.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/agent.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr const char* kJournal =
    R"({"type":"event","event":"20261119T080000.000-100-10","instance":"VI_1","state":"BACKUP","at_ms":1795075200000}
{"type":"begin","event":"20261119T080000.000-100-10","instance":"VI_1","from":"none","to":"BACKUP","at_ms":1795075200001}
{"type":"end","event":"20261119T080000.000-100-10","outcome":"done","took_ms":9,"problems":[],"at_ms":1795075200009}
{"type":"event","event":"20261120T101500.123-4711-42","instance":"VI_1","state":"MASTER","at_ms":1795169700123}
{"type":"begin","event":"20261120T101500.123-4711-42","instance":"VI_1","from":"BACKUP","to":"MASTER","version":"0.1.0","at_ms":1795169700124}
{"type":"step","event":"20261120T101500.123-4711-42","resource":"mysql main","step":"drain","ok":false,"took_ms":120,"detail":"1227 denied","at_ms":1795169700255}
{"type":"end","event":"20261120T101500.123-4711-42","outcome":"failed","took_ms":312,"problems":["mysql main: drain: 1227 denied"],"at_ms":1795169700435}
)";

struct Node {
  test::Agent agent{"", "lang = zh-CN\n"};
  std::string output;

  Node() {
    ::setenv("TZ", "UTC0", 1);
    std::filesystem::create_directories(agent.state_dir());
    std::ofstream(agent.state_dir() + "/journal.jsonl") << kJournal;
  }
  int history(std::vector<std::string> words) {
    words.insert(words.begin(), "history");
    return agent.run(words, &output);
  }
  bool says(const std::string& text) const { return output.find(text) != std::string::npos; }
};

BOOST_FIXTURE_TEST_SUITE(history_of_a_node, Node)

BOOST_AUTO_TEST_CASE(it_is_narrowed_by_what_is_asked_for) {
  BOOST_TEST(history({"--failed", "--format", "json"}) == 0);
  const json failed = json::parse(output);
  BOOST_REQUIRE_EQUAL(failed.size(), 1U);
  BOOST_TEST(failed[0].at("to") == "MASTER");
  BOOST_TEST(history({"--until", "2026-11-20", "--to", "backup"}) == 0);
  BOOST_TEST(says("-> BACKUP  已完成"));
  BOOST_TEST(!says("-> MASTER"));
}

BOOST_AUTO_TEST_CASE(nothing_found_is_a_sentence_or_an_empty_array_and_no_failure) {
  BOOST_TEST(history({"--since", "2026-11-21", "--until", "2026-11-22", "--to", "FAULT"}) == 0);
  BOOST_TEST(output ==
             "日志中没有这样的切换，目标 FAULT，自 2026-11-21 00:00:00 +00:00 起，到 "
             "2026-11-22 00:00:00 +00:00 为止\n");
  BOOST_TEST(history({"--instance", "VI_2", "--format", "json"}) == 0);
  BOOST_TEST(output == "[]\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_word_is_wrong_usage) {
  BOOST_TEST(history({"--since", "soon"}) == 64);
  BOOST_TEST(says("history: --since: expected a duration such as 2h"));
  BOOST_TEST(history({"--outcome", "bad"}) == 64);
  BOOST_TEST(history({"--to", "PRIMARY"}) == 64);
  BOOST_TEST(history({"--failed", "--outcome", "done"}) == 64);
  BOOST_TEST(history({"-n", "0"}) == 64);
  BOOST_TEST(history({"show"}) == 64);
  BOOST_TEST(history({"report", "20261120"}) == 64);
}

BOOST_AUTO_TEST_CASE(one_transition_is_shown_with_a_picture) {
  BOOST_TEST(history({"show", "20261120"}) == 0);
  BOOST_TEST(says("  编号 20261120T101500.123-4711-42\n"));
  BOOST_TEST(says("  mysql main\n    drain  120 毫秒  失败  "));
  BOOST_TEST(!says("\x1b"));
  BOOST_TEST(history({"show", "20261120", "--format", "json"}) == 0);
  BOOST_TEST(json::parse(output).at(0).at("steps").at(0).at("start_ms") == 12.0);
  BOOST_TEST(history({"show", "2026"}) == 1);
  BOOST_TEST(says("2 transitions begin with '2026'"));
}

BOOST_AUTO_TEST_CASE(a_report_is_written_once_and_again_only_by_force) {
  const std::string path = agent.state_dir() + "/report.html";
  BOOST_TEST(history({"report", "20261120", "-o", path}) == 0);
  BOOST_TEST(output == path + "\n");
  const std::string page = test::read_text(path);
  BOOST_TEST(page.find("<html lang=\"zh-CN\">") != std::string::npos);
  BOOST_TEST(page.find("1227 denied") != std::string::npos);
  struct stat st {};
  BOOST_TEST(::stat(path.c_str(), &st) == 0);
  BOOST_TEST((st.st_mode & 07777U) == 0640U);

  std::ofstream(path) << "mine";
  BOOST_TEST(history({"report", "20261120", "-o", path}) == 1);
  BOOST_TEST(says("exists already; --force replaces it"));
  BOOST_TEST(test::read_text(path) == "mine");
  BOOST_TEST(history({"report", "20261120", "-o", path, "--force"}) == 0);
  BOOST_TEST(test::read_text(path).size() == page.size());
  BOOST_TEST(history({"report", "nothing", "-o", path + "2"}) == 1);
  BOOST_TEST(!std::filesystem::exists(path + "2"));
  BOOST_TEST(history({"report", "20261120", "-o", "/nowhere/x.html"}) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
