#include "notify/reconcile.h"

#include <fmt/format.h>

#include <algorithm>

namespace ha {
namespace {

// "mysql main: why; redis cache: why" of those that ask for `act`.
std::string reasons(const std::vector<JudgedOutlook>& all, Act act) {
  std::string text;
  for (const JudgedOutlook& each : all) {
    if (each.judgement.cell.act != act) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", each.outlook.resource,
                        each.judgement.cell.why);
  }
  return text;
}

bool any(const std::vector<JudgedOutlook>& all, Act act) {
  for (const JudgedOutlook& each : all) {
    if (each.judgement.cell.act == act) return true;
  }
  return false;
}

// What a fence has ended and lets nobody in again came back as it starts: read-only. To end it
// again and again would help nobody.
bool to_be_fenced(const RoleGathered& role, const JudgedOutlook& each) {
  if (each.judgement.cell.act != Act::fence) return false;
  const bool ended = role.view.phase == Phase::fenced && !role.state.serving;
  return each.outlook.situation.own.answer == Answer::up || !ended;
}

// Also while everything else waits: the peer of an isolated master may be about to be promoted.
std::optional<Occasion> fence_of(const RoleGathered& role, const std::vector<JudgedOutlook>& all) {
  if (role_of(role.view) != Role::master) return std::nullopt;
  if (std::none_of(all.begin(), all.end(),
                   [&](const JudgedOutlook& each) { return to_be_fenced(role, each); })) {
    return std::nullopt;
  }
  return Occasion{Occasion::Kind::fence, reasons(all, Act::fence)};
}

std::optional<Occasion> of_a_master(const RoleGathered& role, const std::vector<JudgedOutlook>& all,
                                    bool isolated) {
  if (isolated) {
    if (auto fence = fence_of(role, all)) return fence;
  }
  for (const JudgedOutlook& each : all) {
    if (!each.outlook.local_silent || role.view.phase == Phase::fenced) continue;
    return Occasion{Occasion::Kind::kill,
                    each.outlook.resource + ": the server of a MASTER does not answer"};
  }
  // Refused, fenced and held promotions are not watch's to take up: keepalived hears of them
  // through the check. So it does of an event that was lost; only MASTER promotes.
  if (role.view.phase != Phase::idle || role.view.newest != State::master) return std::nullopt;
  if (any(all, Act::promote_again)) {
    return Occasion{Occasion::Kind::promote_again, reasons(all, Act::promote_again)};
  }
  for (const JudgedOutlook& each : all) {
    if (!each.outlook.tend_source) continue;
    return Occasion{
        Occasion::Kind::tend,
        each.outlook.resource + ": a semi-sync replica is back, commits wait for it again"};
  }
  return std::nullopt;
}

std::optional<Occasion> of_a_standby(const RoleGathered& role,
                                     const std::vector<JudgedOutlook>& all, bool unheard) {
  // Where keepalived has never spoken ha-agent is being installed, perhaps on a pair that serves:
  // what is so was made by hand, and stays until the first event.
  const bool installed = role.view.newest != State::none || !role.first_boot;
  if (installed && any(all, Act::demote)) {
    return Occasion{Occasion::Kind::demote, "a standby takes writes: " + reasons(all, Act::demote)};
  }
  // STOP: following waits for the next BACKUP or FAULT. MASTER without the address, or nothing at
  // all: one of these was lost.
  const State newest = role.view.newest;
  const bool lost = role.view.vip_set && (newest == State::master || unheard);
  if (newest != State::backup && newest != State::fault && !lost) return std::nullopt;
  const bool follows_none = std::any_of(all.begin(), all.end(), [](const JudgedOutlook& each) {
    return each.judgement.cell.act == Act::follow && !each.outlook.sync_begun;
  });
  if (follows_none) return Occasion{Occasion::Kind::follow, reasons(all, Act::follow)};
  for (const JudgedOutlook& each : all) {
    if (!each.outlook.tend_replica) continue;
    return Occasion{Occasion::Kind::follow,
                    each.outlook.resource + ": semi-sync was in use before the server's restart"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<JudgedOutlook> judge_all(const RoleGathered& role, std::vector<Outlook> outlooks) {
  std::vector<JudgedOutlook> all;
  for (Outlook& outlook : outlooks) {
    Judgement judgement = judge(role_of(role.view), false, outlook.situation, outlook.policy);
    all.push_back({std::move(outlook), std::move(judgement)});
  }
  return all;
}

std::optional<Occasion> next_occasion(const RoleGathered& role,
                                      const std::vector<JudgedOutlook>& all, LongSeen seen) {
  if (!role.view.readable || role.view.phase == Phase::running || role.view.phase == Phase::died) {
    return std::nullopt;
  }
  const bool waits = role.maintenance || !role.view.handing_over.empty();
  if (waits) return seen.isolated ? fence_of(role, all) : std::nullopt;
  if (role.state.work == RoleState::Work::suspended && role.newest &&
      role.state.event_id == role.newest->id) {
    return Occasion{Occasion::Kind::resume, "the maintenance is over"};
  }
  return role_of(role.view) == Role::master ? of_a_master(role, all, seen.isolated)
                                            : of_a_standby(role, all, seen.unheard);
}

bool lock_is_idle(const RoleGathered& role, const std::vector<JudgedOutlook>& all,
                  std::size_t databases) {
  const Phase phase = role.view.phase;
  if (!role.view.readable || phase == Phase::running || phase == Phase::died) return false;
  if (all.size() != databases) return false;
  return std::none_of(all.begin(), all.end(), [](const JudgedOutlook& each) {
    const ServerView& own = each.outlook.situation.own;
    // A process that is gone takes no writes; one that is silent or lets nobody in may.
    const bool unseen = own.answer == Answer::silent || own.answer == Answer::refusing;
    return unseen || (own.answer != Answer::down && own.writable);
  });
}

}  // namespace ha
