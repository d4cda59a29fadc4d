#include "notify/mysql_receiver.h"

#include <thread>

#include "notify/mysql_words.h"

namespace ha {
namespace {

constexpr Millis kPoll{20};
// A killed receiver of a source that vanished says Yes until STOP comes, because it connects anew
// to end its dump thread. STOP 0 ms after KILL was missed in every second try and took 2 s; 20 ms
// after it, never (MariaDB 10.11.19, 16 tries).
constexpr Millis kKillPatience{30};

bool is_at_work(const ReplicaStatus& source) {
  return source.receiver == Receiver::running || source.receiver == Receiver::connecting;
}

bool receiving(const MysqlFacts& facts) {
  for (const ReplicaStatus& source : facts.sources) {
    if (is_at_work(source)) return true;
  }
  return false;
}

Status kill_receivers(MysqlClient& client) {
  auto threads = client.query(
      "SELECT id FROM information_schema.processlist WHERE user = 'system user' AND command = "
      "'Slave_IO'");
  if (!threads) return tl::unexpected(threads.error());
  for (const MysqlRow& row : *threads) {
    const auto id = row.begin();
    if (id == row.end() || !id->second) continue;
    constexpr int kNoSuchThread = 1094;
    if (auto killed = client.exec("KILL " + *id->second);
        !killed && killed.error().code != kNoSuchThread) {
      return killed;
    }
  }
  return {};
}

}  // namespace

Result<StepOutcome> end_receivers(MysqlClient& client, Deadline deadline) {
  auto facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (!receiving(*facts)) return unchanged("nothing is being received");
  const MysqlWords words = MysqlWords::of(client.is_mariadb(), client.version());

  if (client.is_mariadb()) {
    if (auto killed = kill_receivers(client); !killed) return tl::unexpected(killed.error());
    const Deadline patience = Deadline::in(kKillPatience).earlier(deadline);
    const auto running = [&] {
      for (const ReplicaStatus& source : facts->sources) {
        if (source.receiver == Receiver::running) return true;
      }
      return false;
    };
    while (running() && !patience.expired()) {
      std::this_thread::sleep_for(std::min(kPoll, patience.remaining() + Millis{1}));
      facts = gather_mysql(client, {.source_status = false});
      if (!facts) return tl::unexpected(facts.error());
    }
  }
  for (const ReplicaStatus& source : facts->sources) {
    if (!is_at_work(source)) continue;
    if (auto stopped = client.exec(words.stop_receiver(client.quote(source.channel))); !stopped) {
      return tl::unexpected(stopped.error());
    }
  }
  facts = gather_mysql(client, {.source_status = false});
  if (!facts) return tl::unexpected(facts.error());
  if (receiving(*facts)) return failed("the IO thread still runs after it was stopped");
  return done("the IO thread has ended");
}

Status start_receivers(MysqlClient& client, const MysqlFacts& before) {
  const MysqlWords words = MysqlWords::of(client.is_mariadb(), client.version());
  for (const ReplicaStatus& source : before.sources) {
    if (!is_at_work(source)) continue;
    auto started = client.exec(words.start_receiver(client.quote(source.channel)));
    if (!started) return started;
  }
  return {};
}

}  // namespace ha
