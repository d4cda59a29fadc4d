#include "agent/stop_signal.h"

#include <atomic>
#include <csignal>

namespace ha {
namespace {

std::atomic<bool> wanted = false;

void on_signal(int) {
  wanted = true;
}

}  // namespace

void catch_stop_signals(std::initializer_list<int> numbers) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int number : numbers) ::sigaction(number, &action, nullptr);
}

bool stop_wanted() {
  return wanted;
}

}  // namespace ha
