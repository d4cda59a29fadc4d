#include "notify/outbox.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/role_state.h"
#include "notify/journal.h"
#include "notify/unspooled.h"
#include "tests/support/temp_dir.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

struct OutboxFixture {
  test::TempDir temp;
  StateDir dir{temp.path()};
  Outbox outbox{dir};

  static OutboxEntry entry(const std::string& event, const std::string& channel = "ops") {
    OutboxEntry made;
    made.channel = channel;
    made.alert.event_id = event;
    made.alert.instance = "VI_1";
    made.alert.to = State::master;
    made.created_at_ms = 1000;
    return made;
  }
  std::string path(const std::string& name) const { return dir.outbox() + "/" + name; }
};

Config config_with(std::vector<WebhookConfig> channels) {
  Config config;
  config.webhook = std::move(channels);
  return config;
}

WebhookConfig channel(const std::string& name, std::vector<std::string> events) {
  WebhookConfig made;
  made.name = name;
  made.url = "https://hooks.example/SECRETKEY";
  made.secret = "SIGNSECRET";
  made.events = std::move(events);
  return made;
}

BOOST_FIXTURE_TEST_SUITE(outbox_files, OutboxFixture)

BOOST_AUTO_TEST_CASE(what_was_added_waits_oldest_event_first) {
  BOOST_TEST(outbox.add(entry("e2")).has_value());
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  BOOST_TEST(outbox.add(entry("e1", "other")).has_value());
  const auto all = outbox.waiting();
  BOOST_REQUIRE_EQUAL(all.size(), 3U);
  BOOST_TEST(all[0].id() == "e1.ops");
  BOOST_TEST(all[1].id() == "e1.other");
  BOOST_TEST(all[2].id() == "e2.ops");
  BOOST_TEST((all[0].alert.to == State::master));
}

BOOST_AUTO_TEST_CASE(adding_again_changes_nothing_wherever_the_entry_is) {
  OutboxEntry changed = entry("e1");
  changed.attempts = 7;
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  BOOST_TEST(outbox.add(changed).has_value());
  BOOST_REQUIRE_EQUAL(outbox.waiting().size(), 1U);
  BOOST_TEST(outbox.waiting()[0].attempts == 0);

  BOOST_TEST(outbox.to_done(entry("e1")).has_value());
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  BOOST_TEST(outbox.waiting().empty());

  BOOST_TEST(outbox.add(entry("e2")).has_value());
  BOOST_TEST(outbox.to_dead(entry("e2")).has_value());
  BOOST_TEST(outbox.add(entry("e2")).has_value());
  BOOST_TEST(outbox.waiting().empty());
  BOOST_REQUIRE_EQUAL(outbox.dead().size(), 1U);
}

BOOST_AUTO_TEST_CASE(a_failed_try_is_remembered) {
  OutboxEntry tried = entry("e1");
  BOOST_TEST(outbox.add(tried).has_value());
  tried.attempts = 3;
  tried.next_at_ms = 5000;
  tried.last_status = 500;
  tried.last_error = "HTTP 500";
  BOOST_TEST(outbox.update(tried).has_value());
  const auto back = outbox.waiting().at(0);
  BOOST_TEST(back.attempts == 3);
  BOOST_TEST(back.next_at_ms == 5000);
  BOOST_TEST(back.last_status == 500);
  BOOST_TEST(back.last_error == "HTTP 500");
  BOOST_TEST(back.created_at_ms == 1000);
}

BOOST_AUTO_TEST_CASE(one_that_was_dropped_meanwhile_is_not_made_anew_by_a_late_result) {
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  BOOST_TEST(outbox.to_done(entry("e1")).has_value());
  BOOST_TEST(outbox.update(entry("e1")).has_value());
  BOOST_TEST(outbox.to_dead(entry("e1")).has_value());
  BOOST_TEST(outbox.waiting().empty());
  BOOST_TEST(outbox.dead().empty());
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_also_done_is_finished) {
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  fs::copy_file(path("e1.ops.json"), path("done/e1.ops.json"));
  BOOST_TEST(outbox.waiting().empty());
  BOOST_TEST(!fs::exists(path("e1.ops.json")));
}

BOOST_AUTO_TEST_CASE(a_dead_one_can_be_revived_with_its_age_counted_anew) {
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  OutboxEntry gone = entry("e1");
  gone.next_at_ms = 99;
  gone.last_error = "HTTP 404";
  BOOST_TEST(outbox.to_dead(gone).has_value());
  const auto dead = outbox.dead();
  BOOST_REQUIRE_EQUAL(dead.size(), 1U);
  BOOST_TEST(dead[0].dead);
  BOOST_TEST(dead[0].last_error == "HTTP 404");
  BOOST_TEST(outbox.revive(dead[0], 7777).has_value());
  BOOST_TEST(outbox.dead().empty());
  const auto back = outbox.waiting().at(0);
  BOOST_TEST(back.created_at_ms == 7777);
  BOOST_TEST(back.next_at_ms == 0);
}

BOOST_AUTO_TEST_CASE(no_name_can_leave_the_folder_or_be_taken_for_another) {
  BOOST_TEST(entry("e/../1", "a.b/c").id() == "e%2F..%2F1.a%2Eb%2Fc");
  BOOST_TEST(outbox.add(entry("../../up", "..")).has_value());
  BOOST_TEST(outbox.waiting().size() == 1U);
  BOOST_TEST(!fs::exists(temp.path() + "/../up"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_alert_goes_to_dead_and_blocks_nothing) {
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  std::ofstream(path("e0.ops.json")) << "{\"channel\":";
  BOOST_TEST(outbox.waiting().size() == 1U);
  BOOST_TEST(!fs::exists(path("e0.ops.json")));
  BOOST_TEST(fs::exists(path("dead/e0.ops.json")));
}

BOOST_AUTO_TEST_CASE(temporaries_locks_and_a_missing_folder_are_no_entries) {
  BOOST_TEST(outbox.waiting().empty());
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  std::ofstream(path("e2.ops.json.4711.0.tmp")) << "{";
  BOOST_TEST(outbox.try_lock("ops").has_value());
  BOOST_TEST(outbox.waiting().size() == 1U);
}

BOOST_AUTO_TEST_CASE(markers_and_temporaries_are_pruned_by_age_and_never_entries) {
  for (const char* event : {"e1", "e2", "e3"}) BOOST_TEST(outbox.add(entry(event)).has_value());
  BOOST_TEST(outbox.to_done(entry("e1")).has_value());
  BOOST_TEST(outbox.to_dead(entry("e2")).has_value());
  std::ofstream(path("e9.ops.json.4711.0.tmp")) << "{";
  const std::int64_t now = wall_ms();
  outbox.prune(now);
  BOOST_TEST(fs::exists(path("done/e1.ops.json")));
  BOOST_TEST(fs::exists(path("e9.ops.json.4711.0.tmp")));
  outbox.prune(now + 31LL * 24 * 3'600'000);
  BOOST_TEST(!fs::exists(path("done/e1.ops.json")));
  BOOST_TEST(!fs::exists(path("e9.ops.json.4711.0.tmp")));
  BOOST_TEST(outbox.waiting().size() == 1U);
  BOOST_TEST(outbox.dead().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_channel_has_one_holder_and_channels_do_not_share_a_lock) {
  BOOST_TEST(outbox.add(entry("e1")).has_value());
  auto first = outbox.try_lock("ops");
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(outbox.try_lock("ops").error().code == EWOULDBLOCK);
  BOOST_TEST(outbox.try_lock("other").has_value());
  first->reset();
  BOOST_TEST(outbox.try_lock("ops").has_value());
}

BOOST_AUTO_TEST_CASE(entries_are_made_for_the_channels_that_want_the_state) {
  const Config config = config_with({channel("all", {"master", "backup", "fault", "stop"}),
                                     channel("quiet", {"fault"}), channel("ops", {"MASTER"})});
  BOOST_TEST(enqueue_alert(dir, config, entry("e1").alert).has_value());
  BOOST_TEST(enqueue_alert(dir, config, entry("e1").alert).has_value());
  const auto all = outbox.waiting();
  BOOST_REQUIRE_EQUAL(all.size(), 2U);
  BOOST_TEST(all[0].channel == "all");
  BOOST_TEST(all[1].channel == "ops");
}

BOOST_AUTO_TEST_CASE(files_are_for_root_and_the_group_and_hold_no_secret) {
  BOOST_TEST(
      enqueue_alert(dir, config_with({channel("ops", {"master"})}), entry("e1").alert).has_value());
  struct stat st {};
  BOOST_REQUIRE_EQUAL(::stat(path("e1.ops.json").c_str(), &st), 0);
  BOOST_TEST((st.st_mode & 07777U) == 0640U);
  const auto text = read_file(path("e1.ops.json"));
  BOOST_REQUIRE(text.has_value());
  BOOST_TEST(text->find("SECRET") == std::string::npos);
  BOOST_TEST(text->find("hooks.example") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_kept_in_memory_and_said_to_the_caller) {
  std::ofstream(dir.outbox()) << "a file in the folder's place";
  const Config config = config_with({channel("ops", {"master"})});
  BOOST_TEST(!enqueue_alert(dir, config, entry("e1").alert).has_value());
  BOOST_TEST(unspooled::count(dir) == 1U);
  BOOST_TEST(unspooled::of_channel(dir, "ops").at(0).id() == "e1.ops");
  BOOST_TEST(unspooled::of_channel(dir, "other").empty());
  unspooled::forget(dir, entry("e1"));
  BOOST_TEST(unspooled::count(dir) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
