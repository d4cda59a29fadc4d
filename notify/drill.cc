#include "notify/drill.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ha {
namespace {

constexpr std::size_t kPromotions = 5;

double number_of(const KeepalivedNode& node, std::string_view keyword, double otherwise) {
  const KeepalivedNode* line = node.child(keyword);
  if (line == nullptr) return otherwise;
  const std::string& text = line->word(1);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc{} ? value : otherwise;
}

Millis seconds(double value) {
  return Millis{std::llround(value * 1000)};
}

const KeepalivedNode* instance_of(const KeepalivedConf& conf, const std::string& name) {
  for (const KeepalivedNode* instance : conf.root.all("vrrp_instance")) {
    if (name.empty() || instance->word(1) == name) return instance;
  }
  return nullptr;
}

/// Of the scripts that the instance or its group tracks, the one that takes longest to be believed.
std::optional<Millis> reaction(const KeepalivedConf& conf, const KeepalivedNode& instance) {
  const KeepalivedNode* const group = sync_group_of(conf.root, instance.word(1));
  const auto tracks = [](const KeepalivedNode* owner, const std::string& script) {
    const KeepalivedNode* const tracked = owner == nullptr ? nullptr : owner->child("track_script");
    return tracked != nullptr && tracked->has(script);
  };
  std::optional<Millis> longest;
  for (const KeepalivedNode* script : conf.root.all("vrrp_script")) {
    if (!tracks(&instance, script->word(1)) && !tracks(group, script->word(1))) continue;
    const Millis one = seconds(number_of(*script, "interval", 1) * number_of(*script, "fall", 1));
    longest = std::max(longest.value_or(Millis{0}), one);
  }
  return longest;
}

/// What the other node holds more; empty: nothing.
std::string loss_of(const PairSide& side, const std::string& apart) {
  if (side.lacks) return *side.lacks;
  return apart.empty() ? "cannot be told" : "cannot be told: " + apart;
}

}  // namespace

bool DrillReport::succeeds() const {
  return obstacles.empty() &&
         std::all_of(rows.begin(), rows.end(), [](const DrillRow& row) { return row.yes; });
}

DrillRow drill_own(const std::string& resource, Situation situation, const PromotePolicy& policy,
                   const PairRow* pair) {
  DrillRow row;
  row.resource = resource;
  situation.peer = {PeerView::Answer::silent, false,      Holds::unknown, false,
                    situation.peer.where,     "no answer"};
  const Eligibility eligible = can_promote(situation, policy);
  row.yes = eligible.yes;
  row.why = !eligible.why.empty() ? eligible.why : "it could be promoted though the peer is silent";
  if (pair != nullptr) row.loss = loss_of(pair->own, pair->apart);
  return row;
}

DrillRow drill_peer(const PairRow& pair, Millis max_lag) {
  DrillRow row;
  row.resource = pair.resource;
  const PairSide& peer = pair.peer;
  row.loss = loss_of(peer, pair.apart);
  if (!peer.answers) {
    row.why =
        (peer.state == "refusing" ? "the peer lets nobody in: " : "the peer does not answer: ") +
        peer.detail;
  } else if (pair.trouble == "TWO PRIMARIES" ||
             pair.trouble.find("DIVERGED") != std::string::npos) {
    row.why = pair.trouble;
  } else if (peer.state != "replica") {
    row.why = "the peer is no replica but " + peer.state;
  } else if (peer.detail.find(',') != std::string::npos) {
    row.why = "the peer's replication: " + peer.detail;
  } else if (max_lag > Millis{0} && peer.lag && *peer.lag > max_lag) {
    row.why = "the peer lags more than max_lag allows";
  } else {
    row.yes = true;
    row.why = "the peer follows, as far as it is seen from here";
  }
  return row;
}

DrillTiming drill_timing(const KeepalivedConf& conf, const std::string& instance,
                         const std::vector<HistoryItem>& history) {
  DrillTiming timing;
  if (const KeepalivedNode* found = instance_of(conf, instance)) {
    const double advert = number_of(*found, "advert_int", 1);
    const double skew = (256 - number_of(*found, "priority", 100)) / 256 * advert;
    timing.power_cut = seconds(3 * advert + skew);
    timing.server_death = reaction(conf, *found);
  }
  std::vector<double> took;
  for (auto item = history.rbegin(); item != history.rend() && took.size() < kPromotions; ++item) {
    if (item->deed.empty() && item->to == "MASTER" && item->outcome == "done")
      took.push_back(item->took_ms);
  }
  timing.promotions = took.size();
  if (!took.empty()) {
    std::sort(took.begin(), took.end());
    timing.promotion = Millis{std::llround(took[took.size() / 2])};
  }
  return timing;
}

}  // namespace ha
