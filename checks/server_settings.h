// What is wrong with the settings of this node's database servers (agent/mysql_settings.h), for
// `status` and for the alert about a server that follows.
#pragma once
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/mysql_settings.h"

namespace ha {

struct ServerSettings {
  std::string resource;  ///< "mysql main"
  std::vector<SettingRemark> remarks;
  std::string trouble;  ///< why they could not be asked for; empty: they were
};

/// One for each [mysql] section, in its order.
std::vector<ServerSettings> ask_settings(const Config& config, Deadline deadline);

}  // namespace ha
