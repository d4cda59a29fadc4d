#include "notify/mysql_peer.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace ha {
namespace {

constexpr Millis kConnect{1000};
constexpr Millis kKnownSilent{0};  // the attempt goes on beside the steps

}  // namespace

struct MysqlPeer::Attempt {
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  bool wanted = true;
  std::optional<MysqlClient> client;
  Error trouble;
};

MysqlPeer::MysqlPeer(const MysqlEndpoint& endpoint)
    : endpoint_(endpoint), reach_(endpoint.host, endpoint.port, kUsualAnswer) {
  begin();
}

MysqlPeer::~MysqlPeer() {
  const std::lock_guard lock(attempt_->mutex);
  attempt_->wanted = false;
}

void MysqlPeer::begin() {
  attempt_ = std::make_shared<Attempt>();
  std::thread([attempt = attempt_, endpoint = endpoint_] {
    auto client = MysqlClient::connect(endpoint, kConnect, kPeerStatement);
    const std::lock_guard lock(attempt->mutex);
    attempt->ended = true;
    if (client && attempt->wanted) attempt->client.emplace(std::move(*client));
    if (!client) attempt->trouble = client.error();
    attempt->changed.notify_all();
  }).detach();
}

MysqlClient* MysqlPeer::client(Millis patience) {
  {
    std::unique_lock lock(attempt_->mutex);
    if (silent_) patience = std::min(patience, kKnownSilent);
    const auto ended = [&] { return attempt_->ended; };
    if (!attempt_->changed.wait_for(lock, patience, ended) && !silent_ && reach_.reached()) {
      attempt_->changed.wait_for(lock, kReachedPatience, ended);
    }
    if (attempt_->client) return &*attempt_->client;
    silent_ = true;
    if (!attempt_->ended) return nullptr;
    trouble_ = attempt_->trouble;
  }
  // Refused: whoever restarts over there may answer the next question.
  begin();
  return nullptr;
}

void MysqlPeer::lost(const Error& why) {
  trouble_ = why;
  silent_ = false;
  begin();
}

}  // namespace ha
