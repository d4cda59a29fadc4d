#include "notify/token_bucket.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/atomic_file.h"
#include "agent/fd.h"
#include "agent/json_get.h"
#include "notify/outbox.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr double kMinuteMs = 60'000;

std::string place(const StateDir& dir, const std::string& channel) {
  return dir.outbox() + "/.state." + Outbox::file_word(channel);
}

/// Over what is there, which takes no room; torn by a kill it is as good as missing.
bool overwrite(const std::string& path, const std::string& text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  const auto size = static_cast<off_t>(text.size());
  return file && ::pwrite(file.get(), text.data(), text.size(), 0) == size &&
         ::ftruncate(file.get(), size) == 0;
}

}  // namespace

void fill(ChannelState& state, int per_minute, std::int64_t now_ms) {
  if (state.filled_ms == 0) {
    state.tokens = kBurst;
  } else if (now_ms > state.filled_ms) {
    const auto passed = static_cast<double>(now_ms - state.filled_ms);
    state.tokens = std::min(kBurst, state.tokens + passed * per_minute / kMinuteMs);
  }
  state.filled_ms = now_ms;
}

bool take_token(ChannelState& state) {
  if (state.tokens < 1) return false;
  state.tokens -= 1;
  return true;
}

Millis until_token(const ChannelState& state, int per_minute) {
  if (state.tokens >= 1) return Millis{0};
  return Millis{static_cast<Millis::rep>((1 - state.tokens) * kMinuteMs / per_minute) + 1};
}

ChannelState read_channel_state(const StateDir& dir, const std::string& channel) {
  ChannelState state;
  const auto text = read_file(place(dir, channel));
  if (!text) return state;
  const json value = json::parse(*text, nullptr, false);
  if (!value.is_object()) return state;
  const auto tokens = value.find("tokens");
  if (tokens != value.end() && tokens->is_number()) state.tokens = tokens->get<double>();
  state.filled_ms = get_int(value, "filled_ms");
  state.not_before_ms = get_int(value, "not_before_ms");
  state.told_dead = get_bool(value, "told_dead");
  return state;
}

Status write_channel_state(const StateDir& dir, const std::string& channel,
                           const ChannelState& state) {
  const json value{{"tokens", state.tokens},
                   {"filled_ms", state.filled_ms},
                   {"not_before_ms", state.not_before_ms},
                   {"told_dead", state.told_dead}};
  const std::string text = value.dump() + "\n";
  auto written = write_file(place(dir, channel), text, Durability::relaxed);
  // A full disk has no room for a new file. What was sent must be remembered all the same, or each
  // process would begin with a full bucket.
  if (!written && overwrite(place(dir, channel), text)) return {};
  return written;
}

}  // namespace ha
