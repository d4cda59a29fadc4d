// Prometheus' Alertmanager, API v2. Give each replica a section of its own.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatAlertmanager;

}  // namespace ha
