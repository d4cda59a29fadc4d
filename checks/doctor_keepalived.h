// What keepalived's configuration will do to a failover. Pure but for the files that scripts are.
// Sources: keepalived 2.2.7 vrrp/vrrp_parser.c, vrrp/vrrp.c, lib/notify.c; its issues 2184, 2304,
// 2379, 2599, 942.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/keepalived_seen.h"
#include "agent/script_path.h"
#include "checks/doctor.h"

namespace ha {

/// What is asked of the host; tests answer for another one.
struct DoctorHost {
  std::function<ScriptPath(const std::string&)> script = look_at_script;
  std::function<bool(const std::string&)> user_exists;
  std::function<bool(const std::string&)> group_exists;
};
DoctorHost this_host();

std::vector<Symptom> judge_keepalived(const KeepalivedSeen& seen, const Config& config,
                                      const DoctorHost& host);

}  // namespace ha
