#include "agent/metric.h"

#include <array>
#include <charconv>

#include "agent/duration.h"
#include "agent/text.h"

namespace ha {
namespace {

struct MetricRow {
  Unit unit;
  std::string_view kinds;  ///< `|` between them; empty: of the node
};
constexpr std::array<MetricRow, 12> kRows{{
    {Unit::duration, "http|mysql|redis|unit"},  // response_time
    {Unit::duration, "mysql"},                  // replication_lag
    {Unit::duration, "mysql"},                  // write_wait
    {Unit::count, "mysql|redis"},               // connection_count
    {Unit::count, "http|mysql|redis|unit"},     // error_count
    {Unit::count, "http|mysql|redis|unit"},     // probe_up
    {Unit::bytes, "mysql|redis"},               // database_size
    {Unit::duration, ""},                       // network_latency
    {Unit::percent, ""},                        // disk_free
    {Unit::ratio, ""},                          // load
    {Unit::percent, ""},                        // memory
    {Unit::duration, ""},                       // spool_age
}};

const MetricRow& row_of(Metric metric) {
  return kRows[static_cast<std::size_t>(metric)];
}

std::string_view word_at(std::string_view words, std::size_t place) {
  return split(words, '|')[place];
}

/// Digits and perhaps a fraction; no sign, no exponent.
std::optional<double> parse_plain(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (text.empty() || text[0] == '-' || error != std::errc{} || stop != end) return std::nullopt;
  // "inf" and "nan" are numbers to from_chars().
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  return value;
}

std::optional<double> parse_bytes(std::string_view text) {
  double factor = 1;
  for (const std::string_view unit : {"B", "KiB", "MiB", "GiB", "TiB"}) {
    const auto letters = text.find_first_not_of("0123456789.");
    if (letters != std::string_view::npos && trimmed(text.substr(letters)) == unit) {
      const auto value = parse_plain(text.substr(0, letters));
      return value ? std::optional(*value * factor) : std::nullopt;
    }
    factor *= 1024;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Metric metric) {
  return word_at(kMetricWords, static_cast<std::size_t>(metric));
}

std::string_view to_string(Comparison comparison) {
  return word_at(kComparisonWords, static_cast<std::size_t>(comparison));
}

Unit unit_of(Metric metric) {
  return row_of(metric).unit;
}

bool is_of_node(Metric metric) {
  return row_of(metric).kinds.empty();
}

bool kind_has(Metric metric, std::string_view kind) {
  for (const std::string_view each : split(row_of(metric).kinds, '|')) {
    if (each == kind) return !kind.empty();
  }
  return false;
}

std::string kinds_with(Metric metric) {
  std::string all;
  for (const std::string_view each : split(row_of(metric).kinds, '|')) {
    if (!all.empty()) all += ", ";
    all += each;
  }
  return all;
}

std::optional<double> parse_threshold(Metric metric, std::string_view text) {
  switch (unit_of(metric)) {
    case Unit::duration: {
      const auto duration = parse_duration(text);
      if (!duration) return std::nullopt;
      return static_cast<double>(duration->count());
    }
    case Unit::count:
      if (text.find('.') != std::string_view::npos) return std::nullopt;
      return parse_plain(text);
    case Unit::percent: {
      if (!text.ends_with('%')) return std::nullopt;
      const auto value = parse_plain(trimmed(text.substr(0, text.size() - 1)));
      return value && *value <= 100 ? value : std::nullopt;
    }
    case Unit::bytes:
      return parse_bytes(text);
    case Unit::ratio:
      return parse_plain(text);
  }
  return std::nullopt;
}

std::string_view describe_threshold(Metric metric) {
  switch (unit_of(metric)) {
    case Unit::duration:
      return "a duration such as 30s (units: ms, s, m, h, d)";
    case Unit::count:
      return "a whole number";
    case Unit::percent:
      return "a percentage from 0% to 100%";
    case Unit::bytes:
      return "a size such as 50GiB (units: B, KiB, MiB, GiB, TiB)";
    case Unit::ratio:
      break;
  }
  return "a number such as 1.5";
}

bool compare(double value, Comparison comparison, double threshold) {
  switch (comparison) {
    case Comparison::above:
      return value > threshold;
    case Comparison::below:
      return value < threshold;
    case Comparison::at_least:
      return value >= threshold;
    case Comparison::at_most:
      return value <= threshold;
    case Comparison::equal:
      return value == threshold;
    case Comparison::unequal:
      break;
  }
  return value != threshold;
}

}  // namespace ha
