// Prometheus' text format, version 0.0.4. Pure.
// Source: prometheus.io/docs/instrumenting/exposition_formats
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ha {

class Exposition {
 public:
  enum class Type { gauge, counter };
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a metric; the samples that follow are its. Without any it is left out.
  void metric(std::string_view name, Type type, std::string_view help);
  /// Values of labels may be any bytes.
  void sample(Labels labels, double value);
  void sample(Labels labels, bool value) { put(labels, value ? "1" : "0"); }
  void sample(Labels labels, std::uint64_t value) { put(labels, std::to_string(value)); }
  /// Milliseconds, told in seconds.
  void seconds(Labels labels, std::int64_t ms);

  const std::string& text() const { return text_; }

 private:
  void put(Labels labels, std::string_view value);

  std::string name_;
  std::string head_;  ///< HELP and TYPE, until there is a sample
  std::string text_;
};

}  // namespace ha
