// keepalived as it is seen from outside: what runs, and the configuration it was started with as
// that stands on the disk now. Only looks.
#pragma once
#include <optional>
#include <string>

#include "agent/keepalived_conf.h"
#include "agent/keepalived_process.h"

namespace ha {

struct KeepalivedSeen {
  std::optional<KeepalivedProcess> process;  ///< nullopt: it does not run
  std::string path;                          ///< of its configuration
  KeepalivedConf conf;

  /// The configuration was changed after keepalived's start; whether it was told to read it again
  /// cannot be seen.
  bool changed_since() const { return process && conf.changed_ms > process->started_ms; }
};

/// `path`: read this configuration whatever runs; empty: the one that keepalived was started with,
/// or the usual one.
KeepalivedSeen see_keepalived(const std::string& path = "");

}  // namespace ha
