#include "checks/doctor_peer.h"

#include <fmt/format.h>

#include <algorithm>

namespace ha {
namespace {

std::string value_of(const KeepalivedNode& instance, const char* keyword) {
  const KeepalivedNode* line = instance.child(keyword);
  return line == nullptr ? "" : line->word(1);
}

std::string auth_of(const KeepalivedNode& instance) {
  const KeepalivedNode* auth = instance.child("authentication");
  return auth == nullptr ? ""
                         : value_of(*auth, "auth_type") + value_of(*auth, "auth_pass").substr(0, 8);
}

}  // namespace

std::vector<Symptom> compare_keepalived(const KeepalivedConf& ours, const KeepalivedConf& theirs) {
  std::vector<Symptom> found;
  const auto differs = [&](const KeepalivedNode& own, const KeepalivedNode& other, const char* id,
                           Severity severity, Text what, const std::string& one,
                           const std::string& two) {
    if (one == two) return;
    found.push_back({severity, id, own.place(), what,
                     fmt::format("here {}, at {} {}", one.empty() ? "none" : one, other.place(),
                                 two.empty() ? "none" : two),
                     "the same on both nodes"});
  };
  for (const std::string& problem : theirs.problems) {
    found.push_back({Severity::warning, "peer-conf-unreadable", problem,
                     Text::doctor_peer_conf_unreadable, problem, "copy it anew"});
  }
  const auto others = theirs.root.all("vrrp_instance");
  for (const KeepalivedNode* own : ours.root.all("vrrp_instance")) {
    const auto match = std::find_if(others.begin(), others.end(), [&](const auto* each) {
      return each->word(1) == own->word(1);
    });
    if (match == others.end()) {
      found.push_back({Severity::critical, "peer-instance", own->place(),
                       Text::doctor_peer_instance, "the peer has no instance " + own->word(1),
                       "the same names on both nodes"});
      continue;
    }
    const KeepalivedNode& other = **match;
    differs(*own, other, "router-id-differs", Severity::critical, Text::doctor_router_id,
            value_of(*own, "virtual_router_id"), value_of(other, "virtual_router_id"));
    const bool same_auth = auth_of(*own) == auth_of(other);
    differs(*own, other, "auth-differs", Severity::critical, Text::doctor_auth_differs,
            "one secret", same_auth ? "one secret" : "another one");
    differs(*own, other, "advert-differs", Severity::critical, Text::doctor_advert_differs,
            value_of(*own, "advert_int"), value_of(other, "advert_int"));
    if (!value_of(*own, "priority").empty() &&
        value_of(*own, "priority") == value_of(other, "priority")) {
      found.push_back({Severity::info, "priority-same", own->place(), Text::doctor_priority_same,
                       "priority " + value_of(*own, "priority") + " on both",
                       "a higher one on the node that is to serve"});
    }
  }
  return found;
}

}  // namespace ha
