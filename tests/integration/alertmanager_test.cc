// Prometheus' real Alertmanager: what begins there ends there.
#include <boost/test/unit_test.hpp>
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace ha
