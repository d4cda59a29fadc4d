// Everything alerts and reports say, in one catalogue, English and Chinese side by side.
// Identifiers (states, node, instance, resource and step names, commands) are not translated. Pure
// and thread-safe.
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/config.h"

namespace ha {

enum class Text {
  outcome_done,
  outcome_refused,
  outcome_failed,
  outcome_overtaken,
  outcome_superseded,
  outcome_interrupted,
  outcome_recorded,
  outcome_suspended,
  maintenance_begun,
  maintenance_goes_on,
  maintenance_ended,
  maintenance_reason,
  maintenance_open,
  maintenance_until,
  maintenance_expired,
  maintenance_ended_by,
  rule_firing,
  rule_again,
  rule_resolved,
  rule_gone,
  rule_of,
  lock_lost,
  channel_dead,
  channel_dead_why,
  digest,
  digest_line,
  switchover_begun,
  switchover_done,
  switchover_aborted,
  switchover_reason,
  switchover_left,
  no_earlier_state,
  vip,
  steps,
  step_ok,
  step_failed,
  step_detail,
  no_steps,
  problem,
  advice_refused,
  advice_failed_promotion,
  advice_failed_demotion,
  advice_failed_follow,
  advice_interrupted,
  remark_no_replica,
  remark_no_source_side,
  remark_redis_stays,
  remark_redis_kept,
  remark_other_source,
  remark_mysql_cannot_follow,
  remark_errant_saved,
  remark_errant_unsaved,
  remark_settings,
  problem_second_instance,
  problem_held,
  problem_cooldown,
  remedy_server,
  remedy_applier,
  remedy_drain,
  remedy_peer,
  remedy_diverged,
  remedy_witness,
  remedy_stale,
  remedy_busy,
  remedy_lock,
  remedy_vip,
  remedy_force,
  event,
  late,
  duration_below_ms,
  duration_ms,
  duration_s,
  duration_min,
  duration_h,
  duration_d,
  report_node,
  report_address,
  report_instance,
  report_time,
  report_event,
  report_version,
  report_timeline,
  report_steps,
  report_resource,
  report_step,
  report_start,
  report_took,
  report_result,
  report_detail,
  report_ok,
  report_failed,
  report_problems,
  report_alerts,
  report_channel,
  report_tries,
  report_error,
  report_unfinished,
  report_delivered,
  report_waiting,
  report_dead,
  report_dropped,
  report_no_alert,
  report_written,
  test_message,
};

struct CatalogueEntry {
  Text id;
  std::string_view en;
  std::string_view zh;
};
const std::vector<CatalogueEntry>& catalogue();

/// The text as it stands, with its placeholders.
std::string_view raw_text(Lang lang, Text id);

/// The text with its placeholders filled in: say(lang, Text::vip, fmt::arg("vip", vip)).
template <class... Args>
std::string say(Lang lang, Text id, Args&&... args) {
  const std::string_view pattern = raw_text(lang, id);
  return fmt::vformat(pattern, fmt::make_format_args(args...));
}

}  // namespace ha
