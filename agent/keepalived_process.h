// The keepalived that runs on this host, as /proc tells of it. Only looks.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/deadline.h"

namespace ha {

constexpr const char* kKeepalivedConf = "/etc/keepalived/keepalived.conf";

struct KeepalivedProcess {
  pid_t pid = 0;
  std::int64_t started_ms = 0;  ///< wall clock
  std::string conf = kKeepalivedConf;
  std::string config_id;  ///< of its -i; default_config_id() where it has none
  Millis after_boot{};    ///< when it was started
};

/// The parent of keepalived's processes in this network namespace; nullopt: none runs.
std::optional<KeepalivedProcess> find_keepalived();

/// Pure. What keepalived's command line says of its configuration; the first word is the program.
void read_keepalived_words(const std::vector<std::string>& words, KeepalivedProcess& process);

}  // namespace ha
