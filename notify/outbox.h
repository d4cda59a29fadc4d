// The outbox: what is still to be told, one file per event and channel, so that one channel's
// failure never blocks another. An entry is in exactly one place:
//   outbox/EVENT.CHANNEL.json       waiting
//   outbox/dead/EVENT.CHANNEL.json  given up (refused for good, or older than a day): kept, listed
//   outbox/done/EVENT.CHANNEL.json  delivered or dropped; keeps the event from being told anew
// and moves by rename(2), so that a process killed between any two steps leaves it in one of them.
// An entry that is also in done/ is finished, whatever else says so. Entries hold channel names,
// never URLs or secrets. Several processes may use it at once; who delivers for a channel holds
// that channel's lock.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/fd.h"
#include "notify/alert.h"

namespace ha {

/// Waiting on one channel; beyond, see make_room() in room.h.
constexpr std::size_t kOutboxMax = 1000;
constexpr std::size_t kOutboxMaxBytes = 16U << 20U;
constexpr std::size_t kDoneMax = 2000;  ///< markers; beyond, the oldest are removed
constexpr Millis kDoneKept{30LL * 24 * 3'600'000};

struct OutboxEntry {
  std::string channel;
  Alert alert;
  int attempts = 0;
  std::int64_t created_at_ms = 0;
  std::int64_t next_at_ms = 0;  ///< not before; 0: at once
  int last_status = 0;          ///< HTTP; 0: none
  std::string last_error;       ///< masked
  bool dead = false;
  bool fell_back = false;  ///< the fallback channel has it too

  /// "EVENT.CHANNEL": what `alerts list` shows and `alerts drop` takes.
  std::string id() const;
};

class Outbox {
 public:
  explicit Outbox(const StateDir& dir) : dir_(dir) {}

  /// Makes the entry, durable when it returns; nothing when it exists, is dead or done.
  Status add(const OutboxEntry& entry) const;
  /// Waiting entries, oldest event first, at most `most` of one channel.
  std::vector<OutboxEntry> waiting_of(const std::string& channel, std::size_t most) const;
  /// A channel's name as it stands in the names of files.
  static std::string file_word(std::string_view channel);
  /// Waiting entries, oldest event first. One that cannot be parsed goes to dead/ and is logged.
  std::vector<OutboxEntry> waiting() const;
  std::vector<OutboxEntry> dead() const;
  /// Keeps what a failed try changed.
  Status update(const OutboxEntry& entry) const;
  /// Each is no error when the entry has gone meanwhile.
  Status to_done(const OutboxEntry& entry) const;
  Status to_dead(const OutboxEntry& entry) const;
  /// All of a digest's at once: a process that is killed meanwhile has either none of them settled,
  /// or the next one to deliver finds the list and goes on. Under the channel's lock.
  Status all_to_done(const std::string& channel, const std::vector<OutboxEntry>& entries) const;
  /// What a killed process had begun. Under the channel's lock.
  void finish_settling(const std::string& channel) const;
  /// A dead entry waits again, due at once and with its age counted anew.
  Status revive(const OutboxEntry& entry, std::int64_t now_ms) const;
  /// How much waits, by the names and sizes of the files alone.
  struct Load {
    std::size_t count = 0;
    std::size_t bytes = 0;
  };
  Load load_of(const std::string& channel) const;
  /// Removes old markers and the temporaries of writers that were killed.
  void prune(std::int64_t now_ms) const;
  /// A marker for an entry that never was a file, because the disk was full, and was sent directly.
  Status mark_done(const OutboxEntry& entry) const;
  /// The channel's lock, held until the Fd is closed or the process ends. Error::code is
  /// EWOULDBLOCK when somebody else holds it.
  Result<Fd> try_lock(const std::string& channel) const;

 private:
  std::string place(const char* folder, std::string_view name) const;
  Status move(const OutboxEntry& entry, const char* from, const char* to) const;
  std::vector<OutboxEntry> read(const char* folder, std::string_view suffix,
                                std::size_t most) const;
  Status prepare() const;

  StateDir dir_;
};

/// One journal line of type "alert": what became of a try ("ok", "retry", "dead") or of the entry
/// ("dropped").
void journal_alert(const StateDir& dir, const OutboxEntry& entry, const char* result, Millis took);

}  // namespace ha
