// Breadth first over everything that can happen, so that the trace of a violation is a shortest
// one; then backwards from the settled states for L1. One thread.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "tests/model/properties.h"

namespace ha::model {

struct Run {
  std::string name;
  bool witness = true;
  bool lock = false;    ///< in etcd; instead of the witness
  unsigned faults = 0;  ///< sorts
  int budget = 1;       ///< how many may happen
  /// `claimed`: but for a promotion that looks again next and sees its rival, and undoes itself.
  S1 s1 = S1::claimed;
  bool from_first_boot_only = false;  ///< else from a pair that serves, too
  Mutation mutation = Mutation::none;
  Property only = Property::none;  ///< look for this one alone; none: for all
  std::size_t most_states = 0;     ///< 0: all
  double most_seconds = 0;         ///< 0: as long as it takes
};

struct Found {
  Property violated = Property::none;
  std::vector<std::string> trace;
  std::size_t states = 0;
  std::size_t moves = 0;
  int depth = 0;
  bool complete = false;
  double seconds = 0;
};

Found search(const Run& run);

}  // namespace ha::model
