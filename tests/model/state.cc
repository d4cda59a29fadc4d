#include "tests/model/state.h"

namespace ha::model {
namespace {

// Writes fields of known width one after the other into 128 bits.
class Packer {
 public:
  template <class T>
  void put(T value, unsigned bits) {
    const auto raw = static_cast<std::uint64_t>(value);
    std::uint64_t& word = used_ + bits <= 64 ? key.low : key.high;
    if (used_ < 64 && used_ + bits > 64) used_ = 64;
    word |= raw << (used_ % 64);
    used_ += bits;
  }
  Key key;

 private:
  unsigned used_ = 0;
};

class Unpacker {
 public:
  explicit Unpacker(const Key& key) : key_(key) {}
  template <class T>
  void get(T& value, unsigned bits) {
    if (used_ < 64 && used_ + bits > 64) used_ = 64;
    const std::uint64_t word = used_ < 64 ? key_.low : key_.high;
    value = static_cast<T>((word >> (used_ % 64)) & ((std::uint64_t{1} << bits) - 1));
    used_ += bits;
  }

 private:
  Key key_;
  unsigned used_ = 0;
};

// The one list of fields, for both ways.
template <class State, class Each>
void fields(State& state, Each each) {
  for (auto& node : state.node) {
    each(node.on, 1U);
    each(node.keepalived, 3U);
    each(node.up, 1U);
    each(node.frozen, 1U);
    each(node.full, 1U);
    each(node.writable, 1U);
    each(node.io, 2U);
    each(node.armed, 1U);
    each(node.waits, 1U);
    each(node.lock, 2U);
    each(node.event, 3U);
    each(node.work, 3U);
    each(node.job, 4U);
    each(node.had_event, 1U);
    each(node.asleep, 1U);
    each(node.watch_frozen, 1U);
    each(node.serving, 1U);
    each(node.memory.freshness, 2U);
    each(node.memory.sole_holder, 1U);
    each(node.memory.semi_sync, 1U);
    each(node.memory.semi_sync_by, 2U);
    each(node.memory.server, 2U);
    each(node.memory.promoted, 2U);
    each(node.due, 1U);
    each(node.behind, 1U);
  }
  each(state.writes, 12U);
  each(state.isolated, 2U);
  each(state.severed, 1U);
  each(state.quorum, 1U);
  each(state.lease, 2U);
  each(state.lease_old, 1U);
  each(state.faults, 3U);
}

constexpr const char* kKeepalived[] = {"down", "INIT", "BACKUP", "MASTER", "FAULT"};
constexpr const char* kIo[] = {"no source", "follows", "connecting"};
constexpr const char* kEvent[] = {"-", "MASTER", "BACKUP", "FAULT", "STOP"};
constexpr const char* kWork[] = {"-", "new", "running", "done", "refused", "fenced", "died"};
constexpr const char* kFreshness[] = {"none", "fresh", "stale", "void"};

std::string describe(const Node& node) {
  if (!node.on) return "off";
  std::string text = std::string(node.asleep ? "asleep, " : node.watch_frozen ? "no watch, " : "");
  text += std::string("keepalived ") + kKeepalived[static_cast<int>(node.keepalived)];
  text += node.up ? (node.frozen ? ", server frozen" : ", server") : ", server down";
  if (node.up && node.full) text += " that lets nobody in";
  if (node.up) text += node.writable ? " writable" : " read-only";
  text += std::string(" ") + kIo[static_cast<int>(node.io)];
  if (node.waits) text += " protected";
  text += std::string(", event ") + kEvent[static_cast<int>(node.event)] + " " +
          kWork[static_cast<int>(node.work)];
  text += std::string(", record ") + kFreshness[node.memory.freshness];
  if (node.memory.sole_holder) text += " sole";
  return text;
}

}  // namespace

Key pack(const State& state) {
  Packer packer;
  fields(state, [&](const auto& value, unsigned bits) { packer.put(value, bits); });
  return packer.key;
}

State unpack(const Key& key) {
  State state;
  Unpacker unpacker(key);
  fields(state, [&](auto& value, unsigned bits) { unpacker.get(value, bits); });
  return state;
}

std::string describe(const State& state) {
  std::string text = "A: " + describe(state.node[0]) + " | B: " + describe(state.node[1]);
  if (state.isolated < 2) text += state.isolated == 0 ? " | A isolated" : " | B isolated";
  if (state.severed) text += " | the link is cut";
  if (!state.quorum) text += " | etcd has no quorum";
  if (state.lease != Holder::none) {
    text += state.lease == Holder::first ? " | the lock is A's" : " | the lock is B's";
    if (state.lease_old) text += " of an earlier boot";
  }
  constexpr const char* kPlace[] = {"on A only", "on A, received by B", "on B only",
                                    "on B, received by A"};
  constexpr const char* kAck[] = {"not acknowledged", "acknowledged unprotected",
                                  "acknowledged protected"};
  for (int place = 0; place < kPlaces; ++place) {
    for (int ack = 0; ack < kAcks; ++ack) {
      if (!state.has(static_cast<Place>(place), static_cast<Ack>(ack))) continue;
      text += std::string(" | write ") + kPlace[place] + ", " + kAck[ack];
    }
  }
  return text;
}

}  // namespace ha::model
