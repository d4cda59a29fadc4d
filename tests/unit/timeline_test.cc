#include "notify/timeline.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>

#include "agent/text.h"
#include "notify/columns.h"

namespace ha {
namespace {

constexpr std::int64_t kAt = 1'795'169'700'000;

/// Steps are given by when they ended, as the journal has them.
struct Made {
  HistoryItem item;

  explicit Made(double took_ms) {
    item.at_ms = kAt;
    item.took_ms = took_ms;
  }
  Made& step(const std::string& resource, const std::string& name, std::int64_t ended_ms,
             double took_ms, bool ok = true) {
    item.steps.push_back({resource, name, ok, Millis{static_cast<Millis::rep>(took_ms)}, ""});
    item.steps_ms.push_back(took_ms);
    item.steps_end_ms.push_back(kAt + ended_ms);
    return *this;
  }
  std::string picture(std::size_t width = 80, Lang lang = Lang::en) const {
    return render_timeline(build_timeline(item), width, false, lang);
  }
};

BOOST_AUTO_TEST_SUITE(timeline)

BOOST_AUTO_TEST_CASE(a_promotion_is_bars_to_scale_below_the_resources) {
  const Made made = Made(124)
                        .step("mysql main", "record-position", 13, 3.2)
                        .step("redis cache", "fence-peer", 79, 69)
                        .step("mysql main", "fence-peer", 76, 63)
                        .step("redis cache", "promote", 95, 16)
                        .step("mysql main", "drain", 124, 48);
  BOOST_TEST(made.picture() ==
             "                                     0 ms ------------------------------- 124 ms\n"
             "  mysql main\n"
             "    record-position  3.2 ms  ok         ##\n"
             "    fence-peer        63 ms  ok           #####################\n"
             "    drain             48 ms  ok                                #################\n"
             "  redis cache\n"
             "    fence-peer        69 ms  ok         ########################\n"
             "    promote           16 ms  ok                                 ######\n");
}

BOOST_AUTO_TEST_CASE(what_has_no_step_has_no_picture) {
  BOOST_TEST(Made(3).picture().empty());
}

BOOST_AUTO_TEST_CASE(a_step_of_no_length_has_a_cell_also_at_the_very_end) {
  const TimelineBar first{"a", "x", 0, 0, true};
  BOOST_TEST(cells_of(first, 100, 10).from == 0U);
  BOOST_TEST(cells_of(first, 100, 10).to == 1U);
  const TimelineBar last{"a", "x", 100, 0, true};
  BOOST_TEST(cells_of(last, 100, 10).from == 9U);
  BOOST_TEST(cells_of(last, 100, 10).to == 10U);
}

BOOST_AUTO_TEST_CASE(the_cells_are_to_scale_and_never_outside) {
  const TimelineBar middle{"a", "x", 25, 50, true};
  BOOST_TEST(cells_of(middle, 100, 40).from == 10U);
  BOOST_TEST(cells_of(middle, 100, 40).to == 30U);
  const TimelineBar all{"a", "x", 0, 100, true};
  BOOST_TEST(cells_of(all, 100, 40).to == 40U);
  const TimelineBar beyond{"a", "x", 90, 50, true};
  BOOST_TEST(cells_of(beyond, 100, 40).to == 40U);
  const TimelineBar before{"a", "x", -5, 2, true};
  BOOST_TEST(cells_of(before, 100, 40).from == 0U);
}

BOOST_AUTO_TEST_CASE(beside_one_that_is_far_longer_the_others_are_still_there) {
  const Made made = Made(20'010)
                        .step("mysql main", "stop-receiving", 2, 1)
                        .step("mysql main", "drain", 20'005, 20'003)
                        .step("mysql main", "lift-read-only", 20'006, 0.4);
  BOOST_TEST(made.picture() ==
             "                                    0 ms -------------------------------- 20.0 s\n"
             "  mysql main\n"
             "    stop-receiving  1.0 ms  ok      #\n"
             "    drain           20.0 s  ok      ############################################\n"
             "    lift-read-only  0.4 ms  ok                                                 #\n");
}

BOOST_AUTO_TEST_CASE(a_failed_step_is_seen_without_colour_and_with_it) {
  const Made made = Made(100).step("mysql main", "drain", 100, 50, false);
  const std::string plain = made.picture();
  BOOST_TEST(plain.find("FAILED") != std::string::npos);
  BOOST_TEST(plain.find("xxxx") != std::string::npos);
  BOOST_TEST(plain.find('#') == std::string::npos);
  BOOST_TEST(plain.find('\x1b') == std::string::npos);
  const std::string coloured = render_timeline(build_timeline(made.item), 80, true, Lang::en);
  BOOST_TEST(coloured.find("\x1b[31mFAILED\x1b[0m") != std::string::npos);
  BOOST_TEST(coloured.find("\x1b[31mxxxx") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(in_chinese_the_bars_stand_below_one_another_too) {
  const Made made =
      Made(100).step("mysql main", "drain", 50, 50).step("mysql main", "judge", 100, 50, false);
  const std::string picture = made.picture(80, Lang::zh_cn);
  std::vector<std::size_t> begins;
  for (const std::string_view line : split(picture, '\n')) {
    BOOST_TEST(columns_of(line) <= 80U, line);
    if (const auto at = line.find_first_of("#x"); at != std::string_view::npos) {
      begins.push_back(columns_of(line.substr(0, at)));
    }
  }
  BOOST_REQUIRE(begins.size() == 2U);
  BOOST_TEST(picture.find("失败") != std::string::npos, picture);
  // The second half of the time is the second half of the picture.
  const std::size_t cells = 80 - 4 - begins[0];  // split() has taken the indent away
  BOOST_TEST(begins[1] == begins[0] + (cells + 1) / 2, picture);
}

BOOST_AUTO_TEST_CASE(every_width_is_used_and_none_is_overrun_whatever_the_names_are) {
  for (const std::size_t width : {60U, 80U, 200U}) {
    const Made made =
        Made(100)
            .step("mysql 主库主库主库主库主库主库主库主库主库主库主库主库主库主库主库",
                  "步骤步骤步骤步骤步骤步骤步骤步骤", 100, 100)
            .step("redis cache", "promote\x1b[31m\n", 100, 100);
    std::size_t widest = 0;
    std::istringstream lines(made.picture(width));
    for (std::string line; std::getline(lines, line);) {
      BOOST_TEST(line.find('\x1b') == std::string::npos);
      widest = std::max(widest, columns_of(line));
    }
    BOOST_TEST(widest == width);
  }
}

BOOST_AUTO_TEST_CASE(a_step_of_minutes_overruns_no_line) {
  const Made made = Made(754'000).step("mysql main", "drain", 754'000, 754'000);
  std::istringstream lines(made.picture());
  for (std::string line; std::getline(lines, line);) BOOST_TEST(columns_of(line) <= 80U, line);
  BOOST_TEST(made.picture().find("12 min 34 s") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bars_of_chinese_names_stand_below_one_another) {
  const Made made = Made(100).step("单元", "启动", 100, 100).step("单元", "stop-it", 200, 100);
  std::istringstream lines(made.picture());
  std::string line;
  std::getline(lines, line);
  const std::size_t scale = columns_of(line.substr(0, line.find('0')));
  std::getline(lines, line);
  std::getline(lines, line);
  BOOST_TEST(columns_of(line.substr(0, line.find('#'))) == scale);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_does_not_mix_up_the_steps) {
  const Made made = Made(100)
                        .step("mysql main", "drain", 50, 40)
                        .step("mysql main", "judge", -3'600'000, 10)
                        .step("redis cache", "promote", -3'600'000, 5);
  const auto starts = step_starts(made.item);
  BOOST_TEST(starts.at(0) == 10);
  BOOST_TEST(starts.at(1) == 50);
  BOOST_TEST(starts.at(2) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_not_ended_is_as_long_as_its_steps) {
  const Timeline timeline = build_timeline(Made(0).step("a", "x", 70, 30).item);
  BOOST_TEST(timeline.total_ms == 70);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
