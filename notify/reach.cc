#include "notify/reach.h"

#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "agent/tcp.h"

namespace ha {
namespace {

constexpr Millis kConnect{1000};

bool answers(const std::string& host, int port) {
  const auto addresses = resolve(host, std::to_string(port), SOCK_STREAM);
  if (!addresses) return false;
  Fd fd;
  const int error = connect_any(addresses->get(), Deadline::in(kConnect), fd);
  return error == 0 || error == ECONNREFUSED;
}

}  // namespace

struct Reach::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool wanted = true;
  bool reached = false;
};

Reach::Reach(std::string host, int port, Millis after) : shared_(std::make_shared<Shared>()) {
  std::thread([shared = shared_, host = std::move(host), port, after] {
    {
      std::unique_lock lock(shared->mutex);
      if (shared->changed.wait_for(lock, after, [&] { return !shared->wanted; })) return;
    }
    const bool reached = answers(host, port);
    const std::lock_guard lock(shared->mutex);
    shared->reached = reached;
  }).detach();
}

Reach::~Reach() {
  const std::lock_guard lock(shared_->mutex);
  shared_->wanted = false;
  shared_->changed.notify_all();
}

bool Reach::reached() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->reached;
}

}  // namespace ha
