#include "agent/accounts.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <vector>

namespace ha {
namespace {

/// What `ask(entry, buffer, size, found)` finds, one of the C library's *_r functions, with as much
/// room as it takes: a group's members may fill any.
template <class Entry, class Ask, class Use>
auto found_by(const Ask& ask, const Use& use) -> std::optional<decltype(use(Entry{}))> {
  constexpr std::size_t kMost = 1 << 24;
  for (std::size_t size = 4096; size <= kMost; size *= 4) {
    Entry entry{};
    Entry* found = nullptr;
    std::vector<char> room(size);
    const int error = ask(&entry, room.data(), room.size(), &found);
    if (error == ERANGE) continue;
    if (error != 0 || found == nullptr) return std::nullopt;
    return use(*found);
  }
  return std::nullopt;
}

}  // namespace

std::string user_name(uid_t id) {
  return found_by<passwd>([&](auto... room) { return ::getpwuid_r(id, room...); },
                          [](const passwd& user) { return std::string(user.pw_name); })
      .value_or(std::to_string(id));
}

std::string group_name(gid_t id) {
  return found_by<group>([&](auto... room) { return ::getgrgid_r(id, room...); },
                         [](const group& each) { return std::string(each.gr_name); })
      .value_or(std::to_string(id));
}

std::optional<gid_t> group_of_user(const std::string& name) {
  return found_by<passwd>([&](auto... room) { return ::getpwnam_r(name.c_str(), room...); },
                          [](const passwd& user) { return user.pw_gid; });
}

std::optional<gid_t> find_group(const std::string& name) {
  return found_by<group>([&](auto... room) { return ::getgrnam_r(name.c_str(), room...); },
                         [](const group& each) { return each.gr_gid; });
}

}  // namespace ha
