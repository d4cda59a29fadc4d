// Runs a blocking call with a hard limit. None of the libraries below us can be trusted with one:
// libmariadb counts whole seconds, getaddrinfo() has none, a server may send a byte a second. So
// the call runs in a thread of its own and the caller waits for it until the deadline. A call that
// is late is abandoned: its thread keeps what it owns (capture by value, or by shared_ptr) and ends
// by itself or with the process, which leaves through _exit().
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "agent/deadline.h"

namespace ha {

/// nullopt when `call` did not return by the deadline. `call` must not refer to the caller's stack.
template <class F>
auto run_bounded(Deadline deadline, F call) -> std::optional<decltype(call())> {
  using T = decltype(call());
  struct Shared {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<T> value;
  };
  auto shared = std::make_shared<Shared>();
  std::thread([shared, call = std::move(call)]() mutable {
    T value = call();
    const std::lock_guard lock(shared->mutex);
    shared->value.emplace(std::move(value));
    shared->done.notify_one();
  }).detach();
  std::unique_lock lock(shared->mutex);
  shared->done.wait_until(lock, deadline.at(), [&] { return shared->value.has_value(); });
  return std::move(shared->value);
}

}  // namespace ha
