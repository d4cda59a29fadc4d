#include "notify/format.h"

#include <array>

#include "notify/format_alertmanager.h"
#include "notify/format_aliyun.h"
#include "notify/format_dingtalk.h"
#include "notify/format_discord.h"
#include "notify/format_feishu.h"
#include "notify/format_generic.h"
#include "notify/format_pagerduty.h"
#include "notify/format_slack.h"
#include "notify/format_teams.h"
#include "notify/format_telegram.h"
#include "notify/format_text.h"
#include "notify/format_wecom.h"

namespace ha {
namespace {

const std::array kFormats{
    &kFormatText,         &kFormatSlack,  &kFormatWecom,   &kFormatDingtalk, &kFormatFeishu,
    &kFormatLark,         &kFormatTeams,  &kFormatDiscord, &kFormatTelegram, &kFormatPagerduty,
    &kFormatAlertmanager, &kFormatAliyun, &kFormatGeneric};

}  // namespace

const WebhookFormat* find_format(std::string_view name) {
  for (const WebhookFormat* format : kFormats) {
    if (format->name == name) return format;
  }
  return nullptr;
}

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  names.reserve(kFormats.size());
  for (const WebhookFormat* format : kFormats) names.push_back(format->name);
  return names;
}

Judged judge_reply(const WebhookFormat& format, int status, const std::string& body,
                   const std::string& transport_error) {
  if (transport_error.empty()) {
    if (auto own = format.judge(status, body)) return *std::move(own);
  }
  if (auto common = judge_status(status, body, transport_error)) return *std::move(common);
  return {Fate::ok, ""};
}

}  // namespace ha
