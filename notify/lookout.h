// What watch sees: every database of this node, its peer, and the witnesses, each looked at by an
// eye of its own, and put together as the role protocol's situations. One thread uses a Lookout.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/mysql_server.h"
#include "agent/protocol.h"
#include "agent/role_state.h"

namespace ha {

/// One database at one moment.
struct Outlook {
  std::string resource;  ///< "mysql main"
  Situation situation;
  PromotePolicy policy;
  bool local_silent = false;  ///< own server: no answer for isolation_timeout
  /// Redis: a replica of this peer whose full sync runs, or may be about to begin.
  bool sync_begun = false;
  /// MySQL: semi-sync waits have to be switched on again (a replica is back, or a restart lost it).
  bool tend_source = false;
  bool tend_replica = false;
  std::int64_t seen_ms = 0;  ///< wall clock of the look at the own server
};

class Lookout {
 public:
  /// `lock`: what watch knows of the lock; empty where none is configured.
  explicit Lookout(const Config& config, std::function<LockView(Role)> lock = {});
  ~Lookout();

  /// The databases whose own server was looked at after `since`; the others are left out. `role`
  /// for what the records need.
  std::vector<Outlook> look(const RoleGathered& role, SteadyClock::time_point since);
  /// True when witnesses are configured and neither they nor a peer were there for
  /// isolation_timeout.
  bool isolated() const;
  /// Resources whose peer does not answer, as a promotion wants to know them.
  std::set<std::string> silent_peers() const;
  /// Looks again at once.
  void wake();
  /// How often things are looked at.
  Millis interval() const { return interval_; }

 private:
  struct Eyes;
  const Config& config_;
  std::function<LockView(Role)> lock_;
  Millis interval_;
  std::unique_ptr<Eyes> eyes_;
};

}  // namespace ha
