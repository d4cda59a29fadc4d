// Waiting for a condition instead of sleeping for a guess. The limit is only what makes a broken
// test end.
#pragma once
#include <chrono>
#include <thread>

#include "agent/deadline.h"

namespace ha::test {

template <class Condition>
bool wait_for(Condition condition, Millis limit = Millis{30'000}) {
  const auto deadline = Deadline::in(limit);
  while (!condition()) {
    if (deadline.expired()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

}  // namespace ha::test
