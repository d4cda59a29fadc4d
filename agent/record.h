// What this node remembers of one database beyond a process' life: how good its data were when its
// source was last there, whether it alone holds acknowledged writes, and which server process that
// was. Written by the check and by watch below state_dir/check/, one small file a resource,
// replaced atomically. "No record at all" is the first boot.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/state_dir.h"

namespace ha {

/// A server process. MySQL tells only its uptime (whole seconds), Redis a run id.
struct ServerIdentity {
  std::string run_id;
  std::int64_t started_ms = 0;  ///< wall clock; 0: not known

  bool known() const { return !run_id.empty() || started_ms != 0; }
  bool operator==(const ServerIdentity&) const = default;
};
/// False only when both are known and differ. Uptime is in whole seconds, so starts less than two
/// seconds apart are one: only a server that lived shorter than that could be mistaken.
bool same_server(const ServerIdentity& a, const ServerIdentity& b);

enum class Freshness {
  none,    ///< no record: never followed, never served
  fresh,   ///< followed, and what was acknowledged was waiting for us
  stale,   ///< followed, but behind or unprotected
  voided,  ///< was one of these and says nothing any more
};

struct Record {
  Freshness freshness = Freshness::none;
  std::string why;              ///< of stale and voided, one clause
  bool sole_holder = false;     ///< a primary that acknowledged writes which nobody else may have
  bool semi_sync = false;       ///< semi-sync was in use: a restart that forgets it gets it back
  ServerIdentity semi_sync_by;  ///< the process in which it was: off in the same one is a decision
  ServerIdentity server;        ///< of the last look
  ServerIdentity promoted;      ///< of our last promotion, or restart of one
  std::string promotion;        ///< the event of that promotion
  std::string coordinates;      ///< what the server held at the last look
  std::int64_t seen_ms = 0;     ///< when that was, wall clock

  bool operator==(const Record&) const = default;
};

std::string format_record(const Record& record);
/// nullopt for a text that is no record.
std::optional<Record> parse_record(const std::string& text);

/// `resource` is "mysql main". A missing file is an empty Record; one that cannot be read or parsed
/// is an error, which callers take as voided.
Result<Record> read_record(const StateDir& dir, const std::string& resource);
/// read_record() with an error as a voided record that says why.
Record record_or_void(const StateDir& dir, const std::string& resource);

/// Reads, changes and writes under the lock of check/, so that concurrent checks and watch do not
/// undo each other. An observation older than the record's is dropped. Durable when anything but
/// the coordinates and the time changed. `limit` bounds the wait for the lock.
Status update_record(const StateDir& dir, const std::string& resource, std::int64_t seen_ms,
                     Millis limit, const std::function<void(Record&)>& change);
/// Of what this process has just done itself: it is newer than whatever was seen before.
Status update_own_record(const StateDir& dir, const std::string& resource, Millis limit,
                         const std::function<void(Record&)>& change);

}  // namespace ha
