// `ha-agent drill`: a rehearsal that changes nothing. It supposes that the node that serves loses
// its power now, and says whether the other one would take over, what would be lost, and for how
// long clients would wait. On the standby it is judged by the same rule as a promotion; on the
// master as far as the peer's servers tell.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/exit_code.h"
#include "agent/keepalived_conf.h"
#include "agent/protocol.h"
#include "notify/history.h"
#include "notify/pair.h"

namespace ha {

struct DrillRow {
  std::string resource;  ///< "mysql main"
  bool yes = false;      ///< it would be promoted
  std::string why;       ///< one sentence, in either case
  std::string loss;      ///< what clients were told of and would be lost; empty: nothing is known
};

/// How long keepalived needs to move the address; nullopt: its configuration does not say.
struct DrillTiming {
  std::optional<Millis> power_cut;     ///< the longest: three advertisements and the skew
  std::optional<Millis> server_death;  ///< `fall` checks
  Millis wait{};                       ///< for a silent peer to stop its writes
  std::optional<Millis> promotion;     ///< the median of this node's last ones
  std::size_t promotions = 0;          ///< how many of them
};

struct DrillReport {
  Role role = Role::standby;
  std::string taker;  ///< the node that would serve
  std::vector<DrillRow> rows;
  std::vector<std::string> obstacles;  ///< besides the databases
  DrillTiming timing;

  bool succeeds() const;
};

/// Pure. On the standby: what a promotion towards a silent peer would be.
DrillRow drill_own(const std::string& resource, Situation situation, const PromotePolicy& policy,
                   const PairRow* pair);
/// Pure. On the master: the peer's server as it is seen. `max_lag`: 0, none is set.
DrillRow drill_peer(const PairRow& pair, Millis max_lag);
/// Pure. `instance`: empty, the first one.
DrillTiming drill_timing(const KeepalivedConf& conf, const std::string& instance,
                         const std::vector<HistoryItem>& history);

std::string render_drill_text(const DrillReport& report, Lang lang);
/// {version, role, taker, succeeds, obstacles[], resources[{resource, promotable, why, loss}],
/// seconds{power_cut, server_death, promotion} (each may be null)}
std::string render_drill_json(const DrillReport& report);

/// ok: a failover now would succeed; no: it would not.
ExitCode drill_command(const Config& config, bool json);

}  // namespace ha
