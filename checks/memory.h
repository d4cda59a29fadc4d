// What checks remember from one run to the next, below state_dir/check/: small text files, one
// fact each, replaced atomically, so that concurrent copies never meet half a file. Losing them
// (or not being able to write them) makes a check forget, never fail.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/deadline.h"
#include "agent/error.h"
#include "agent/state_dir.h"
#include "agent/write_waits.h"

namespace ha {

class CheckMemory {
 public:
  explicit CheckMemory(StateDir dir) : dir_(std::move(dir)) {}

  /// The lag of a MySQL server as it was last seen while its receiver ran.
  std::optional<Millis> last_lag(const std::string& name) const;
  void remember_lag(const std::string& name, Millis lag);

  /// When the peer of a MySQL server was asked last, in ms of CLOCK_BOOTTIME.
  std::optional<std::int64_t> source_asked_ms(const std::string& name) const;
  void remember_source_asked(const std::string& name, std::int64_t now_ms);

  /// What the look before left of the writes of a MySQL server; of nothing: no look.
  WaitMemory waits(const std::string& name) const;
  void remember_waits(const std::string& name, const WaitMemory& waits);

  /// Whether the resource was healthy once since the promotion.
  bool was_healthy(const std::string& kind, const std::string& name,
                   const std::string& promotion) const;
  void remember_healthy(const std::string& kind, const std::string& name,
                        const std::string& promotion);

  /// A file of this directory; nullopt when it is missing or cannot be read.
  std::optional<std::string> read(const std::string& file) const;
  /// Writes only what differs from what is there. What cannot be written is kept in trouble().
  void write(const std::string& file, const std::string& content);

  std::string path(const std::string& file) const { return dir_.check() + "/" + file; }
  /// Why the last write failed; empty: everything was remembered.
  const std::string& trouble() const { return trouble_; }
  void note_trouble(std::string why) { trouble_ = std::move(why); }

 private:
  std::optional<std::int64_t> number(const std::string& file) const;

  StateDir dir_;
  std::string trouble_;
};

}  // namespace ha
