// SAVE would hold the server up for as long as it takes. The end of a BGSAVE is seen in INFO; the
// file is told from an older one, and from one of another host's server, by its time: LASTSAVE has
// whole seconds and no name.
#include "notify/redis_keep.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <thread>

#include "agent/atomic_file.h"
#include "agent/clock.h"
#include "agent/file_copy.h"
#include "agent/system_error.h"
#include "notify/redis_files.h"

namespace ha {
namespace {

constexpr Millis kPoll{50};

bool busy(const std::string& error) {
  return error.find("in progress") != std::string::npos ||
         error.find("child process") != std::string::npos;
}

Status save(RedisClient& client, Deadline deadline, const std::function<bool()>& go_on) {
  bool started = false;
  for (;;) {
    if (!go_on()) return fail("the save was not waited for");
    auto info = client.info("persistence");
    if (!info) return tl::unexpected(info.error());
    const bool saving = (*info)["rdb_bgsave_in_progress"] == "1";
    if (!saving && started) {
      if ((*info)["rdb_last_bgsave_status"] == "ok") return {};
      return fail("BGSAVE failed; the server's log says why");
    }
    if (!saving) {
      auto begun = client.command({"BGSAVE"});
      started = begun.has_value();
      if (!begun && begun.error().kind != ErrorKind::answered) return tl::unexpected(begun.error());
      if (!begun && !busy(begun.error().message)) return fail(begun.error().message);
    }
    if (deadline.expired()) return fail("BGSAVE takes too long");
    std::this_thread::sleep_for(kPoll);
  }
}

Result<std::string> setting(RedisClient& client, const std::string& name) {
  auto reply = client.command({"CONFIG", "GET", name});
  if (!reply) return tl::unexpected(reply.error());
  return reply->elements.size() < 2 ? std::string() : reply->elements[1].text;
}

/// The file of the same state that an earlier run has kept; else a new one's path.
std::string kept_path(const std::string& folder, const std::string& name, const RedisFacts& own) {
  const std::string begin = kept_name_begin(name);
  const std::string end = kept_name_end(own);
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string file = entry.path().filename().string();
    if (file.starts_with(begin) && file.ends_with(end)) return entry.path().string();
  }
  std::tm utc{};
  const std::time_t now = wall_ms() / 1000;
  ::gmtime_r(&now, &utc);
  return fmt::format("{}/{}{:%Y%m%dT%H%M%SZ}{}", folder, begin, utc, end);
}

std::string copy(const std::string& rdb, std::int64_t since, const KeptData& kept,
                 const std::string& folder, const std::function<bool()>& go_on) {
  struct stat st {};
  if (::stat(rdb.c_str(), &st) != 0) return fmt::format("{}: {}", rdb, errno_text());
  if (st.st_mtim.tv_sec + 1 < since) return rdb + " is not the file that was saved";
  if (auto full = lacks_room(folder, static_cast<std::uint64_t>(st.st_size)); !full.empty())
    return full;
  if (auto copied = copy_file(rdb, kept.file, kStateFileMode, go_on); !copied)
    return copied.error().message;
  return is_copy_of(rdb, kept.file) ? "" : kept.file + " is not what was saved";
}

}  // namespace

std::string kept_name_begin(const std::string& name) {
  return fmt::format("redis-{}-", name);
}

std::string kept_name_end(const RedisFacts& own) {
  return fmt::format("-{}-{}.rdb", own.replid, own.offset);
}

Result<KeptData> keep_redis_data(RedisClient& client, const RedisConfig& config,
                                 const RedisFacts& own, const std::string& folder,
                                 Deadline deadline, const std::function<bool()>& go_on) {
  KeptData kept;
  kept.trouble = redis_files_missing(client, config);
  if (!kept.trouble.empty()) return kept;
  if (auto made = make_dir(folder); !made) {
    kept.trouble = made.error().message;
    return kept;
  }
  const std::int64_t since = wall_ms() / 1000;
  if (auto saved = save(client, deadline, go_on); !saved) {
    const ErrorKind kind = saved.error().kind;
    if (kind == ErrorKind::unreachable || kind == ErrorKind::timeout)
      return tl::unexpected(saved.error());
    kept.trouble = saved.error().message;
    return kept;
  }
  auto dir = setting(client, "dir");
  if (!dir) return tl::unexpected(dir.error());
  auto file = setting(client, "dbfilename");
  if (!file) return tl::unexpected(file.error());
  kept.file = kept_path(folder, config.name, own);
  kept.trouble = copy(*dir + "/" + *file, since, kept, folder, go_on);
  kept.command =
      fmt::format("redis-server --bind 127.0.0.1 --port 6390 --save '' --dir {} --dbfilename {}",
                  folder, kept.file.substr(kept.file.rfind('/') + 1));
  return kept;
}

}  // namespace ha
