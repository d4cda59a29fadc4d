// An Alert as JSON and back: the content of an outbox file. Reading forgives what is missing, so
// that a newer or older program's file is still told.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "notify/alert.h"

namespace ha {

nlohmann::json alert_to_json(const Alert& alert);
Alert alert_from_json(const nlohmann::json& json);

}  // namespace ha
