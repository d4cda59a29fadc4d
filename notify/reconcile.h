// From what is seen to what watch does next: one occasion at a time, the gravest first. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/role_state.h"
#include "notify/lookout.h"
#include "notify/roles.h"

namespace ha {

struct JudgedOutlook {
  Outlook outlook;
  Judgement judgement;
};

std::vector<JudgedOutlook> judge_all(const RoleGathered& role, std::vector<Outlook> outlooks);

/// What only who has been looking for a while can tell.
struct LongSeen {
  bool isolated = false;  ///< for isolation_timeout
  /// keepalived has told nothing in this boot, for so long that its hook was killed or could not be
  /// started; it did in an earlier one.
  bool unheard = false;
};

/// nullopt: everything is as it should be, or is not watch's to change.
std::optional<Occasion> next_occasion(const RoleGathered& role,
                                      const std::vector<JudgedOutlook>& all, LongSeen seen);

/// Every one of `databases` was looked at, and none takes writes: the lock, which is held, is of no
/// use here and the other node may need it.
bool lock_is_idle(const RoleGathered& role, const std::vector<JudgedOutlook>& all,
                  std::size_t databases);

}  // namespace ha
