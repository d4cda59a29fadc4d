// The passwords of a pair that `ha-agent init` makes: those that are there already, or new ones.
#pragma once
#include <string>

#include "agent/error.h"
#include "notify/init_command.h"
#include "notify/init_pair.h"

namespace ha {

/// The password of Redis' default user: from its file, or of an earlier run; empty: not known.
std::string owner_password(const InitWords& words);

/// Those of an earlier run stay: the servers may have them already.
Status take_secrets(const InitWords& words, InitPair& pair);

}  // namespace ha
