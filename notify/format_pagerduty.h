// PagerDuty's Events API v2.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatPagerduty;

}  // namespace ha
