// WeCom (企业微信): markdown with a colour, or a text where somebody is called by name, which
// markdown cannot do for everybody.
#pragma once
#include "notify/format.h"

namespace ha {

extern const WebhookFormat kFormatWecom;

}  // namespace ha
