// The command line. Each command is one function elsewhere; this file only reads words and maps
// them.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/config_command.h"
#include "agent/duration.h"
#include "agent/exit_code.h"
#include "agent/help_format.h"
#include "agent/leave.h"
#include "agent/log.h"
#include "checks/check_command.h"
#include "notify/alerts_command.h"
#include "notify/data_remarks.h"
#include "notify/doctor_command.h"
#include "notify/drill.h"
#include "notify/history_command.h"
#include "notify/hook.h"
#include "notify/init_command.h"
#include "notify/maintenance_command.h"
#include "notify/metrics.h"
#include "notify/plan.h"
#include "notify/promote_command.h"
#include "notify/roles.h"
#include "notify/serve.h"
#include "notify/status.h"
#include "notify/status_watch.h"
#include "notify/switchover.h"
#include "notify/switchover_command.h"
#include "notify/tell.h"
#include "notify/watch.h"

namespace {

using ha::Config;
using ha::ExitCode;

struct Options {
  std::string config = ha::kDefaultConfigPath;
  bool verbose = false;
  std::vector<std::string> words;
  std::string state;
  std::string from;
  std::string format = "text";
  int count = 0;
  ha::HistoryWords history;
  ha::ReportRequest report;
  bool due = false;
  bool dead = false;
  std::string channel;
  std::vector<std::string> ids;
  bool all = false;
  std::string deadline;
  bool observe = false;
  bool force = false;
  std::string reason;
  bool checking = false;
  std::string lasts;
  std::string every;
  ha::DoctorRequest doctor;
  std::string timeout = "30s";
  bool dry_run = false;
  std::string textfile;
  ha::InitWords init;

  bool json() const { return format == "json"; }
};

ExitCode usage(const std::string& text) {
  std::fprintf(stderr, "ha-agent: %s\n", text.c_str());
  return ExitCode::usage;
}

// keepalived throws stderr away, so what is wrong with the configuration goes to syslog as well.
std::optional<Config> load(const std::string& path) {
  ha::Loaded loaded = ha::load_config(path);
  for (const ha::Problem& problem : loaded.problems) {
    ha::log::error(problem.text);
    if (::isatty(STDERR_FILENO) == 0) std::fprintf(stderr, "ha-agent: %s\n", problem.text.c_str());
  }
  return std::move(loaded.config);
}

ExitCode plan(const Config& config, const Options& options) {
  const auto to = ha::parse_state(options.state);
  if (!to)
    return usage("plan: expected MASTER, BACKUP, FAULT, STOP or DELETED, got '" + options.state +
                 "'");
  auto from = std::optional(ha::State::none);
  if (!options.from.empty()) from = ha::parse_state(options.from);
  if (!from) {
    return usage("plan: --from: expected MASTER, BACKUP, FAULT, STOP or DELETED, got '" +
                 options.from + "'");
  }
  std::fputs(ha::render_plan(ha::make_plan(config, *from, *to), config).c_str(), stdout);
  if (*to == ha::State::master) std::fputs(ha::data_remarks(config).c_str(), stdout);
  return ExitCode::ok;
}

CLI::Option* add_format(CLI::App& command, Options& options) {
  return command.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

using Command = std::function<ExitCode(const Config&)>;

ExitCode check(const Config& config, const Options& options) {
  ha::CheckRequest request;
  request.names = options.words;
  request.format = ha::parse_check_format(options.format).value();
  request.remember = !options.observe;
  if (!options.deadline.empty()) {
    const auto deadline = ha::parse_duration(options.deadline);
    if (!deadline) return usage("check: --deadline: " + deadline.error().message);
    if (*deadline <= ha::Millis{0}) return usage("check: --deadline: expected more than 0");
    request.deadline = *deadline;
  }
  return ha::check_command(config, request);
}

ExitCode watch_status(const Config& config, const Options& options) {
  if (options.json()) return usage("status: --watch draws text; it does not go with --format json");
  const auto every = ha::parse_duration(options.every);
  if (!every) return usage("status: --watch: " + every.error().message);
  if (*every < ha::Millis{100} || *every > ha::Millis{3'600'000}) {
    return usage("status: --watch: expected from 100ms to 1h, got '" + options.every + "'");
  }
  return ha::watch_status(config, *every);
}

void add_check(CLI::App& app, Options& options, Command& command) {
  CLI::App* check_words = app.add_subcommand("check", "may this node hold the VIP?");
  check_words->add_option("name", options.words, "only these: main, mysql:main or mysql");
  check_words->add_option("--format", options.format, "text, json or nagios")
      ->check(CLI::IsMember({"text", "json", "nagios"}))
      ->capture_default_str();
  check_words->add_option("--deadline", options.deadline, "of the whole check, such as 800ms");
  check_words->add_flag("--observe", options.observe,
                        "for monitoring: leave nothing for keepalived's next check");
  check_words->callback([&] {
    options.checking = true;
    command = [&](const Config& config) { return check(config, options); };
  });
}

void add_alerts(CLI::App& app, Options& options, Command& command) {
  CLI::App* alerts = app.add_subcommand("alerts", "what is still to be told");
  alerts->require_subcommand(1);
  CLI::App* list = alerts->add_subcommand("list", "what waits and what was given up");
  add_format(*list, options);
  list->add_flag("--dead", options.dead, "only what was given up");
  list->callback([&] {
    command = [&](const Config& config) {
      return ha::alerts_list(config, options.json(), options.dead);
    };
  });
  CLI::App* retry = alerts->add_subcommand("retry", "send what waits now; 1 if something is left");
  retry->add_flag("--dead", options.dead, "what was given up, too");
  retry->add_flag("--due", options.due, "only what is due, and 0 in any case (for the timer)");
  retry->callback([&] {
    command = [&](const Config& config) {
      ha::tell_leftovers(config, {config.agent.state_dir});
      ha::tend_maintenance(config);
      ha::Roles roles(config);
      ha::take_back_handover(config, roles);
      return ha::alerts_retry(config, options.due, options.dead);
    };
  });
  CLI::App* test = alerts->add_subcommand("test", "send a test message and show the reply");
  test->add_option("channel", options.channel, "the name of a [webhook] or [mail]")->required();
  test->callback([&] {
    command = [&](const Config& config) { return ha::alerts_test(config, options.channel); };
  });
  CLI::App* drop = alerts->add_subcommand("drop", "give up alerts for good");
  CLI::Option* ids = drop->add_option("id", options.ids, "as `alerts list` shows them");
  drop->add_flag("--all", options.all, "all of them")->excludes(ids);
  drop->callback([&] {
    command = [&](const Config& config) {
      return ha::alerts_drop(config, options.ids, options.all);
    };
  });
}

void add_status(CLI::App& app, Options& options, Command& command) {
  CLI::App* status = app.add_subcommand("status", "role, resources, lag, held errors, alerts");
  add_format(*status, options);
  status->add_option("--watch", options.every, "draw it again every 2s, or every DURATION")
      ->type_name("DURATION")
      ->expected(0, 1);
  status->callback([&, status] {
    const bool again = status->count("--watch") > 0;
    if (options.every.empty()) options.every = "2s";
    command = [&, again](const Config& config) {
      return again ? watch_status(config, options) : ha::status_command(config, options.json());
    };
  });
}

void add_doctor(CLI::App& app, Options& options, Command& command) {
  CLI::App* doctor = app.add_subcommand("doctor", "what will bite at the next failover");
  doctor
      ->add_option("--keepalived-conf", options.doctor.keepalived_conf,
                   "instead of the one that keepalived was started with")
      ->type_name("FILE");
  doctor
      ->add_option("--peer-keepalived-conf", options.doctor.peer_keepalived_conf,
                   "a copy of the peer's, to compare with")
      ->type_name("FILE");
  doctor
      ->add_option("--peer-id", options.doctor.peer_config_id,
                   "whose lines with @ count in the peer's")
      ->type_name("ID");
  add_format(*doctor, options);
  doctor->callback([&] {
    command = [&](const Config& config) {
      options.doctor.json = options.json();
      return ha::doctor_command(config, options.doctor);
    };
  });
}

void add_drill(CLI::App& app, Options& options, Command& command) {
  CLI::App* drill = app.add_subcommand("drill", "would a failover succeed now?");
  add_format(*drill, options);
  drill->callback([&] {
    command = [&](const Config& config) { return ha::drill_command(config, options.json()); };
  });
}

void add_history(CLI::App& app, Options& options, Command& command) {
  CLI::App* history = app.add_subcommand("history", "transitions with their steps, newest last");
  ha::HistoryWords& words = options.history;
  history->add_option("-n", options.count, "how many; 20, or all that is asked for")
      ->check(CLI::PositiveNumber);
  history->add_option("--since", words.since, "such as 2h, 7d, '2026-11-27 05:00'");
  history->add_option("--until", words.until, "the same");
  history->add_option("--to", words.to, "MASTER, BACKUP, FAULT, STOP or DELETED");
  history->add_option("--instance", words.instance, "of this vrrp_instance");
  CLI::Option* outcome =
      history->add_option("--outcome", words.outcome, "done, refused, failed, overtaken, …");
  history->add_flag("--failed", words.failed, "only what did not end well")->excludes(outcome);
  add_format(*history, options);
  CLI::App* show = history->add_subcommand("show", "one transition in full");
  show->add_option("id", options.report.id, "as `history` shows it, or how it begins")->required();
  add_format(*show, options);
  show->callback([&] {
    command = [&](const Config& config) {
      return ha::history_show(config, options.report.id, options.json());
    };
  });
  CLI::App* report = history->add_subcommand("report", "one transition as a page of HTML");
  report->add_option("id", options.report.id, "as `history` shows it, or how it begins")
      ->required();
  report->add_option("-o,--output", options.report.path, "the file to write")
      ->required()
      ->type_name("FILE");
  report->add_flag("--force", options.report.force, "replace a file that is there");
  report->callback([&] {
    command = [&](const Config& config) { return ha::history_report(config, options.report); };
  });
  history->callback([&, history] {
    if (!history->get_subcommands().empty()) return;
    command = [&](const Config& config) {
      return ha::history_command(config, {options.history, options.count, options.json()});
    };
  });
}

void add_metrics(CLI::App& app, Options& options, Command& command) {
  CLI::App* metrics = app.add_subcommand("metrics", "what is so now, for Prometheus");
  metrics->add_option("--textfile", options.textfile, "replace this file; without it stdout");
  metrics->callback([&] {
    command = [&](const Config& config) { return ha::metrics_command(config, options.textfile); };
  });
}

void add_promote(CLI::App& app, Options& options, Command& command) {
  CLI::App* promote = app.add_subcommand("promote", "force a promotion that was refused");
  promote->add_flag("--force", options.force, "it may lose acknowledged writes")->required();
  promote->add_option("--reason", options.reason, "for the journal")->required();
  promote->callback([&] {
    command = [&](const Config& config) { return ha::promote_command(config, options.reason); };
  });
}

void add_maintenance(CLI::App& app, Options& options, Command& command) {
  CLI::App* maintenance =
      app.add_subcommand("maintenance", "take this node's automatic failover out of action");
  maintenance->require_subcommand(1);
  CLI::App* on =
      maintenance->add_subcommand("on", "nothing is promoted or demoted; see ha-agent(8)");
  on->add_option("--for", options.lasts, "such as 30m; without it until `off`");
  on->add_option("--reason", options.reason, "told to people, and for the journal")->required();
  on->callback([&] {
    command = [&](const Config& config) {
      std::optional<ha::Millis> lasts;
      if (!options.lasts.empty()) {
        const auto given = ha::parse_duration(options.lasts);
        if (!given) return usage("maintenance: --for: " + given.error().message);
        if (*given <= ha::Millis{0}) return usage("maintenance: --for: expected more than 0");
        lasts = *given;
      }
      return ha::maintenance_on(config, lasts, options.reason);
    };
  });
  CLI::App* off = maintenance->add_subcommand("off", "back to work: the newest event counts");
  off->callback([&] { command = ha::maintenance_off; });
}

void add_switchover(CLI::App& app, Options& options, Command& command) {
  CLI::App* switchover = app.add_subcommand(
      "switchover", "give this MASTER's role to the peer without losing a write");
  switchover->add_flag("--dry-run", options.dry_run, "only say whether it could be done");
  switchover->add_option("--timeout", options.timeout, "until the peer serves; then it is undone")
      ->capture_default_str();
  switchover->add_option("--reason", options.reason, "told to people, and for the journal")
      ->required();
  switchover->callback([&] {
    command = [&](const Config& config) {
      const auto timeout = ha::parse_duration(options.timeout);
      if (!timeout) return usage("switchover: --timeout: " + timeout.error().message);
      if (*timeout <= ha::Millis{0}) return usage("switchover: --timeout: expected more than 0");
      return ha::switchover_command(config, {*timeout, options.dry_run, options.reason});
    };
  });
}

void add_init(CLI::App& app, Options& options, std::function<ExitCode()>& without_config) {
  CLI::App* init =
      app.add_subcommand("init", "make a pair: both nodes' files, asked for or by flags");
  ha::InitWords& words = options.init;
  init->add_option("--peer", words.peer, "the other node")->type_name("NAME=ADDRESS");
  init->add_option("--vip", words.vip, "the address that moves")->type_name("ADDRESS/PREFIX");
  init->add_option("--node", words.node, "this node's name")->type_name("NAME");
  init->add_option("--address", words.address, "this node's address")->type_name("ADDRESS");
  init->add_option("--interface", words.interface, "this node's interface")->type_name("NAME");
  init->add_option("--peer-interface", words.peer_interface, "the other node's")->type_name("NAME");
  init->add_option("--router-id", words.router_id, "virtual_router_id")->type_name("1-255");
  init->add_option("--mysql", words.mysql, "socket of MySQL or MariaDB, or no")
      ->type_name("SOCKET");
  init->add_option("--redis", words.redis, "port of Redis or Valkey here, or no")
      ->type_name("PORT");
  init->add_option("--redis-password-file", words.redis_password_file, "where it has one already")
      ->type_name("FILE");
  init->add_option("--http", words.http, "a back end to check, or no")->type_name("URL");
  init->add_option("--unit", words.unit, "runs only on the master, or no")->type_name("UNIT");
  init->add_option("--witness", words.witness, "a third machine that answers a ping, or no")
      ->type_name("HOST");
  init->add_option("--lang", words.lang, "en or zh-CN; without it as in LANG")
      ->check(CLI::IsMember({"en", "zh-CN"}));
  init->add_option("--out", words.out, "the folder that is made")
      ->type_name("DIR")
      ->capture_default_str();
  init->add_option("--install", words.install, "put this node's files from DIR to their places")
      ->type_name("DIR");
  init->add_flag("--yes", words.yes, "ask nothing; what differs is shown and replaced");
  init->callback([&] { without_config = [&] { return ha::init_command(options.init); }; });
}

ExitCode run(int argc, char** argv) {
  Options options;
  Command command;
  std::function<ExitCode()> without_config;

  CLI::App app("Makes a keepalived failover true.", "ha-agent");
  app.formatter(std::make_shared<ha::HelpFormat>());
  app.set_version_flag("--version", "ha-agent " HA_VERSION);
  app.add_option("--config", options.config,
                 std::string("configuration file; without it ") + ha::kDefaultConfigPath)
      ->type_name("FILE");
  app.add_flag("--verbose", options.verbose, "log to stderr as well");
  app.require_subcommand(1);
  app.fallthrough();

  CLI::App* notify =
      app.add_subcommand("notify", "keepalived's notify command: make the role true");
  notify->add_option("words", options.words, "[INSTANCE|GROUP NAME] STATE [PRIORITY]")->required();
  notify->callback([&] {
    command = [&](const Config& config) { return ha::notify_command(config, options.words); };
  });

  CLI::App* plan_command = app.add_subcommand("plan", "print what notify would do, and why");
  plan_command->add_option("state", options.state, "MASTER, BACKUP, FAULT, STOP or DELETED")
      ->required();
  plan_command->add_option("--from", options.from, "the state before");
  plan_command->callback(
      [&] { command = [&](const Config& config) { return plan(config, options); }; });

  CLI::App* config = app.add_subcommand("config", "the configuration");
  config->require_subcommand(1);
  config->add_subcommand("check", "report everything that is wrong with it")->callback([&] {
    without_config = [&] { return ha::config_check(options.config); };
  });
  config->add_subcommand("show", "every key with its value and origin, secrets masked")
      ->callback([&] { without_config = [&] { return ha::config_show(options.config); }; });
  config->add_subcommand("example", "a commented configuration to start from")->callback([&] {
    without_config = ha::print_config_example;
  });

  add_check(app, options, command);
  add_alerts(app, options, command);
  add_history(app, options, command);
  add_status(app, options, command);
  add_doctor(app, options, command);
  add_drill(app, options, command);
  add_init(app, options, without_config);
  add_metrics(app, options, command);

  CLI::App* watch = app.add_subcommand("watch", "the resident half: acts, reconciles, follows");
  watch->callback([&] { command = ha::watch_command; });

  CLI::App* serve = app.add_subcommand("serve", "metrics, health and status by HTTP (listen)");
  serve->callback([&] { command = ha::serve_command; });

  add_promote(app, options, command);
  add_maintenance(app, options, command);
  add_switchover(app, options, command);

  CLI::App* ack = app.add_subcommand("ack", "let go of a failure that is held");
  ack->callback([&] { command = ha::ack_command; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? ExitCode::ok : ExitCode::usage;
  }
  ha::log::open(options.verbose);
  if (without_config) return without_config();
  const auto loaded = load(options.config);
  if (!loaded) {
    if (!options.checking) return ExitCode::config;
    return ha::check_without_verdict(ha::parse_check_format(options.format).value(),
                                     ExitCode::config, "wrong configuration: " + options.config);
  }
  return command(*loaded);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ha::leave(run(argc, argv));
}
