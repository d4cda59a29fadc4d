// Looks at one thing again and again in a thread of its own, so that a server which hangs holds up
// nobody else, and keeps what it saw last with the time. For processes that live on. The look
// itself must end by itself (the clients' own timeouts); the thread outlives the Eye by at most one
// look.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "agent/deadline.h"
#include "agent/protocol.h"

namespace ha {

template <class T>
class Eye {
 public:
  struct Sight {
    std::optional<Result<T>> last;  ///< of the last look that ended
    SteadyClock::time_point begun;  ///< when that look began
    SteadyClock::time_point ended;
    /// When the last look began that got an answer, be it an error; the eye's opening before the
    /// first.
    SteadyClock::time_point heard;
    SteadyClock::time_point pending;  ///< when the look that is under way began
  };

  Eye(std::function<Result<T>()> look, Millis interval) : shared_(std::make_shared<Shared>()) {
    shared_->sight.heard = SteadyClock::now();
    shared_->sight.pending = shared_->sight.heard;
    std::thread([shared = shared_, look = std::move(look), interval] {
      for (;;) {
        const auto begun = SteadyClock::now();
        {
          const std::lock_guard lock(shared->mutex);
          if (shared->closed) return;
          shared->sight.pending = begun;
        }
        Result<T> result = look();
        std::unique_lock lock(shared->mutex);
        if (result || lets_nobody_in(result.error())) shared->sight.heard = begun;
        shared->sight.last = std::move(result);
        shared->sight.begun = begun;
        shared->sight.ended = SteadyClock::now();
        shared->changed.wait_until(lock, begun + interval,
                                   [&] { return shared->closed || shared->woken; });
        shared->woken = false;
      }
    }).detach();
  }
  Eye(const Eye&) = delete;
  Eye& operator=(const Eye&) = delete;
  ~Eye() {
    const std::lock_guard lock(shared_->mutex);
    shared_->closed = true;
    shared_->changed.notify_all();
  }

  Sight sight() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->sight;
  }
  /// Looks again now.
  void wake() {
    const std::lock_guard lock(shared_->mutex);
    shared_->woken = true;
    shared_->changed.notify_all();
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool closed = false;
    bool woken = false;
    Sight sight;
  };
  std::shared_ptr<Shared> shared_;
};

}  // namespace ha
