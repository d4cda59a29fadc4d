// The users and groups of this host, by name and by number. Thread-safe.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>

namespace ha {

/// Its number where it has no name.
std::string user_name(uid_t id);
std::string group_name(gid_t id);

/// nullopt: there is none of that name, or the host's databases cannot be read.
std::optional<gid_t> group_of_user(const std::string& name);
std::optional<gid_t> find_group(const std::string& name);

}  // namespace ha
