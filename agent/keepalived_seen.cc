#include "agent/keepalived_seen.h"

namespace ha {

KeepalivedSeen see_keepalived(const std::string& path) {
  KeepalivedSeen seen;
  seen.process = find_keepalived();
  seen.path = !path.empty() ? path : seen.process ? seen.process->conf : kKeepalivedConf;
  seen.conf =
      read_keepalived_conf(seen.path, seen.process ? seen.process->config_id : default_config_id());
  return seen;
}

}  // namespace ha
