// Any JSON: a template whose texts hold names in braces. It is parsed first and filled in then, so
// that no value can break it.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatGeneric;

}  // namespace ha
