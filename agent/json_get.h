// Reading JSON that another version, or half a write, may have left: what is missing or of another
// type is the default, never an exception. Pure.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ha {

inline std::string get_string(const nlohmann::json& from, const char* key) {
  if (!from.is_object()) return {};
  const auto it = from.find(key);
  return it != from.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

inline double get_number(const nlohmann::json& from, const char* key) {
  if (!from.is_object()) return 0;
  const auto it = from.find(key);
  return it != from.end() && it->is_number() ? it->get<double>() : 0.0;
}

inline std::int64_t get_int(const nlohmann::json& from, const char* key) {
  if (!from.is_object()) return 0;
  const auto it = from.find(key);
  if (it != from.end() && it->is_number_integer()) return it->get<std::int64_t>();
  constexpr double kExact = 9007199254740992.0;
  const double number = get_number(from, key);
  return number > -kExact && number < kExact ? static_cast<std::int64_t>(number) : 0;
}

inline bool get_bool(const nlohmann::json& from, const char* key) {
  if (!from.is_object()) return false;
  const auto it = from.find(key);
  return it != from.end() && it->is_boolean() && it->get<bool>();
}

inline const nlohmann::json& get_array(const nlohmann::json& from, const char* key) {
  static const nlohmann::json empty = nlohmann::json::array();
  if (!from.is_object()) return empty;
  const auto it = from.find(key);
  return it != from.end() && it->is_array() ? *it : empty;
}

/// The strings of an array; what else is in it is left out.
inline std::vector<std::string> get_strings(const nlohmann::json& from, const char* key) {
  std::vector<std::string> all;
  for (const nlohmann::json& each : get_array(from, key)) {
    if (each.is_string()) all.push_back(each.get<std::string>());
  }
  return all;
}

}  // namespace ha
