#include "notify/doctor_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>

#include "agent/keepalived_seen.h"
#include "agent/state_dir.h"
#include "agent/texts.h"
#include "checks/doctor_data.h"
#include "checks/doctor_keepalived.h"
#include "checks/doctor_peer.h"
#include "checks/doctor_servers.h"
#include "checks/machine.h"
#include "notify/alert.h"
#include "notify/role_lock.h"
#include "notify/utf8.h"
#include "notify/wrap.h"

namespace ha {
namespace {

/// A person waits for it, and a server under load may need longer than a check may.
constexpr Millis kPatience{5000};

Text word_of(Severity severity) {
  return severity == Severity::critical  ? Text::doctor_critical
         : severity == Severity::warning ? Text::doctor_warning
                                         : Text::doctor_note;
}

std::string paint(std::string text, Severity severity, bool colour) {
  if (!colour || severity == Severity::info) return text;
  return fmt::format("\x1b[{}m{}\x1b[0m", severity == Severity::critical ? "31" : "33", text);
}

/// Lines to be copied stand alone, as they are.
std::string mend_text(const std::string& mend) {
  std::string text;
  for (std::size_t at = 0; at <= mend.size();) {
    const std::size_t end = std::min(mend.find('\n', at), mend.size());
    text += "      " + mend.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return text;
}

std::string one_text(const Symptom& symptom, bool colour, Lang lang) {
  std::string text = paint(say(lang, word_of(symptom.severity)), symptom.severity, colour) + "  " +
                     symptom.id + "  " + clean_text(symptom.place, true) + "\n";
  text += wrap("  ", clean_text(say(lang, symptom.what), true), 2) + "\n";
  text += wrap("  " + say(lang, Text::doctor_seen) + ": ", clean_text(symptom.evidence, true), 8) +
          "\n";
  return text + "  " + say(lang, Text::doctor_mend) + ":\n" +
         mend_text(clean_text(symptom.mend, false)) + "\n";
}

void take(std::vector<Symptom> from, std::vector<Symptom>& into) {
  into.insert(into.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.end()));
}

void look_at_servers(const Config& config, std::vector<Symptom>& all) {
  const Deadline deadline = Deadline::in(kPatience);
  auto settings = std::async(std::launch::async,
                             [&config, deadline] { return ask_settings(config, deadline); });
  std::vector<std::future<MysqlExam>> mysql;
  std::vector<std::future<DataExam>> data;
  std::vector<std::future<RedisExam>> redis;
  for (const MysqlConfig& each : config.mysql) {
    mysql.push_back(std::async(std::launch::async,
                               [&each, deadline] { return examine_mysql(each, deadline); }));
    data.push_back(
        std::async(std::launch::async, [&each, deadline] { return examine_data(each, deadline); }));
  }
  for (const RedisConfig& each : config.redis) {
    redis.push_back(std::async(std::launch::async,
                               [&each, deadline] { return examine_redis(each, deadline); }));
  }
  for (const ServerSettings& each : settings.get()) take(judge_settings_of(each), all);
  for (auto& each : mysql) take(judge_mysql_exam(each.get()), all);
  for (auto& each : data) take(judge_data_exam(each.get()), all);
  for (auto& each : redis) take(judge_redis_exam(each.get()), all);
}

}  // namespace

std::string render_doctor_text(const std::vector<Symptom>& symptoms, bool colour, Lang lang) {
  if (symptoms.empty()) return say(lang, Text::doctor_none) + "\n";
  std::string text;
  std::size_t criticals = 0;
  std::size_t warnings = 0;
  for (const Symptom& symptom : symptoms) {
    criticals += symptom.severity == Severity::critical ? 1 : 0;
    warnings += symptom.severity == Severity::warning ? 1 : 0;
    text += one_text(symptom, colour, lang);
  }
  return text +
         say(lang, Text::doctor_count, fmt::arg("criticals", criticals),
             fmt::arg("warnings", warnings),
             fmt::arg("notes", symptoms.size() - criticals - warnings)) +
         "\n";
}

std::string render_doctor_json(const std::vector<Symptom>& symptoms) {
  using nlohmann::ordered_json;
  ordered_json all = ordered_json::array();
  for (const Symptom& symptom : symptoms) {
    all.push_back({{"severity", to_string(symptom.severity)},
                   {"id", symptom.id},
                   {"place", symptom.place},
                   {"what", say(Lang::en, symptom.what)},
                   {"evidence", symptom.evidence},
                   {"mend", symptom.mend}});
  }
  const auto worst =
      std::max_element(symptoms.begin(), symptoms.end(),
                       [](const Symptom& a, const Symptom& b) { return a.severity < b.severity; });
  const ordered_json whole{
      {"version", 1},
      {"worst", worst == symptoms.end() ? "none" : std::string(to_string(worst->severity))},
      {"symptoms", std::move(all)}};
  return whole.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ExitCode doctor_command(const Config& config, const DoctorRequest& request) {
  std::vector<Symptom> all;
  const KeepalivedSeen seen = see_keepalived(request.keepalived_conf);
  take(judge_keepalived(seen, config, this_host()), all);
  if (!request.peer_keepalived_conf.empty()) {
    take(compare_keepalived(
             seen.conf, read_keepalived_conf(request.peer_keepalived_conf, request.peer_config_id)),
         all);
  }
  take(
      judge_host({watch_runs({config.agent.state_dir}), disk_free(config.agent.state_dir)}, config),
      all);
  look_at_servers(config, all);
  sort_symptoms(all);
  const std::string text =
      request.json ? render_doctor_json(all)
                   : render_doctor_text(all, ::isatty(STDOUT_FILENO) == 1, config.agent.lang);
  std::fputs(text.c_str(), stdout);
  return doctor_exit(all);
}

}  // namespace ha
