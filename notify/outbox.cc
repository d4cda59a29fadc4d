#include "notify/outbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "agent/json_get.h"
#include "agent/log.h"
#include "agent/system_error.h"
#include "agent/text.h"
#include "notify/alert_json.h"
#include "notify/journal.h"

namespace ha {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kWaiting = "";
constexpr const char* kDead = "dead/";
constexpr const char* kDone = "done/";
constexpr std::string_view kSuffix = ".json";
constexpr std::int64_t kStaleTemporaryMs = 3'600'000;

/// Bytes that are not plain are %XX, so that a name can be no path and no hidden file.
std::string encode(std::string_view text, std::string_view plain) {
  std::string encoded;
  for (const char c : text) {
    const bool leading_dot = c == '.' && encoded.empty();
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        (plain.find(c) != plain.npos && !leading_dot)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string file_name(const OutboxEntry& entry) {
  return entry.id().append(kSuffix);
}

/// A dot in a channel's name is encoded, so no other channel's files end like this.
std::string suffix_of(const std::string& channel) {
  return "." + Outbox::file_word(channel) + std::string(kSuffix);
}

std::string to_text(const OutboxEntry& entry) {
  const json whole{{"channel", entry.channel},
                   {"attempts", entry.attempts},
                   {"created_at_ms", entry.created_at_ms},
                   {"next_at_ms", entry.next_at_ms},
                   {"last_status", entry.last_status},
                   {"last_error", entry.last_error},
                   {"fell_back", entry.fell_back},
                   {"alert", alert_to_json(entry.alert)}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<OutboxEntry> parse(const std::string& text) {
  const json whole = json::parse(text, nullptr, false);
  if (!whole.is_object() || !whole.contains("alert")) return std::nullopt;
  OutboxEntry entry;
  entry.channel = get_string(whole, "channel");
  entry.attempts = static_cast<int>(get_int(whole, "attempts"));
  entry.created_at_ms = get_int(whole, "created_at_ms");
  entry.next_at_ms = get_int(whole, "next_at_ms");
  entry.last_status = static_cast<int>(get_int(whole, "last_status"));
  entry.last_error = get_string(whole, "last_error");
  entry.fell_back = get_bool(whole, "fell_back");
  entry.alert = alert_from_json(whole["alert"]);
  if (entry.channel.empty() || entry.alert.event_id.empty()) return std::nullopt;
  return entry;
}

/// Sorted, so that the oldest event comes first: event ids begin with the time.
std::vector<std::string> names_in(const std::string& folder, std::string_view suffix) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
    std::string name = it->path().filename().string();
    if (name.ends_with(suffix) && name.front() != '.') names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Status forgive_missing(Status status) {
  if (!status && status.error().code == ENOENT) return {};
  return status;
}

void log_failure(const Status& status) {
  if (!status) log::error(status.error().message);
}

}  // namespace

std::string OutboxEntry::id() const {
  return encode(alert.event_id, "_-.") + "." + encode(channel, "_-");
}

std::string Outbox::place(const char* folder, std::string_view name) const {
  return fmt::format("{}/{}{}", dir_.outbox(), folder, name);
}

Status Outbox::prepare() const {
  for (const char* folder : {kWaiting, kDead, kDone}) {
    std::string path = place(folder, "");
    path.pop_back();  // the slash
    if (auto made = make_dir(path); !made) return made;
  }
  return {};
}

Status Outbox::add(const OutboxEntry& entry) const {
  if (auto ready = prepare(); !ready) return ready;
  const std::string name = file_name(entry);
  // In the order in which an entry moves, so that one that moves meanwhile is seen in one of them.
  for (const char* folder : {kWaiting, kDead, kDone}) {
    if (exists(place(folder, name))) return {};
  }
  return write_file(place(kWaiting, name), to_text(entry));
}

std::vector<OutboxEntry> Outbox::read(const char* folder, std::string_view suffix,
                                      std::size_t most) const {
  std::vector<OutboxEntry> entries;
  for (const std::string& name : names_in(place(folder, ""), suffix)) {
    if (entries.size() >= most) break;
    const std::string path = place(folder, name);
    if (exists(place(kDone, name))) {
      log_failure(remove_file(path));
      continue;
    }
    const auto text = read_file(path);
    if (!text) {
      if (text.error().code != ENOENT) log::error(text.error().message);
      continue;
    }
    if (auto entry = parse(*text)) {
      entry->dead = folder == kDead;
      entries.push_back(std::move(*entry));
    } else if (folder == kWaiting) {
      log::error(fmt::format("{} is no alert that this program can read: moved to dead/", path));
      log_failure(move_file(path, place(kDead, name), Durability::durable));
    }
  }
  return entries;
}

std::vector<OutboxEntry> Outbox::waiting() const {
  return read(kWaiting, kSuffix, SIZE_MAX);
}

std::vector<OutboxEntry> Outbox::waiting_of(const std::string& channel, std::size_t most) const {
  return read(kWaiting, suffix_of(channel), most);
}

std::vector<OutboxEntry> Outbox::dead() const {
  return read(kDead, kSuffix, SIZE_MAX);
}

Status Outbox::update(const OutboxEntry& entry) const {
  const std::string path = place(kWaiting, file_name(entry));
  if (!exists(path)) return {};  // dropped meanwhile
  return write_file(path, to_text(entry));
}

Status Outbox::move(const OutboxEntry& entry, const char* from, const char* to) const {
  if (auto ready = prepare(); !ready) return ready;
  const std::string name = file_name(entry);
  return forgive_missing(move_file(place(from, name), place(to, name), Durability::durable));
}

Status Outbox::to_done(const OutboxEntry& entry) const {
  return move(entry, entry.dead ? kDead : kWaiting, kDone);
}

Status Outbox::all_to_done(const std::string& channel,
                           const std::vector<OutboxEntry>& entries) const {
  std::string names;
  for (const OutboxEntry& entry : entries) names += file_name(entry) + "\n";
  if (auto written = write_file(place(kWaiting, ".settling." + file_word(channel)), names);
      !written) {
    return written;
  }
  finish_settling(channel);
  return {};
}

void Outbox::finish_settling(const std::string& channel) const {
  const std::string list = place(kWaiting, ".settling." + file_word(channel));
  const auto names = read_file(list);
  if (!names) return;
  for (const std::string_view name : split(*names, '\n')) {
    if (name.empty()) continue;
    log_failure(
        forgive_missing(move_file(place(kWaiting, name), place(kDone, name), Durability::relaxed)));
  }
  log_failure(remove_file(list));
}

Status Outbox::to_dead(const OutboxEntry& entry) const {
  // What was said last is worth keeping, but a full disk must not keep the entry where it is.
  log_failure(update(entry));
  return move(entry, kWaiting, kDead);
}

Status Outbox::revive(const OutboxEntry& entry, std::int64_t now_ms) const {
  OutboxEntry anew = entry;
  anew.created_at_ms = now_ms;
  anew.next_at_ms = 0;
  const std::string path = place(kDead, file_name(entry));
  if (!exists(path)) return {};
  if (auto wrote = write_file(path, to_text(anew)); !wrote) return wrote;
  return move(entry, kDead, kWaiting);
}

std::string Outbox::file_word(std::string_view channel) {
  return encode(channel, "_-");
}

Outbox::Load Outbox::load_of(const std::string& channel) const {
  Load load;
  for (const std::string& name : names_in(place(kWaiting, ""), suffix_of(channel))) {
    struct stat st {};
    if (::stat(place(kWaiting, name).c_str(), &st) != 0) continue;
    ++load.count;
    load.bytes += static_cast<std::size_t>(st.st_size);
  }
  return load;
}

void Outbox::prune(std::int64_t now_ms) const {
  const auto older = [&](const std::string& path, std::int64_t age_ms) {
    struct stat st {};
    return ::stat(path.c_str(), &st) == 0 && now_ms - st.st_mtim.tv_sec * 1000 > age_ms;
  };
  const auto markers = names_in(place(kDone, ""), kSuffix);
  for (std::size_t i = 0; i < markers.size(); ++i) {
    const std::string path = place(kDone, markers[i]);
    if (markers.size() - i > kDoneMax || older(path, kDoneKept.count())) {
      log_failure(remove_file(path));
    }
  }
  for (const char* folder : {kWaiting, kDead, kDone}) {
    for (const std::string& name : names_in(place(folder, ""), ".tmp")) {
      const std::string path = place(folder, name);
      if (older(path, kStaleTemporaryMs)) log_failure(remove_file(path));
    }
  }
}

Status Outbox::mark_done(const OutboxEntry& entry) const {
  if (auto ready = prepare(); !ready) return ready;
  return write_file(place(kDone, file_name(entry)), to_text(entry));
}

Result<Fd> Outbox::try_lock(const std::string& channel) const {
  const std::string path = place(kWaiting, ".lock." + encode(channel, "_-"));
  Fd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return fail_errno("cannot open", path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return fail_errno("cannot lock", path);
  return lock;
}

void journal_alert(const StateDir& dir, const OutboxEntry& entry, const char* result, Millis took) {
  journal(dir, "alert",
          {{"event", entry.alert.event_id},
           {"channel", entry.channel},
           {"result", result},
           {"attempt", entry.attempts},
           {"status", entry.last_status},
           {"error", entry.last_error},
           {"took_ms", took.count()}});
}

}  // namespace ha
