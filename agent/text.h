// Small questions about text that came from people or from the outside. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ha {

/// The offset of the first byte that is not UTF-8 (overlong forms and surrogates are not);
/// nullopt when all of it is.
std::optional<std::size_t> first_non_utf8(std::string_view text);
/// In single quotes, control characters as \xNN, cut at 60 bytes on a character's boundary: fit for
/// one line of a message. Never give it a secret.
std::string in_quotes(std::string_view text);
/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);
/// Parts between `separator`, each trimmed; one part more than there are separators.
std::vector<std::string_view> split(std::string_view text, char separator);
/// The candidate that a typist most likely meant: the fewest inserted, dropped, changed or swapped
/// letters, case ignored; nullopt when more than a third of the word would have to change.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& candidates);

}  // namespace ha
