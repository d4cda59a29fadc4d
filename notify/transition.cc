#include "notify/transition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

namespace ha {
namespace {

constexpr std::size_t kMaxName = 255;  // a file name's limit; keepalived's own is far lower

tl::unexpected<Error> wrong(const std::vector<std::string>& words, const std::string& detail) {
  return fail(fmt::format("notify: expected [INSTANCE|GROUP NAME] "
                          "MASTER|BACKUP|FAULT|STOP|DELETED [PRIORITY], got '{}': {}",
                          fmt::join(words, " "), detail),
              ErrorKind::config);
}

}  // namespace

Result<Transition> parse_transition(const std::vector<std::string>& words) {
  Transition transition;
  std::size_t at = 0;
  if (words.empty()) return wrong(words, "there is no state");
  if (words[0] == "INSTANCE" || words[0] == "GROUP") {
    transition.group = words[0] == "GROUP";
    if (words.size() < 3) return wrong(words, "there is no name and state");
    transition.instance = words[1];
    if (transition.instance.empty() || transition.instance.size() > kMaxName) {
      return wrong(words, "the name is empty or too long");
    }
    at = 2;
  }
  const auto state = parse_state(words[at]);
  if (!state) return wrong(words, fmt::format("'{}' is not a state", words[at]));
  transition.state = *state;
  if (++at < words.size()) {
    const std::string& text = words[at];
    const auto parsed =
        std::from_chars(text.data(), text.data() + text.size(), transition.priority);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
      return wrong(words, fmt::format("'{}' is not a priority", text));
    }
    ++at;
  }
  if (at != words.size()) return wrong(words, fmt::format("'{}' is too much", words[at]));
  return transition;
}

}  // namespace ha
