// keepalived's words for what an instance has become, and ours for what follows from them.
// Source: keepalived 2.2.7 vrrp/vrrp_notify.c, which appends MASTER, BACKUP, FAULT, STOP or
// DELETED.
#pragma once
#include <optional>
#include <string_view>

namespace ha {

enum class State { none, master, backup, fault, stop, deleted };

/// MASTER: the newest event says so and, where `vip` is set, the VIP is here. Everything else is
/// STANDBY.
enum class Role { master, standby };

/// "MASTER", …; "none" for State::none. The words are never translated.
std::string_view to_string(State state);
/// MASTER, BACKUP, FAULT, STOP, DELETED in either case; nullopt for anything else.
std::optional<State> parse_state(std::string_view word);
/// "MASTER" or "STANDBY".
std::string_view to_string(Role role);

}  // namespace ha
