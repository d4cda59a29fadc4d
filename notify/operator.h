// Who gave a command by hand, for the journal and for people.
#pragma once
#include <string>

namespace ha {

/// The account behind sudo, else the process's own: "ana", "uid 0".
std::string operator_name();

}  // namespace ha
