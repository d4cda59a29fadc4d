// Where everything that outlives a process lies. The directory is 2750 root:ha-agent, its files
// 0640; only check/ may be written by the group, because the check runs unprivileged.
#pragma once
#include <string>

#include "agent/atomic_file.h"

namespace ha {

constexpr mode_t kCheckDirMode = 02770;
constexpr mode_t kCheckFileMode = 0660;

struct StateDir {
  std::string root;

  std::string lock() const { return root + "/lock"; }              ///< flock: who acts on the roles
  std::string watch_lock() const { return root + "/watch.lock"; }  ///< flock: watch runs
  std::string events() const { return root + "/events"; }          ///< one file per event, durable
  std::string event_spare() const { return root + "/event.spare"; }  ///< for one on a full disk
  std::string role() const { return root + "/role.json"; }  ///< what became of the newest event
  std::string role_spare() const { return root + "/role.spare"; }  ///< for one on a full disk
  std::string maintenance() const { return root + "/maintenance.json"; }  ///< while it lasts
  std::string handover() const { return root + "/switchover.json"; }      ///< while one is at work
  std::string lock_lease() const { return root + "/lock.json"; }   ///< the hold on the [lock]
  std::string journal() const { return root + "/journal.jsonl"; }  ///< every transition and step
  std::string rules() const { return root + "/rules.json"; }      ///< what fires, and what soon may
  std::string trouble() const { return root + "/trouble.json"; }  ///< transitions told as failed
  std::string outbox() const { return root + "/outbox"; }  ///< one file per event and channel
  std::string check() const { return root + "/check"; }    ///< what checks remember

  /// Makes the directories that notify needs; as root, check/ too. Idempotent.
  Status prepare() const;
};

}  // namespace ha
