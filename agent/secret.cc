#include "agent/secret.h"

#include <fmt/format.h>

#include "agent/regular_file.h"
#include "agent/text.h"

namespace ha {

Result<std::string> read_secret(const std::string& path) {
  auto file = read_regular_file(path, kMaxSecretBytes);
  if (!file) return tl::unexpected<Error>(std::move(file.error()));
  if (is_open_to_others(file->mode)) {
    return fail(fmt::format("expected a file without rights for others (chmod o= {0}), got mode "
                            "{1:04o}",
                            path, file->mode),
                ErrorKind::config);
  }
  std::string secret = std::move(file->text);
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) {
    return fail(fmt::format("expected a secret, got {}: it is empty", in_quotes(path)),
                ErrorKind::config);
  }
  if (secret.find('\0') != std::string::npos) {
    return fail(
        fmt::format("expected one line of text, got {}: it has a NUL byte", in_quotes(path)),
        ErrorKind::config);
  }
  if (secret.find_first_of("\r\n") != std::string::npos) {
    return fail(fmt::format("expected one line of text, got {}: it has several", in_quotes(path)),
                ErrorKind::config);
  }
  return secret;
}

}  // namespace ha
