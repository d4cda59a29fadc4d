#include "agent/problem_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace ha {
namespace {

/// A binary file given by mistake must not fill the terminal.
constexpr std::size_t kMostShown = 100;

}  // namespace

void ProblemList::add(const Place& place, std::string_view what) {
  std::string text = path_;
  if (place.line > 0) text += fmt::format(":{}", place.line);
  text += ": ";
  if (!place.section.empty()) {
    text += fmt::format("[{}]", place.section);
    text += place.key.empty() ? ": " : " ";
  }
  if (!place.key.empty()) text += fmt::format("{}: ", place.key);
  text += what;
  entries_.push_back({place.line, std::move(text)});
}

std::vector<Problem> ProblemList::sorted() const {
  std::vector<Entry> ordered = entries_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Entry& a, const Entry& b) { return a.line < b.line; });
  std::vector<Problem> problems;
  for (Entry& entry : ordered) {
    if (problems.size() == kMostShown) {
      problems.push_back(
          {fmt::format("{}: and {} more problems", path_, ordered.size() - kMostShown)});
      break;
    }
    problems.push_back({std::move(entry.text)});
  }
  return problems;
}

}  // namespace ha
