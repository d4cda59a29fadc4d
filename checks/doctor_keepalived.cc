#include "checks/doctor_keepalived.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "agent/accounts.h"
#include "agent/duration.h"

namespace ha {
namespace {

constexpr const char* kCheckBlock =
    "vrrp_script ha_agent {\n"
    "    script \"/usr/bin/ha-agent check\"\n"
    "    user ha-agent\n"
    "    interval 1\n"
    "    timeout 1\n"
    "    fall 2\n"
    "    rise 2\n"
    "    weight 0\n"
    "}";
constexpr const char* kNotifyLine = "notify \"/usr/bin/ha-agent notify\" root";
constexpr const char* kScriptUser = "keepalived_script";
/// Started later than this after the boot: by hand, or by an upgrade.
constexpr Millis kWithTheBoot{60'000};

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

double number_of(const KeepalivedNode& node, std::string_view keyword, double otherwise) {
  const KeepalivedNode* line = node.child(keyword);
  return line == nullptr ? otherwise : number(line->word(1)).value_or(otherwise);
}

bool runs_agent(const std::string& command, std::string_view word) {
  return command.find("ha-agent") != std::string::npos && command.find(word) != std::string::npos;
}

std::string address_part(const std::string& text) {
  return text.substr(0, text.find('/'));
}

/// One script that an instance tracks, with the weight that counts for it.
struct Tracked {
  const KeepalivedNode* script = nullptr;  ///< its vrrp_script; null: there is none of that name
  const KeepalivedNode* line = nullptr;    ///< in track_script
  double weight = 0;
};

class Judge {
 public:
  Judge(const KeepalivedSeen& seen, const Config& config, const DoctorHost& host)
      : seen_(seen), root_(seen.conf.root), config_(config), host_(host) {
    security_ = global("enable_script_security") != nullptr;
  }

  std::vector<Symptom> all() {
    daemon();
    for (const std::string& problem : seen_.conf.problems) {
      add(Severity::critical, "conf-unreadable", seen_.path, Text::doctor_conf_unreadable, problem,
          "keepalived -t -f " + seen_.path);
    }
    const auto instances = root_.all("vrrp_instance");
    if (instances.empty() && seen_.conf.problems.empty()) {
      add(Severity::critical, "no-instance", seen_.path, Text::doctor_no_instance,
          "there is no vrrp_instance", "see /usr/share/doc/ha-agent/examples/");
    }
    for (const KeepalivedNode* script : root_.all("vrrp_script")) judge_script(*script);
    for (const KeepalivedNode* instance : instances) judge_instance(*instance);
    addresses(instances);
    fifo();
    startup();
    return std::move(found_);
  }

 private:
  void add(Severity severity, std::string id, std::string place, Text what, std::string evidence,
           std::string mend) {
    found_.push_back(
        {severity, std::move(id), std::move(place), what, std::move(evidence), std::move(mend)});
  }

  /// There may be several blocks of them, one in each included file.
  const KeepalivedNode* global(std::string_view keyword) const {
    for (const KeepalivedNode* block : root_.all("global_defs")) {
      if (const KeepalivedNode* line = block->child(keyword)) return line;
    }
    return nullptr;
  }

  void daemon() {
    if (!seen_.process) {
      add(Severity::critical, "keepalived-not-running", "this host", Text::doctor_not_running,
          "no keepalived process in this network namespace", "systemctl enable --now keepalived");
    } else if (seen_.changed_since()) {
      add(Severity::warning, "conf-changed", seen_.path, Text::doctor_conf_changed,
          "the file is younger than keepalived's start", "systemctl reload keepalived");
    }
  }

  // --- scripts

  void judge_command(const std::string& command, const std::string& place, bool is_check) {
    const ScriptPath path = host_.script(command);
    const Text kDropped = is_check ? Text::doctor_check_left_out : Text::doctor_hook_left_out;
    if (!path.absolute) {
      add(Severity::critical, "script-not-absolute", place, kDropped,
          fmt::format("`{}` is no absolute path", path.program),
          "write the whole path: /usr/bin/ha-agent");
    } else if (!path.exists) {
      add(Severity::critical, "script-missing", place, kDropped, path.program + " is not there",
          "install it, or correct the path");
    } else if (!path.executable) {
      add(Severity::critical, "script-not-executable", place, kDropped,
          path.program + " is not executable", "chmod 0755 " + path.program);
    } else if (!path.insecure.empty()) {
      add(security_ ? Severity::critical : Severity::warning, "script-insecure", place,
          security_ ? kDropped : Text::doctor_script_insecure,
          fmt::format("{}", fmt::join(path.insecure, "; ")),
          "use /usr/bin/ha-agent, or chown root and chmod go-w each of these");
    }
  }

  void judge_script_user(const KeepalivedNode& owner, std::size_t at, const std::string& place) {
    const std::string& user = owner.word(at);
    const std::string& group = owner.word(at + 1);
    if (!user.empty() && !host_.user_exists(user)) {
      add(Severity::critical, "script-user-missing", place, Text::doctor_script_left_out,
          fmt::format("there is no user `{}`", user),
          fmt::format("useradd --system --no-create-home {}", user));
    } else if (!group.empty() && !host_.group_exists(group)) {
      add(Severity::critical, "script-user-missing", place, Text::doctor_script_left_out,
          fmt::format("there is no group `{}`", group), fmt::format("groupadd --system {}", group));
    }
  }

  void judge_script(const KeepalivedNode& script) {
    const KeepalivedNode* command = script.child("script");
    if (command == nullptr) {
      add(Severity::critical, "script-missing", script.place(), Text::doctor_check_left_out,
          "the vrrp_script has no `script`", "script \"/usr/bin/ha-agent check\"");
      return;
    }
    judge_command(command->word(1), command->place(), true);
    if (const KeepalivedNode* user = script.child("user")) {
      judge_script_user(*user, 1, user->place());
    }
    if (!runs_agent(command->word(1), "check")) return;
    const double interval = number_of(script, "interval", 1);
    const double timeout = number_of(script, "timeout", interval);
    const Millis limit{std::llround(std::min(interval, timeout) * 1000)};
    if (config_.agent.deadline >= limit) {
      add(Severity::critical, "deadline-too-long", script.place(), Text::doctor_deadline_too_long,
          fmt::format("deadline = {}, interval {} s, timeout {} s",
                      format_duration(config_.agent.deadline), interval, timeout),
          fmt::format("deadline = {}", format_duration(Millis{limit.count() * 8 / 10})));
    }
    if (number_of(script, "fall", 1) < 2) {
      add(Severity::info, "fall-one", script.place(), Text::doctor_fall_one, "fall is 1", "fall 2");
    }
  }

  std::vector<Tracked> tracked_by(const KeepalivedNode& owner) const {
    std::vector<Tracked> all;
    const KeepalivedNode* block = owner.child("track_script");
    if (block == nullptr) return all;
    const auto scripts = root_.all("vrrp_script");
    for (const KeepalivedNode& line : block->children) {
      Tracked one;
      one.line = &line;
      const auto found = std::find_if(scripts.begin(), scripts.end(), [&](const auto* each) {
        return each->word(1) == line.word(0);
      });
      if (found != scripts.end()) {
        one.script = *found;
        one.weight = number_of(*one.script, "weight", 0);
      }
      if (line.word(1) == "weight") one.weight = number(line.word(2)).value_or(one.weight);
      all.push_back(one);
    }
    return all;
  }

  // --- instances

  void judge_instance(const KeepalivedNode& instance) {
    const std::string& name = instance.word(1);
    const KeepalivedNode* group = sync_group_of(root_, name);
    std::vector<Tracked> tracked = tracked_by(instance);
    if (group != nullptr) {
      for (const Tracked& of_group : tracked_by(*group)) {
        const bool known =
            std::any_of(tracked.begin(), tracked.end(), [&](const Tracked& of_instance) {
              return of_instance.line->word(0) == of_group.line->word(0);
            });
        if (!known) tracked.push_back(of_group);
      }
    }
    judge_checks(instance, tracked);
    judge_preemption(instance, tracked);
    judge_notify(instance, group);
    judge_adverts(instance);
    judge_auth(instance);
    if (!config_.agent.yield_file.empty()) judge_yield(instance, group);
  }

  void judge_checks(const KeepalivedNode& instance, const std::vector<Tracked>& tracked) {
    bool checked = false;
    std::size_t faulting = 0;
    std::vector<std::string> names;
    for (const Tracked& one : tracked) {
      if (one.script == nullptr) {
        add(Severity::critical, "check-undefined", one.line->place(), Text::doctor_check_ignored,
            fmt::format("there is no vrrp_script `{}`", one.line->word(0)), kCheckBlock);
        continue;
      }
      const KeepalivedNode* command = one.script->child("script");
      checked = checked || (command != nullptr && runs_agent(command->word(1), "check"));
      if (one.weight != 0) continue;
      ++faulting;
      names.push_back(one.line->word(0));
    }
    if (!checked) {
      add(Severity::critical, "check-missing", instance.place(), Text::doctor_check_missing,
          fmt::format("instance {} tracks no vrrp_script that runs `ha-agent check`",
                      instance.word(1)),
          std::string(kCheckBlock) + "\nand in the instance:\ntrack_script {\n    ha_agent\n}");
    }
    if (faulting > 1) {
      add(Severity::critical, "several-checks", instance.place(), Text::doctor_several_checks,
          fmt::format("weight 0: {}", fmt::join(names, ", ")),
          "one aggregated check: ha-agent asks all resources in one");
    }
  }

  void judge_preemption(const KeepalivedNode& instance, const std::vector<Tracked>& tracked) {
    const bool nopreempt = instance.has("nopreempt");
    for (const Tracked& one : tracked) {
      if (one.script == nullptr || one.weight == 0) continue;
      add(nopreempt ? Severity::critical : Severity::warning, "check-weight", one.line->place(),
          nopreempt ? Text::doctor_weight_nopreempt : Text::doctor_check_weight,
          fmt::format("weight {}", one.weight), "weight 0");
    }
    const KeepalivedNode* state = instance.child("state");
    if (nopreempt && state != nullptr && state->word(1) == "MASTER") {
      add(Severity::critical, "nopreempt-void", state->place(), Text::doctor_nopreempt_void,
          "state MASTER with nopreempt", "state BACKUP");
    }
    const bool data = !config_.mysql.empty() || !config_.redis.empty();
    if (!nopreempt && data) {
      add(Severity::warning, "preemption", instance.place(), Text::doctor_preemption,
          "there is no nopreempt", "state BACKUP\nnopreempt");
    }
  }

  void judge_notify(const KeepalivedNode& instance, const KeepalivedNode* group) {
    const KeepalivedNode* line_of_fifo = global("vrrp_notify_fifo");
    // Another tool's tells ha-agent nothing.
    const bool fifo = line_of_fifo != nullptr && !config_.agent.notify_fifo.empty() &&
                      line_of_fifo->word(1) == config_.agent.notify_fifo;
    const KeepalivedNode* all = instance.child("notify");
    if (all == nullptr && group != nullptr) all = group->child("notify");
    constexpr std::array kStates{"notify_master", "notify_backup", "notify_fault", "notify_stop"};
    std::vector<std::string> missing;
    std::vector<const KeepalivedNode*> single;
    for (const char* keyword : kStates) {
      const KeepalivedNode* line = instance.child(keyword);
      if (line == nullptr && group != nullptr) line = group->child(keyword);
      if (line == nullptr) {
        missing.emplace_back(keyword);
      } else {
        single.push_back(line);
      }
    }
    for (const KeepalivedNode* line : single) judge_hook(*line);
    if (all != nullptr) {
      judge_hook(*all);
      if (!single.empty() && runs_agent(single.front()->word(1), "notify")) {
        add(Severity::warning, "notify-twice", single.front()->place(), Text::doctor_notify_twice,
            fmt::format("`notify` and `{}`", single.front()->word(0)), "keep `notify` alone");
      }
    } else if (fifo) {
      return;
    } else if (single.empty()) {
      add(Severity::critical, "notify-missing", instance.place(), Text::doctor_notify_missing,
          fmt::format("instance {} has no notify", instance.word(1)), kNotifyLine);
    } else if (!missing.empty()) {
      add(Severity::critical, "notify-partial", single.front()->place(),
          Text::doctor_notify_partial, fmt::format("there is no {}", fmt::join(missing, ", no ")),
          kNotifyLine);
    }
  }

  void judge_hook(const KeepalivedNode& line) {
    judge_command(line.word(1), line.place(), false);
    if (!runs_agent(line.word(1), "notify")) {
      add(Severity::warning, "notify-elsewhere", line.place(), Text::doctor_notify_elsewhere,
          fmt::format("{} runs `{}`", line.word(0), line.word(1)), kNotifyLine);
      return;
    }
    judge_script_user(line, 2, line.place());
    std::string user = line.word(2);
    const KeepalivedNode* usual = global("script_user");
    if (user.empty() && usual != nullptr) user = usual->word(1);
    if (user.empty()) user = host_.user_exists(kScriptUser) ? kScriptUser : "root";
    if (user != "root") {
      add(Severity::critical, "notify-user", line.place(), Text::doctor_notify_user,
          fmt::format("it runs as {}", user), kNotifyLine);
    }
  }

  void judge_adverts(const KeepalivedNode& instance) {
    const double advert = number_of(instance, "advert_int", 1);
    const KeepalivedNode* line = instance.child("version");
    if (line == nullptr) line = global("vrrp_version");
    const std::string version = line == nullptr ? "2" : line->word(1);
    if (advert < 1 && version != "3") {
      add(Severity::warning, "advert-rounded", instance.child("advert_int")->place(),
          Text::doctor_advert_rounded, fmt::format("advert_int {}, version {}", advert, version),
          "vrrp_version 3");
    }
  }

  void judge_auth(const KeepalivedNode& instance) {
    const KeepalivedNode* auth = instance.child("authentication");
    const KeepalivedNode* pass = auth == nullptr ? nullptr : auth->child("auth_pass");
    if (pass == nullptr || pass->word(1).size() <= 8) return;
    add(Severity::info, "auth-cut", pass->place(), Text::doctor_auth_cut,
        fmt::format("{} characters", pass->word(1).size()), "auth_pass of at most 8 characters");
  }

  void judge_yield(const KeepalivedNode& instance, const KeepalivedNode* group) {
    const auto tracks = [&](const KeepalivedNode* owner) {
      const KeepalivedNode* block = owner == nullptr ? nullptr : owner->child("track_file");
      if (block == nullptr) return false;
      for (const KeepalivedNode& line : block->children) {
        for (const char* kind : {"track_file", "vrrp_track_file"}) {
          for (const KeepalivedNode* file : root_.all(kind)) {
            const KeepalivedNode* path = file->child("file");
            if (file->word(1) == line.word(0) && path != nullptr &&
                path->word(1) == config_.agent.yield_file) {
              return true;
            }
          }
        }
      }
      return false;
    };
    if (tracks(&instance) || tracks(group)) return;
    add(Severity::info, "yield-untracked", instance.place(), Text::doctor_yield_untracked,
        fmt::format("no track_file of the instance names {}", config_.agent.yield_file),
        fmt::format("track_file ha_agent_yield {{\n    file \"{}\"\n    weight 0\n    init_file "
                    "0\n}}\nand in the instance:\ntrack_file {{\n    ha_agent_yield\n}}",
                    config_.agent.yield_file));
  }

  // --- what ha-agent.conf says of it

  void addresses(const std::vector<const KeepalivedNode*>& instances) {
    const std::string& driving = config_.agent.instance;
    const auto named = std::find_if(instances.begin(), instances.end(),
                                    [&](const auto* each) { return each->word(1) == driving; });
    if (!driving.empty() && named == instances.end() && !instances.empty()) {
      add(Severity::critical, "instance-unknown", config_.path, Text::doctor_instance_unknown,
          fmt::format("[agent] instance = {}, and keepalived has no such instance", driving),
          fmt::format("instance = {}", instances.front()->word(1)));
    }
    if (driving.empty() && instances.size() > 1) {
      add(Severity::warning, "instance-unset", config_.path, Text::doctor_instance_unset,
          fmt::format("keepalived has {} instances", instances.size()),
          fmt::format("instance = {}", instances.front()->word(1)));
    }
    if (instances.empty()) return;
    const std::string& vip = config_.agent.vip;
    std::vector<std::string> held;
    for (const KeepalivedNode* instance : instances) {
      if (!driving.empty() && instance->word(1) != driving) continue;
      for (const char* block : {"virtual_ipaddress", "virtual_ipaddress_excluded"}) {
        const KeepalivedNode* list = instance->child(block);
        if (list == nullptr) continue;
        for (const KeepalivedNode& line : list->children)
          held.push_back(address_part(line.word(0)));
      }
    }
    const std::string first = held.empty() ? "ADDRESS" : held.front();
    if (vip.empty()) {
      add(Severity::warning, "vip-unset", config_.path, Text::doctor_vip_unset,
          "[agent] has no vip", "vip = " + first);
    } else if (std::find(held.begin(), held.end(), vip) == held.end()) {
      add(Severity::critical, "vip-differs", config_.path, Text::doctor_vip_differs,
          fmt::format("vip = {}, keepalived has {}", vip,
                      held.empty() ? "none" : fmt::format("{}", fmt::join(held, ", "))),
          "vip = " + first);
    }
  }

  void fifo() {
    const std::string& own = config_.agent.notify_fifo;
    const KeepalivedNode* line = global("vrrp_notify_fifo");
    if (own.empty() == (line == nullptr)) return;
    if (line == nullptr) {
      add(Severity::warning, "fifo-unused", config_.path, Text::doctor_fifo_unused,
          "notify_fifo = " + own, "global_defs {\n    vrrp_notify_fifo " + own + "\n}");
    }
  }

  void startup() {
    if (!seen_.process || seen_.process->after_boot >= kWithTheBoot) return;
    if (global("vrrp_startup_delay") != nullptr) return;
    add(Severity::info, "startup-unheard", seen_.path, Text::doctor_startup_unheard,
        fmt::format("keepalived was started {} s after the boot; no vrrp_startup_delay",
                    seen_.process->after_boot.count() / 1000),
        "global_defs {\n    vrrp_startup_delay 30\n}");
  }

  const KeepalivedSeen& seen_;
  const KeepalivedNode& root_;
  const Config& config_;
  const DoctorHost& host_;
  bool security_ = false;
  std::vector<Symptom> found_;
};

}  // namespace

DoctorHost this_host() {
  return {look_at_script, [](const std::string& user) { return group_of_user(user).has_value(); },
          [](const std::string& group) { return find_group(group).has_value(); }};
}

std::vector<Symptom> judge_keepalived(const KeepalivedSeen& seen, const Config& config,
                                      const DoctorHost& host) {
  return Judge(seen, config, host).all();
}

}  // namespace ha
