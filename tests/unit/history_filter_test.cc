#include "notify/history_filter.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <vector>

namespace ha {
namespace {

constexpr std::int64_t kNow = 1'795'169'700'123;  // 2026-11-20 10:15:00.123 UTC
constexpr std::int64_t kHour = 3'600'000;

struct Zone {
  explicit Zone(const char* name = "UTC0") {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
};

/// The words by their options' names, as an operator gives them.
HistoryWords asked(const std::map<std::string, std::string>& options) {
  HistoryWords words;
  for (const auto& [name, value] : options) {
    if (name == "since") words.since = value;
    if (name == "until") words.until = value;
    if (name == "to") words.to = value;
    if (name == "instance") words.instance = value;
    if (name == "outcome") words.outcome = value;
    if (name == "failed") words.failed = true;
  }
  return words;
}

std::string error_of(const HistoryWords& words) {
  const auto filter = parse_history_filter(words, kNow);
  BOOST_REQUIRE(!filter.has_value());
  return filter.error().message;
}

HistoryItem transition(std::string id, std::string to, std::string outcome,
                       std::int64_t at_ms = kNow) {
  HistoryItem item;
  item.event = std::move(id);
  item.instance = "VI_1";
  item.to = std::move(to);
  item.outcome = std::move(outcome);
  item.at_ms = at_ms;
  return item;
}

bool passes(const HistoryWords& words, const HistoryItem& item) {
  return ha::passes(parse_history_filter(words, kNow).value(), item);
}

BOOST_FIXTURE_TEST_SUITE(history_filter, Zone)

BOOST_AUTO_TEST_CASE(a_moment_is_so_long_ago_or_a_local_time) {
  BOOST_TEST(parse_when("2h", kNow).value() == kNow - 2 * kHour);
  BOOST_TEST(parse_when("7d", kNow).value() == kNow - 7 * 24 * kHour);
  const std::int64_t day = kNow - kNow % (24 * kHour);
  BOOST_TEST(parse_when("2026-11-20", kNow).value() == day);
  BOOST_TEST(parse_when("2026-11-20 05:00", kNow).value() == day + 5 * kHour);
  BOOST_TEST(parse_when("2026-11-20T05:00", kNow).value() == day + 5 * kHour);
  BOOST_TEST(parse_when("2026-11-20 05:00:59", kNow).value() == day + 5 * kHour + 59'000);
  const Zone china("CST-8");
  BOOST_TEST(parse_when("2026-11-20", kNow).value() == day - 8 * kHour);
}

BOOST_AUTO_TEST_CASE(what_is_no_moment_is_none) {
  for (const char* text :
       {"", "2", "2 h", "-2h", "yesterday", "2026-11", "2026-13-01", "2026-02-30", "2026-00-10",
        "2026-11-20 24:00", "2026-11-20 05:60", "2026-11-20 5:00", "2026-11-20  05:00",
        "2026-11-20 05:00:60", "2026-11-20 05:00 ", "999999999999d", "2026-11-20Z05:00"}) {
    BOOST_TEST(!parse_when(text, kNow).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_word_that_is_wrong_is_named_with_what_was_expected) {
  BOOST_TEST(error_of(asked({{"since", "soon"}})) ==
             "--since: expected a duration such as 2h or 7d, or a local time such as 2026-11-27 or "
             "2026-11-27 05:00, got 'soon'");
  BOOST_TEST(error_of(asked({{"since", "1h"}, {"until", "2h"}})) ==
             "--until: expected a moment after that of --since, got '2h'");
  BOOST_TEST(error_of(asked({{"to", "PRIMARY"}})) ==
             "--to: expected MASTER, BACKUP, FAULT, STOP or DELETED, got 'PRIMARY'");
  BOOST_TEST(
      error_of(asked({{"outcome", "bad"}})) ==
      "--outcome: expected one of done, refused, failed, overtaken, superseded, interrupted, "
      "recorded, suspended, unfinished, got 'bad'");
}

BOOST_AUTO_TEST_CASE(a_moment_that_is_named_is_within_and_a_millisecond_beside_it_is_not) {
  const auto at = [](std::int64_t ms) { return transition("e", "MASTER", "done", ms); };
  BOOST_TEST(passes(asked({{"since", "1h"}}), at(kNow - kHour)));
  BOOST_TEST(!passes(asked({{"since", "1h"}}), at(kNow - kHour - 1)));
  BOOST_TEST(passes(asked({{"until", "1h"}}), at(kNow - kHour)));
  BOOST_TEST(!passes(asked({{"until", "1h"}}), at(kNow - kHour + 1)));
}

BOOST_AUTO_TEST_CASE(each_word_narrows_and_together_they_do_so_more) {
  const HistoryItem item = transition("e", "MASTER", "refused");
  BOOST_TEST(passes(HistoryWords{}, item));
  BOOST_TEST(!parse_history_filter({}, kNow)->narrows());
  BOOST_TEST(passes(asked({{"to", "master"}, {"instance", "VI_1"}, {"outcome", "refused"}}), item));
  BOOST_TEST(!passes(asked({{"to", "BACKUP"}}), item));
  BOOST_TEST(!passes(asked({{"instance", "VI_2"}}), item));
  BOOST_TEST(!passes(asked({{"to", "MASTER"}, {"outcome", "done"}}), item));
}

BOOST_AUTO_TEST_CASE(what_did_not_end_well) {
  for (const char* outcome : {"refused", "failed", "interrupted", "unfinished"}) {
    BOOST_TEST(passes(asked({{"failed", "yes"}}), transition("e", "MASTER", outcome)), outcome);
  }
  for (const char* outcome : {"done", "overtaken", "superseded", "recorded", "suspended"}) {
    BOOST_TEST(!passes(asked({{"failed", "yes"}}), transition("e", "MASTER", outcome)), outcome);
  }
}

BOOST_AUTO_TEST_CASE(what_an_operator_did_passes_by_its_time_alone) {
  HistoryItem ack;
  ack.deed = "ack";
  ack.at_ms = kNow;
  BOOST_TEST(passes(asked({{"since", "1h"}}), ack));
  BOOST_TEST(!passes(asked({{"since", "1h"}, {"to", "MASTER"}}), ack));
  BOOST_TEST(!passes(asked({{"failed", "yes"}}), ack));
}

BOOST_AUTO_TEST_CASE(nothing_found_says_what_was_looked_for) {
  const auto sentence = [](const HistoryWords& words) {
    return nothing_found(parse_history_filter(words, kNow).value(), Lang::en);
  };
  BOOST_TEST(sentence(asked({{"to", "fault"}})) == "no transition to FAULT is in the journal\n");
  BOOST_TEST(sentence(asked({{"since", "2026-11-20"},
                             {"until", "1h"},
                             {"to", "MASTER"},
                             {"instance", "VI_1"},
                             {"failed", "yes"}})) ==
             "no transition to MASTER of 'VI_1' that did not end well since 2026-11-20 00:00:00 "
             "+00:00 until 2026-11-20 09:15:00 +00:00 is in the journal\n");
  BOOST_TEST(sentence(asked({{"outcome", "failed"}})) ==
             "no transition with outcome failed is in the journal\n");
}

BOOST_AUTO_TEST_CASE(a_transition_is_found_by_its_id_or_by_how_only_it_begins) {
  std::vector<HistoryItem> items{transition("20261120T1-1", "MASTER", "done"),
                                 transition("20261120T1-12", "FAULT", "done"),
                                 transition("20261121T9-3", "BACKUP", "done")};
  HistoryItem ack;
  ack.deed = "ack";
  ack.event = "20261121T9-3";
  items.push_back(ack);
  BOOST_TEST(find_transition(items, "20261120T1-1").value()->to == "MASTER");
  BOOST_TEST(find_transition(items, "20261121").value()->to == "BACKUP");
  BOOST_TEST(find_transition(items, "20261120").error().message ==
             "2 transitions begin with '20261120': '20261120T1-1', '20261120T1-12'");
  const std::string none = "is in the journal; `ha-agent history` shows the ids";
  BOOST_TEST(find_transition(items, "2027").error().message == "no transition '2027' " + none);
  BOOST_TEST(find_transition(items, "").error().message == "no transition '' " + none);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
