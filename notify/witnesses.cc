#include "notify/witnesses.h"

#include "agent/witness.h"

namespace ha {

WitnessView ask_witnesses(const Config& config) {
  if (config.witness.empty()) return {};
  constexpr Millis kPatience{500};
  return WitnessQuestion(config, Deadline::in(kPatience)).view();
}

}  // namespace ha
