// One of a finding's facts by its name. Pure.
#pragma once
#include <string_view>

#include "agent/finding.h"
#include "checks/probe.h"

namespace ha {

/// nullptr when there is no such fact, or it is of another type.
template <class T>
const T* fact(const Finding& finding, std::string_view name) {
  for (const auto& [key, value] : finding.facts) {
    if (key == name) return std::get_if<T>(&value);
  }
  return nullptr;
}

/// False: this role does not need it, and nobody asked.
inline bool was_asked(const Finding& finding) {
  const bool* const value = fact<bool>(finding, kAskedFact);
  return value == nullptr || *value;
}

}  // namespace ha
