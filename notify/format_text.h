// Format `text`: {"text": "…"}, as Slack and its many clones take it. OK on any 2xx whose JSON, if
// it is JSON, has no non-zero `errcode` or `code`.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatText;

}  // namespace ha
