// What the model is run with, and what must come of it.
#pragma once
#include <vector>

#include "tests/model/search.h"

namespace ha::model {

struct Case {
  Run run;
  Property expected = Property::none;
};

/// Single faults completely, pairs bounded, and a model without each rule, which must fail.
std::vector<Case> cases();
/// Pairs of faults, in about `seconds` altogether.
std::vector<Case> soak_cases(double seconds);

}  // namespace ha::model
