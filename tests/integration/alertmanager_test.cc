// Prometheus' real Alertmanager: what begins there ends there.
#include <fmt/chrono.h>

#include <boost/test/unit_test.hpp>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/clock.h"
#include "notify/webhook.h"
#include "tests/support/child.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ha {
namespace {

using test::wait_for;

class Alertmanager {
 public:
  Alertmanager() {
    std::ofstream(dir_.path() + "/conf") << "route:\n  receiver: none\nreceivers:\n- name: none\n";
    process_ = test::Child(
        {"/usr/bin/prometheus-alertmanager", "--config.file=" + dir_.path() + "/conf",
         "--storage.path=" + dir_.path(),
         "--cluster.listen-address=", "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
        dir_.path() + "/log");
    BOOST_REQUIRE(wait_for([&] { return !get("/-/ready").empty(); }));
  }
  std::string get(const std::string& path) const {
    std::string output;
    const int code =
        test::run({"curl", "-fsS", "http://127.0.0.1:" + std::to_string(port_) + path}, &output);
    return code == 0 ? output : "";
  }
  nlohmann::json alerts() const { return nlohmann::json::parse(get("/api/v2/alerts")); }
  WebhookConfig channel() const {
    WebhookConfig made;
    made.name = "am";
    made.format = "alertmanager";
    made.url = "http://127.0.0.1:" + std::to_string(port_) + "/api/v2/alerts";
    made.allow_http = true;
    return made;
  }

 private:
  test::TempDir dir_;
  int port_ = test::free_port();
  test::Child process_;
};

/// As Alertmanager writes it; comparable as a text.
std::string rfc3339_in(Millis ahead) {
  const std::time_t at = static_cast<std::time_t>((wall_ms() + ahead.count()) / 1000);
  std::tm utc{};
  ::gmtime_r(&at, &utc);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", utc);
}

BOOST_AUTO_TEST_SUITE(alertmanager)

BOOST_AUTO_TEST_CASE(a_condition_begins_and_ends_and_a_moment_ends_by_itself) {
  const Alertmanager server;
  Message message = test::sample_message();
  message.at_ms = wall_ms() - 1000;
  const auto send = [&] {
    return send_webhook(server.channel(), message, Deadline::in(Millis{20'000})).judged;
  };
  BOOST_TEST((send().fate == Fate::ok));
  BOOST_TEST(wait_for([&] { return server.alerts().size() == 1U; }));
  BOOST_TEST(server.alerts()[0]["labels"]["alertname"] == "role");
  BOOST_TEST(server.alerts()[0]["annotations"]["summary"] == message.title);

  message = test::ended(message);
  message.severity = Severity::info;
  message.state = "BACKUP";
  message.event_id = "e2";
  message.title = "BACKUP db1: FAULT -> BACKUP, done";
  BOOST_TEST((send().fate == Fate::ok));
  // The condition is over; what ended it is told as itself.
  BOOST_TEST(wait_for([&] {
    const auto now = server.alerts();
    return now.size() == 1U && now[0]["labels"]["alertname"] == "role_event";
  }));
  BOOST_TEST(server.alerts()[0]["labels"]["state"] == "BACKUP");
}

BOOST_AUTO_TEST_CASE(a_rule_is_believed_until_its_end_is_told) {
  const Alertmanager server;
  Message message = test::sample_message(Severity::warning);
  message.firing = true;
  message.rule = true;
  message.condition = "lag";
  message.believed = Millis{4 * 3'600'000};
  message.at_ms = wall_ms() - 1000;
  const auto send = [&] {
    return send_webhook(server.channel(), message, Deadline::in(Millis{20'000})).judged;
  };
  BOOST_TEST((send().fate == Fate::ok));
  BOOST_TEST(wait_for([&] { return server.alerts().size() == 1U; }));
  const auto alert = server.alerts()[0];
  BOOST_TEST(alert["labels"]["alertname"] == "lag");
  BOOST_TEST(alert["labels"]["severity"] == "warning");
  // Left to itself it would call it over after resolve_timeout, five minutes.
  BOOST_TEST(alert["endsAt"].get<std::string>() > rfc3339_in(Millis{3 * 3'600'000}));
  message = test::ended(message);
  BOOST_TEST((send().fate == Fate::ok));
  BOOST_TEST(wait_for([&] { return server.alerts().empty(); }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
