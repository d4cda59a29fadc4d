// Whether keepalived runs a script: it judges each part of its path. Only looks. Source: keepalived
// 2.2.7 lib/notify.c check_security() and check_notify_script_secure().
#pragma once
#include <string>
#include <vector>

namespace ha {

struct ScriptPath {
  std::string program;  ///< the first word of the command line
  bool absolute = false;
  bool exists = false;
  bool executable = false;
  /// Parts of the path that others than root may change: "/opt/ha: owned by alice". With
  /// enable_script_security keepalived leaves the script out for one of these.
  std::vector<std::string> insecure;
};

/// `command`: as it stands in keepalived's configuration, with its arguments.
ScriptPath look_at_script(const std::string& command);

}  // namespace ha
