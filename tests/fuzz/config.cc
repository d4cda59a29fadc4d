// libFuzzer target for the configuration: whatever the bytes, parsing ends, says each problem on
// one line that names the file, and gives a Config exactly when there is none. Files that the input
// names are looked at as the program itself would: regular ones only, and nothing is written.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/config.h"

namespace {

void expect(bool so, const char* what, std::string_view about) {
  if (so) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(about.size()), about.data());
  std::abort();
}

void expect_one_line(const ha::Problem& problem) {
  expect(problem.text.starts_with("fuzz.conf:"), "a problem without its place", problem.text);
  expect(problem.text.find_first_of(std::string_view("\0\r\n\x1b", 4)) == std::string::npos,
         "a control character in a message", problem.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ha::Loaded loaded = ha::parse_config("fuzz.conf", text);
  expect(loaded.config.has_value() == loaded.problems.empty(), "a Config beside problems", "");
  for (const ha::Problem& problem : loaded.problems) expect_one_line(problem);
  for (const ha::Problem& warning : loaded.warnings) expect_one_line(warning);
  const std::string shown = ha::show_config("fuzz.conf", text);
  for (const char* key : {"password", "replication_password", "secret"}) {
    for (std::size_t at = 0; (at = shown.find(std::string("\n") + key + " ", at)) != shown.npos;) {
      const std::size_t value = shown.find('=', at) + 2;
      expect(shown.compare(value, 3, "***") == 0, "a secret is shown", key);
      at = value;
    }
  }
  return 0;
}
