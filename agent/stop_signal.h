// A process that ends in order when it is told to: the signals are caught without SA_RESTART, so
// that poll() returns, and asked for wherever the work can stop. Process-wide.
#pragma once
#include <initializer_list>

namespace ha {

void catch_stop_signals(std::initializer_list<int> numbers);
/// One of them has come.
bool stop_wanted();

}  // namespace ha
