#include "agent/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "agent/atomic_file.h"
#include "agent/environment.h"
#include "agent/event.h"

namespace ha {

std::string uuid_of(std::string_view digits) {
  if (digits.size() != 32 ||
      digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return {};
  }
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4),
                     digits.substr(12, 4), digits.substr(16, 4), digits.substr(20));
}

std::string boot_id() {
  // No process outlives its boot, and this is asked for with every event and every record.
  static const std::string id = [] {
    const char* const told = env_value(kBootIdVariable);
    if (std::string uuid = uuid_of(told == nullptr ? "" : told); !uuid.empty()) return uuid;
    auto text = read_file("/proc/sys/kernel/random/boot_id");
    if (!text) return std::string("unknown");
    while (!text->empty() && text->back() == '\n') text->pop_back();
    return *text;
  }();
  return id;
}

std::optional<std::int64_t> start_ticks(pid_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid));
  if (!text) return std::nullopt;
  // The second field is the command in parentheses and may itself hold blanks and parentheses.
  auto at = text->rfind(')');
  if (at == std::string::npos || at + 2 >= text->size()) return std::nullopt;
  if ((*text)[at + 2] == 'Z' || (*text)[at + 2] == 'X') return std::nullopt;
  for (int field = 2; field < 22; ++field) {
    at = text->find(' ', at + 1);
    if (at == std::string::npos) return std::nullopt;
  }
  std::int64_t ticks = 0;
  const char* first = text->data() + at + 1;
  const auto parsed = std::from_chars(first, text->data() + text->size(), ticks);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return ticks;
}

ProcessId ProcessId::self() {
  return {ha::boot_id(), ha::start_ticks(::getpid()).value_or(0), ::getpid()};
}

bool ProcessId::alive() const {
  return boot_id == ha::boot_id() && pid > 0 &&
         start_ticks == ha::start_ticks(static_cast<pid_t>(pid));
}

}  // namespace ha
