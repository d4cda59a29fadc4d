// An alert in a person's language, and not yet in a vendor's form. Its first line carries the
// state's word of a transition within 100 characters. Pure but for the time zone.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "agent/config.h"
#include "notify/alert.h"

namespace ha {

struct Message {
  std::string title;
  std::vector<std::string> body;  ///< lines
  Severity severity = Severity::info;
  bool firing = false;    ///< a condition that lasts, until the same key is resolved
  bool resolved = false;  ///< the end of one
  bool well = false;      ///< all is well: the end of a condition, or a transition that ended none
  bool rule = false;      ///< of an [alert] section: told from its beginning to its end
  Millis believed{};      ///< a firing that is not told again within this is over; 0: not known
  Lang lang = Lang::en;
  std::string event_id;
  std::string condition;  ///< a word: "role", a rule's name, or the alert's subject
  std::string dedup_key;  ///< the condition's; the event's id where it is a moment
  std::string node;
  std::string instance;
  std::string state;  ///< "MASTER"; empty: none
  std::string vip;
  std::int64_t at_ms = 0;
};

/// `now_ms`: wall clock, when it is sent; a delay of a minute and more is named.
Message message_of(const Alert& alert, Lang lang, std::int64_t now_ms);
/// What `alerts test` sends.
Message test_message(const std::string& node, const std::string& channel, Lang lang,
                     std::int64_t now_ms);
/// Title and body, a line each.
std::string plain_text(const Message& message);

}  // namespace ha
