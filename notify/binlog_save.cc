#include "notify/binlog_save.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/atomic_file.h"
#include "agent/file_copy.h"
#include "agent/gtid.h"
#include "agent/system_error.h"

namespace ha {
namespace {

std::string column(const MysqlRow& row, std::string_view name) {
  const auto found = row.find(name);
  return found != row.end() ? found->second.value_or("") : "";
}

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The second or third event of every log says what was in those before it.
Result<std::string> before_of(MysqlClient& client, const std::string& name) {
  auto events = client.query(fmt::format("SHOW BINLOG EVENTS IN {} LIMIT 4", client.quote(name)));
  if (!events) return tl::unexpected(events.error());
  for (const MysqlRow& event : *events) {
    const std::string type = column(event, "Event_type");
    if (type != "Gtid_list" && type != "Previous_gtids") continue;
    std::string info = column(event, "Info");
    std::erase_if(info, [](char c) { return c == '[' || c == ']'; });
    return info;
  }
  return std::string();
}

bool none_errant(const std::string& before, const std::string& other, bool mariadb) {
  const auto beyond =
      mariadb ? mariadb_gtid_subtract(before, other) : mysql_gtid_subtract(before, other);
  return beyond && beyond->empty();
}

// Newest first, as far as needed: there may be thousands.
Result<std::vector<BinaryLog>> newest_logs(MysqlClient& client, const std::string& other) {
  auto rows = client.query("SHOW BINARY LOGS");
  if (!rows) return tl::unexpected(rows.error());
  std::vector<BinaryLog> logs;
  for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
    BinaryLog log{column(*row, "Log_name"), number(column(*row, "File_size")), {}};
    auto before = before_of(client, log.name);
    if (!before) return tl::unexpected(before.error());
    log.before = *std::move(before);
    logs.insert(logs.begin(), std::move(log));
    if (none_errant(logs.front().before, other, client.is_mariadb())) break;
  }
  return logs;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

/// Names the set in a file name: sets may be long. FNV-1a, 64 bits.
std::string digest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return fmt::format("{:016x}", hash);
}

std::string why_unreadable(const std::string& path, std::uint64_t size) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) {
    return errno == ENOENT ? "the server's binary logs are not on this host"
                           : fmt::format("{}: {}", path, errno_text());
  }
  if (static_cast<std::uint64_t>(st.st_size) < size) {
    return fmt::format("{} is not the server's file of that name", path);
  }
  if (::access(path.c_str(), R_OK) != 0) return fmt::format("{}: {}", path, errno_text());
  return {};
}

// The rest once it is known which files; fills `saved.trouble` or `saved.copied`.
void copy_all(SavedLogs& saved, const std::vector<BinaryLog>& logs, const std::string& about,
              const std::function<bool()>& go_on) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    saved.trouble = why_unreadable(saved.files[i], logs[i].size);
    if (!saved.trouble.empty()) return;
    if (!is_copy_of(saved.files[i], saved.folder + "/" + logs[i].name)) bytes += logs[i].size;
  }
  if (bytes == 0) return;
  // One after the other: parents that make_dir() makes by itself are open to everybody.
  for (const std::string& dir : {saved.folder.substr(0, saved.folder.rfind('/')), saved.folder}) {
    if (auto made = make_dir(dir); !made) {
      saved.trouble = made.error().message;
      return;
    }
  }
  saved.trouble = lacks_room(saved.folder, bytes);
  if (!saved.trouble.empty()) return;
  if (auto wrote = write_file(saved.folder + "/README", about); !wrote) {
    saved.trouble = wrote.error().message;
    return;
  }
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const std::string to = saved.folder + "/" + logs[i].name;
    if (is_copy_of(saved.files[i], to)) continue;
    if (auto copied = copy_file(saved.files[i], to, kStateFileMode, go_on); !copied) {
      saved.trouble = copied.error().message;
      return;
    }
    saved.copied = true;
  }
}

}  // namespace

std::size_t first_errant_log(const std::vector<BinaryLog>& logs, const std::string& other,
                             bool mariadb) {
  for (std::size_t i = logs.size(); i > 0; --i) {
    if (none_errant(logs[i - 1].before, other, mariadb)) return i - 1;
  }
  return 0;
}

Result<SavedLogs> save_errant_logs(MysqlClient& client, const SaveRequest& request,
                                   const std::function<bool()>& go_on) {
  SavedLogs saved;
  saved.folder = request.folder + "-" + digest(request.errant);
  auto place = client.query("SELECT @@global.log_bin_basename AS base, @@global.hostname AS host");
  if (!place) return tl::unexpected(place.error());
  if (place->empty()) return saved;
  const std::string base = column(place->front(), "base");
  const std::string host = column(place->front(), "host");
  const std::string server_dir = base.substr(0, base.rfind('/'));
  saved.command = fmt::format("cp -p {}.[0-9]* {}", base, saved.folder);
  auto logs = newest_logs(client, request.other);
  if (!logs) {
    if (logs.error().kind != ErrorKind::answered) return tl::unexpected(logs.error());
    saved.trouble = logs.error().message;
    return saved;
  }
  logs->erase(logs->begin(), logs->begin() + static_cast<std::ptrdiff_t>(first_errant_log(
                                                 *logs, request.other, client.is_mariadb())));
  for (const BinaryLog& log : *logs) saved.files.push_back(server_dir + "/" + log.name);
  if (saved.files.empty()) return saved;
  const std::string last = saved.files.size() == 1 ? "" : " ... " + saved.files.back();
  saved.command =
      fmt::format("mkdir -p {0} && cp -p {1}{2} {0}", saved.folder, saved.files.front(), last);
  if (!request.by_socket && host != host_name()) {
    saved.trouble = fmt::format("the server runs on {}, not on this host", host);
    return saved;
  }
  copy_all(saved, *logs, request.about, go_on);
  return saved;
}

}  // namespace ha
