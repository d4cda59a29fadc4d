#include "notify/reply.h"

#include <fmt/format.h>

#include "notify/utf8.h"

namespace ha {

const char* to_string(Fate fate) {
  switch (fate) {
    case Fate::ok:
      return "ok";
    case Fate::retry:
      return "retry";
    case Fate::lesser:
      return "lesser";
    case Fate::dead:
      break;
  }
  return "dead";
}

std::string excerpt(const std::string& body) {
  constexpr std::size_t kShown = 200;
  return truncate_utf8(clean_text(body, true), kShown);
}

std::optional<Judged> judge_status(int status, const std::string& body,
                                   const std::string& transport_error) {
  if (!transport_error.empty()) return Judged{Fate::retry, transport_error};
  if (status >= 200 && status < 300) return std::nullopt;
  const std::string said = excerpt(body);
  std::string why = fmt::format("HTTP {}", status);
  if (status >= 300 && status < 400) why += " (redirects are not followed)";
  if (!said.empty()) why += ": " + said;
  const bool dead = status >= 300 && status < 500 && status != 408 && status != 429;
  return Judged{dead ? Fate::dead : Fate::retry, why};
}

}  // namespace ha
