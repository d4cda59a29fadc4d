// The rules between the keys of [webhook] and [mail] sections.
#pragma once
#include "agent/config.h"
#include "agent/judged_section.h"

namespace ha {

void judge_webhook(JudgedSection section, const WebhookConfig& webhook);
void judge_mail(JudgedSection section, const MailConfig& mail);
/// Names are one space; a fallback is another channel that exists.
void judge_channels(const Config& config, Findings& findings);

}  // namespace ha
