// From a transition to its alerts: each recorded event is told once on each channel that wants it.
// The normal way is right after the roles are true. What a killed hook left untold is put together
// from the journal by the next run, so that no event passes in silence.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "agent/config.h"
#include "agent/event.h"
#include "agent/state_dir.h"
#include "notify/alert.h"

namespace ha {

/// The alert's fields that come from the event and the configuration.
Alert alert_about(const Config& config, const Event& event, State from);

/// Writes the transition's last line into the journal.
void journal_end(const StateDir& dir, const Alert& alert);

/// Puts the alert into the outbox and marks the event as told, after what killed hooks left untold
/// of the same instance. Failures are logged: they must not stop the work on roles, and the event
/// stays untold for the next run.
void tell(const Config& config, const StateDir& dir, Event event, const Alert& alert);

/// What the journal says of an event, as an alert; `superseded_by` is the newest event of the
/// roles, or nothing. Pure.
Alert alert_from_journal(const Config& config, const Event& event,
                         const std::vector<nlohmann::json>& lines, bool superseded);

/// Tells every untold event that nobody works on any more. Takes no lock, so that it never makes a
/// hook leave; told twice at the same time, an event still makes one entry in the outbox.
void tell_leftovers(const Config& config, const StateDir& dir);

}  // namespace ha
