// What `ha-agent init` asks about a pair, and what is said on the command line instead.
#pragma once
#include <optional>
#include <vector>

#include "notify/init_command.h"
#include "notify/init_pair.h"

namespace ha {

/// Completes `pair`, whose values are those to begin with. What is wrong with answers that nobody
/// can be asked about again; nullopt: the input ended.
std::optional<std::vector<Sentence>> ask_about(const InitWords& words, InitPair& pair);

}  // namespace ha
