#include "checks/memory.h"

#include <fmt/format.h>

#include <charconv>

#include "agent/atomic_file.h"

namespace ha {
namespace {

constexpr std::size_t kMaxFile = 64U << 10U;

}  // namespace

std::optional<std::string> CheckMemory::read(const std::string& file) const {
  auto content = read_file(path(file), kMaxFile);
  if (!content) return {};
  return std::move(*content);
}

void CheckMemory::write(const std::string& file, const std::string& content) {
  if (read(file) == content) return;
  if (auto made = make_dir(dir_.check(), kCheckDirMode); !made) {
    trouble_ = made.error().message;
    return;
  }
  // Relaxed: a check runs every second, and what a power cut takes back is at most a moment old.
  auto written = write_file(path(file), content, Durability::relaxed, kCheckFileMode);
  if (!written) trouble_ = written.error().message;
}

std::optional<std::int64_t> CheckMemory::number(const std::string& file) const {
  const auto text = read(file);
  std::int64_t value = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{}) {
    return {};
  }
  return value;
}

std::optional<Millis> CheckMemory::last_lag(const std::string& name) const {
  const auto value = number("lag.mysql." + name);
  if (!value) return {};
  return Millis{*value};
}

void CheckMemory::remember_lag(const std::string& name, Millis lag) {
  write("lag.mysql." + name, fmt::format("{}\n", lag.count()));
}

std::optional<std::int64_t> CheckMemory::source_asked_ms(const std::string& name) const {
  return number("source-asked.mysql." + name);
}

void CheckMemory::remember_source_asked(const std::string& name, std::int64_t now_ms) {
  write("source-asked.mysql." + name, fmt::format("{}\n", now_ms));
}

WaitMemory CheckMemory::waits(const std::string& name) const {
  return parse_waits(read("waits.mysql." + name).value_or("")).value_or(WaitMemory{});
}

void CheckMemory::remember_waits(const std::string& name, const WaitMemory& waits) {
  write("waits.mysql." + name, format_waits(waits));
}

bool CheckMemory::was_healthy(const std::string& kind, const std::string& name,
                              const std::string& promotion) const {
  return read(fmt::format("healthy.{}.{}", kind, name)) == promotion + "\n";
}

void CheckMemory::remember_healthy(const std::string& kind, const std::string& name,
                                   const std::string& promotion) {
  write(fmt::format("healthy.{}.{}", kind, name), promotion + "\n");
}

}  // namespace ha
