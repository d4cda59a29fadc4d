// An Alert as JSON and back: the content of an outbox file. Reading forgives what is missing, so
// that a newer or older program's file is still told.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "notify/alert.h"

namespace ha {

nlohmann::json rule_to_json(const RuleReport& rule);
RuleReport rule_from_json(const nlohmann::json& json);
/// Severity::warning for a word that is none.
Severity parse_severity(const std::string& word);
/// Outcome::recorded for a word that is none.
Outcome parse_outcome(const std::string& word);
nlohmann::json alert_to_json(const Alert& alert);
Alert alert_from_json(const nlohmann::json& json);

}  // namespace ha
