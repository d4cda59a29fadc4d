// Microsoft Teams by a workflow: an adaptive card.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatTeams;

}  // namespace ha
