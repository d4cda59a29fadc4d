// Collects what is wrong with a configuration, so that all of it can be said at once, in the order
// of the lines. Every text has the form `file:line: [section] key: expected …, got …`. One thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/config.h"

namespace ha {

/// Where a problem lies: line 0 is the file as a whole; section and key may be empty.
struct Place {
  int line = 0;
  std::string_view section;  ///< "mysql main", without brackets
  std::string_view key;
};

class ProblemList {
 public:
  explicit ProblemList(std::string path) : path_(std::move(path)) {}

  void add(const Place& place, std::string_view what);
  bool empty() const { return entries_.empty(); }
  /// By line, in the order of discovery within one; beyond 100 only their number is said.
  std::vector<Problem> sorted() const;

 private:
  struct Entry {
    int line;
    std::string text;
  };
  std::string path_;
  std::vector<Entry> entries_;
};

}  // namespace ha
