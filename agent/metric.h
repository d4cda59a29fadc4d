// What the rules of [alert NAME] sections may be about: names, units and comparisons. A value is a
// double in the metric's own unit: milliseconds, a count, percent, bytes or a plain ratio. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace ha {

enum class Metric {
  response_time,     ///< of a probe; while nothing answers, since when
  replication_lag,   ///< of a replica
  write_wait,        ///< how long a primary's writes have stood still
  connection_count,  ///< clients of a database
  error_count,       ///< probes that failed within the rule's window
  probe_up,          ///< 1 or 0
  database_size,     ///< InnoDB's tablespaces, or a Redis' dataset
  network_latency,   ///< an ICMP echo to the peer's host
  disk_free,         ///< percent of a file system
  load,              ///< of the last minute, per processor
  memory,            ///< percent in use
  spool_age,         ///< of the oldest alert that waits for its delivery
};
/// The words of the configuration, `|` between them, in the order of the enumerators.
constexpr std::string_view kMetricWords =
    "response_time|replication_lag|write_wait|connection_count|error_count|probe_up|database_size|"
    "network_latency|disk_free|load|memory|spool_age";

enum class Comparison { above, below, at_least, at_most, equal, unequal };
constexpr std::string_view kComparisonWords = ">|<|>=|<=|==|!=";

enum class Unit { duration, count, percent, bytes, ratio };

std::string_view to_string(Metric metric);
std::string_view to_string(Comparison comparison);
Unit unit_of(Metric metric);
/// Measured of this machine, so that each node of a pair has its own.
bool is_of_node(Metric metric);
/// Whether resources of `kind` ("mysql") have it; false for what is of the node.
bool kind_has(Metric metric, std::string_view kind);
/// "mysql, redis": those kinds, for messages; empty for what is of the node.
std::string kinds_with(Metric metric);

/// A threshold as one writes it: 30s, 15%, 200, 50GiB, 1.5. nullopt when it is not of the metric's
/// unit.
std::optional<double> parse_threshold(Metric metric, std::string_view text);
/// What is expected there, for messages.
std::string_view describe_threshold(Metric metric);

bool compare(double value, Comparison comparison, double threshold);

}  // namespace ha
