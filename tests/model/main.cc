// The model of the role protocol. Without words: the suite, bounded; its last line is
// "N passed, N failed". `soak SECONDS`: as many states of every pair of faults as there is time
// for. `one RULE`: the shortest trace of a model without this rule.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/model/cases.h"

namespace {
using namespace ha::model;

bool report(const Case& test, const Found& found, bool trace) {
  const bool passed = found.violated == test.expected;
  std::printf("%-6s %-58s %9zu states, %9zu moves, depth %2d, %5.1f s%s", passed ? "ok" : "FAILED",
              test.run.name.c_str(), found.states, found.moves, found.depth, found.seconds,
              found.complete ? ", complete" : "");
  if (found.violated != Property::none) std::printf("; violates %s", name_of(found.violated));
  std::printf("\n");
  if (!passed && found.violated == Property::none) {
    std::printf("    expected a violation of %s\n", name_of(test.expected));
  }
  if (!passed || trace) {
    for (const std::string& line : found.trace) std::printf("    %s\n", line.c_str());
  }
  std::fflush(stdout);
  return passed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  const std::string second = argc > 2 ? argv[2] : "";
  int passed = 0;
  int failed = 0;
  const auto run = [&](const Case& test, bool trace) {
    ++(report(test, search(test.run), trace) ? passed : failed);
  };
  if (word == "soak") {
    const double seconds = second.empty() ? 600 : std::atof(second.c_str());
    for (const Case& test : soak_cases(seconds)) run(test, false);
  } else if (word == "one") {
    for (const Case& test : cases()) {
      if (test.run.name.find(second) != std::string::npos) run(test, true);
    }
  } else if (word.empty()) {
    for (const Case& test : cases()) run(test, false);
  } else {
    std::fprintf(stderr, "test-model [soak SECONDS | one NAME]\n");
    return 64;
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
