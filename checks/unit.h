// The probe of a systemd unit: `systemctl show` in a process of its own, without a shell. Opening a
// bus connection ourselves would cost every check the start-up of another library.
// Source: org.freedesktop.systemd1(5), Unit: LoadState, ActiveState, SubState.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "agent/error.h"
#include "checks/probe.h"

namespace ha {

struct UnitFacts {
  std::string load;    ///< loaded, not-found, masked, error, …
  std::string active;  ///< active, reloading, inactive, failed, activating, deactivating
  std::string sub;     ///< running, exited, auto-restart, …
};

/// systemctl's `Name=value` lines; what is missing stays empty. Pure.
UnitFacts parse_unit(std::string_view output);
Result<UnitFacts> gather_unit(const UnitConfig& config, Deadline deadline, Stage& stage);
Finding judge_unit(const UnitConfig& config, const Result<UnitFacts>& facts,
                   const Expectation& expect);

}  // namespace ha
