#include "notify/format.h"

#include <array>

#include "notify/format_text.h"

namespace ha {
namespace {

const std::array<const WebhookFormat*, 1> kFormats{&kFormatText};

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
  if (auto common = judge_status(status, body, transport_error)) return *common;
  return format.judge(status, body);
}

}  // namespace ha
