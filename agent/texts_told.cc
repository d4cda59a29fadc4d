#include "agent/texts_parts.h"

namespace ha {

const std::vector<CatalogueEntry>& told_texts() {
  static const std::vector<CatalogueEntry> entries{
      {Text::outcome_done, "done in {took}", "已完成，用时 {took}"},
      {Text::outcome_refused, "REFUSED after {took}", "已拒绝，用时 {took}"},
      {Text::outcome_failed, "FAILED after {took}", "失败，用时 {took}"},
      {Text::outcome_overtaken, "left to a newer event after {took}",
       "{took} 后出现更新的事件，余下的交由该事件处理"},
      {Text::outcome_superseded, "nothing done, a newer event was there already",
       "未执行任何操作，已有更新的事件"},
      {Text::outcome_interrupted, "INTERRUPTED, the hook was killed before it had finished",
       "被中断，通知脚本在完成之前被终止"},
      {Text::outcome_recorded, "recorded only, this instance does not drive the roles",
       "仅记录，该实例不决定本机角色"},
      {Text::outcome_suspended, "recorded only, maintenance is on: nothing done before its end",
       "仅记录，正在维护：维护结束前不执行任何操作"},
      {Text::maintenance_begun, "MAINTENANCE begun, automatic failover is off on this node",
       "开始维护（MAINTENANCE），本机自动切换已关闭"},
      {Text::maintenance_goes_on, "MAINTENANCE goes on, automatic failover is off on this node",
       "仍在维护（MAINTENANCE），本机自动切换处于关闭状态"},
      {Text::maintenance_ended, "maintenance ended, automatic failover is on again",
       "维护结束，自动切换已恢复"},
      {Text::maintenance_reason, "by {by}, since {since}: {reason}",
       "由 {by} 于 {since} 开始：{reason}"},
      {Text::maintenance_open, "until `ha-agent maintenance off`",
       "直到执行 `ha-agent maintenance off`"},
      {Text::maintenance_until, "until {until}", "直到 {until}"},
      {Text::maintenance_expired, "its time is over", "维护时间已到"},
      {Text::maintenance_ended_by, "ended by {by}", "由 {by} 结束"},
      {Text::rule_firing,
       "ALERT {rule}: {what} is {value}, which is {operator} {limit}, since {since}",
       "告警（ALERT）{rule}：{what} 为 {value}，{operator} {limit}，自 {since} 起"},
      {Text::rule_again,
       "ALERT {rule} goes on: {what} is {value}, which is {operator} {limit}, since {since}",
       "告警（ALERT）{rule} 仍在持续：{what} 为 {value}，{operator} {limit}，自 {since} 起"},
      {Text::rule_resolved,
       "RESOLVED {rule}: {what} is {value}, no longer {operator} {limit} as it was for {lasted}",
       "已恢复（RESOLVED）{rule}：{what} 为 {value}，不再 {operator} {limit}，此前持续 {lasted}"},
      {Text::rule_gone,
       "RESOLVED {rule}: {what} is no longer measured or no longer applies; it was {operator} "
       "{limit} for {lasted}",
       "已恢复（RESOLVED）{rule}：{what} 不再测量或不再适用；此前 {operator} {limit} 持续 "
       "{lasted}"},
      {Text::rule_of, "{metric} of {about}", "{about} 的 {metric}"},
      {Text::lock_lost, "LOCK LOST, this node takes writes without it",
       "锁已丢失（LOCK LOST），本机在没有锁的情况下接受写入"},
      {Text::channel_dead, "a CHANNEL for alerts refuses them", "一个告警通道（CHANNEL）拒收告警"},
      {Text::channel_dead_why,
       "channel {channel}: {why}; what it refused is kept: `ha-agent alerts list --dead`",
       "通道 {channel}：{why}；被拒收的告警已保留：`ha-agent alerts list --dead`"},
      {Text::digest, "{count} alerts in one, because they were too many to be sent one by one",
       "合并发送 {count} 条告警，因数量过多未逐条发送"},
      {Text::digest_line, "{time}  {headline}  [{id}]", "{time}  {headline}  [{id}]"},
      {Text::switchover_begun, "switchover begun, this node gives its role to the peer",
       "开始主动切换，本机将角色交给对端"},
      {Text::switchover_done, "switchover done, the peer serves", "主动切换完成，对端已提供服务"},
      {Text::switchover_aborted, "switchover ABORTED", "主动切换已中止"},
      {Text::switchover_reason, "by {by}: {reason}", "由 {by} 发起：{reason}"},
      {Text::switchover_left,
       "the process of a switchover was killed before it had finished; what it had asked of "
       "keepalived is taken back",
       "主动切换的进程在完成之前被终止；对 keepalived 的请求已撤回"},
      {Text::no_earlier_state, "no earlier state", "无先前状态"},
      {Text::vip, "VIP: {vip}", "VIP：{vip}"},
      {Text::steps, "What was done:", "执行的步骤："},
      {Text::step_ok, "+ {resource}: {step}, {took}", "+ {resource}：{step}，{took}"},
      {Text::step_failed, "- {resource}: {step} FAILED after {took}",
       "- {resource}：{step} 失败，{took}"},
      {Text::step_detail, "{step} ({detail})", "{step}（{detail}）"},
      {Text::no_steps, "No step was needed.", "无需执行任何步骤。"},
      {Text::problem, "! {problem}", "! {problem}"},
      {Text::advice_refused,
       "What to do: every check judges this anew, and it ends with its cause; see "
       "`ha-agent status`.",
       "处理建议：每次检查都会重新判断，原因消除后自动恢复；请查看 `ha-agent status`。"},
      {Text::advice_failed_promotion,
       "What to do: see `ha-agent status` and `ha-agent history`, mend the cause, then run "
       "`ha-agent ack`; until then this node's check says no.",
       "处理建议：请查看 `ha-agent status` 和 `ha-agent history`，排除故障后执行 "
       "`ha-agent ack`；在此之前本机检查一直返回失败。"},
      {Text::advice_failed_demotion,
       "What to do: this node may still accept writes. Look at it now (`ha-agent status`).",
       "处理建议：本机可能仍可写入，请立即检查（`ha-agent status`）。"},
      {Text::advice_failed_follow,
       "What to do: this node takes no writes, but it follows nobody: mend the cause (`ha-agent "
       "history`), then send BACKUP again: `ha-agent notify BACKUP`.",
       "处理建议：本机不接受写入，但没有跟随任何主库：请排除原因（`ha-agent "
       "history`），然后重新执行 "
       "`ha-agent notify BACKUP`。"},
      {Text::advice_interrupted, "What to do: see `ha-agent status` for what is so now.",
       "处理建议：请用 `ha-agent status` 查看当前状态。"},
      {Text::remark_no_replica,
       "no replica is connected, so nothing protects a write against the loss of this node; once "
       "one is back: SET GLOBAL {variable} = ON",
       "没有从库连接，本机一旦丢失，写入将无从恢复；从库恢复后请执行：SET GLOBAL {variable} = ON"},
      {Text::remark_begins_read_only,
       "{variable} = ON: whoever connects now cannot write (error 1792); SET GLOBAL {variable} = "
       "OFF",
       "{variable} = ON：新连接的会话无法写入（错误 1792）；请执行：SET GLOBAL {variable} = OFF"},
      {Text::remark_no_source_side,
       "semi-sync is on for a replica, but this server has no source side: its writes are "
       "asynchronous now; install and enable the source plugin",
       "半同步从端已启用，但本机没有主端插件：现在的写入是异步的；请安装并启用主端插件"},
      {Text::remark_redis_stays,
       "does not follow {peer} and takes no writes ({why}); save what you need, then run "
       "REPLICAOF {words} on it",
       "未跟随 {peer}，且不接受写入（{why}）；请先保存所需数据，再在其上执行 REPLICAOF {words}"},
      {Text::remark_redis_kept,
       "follows {peer} now, which may lack data that this server had ({why}); those are kept in "
       "{file}; to look at them: {command}",
       "现已跟随 {peer}，对端可能缺少本机原有的数据（{why}）；这些数据保存在 {file}；"
       "查看方法：{command}"},
      {Text::remark_other_source,
       "follows {source} and was left alone; it is not the configured peer {peer}",
       "正在从 {source} 复制，未作改动；它不是配置的对端 {peer}"},
      {Text::remark_mysql_cannot_follow,
       "does not follow {peer} and stays read-only ({why}); rebuild it from the peer, or mend the "
       "cause",
       "未跟随 {peer}，保持只读（{why}）；请排除原因，或用对端数据重建本机"},
      {Text::remark_errant_saved,
       "does not follow {peer} and stays read-only: it has transactions that the peer lacks "
       "({errant}); the binary logs that hold them are in {folder}; see to them, then rebuild this "
       "server from the peer",
       "未跟随 {peer}，保持只读：本机有对端缺少的事务（{errant}）；相关二进制日志已保存在 "
       "{folder}；请处理后用对端数据重建本机"},
      {Text::remark_errant_unsaved,
       "does not follow {peer} and stays read-only: it has transactions that the peer lacks "
       "({errant}); their binary logs could NOT be saved ({why}); on the server's host run: "
       "{command}",
       "未跟随 {peer}，保持只读：本机有对端缺少的事务（{errant}）；二进制日志未能保存（{why}）；"
       "请在数据库主机上执行：{command}"},
      {Text::remark_settings,
       "the next failover needs settings that are missing in the server's configuration: {lines}",
       "数据库服务器的配置缺少下次切换所需的设置：{lines}"},
      {Text::remark_apart,
       "its data may lack what the old primary acknowledged, though no GTID is missing: "
       "{settings}; "
       "compare them (pt-table-checksum) before the old primary is rebuilt or purged",
       "即使没有缺少任何 "
       "GTID，数据也可能缺少旧主库已确认的内容：{settings}；在重建旧主库之前请比较两者的数据"
       "（pt-table-checksum）"},
      {Text::remark_errant_serves,
       "it has transactions of its own, which the old primary did not have ({errant}): {deeds}",
       "本机有旧主库没有的事务（{errant}）：{deeds}"},
      {Text::errant_nothing, "they change no data", "它们不改变数据"},
      {Text::errant_data, "they change data", "它们改变了数据"},
      {Text::errant_unknown, "whether they change data was not found out",
       "未能查明它们是否改变数据"},
      {Text::problem_second_instance,
       "events of a second instance ({other}) came, beside those of {driving}: set instance = in "
       "[agent] to the one that drives the roles",
       "除 {driving} 外又收到第二个实例（{other}）的事件：请在 [agent] 中用 instance = "
       "指定决定角色的实例"},
      {Text::problem_held,
       "a failed step is held ({resource}: {step}: {error}); mend it, then run `ha-agent ack`",
       "有失败的步骤被保留（{resource}：{step}：{error}）；排除故障后执行 `ha-agent ack`"},
      {Text::problem_cooldown,
       "the last promotion was too short a time ago (min_promote_interval): wait another {left}, "
       "or "
       "run `ha-agent promote --force --reason TEXT`",
       "距上次提升时间过短（min_promote_interval）：请再等待 {left}，或执行 "
       "`ha-agent promote --force --reason TEXT`"},
      {Text::remedy_server, "mend or start the server; every check judges anew",
       "请修复或启动该服务器；每次检查都会重新判断"},
      {Text::remedy_applier,
       "mend the applier (its error is in SHOW REPLICA STATUS) and start it; MariaDB, where the "
       "receiver "
       "does not run either: from its place in the relay log, which START SLAVE throws away "
       "(README)",
       "请修复 SQL 线程（错误见 SHOW REPLICA STATUS）并启动；MariaDB 的 IO "
       "线程也未运行时，请从中继日志中的位置启动，"
       "否则 START SLAVE 会丢弃中继日志（见 README）"},
      {Text::remedy_drain, "wait until the relay log is applied", "请等待中继日志应用完毕"},
      {Text::remedy_peer,
       "let this node follow the peer until it has caught up, or let the peer take the VIP",
       "请让本机跟随对端直至追平，或让对端接管 VIP"},
      {Text::remedy_refusing,
       "let ha-agent's account in on the peer again (its connections, password, host, TLS), or "
       "stop the peer's server",
       "请让对端服务器重新接受 ha-agent 的账号（连接数、密码、来源主机、TLS），或停止对端的服务器"},
      {Text::remedy_diverged,
       "decide which node has the data to keep and rebuild the other from it",
       "请决定保留哪个节点的数据，并用它重建另一个节点"},
      {Text::remedy_witness,
       "mend this node's network: it sees neither the peer nor enough witnesses",
       "请修复本机网络：它既看不到对端，也看不到足够的见证者"},
      {Text::remedy_stale, "bring the other node back, which may hold the missing writes",
       "请恢复另一个节点，缺失的写入可能在其上"},
      {Text::remedy_busy, "another promotion is at work; its end shows in `ha-agent history`",
       "另一次提升正在进行；结果见 `ha-agent history`"},
      {Text::remedy_lock,
       "see `ha-agent status` for who has the lock and which members of etcd answer; a promotion "
       "that is asked for again takes it as soon as it can be had",
       "请用 `ha-agent status` 查看锁的持有者和 etcd 各成员的应答；锁可用之后，再次提升即可取得"},
      {Text::remedy_vip, "the VIP has left this node; nothing to do here",
       "VIP 已离开本机，无需处理"},
      {Text::remedy_force, "{remedy}; or take the loss: `ha-agent promote --force --reason TEXT`",
       "{remedy}；或承担损失：`ha-agent promote --force --reason TEXT`"},
      {Text::event, "Event: {time}, {id}", "事件：{time}，{id}"},
      {Text::late, "Sent {delay} after the event.", "本消息在事件发生 {delay} 后发出。"},
      {Text::duration_below_ms, "under 1 ms", "不到 1 毫秒"},
      {Text::duration_ms, "{ms} ms", "{ms} 毫秒"},
      {Text::duration_s, "{s} s", "{s} 秒"},
      {Text::duration_min, "{min} min {s} s", "{min} 分 {s} 秒"},
      {Text::duration_h, "{h} h {min} min", "{h} 小时 {min} 分"},
      {Text::duration_d, "{d} d {h} h", "{d} 天 {h} 小时"},
      {Text::report_node, "Node", "节点"},
      {Text::report_address, "Virtual address", "虚拟地址"},
      {Text::report_instance, "Instance", "实例"},
      {Text::report_time, "Time", "时间"},
      {Text::report_event, "Event", "事件"},
      {Text::report_version, "Done by", "执行者"},
      {Text::report_timeline, "Timeline", "时间线"},
      {Text::report_steps, "Steps", "步骤"},
      {Text::report_resource, "Resource", "资源"},
      {Text::report_step, "Step", "步骤"},
      {Text::report_start, "After", "开始于"},
      {Text::report_took, "Took", "用时"},
      {Text::report_result, "Result", "结果"},
      {Text::report_detail, "What was found and done", "详情"},
      {Text::report_ok, "ok", "成功"},
      {Text::report_failed, "FAILED", "失败"},
      {Text::report_problems, "Problems", "问题"},
      {Text::report_alerts, "Alerts", "告警"},
      {Text::report_channel, "Channel", "通道"},
      {Text::report_tries, "Tries", "尝试次数"},
      {Text::report_error, "Last error", "最近的错误"},
      {Text::report_unfinished, "begun and not ended", "已开始，尚未结束"},
      {Text::report_delivered, "delivered", "已送达"},
      {Text::report_waiting, "waiting", "等待发送"},
      {Text::report_dead, "given up", "已放弃"},
      {Text::report_dropped, "dropped by an operator", "已由操作员放弃"},
      {Text::report_no_alert, "No alert was told.", "没有发送告警。"},
      {Text::report_written, "Written {time} by ha-agent {version}",
       "由 ha-agent {version} 生成于 {time}"},
      {Text::test_message,
       "Test of the channel {channel} from {node}, {time}. Nothing has happened. Messages about "
       "MASTER, BACKUP, FAULT and STOP will come here.",
       "来自 {node} 的通道 {channel} 测试消息，{time}。没有发生任何事件。MASTER、BACKUP、FAULT、"
       "STOP 的通知将发送到这里。"},
  };
  return entries;
}

}  // namespace ha
