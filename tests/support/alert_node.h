// A node with webhooks and nothing else: its state directory, its configuration as a file for the
// real program and as a value for the library.
#pragma once
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/config.h"
#include "notify/alert.h"
#include "notify/journal.h"
#include "notify/outbox.h"
#include "tests/support/child.h"
#include "tests/support/recording_server.h"
#include "tests/support/temp_dir.h"

namespace ha::test {

constexpr const char* kHookPath = "/hook/SECRETTOKEN123?key=SECRETKEY";

class AlertNode {
 public:
  AlertNode() {
    prepared_ = dir.prepare().has_value();
    config.agent.alert_max_age = Millis{24LL * 3'600'000};
  }

  WebhookConfig& add_channel(const std::string& name, const std::string& url) {
    WebhookConfig channel;
    channel.name = name;
    channel.format = "text";
    channel.url = url;
    channel.allow_http = true;
    channel.events = {"master", "backup", "fault", "stop", "operator", "rule"};
    channel.rate_limit = 60'000;
    config.webhook.push_back(channel);
    return config.webhook.back();
  }

  /// Events are numbered so that they sort in the order of their numbers.
  static Alert alert(int number, State to = State::master) {
    Alert made;
    made.event_id = event_id(number);
    made.node = "db1";
    made.instance = "VI_1";
    made.from = State::backup;
    made.to = to;
    made.at_ms = 1'795'169'700'000 + number;
    return made;
  }
  static std::string event_id(int number) {
    std::string digits = std::to_string(number);
    digits.insert(0, 4 - std::min<std::size_t>(digits.size(), 4), '0');
    return "20261120T101500." + digits + "-1-1";
  }
  bool enqueue(int number, State to = State::master) const {
    return enqueue_alert(dir, config, alert(number, to)).has_value();
  }
  Delivery deliver(bool now_all = true, Millis limit = Millis{30'000}) const {
    return deliver_alerts(dir, config, Deadline::in(limit), now_all);
  }

  std::vector<nlohmann::json> journaled_alerts() const {
    std::vector<nlohmann::json> found;
    const auto lines = read_journal(dir);
    if (!lines) return found;
    for (const auto& line : *lines) {
      if (line.value("type", "") == "alert") found.push_back(line);
    }
    return found;
  }

  /// The real program with this node's configuration.
  std::vector<std::string> argv(const std::vector<std::string>& words) const {
    std::ofstream file(temp.path() + "/conf");
    file << "[agent]\nnode = db1\nstate_dir = " << dir.root << "\n";
    for (const WebhookConfig& channel : config.webhook) {
      file << "[webhook " << channel.name << "]\nformat = text\nurl = " << channel.url
           << "\nallow_http = " << (channel.allow_http ? "yes" : "no")
           << "\nrate_limit = " << channel.rate_limit << "\n";
    }
    file.close();
    std::filesystem::permissions(temp.path() + "/conf", std::filesystem::perms{0600});
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ha-agent";
    std::vector<std::string> all{program.string(), "--config", temp.path() + "/conf"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
  int run(const std::vector<std::string>& words, std::string* output = nullptr) const {
    return test::run(argv(words), output);
  }
  Child start(const std::vector<std::string>& words) const {
    return Child(argv(words), temp.path() + "/log");
  }

  TempDir temp;
  StateDir dir{temp.path() + "/state"};
  Outbox outbox{dir};
  Config config;

 private:
  bool prepared_ = false;
};

}  // namespace ha::test
