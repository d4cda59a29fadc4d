#include "notify/digest.h"

#include <algorithm>

#include "notify/alert_text.h"

namespace ha {
namespace {

/// Head, escapes and ends of lines.
constexpr std::size_t kAround = 300;

// A digest that was made because the outbox was full is put into another one line by line.
std::vector<std::string> lines_of(const OutboxEntry& entry, Lang lang) {
  if (entry.alert.subject == Subject::digest) return entry.alert.problems;
  return {alert_in_one_line(entry.alert, lang)};
}

}  // namespace

std::size_t fits_in_digest(const std::vector<OutboxEntry>& entries, Lang lang,
                           std::size_t max_bytes) {
  std::size_t bytes = kAround;
  std::size_t count = 0;
  for (const OutboxEntry& entry : entries) {
    for (const std::string& line : lines_of(entry, lang)) {
      // Every character of an id or a name may need an escape.
      bytes += line.size() + line.size() / 4 + 4;
    }
    if (bytes > max_bytes) break;
    ++count;
  }
  return count;
}

Alert digest_of(const std::vector<OutboxEntry>& entries, const std::string& node, Lang lang) {
  const Alert& newest = entries.back().alert;
  Alert digest;
  digest.subject = Subject::digest;
  digest.event_id = newest.event_id + "+" + std::to_string(entries.size() - 1);
  digest.node = node;
  digest.instance = newest.instance;
  digest.vip = newest.vip;
  digest.to = newest.to;
  digest.at_ms = newest.at_ms;
  for (const OutboxEntry& entry : entries) {
    digest.graveness = std::max(digest.graveness, severity_of(entry.alert));
    for (std::string& line : lines_of(entry, lang)) digest.problems.push_back(std::move(line));
    if (entry.alert.subject == Subject::digest) {
      digest.covers.insert(digest.covers.end(), entry.alert.covers.begin(),
                           entry.alert.covers.end());
    } else {
      digest.covers.push_back(entry.id());
    }
  }
  return digest;
}

}  // namespace ha
