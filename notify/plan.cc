#include "notify/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ha {
namespace {

struct StepText {
  Step step;
  std::string_view word;
  std::string_view en;
  std::string_view zh;
};

constexpr std::array kSteps{
    StepText{
        Step::record_position, "record-position",
        "note where the old source and this server stand, for the rejoin and for a post-mortem",
        "记录旧主库和本机的复制位置，供重新加入和事后分析使用"},
    StepText{Step::await_self_fence, "wait",
             "a peer that is silent may be isolated and needs this time to stop its writes",
             "对端无响应，可能已被隔离：留给它停止写入所需的时间"},
    StepText{Step::take_lock, "take-lock",
             "without the lock in etcd nothing is let in; of a node that went away it has to end",
             "没有取得 etcd 中的锁就不放开写入；若持有者已消失，则等待锁到期"},
    StepText{Step::fence_peer, "fence-peer",
             "if the peer answers: lock the servers, stop its writes, receive the rest; judge "
             "before anything changes",
             "若对端有响应：加锁，停止其写入并接收剩余数据；在改动之前先判断"},
    StepText{Step::stop_receiving, "stop-receiving",
             "end the IO thread without waiting for a vanished source; the applier goes on",
             "结束 IO 线程，不等待已消失的主库；SQL 线程继续应用"},
    StepText{
        Step::drain, "drain",
        "apply every transaction that was received, or refuse: each may have been acknowledged",
        "应用所有已收到的事务，否则拒绝提升：它们可能已向客户端确认"},
    StepText{Step::remove_source, "remove-source",
             "forget the source, so that a returning old primary cannot write here",
             "删除复制源配置，避免回归的旧主库写入本机"},
    StepText{Step::semi_sync, "semi-sync",
             "source side on, replica side off; while no replica is there a commit must not wait "
             "for one",
             "打开半同步主端，关闭从端；没有从库时提交不应等待"},
    StepText{
        Step::judge, "judge",
        "look again at the newest event, the VIP and the server right before writes are let in",
        "放开写入之前，再次核对最新事件、VIP 和服务器状态"},
    StepText{Step::lift_read_only, "lift-read-only", "let writes in, and read it back",
             "解除 read_only，并读回确认"},
    StepText{Step::look_again, "look-again",
             "undo the promotion if a newer event came or the VIP left meanwhile",
             "若期间有新事件或 VIP 已离开，则撤销提升"},
    StepText{Step::quiesce, "quiesce",
             "of a switchover: let the commits under way end, then take no more writes and end "
             "the clients",
             "主动切换：等待正在进行的提交结束，然后停止写入并断开客户端"},
    StepText{
        Step::kill_clients, "kill-clients",
        "if writable: end client connections first, so that no more acknowledgements can leave",
        "若可写：先断开客户端连接，使任何确认都无法再发出"},
    StepText{Step::set_read_only, "set-read-only",
             "stop writes, bounded, and read it back; commits that wait for a semi-sync "
             "acknowledgement are let go once nobody can begin another",
             "限时设置只读，并读回确认；待无人能再开始写入后，放行等待半同步确认的提交"},
    StepText{Step::mysql_follow, "follow",
             "replicate from the peer if it is a primary that has all we have, else stay read-only "
             "and keep what it lacks",
             "若对端是主库且包含本机全部事务，则从其复制，否则保持只读，并保存对端缺少的事务"},
    StepText{Step::kill_silent, "kill-if-silent",
             "if it may take writes and answered nothing, or let nobody in: kill the process, it "
             "comes back read-only",
             "若仍可能接受写入，却毫无响应或拒绝登录：杀死其进程，重启后为只读"},
    StepText{
        Step::fence_peer, "fence-peer",
        "if the peer answers: stop its writes, receive the rest; judge before anything changes",
        "若对端有响应：停止其写入并接收剩余数据；在改动之前先判断"},
    StepText{Step::redis_promote, "promote",
             "become master, write the configuration, drop clients that hold on to the old role",
             "升为 master，写回配置，断开仍停留在旧角色的客户端"},
    StepText{Step::redis_look_again, "look-again",
             "undo the promotion if a newer event came or the VIP left meanwhile",
             "若期间有新事件或 VIP 已离开，则撤销提升"},
    StepText{Step::redis_fence, "fence",
             "if master: refuse writes at once and drop the clients; nothing is thrown away",
             "若为 master：立即拒绝写入并断开客户端；不丢弃任何数据"},
    StepText{
        Step::redis_follow, "follow",
        "become the peer's replica if it is a master; keep aside first what it may lack, else stay "
        "fenced",
        "若对端是 master，则成为其从库，先保存其可能缺少的数据；否则保持写隔离"},
    StepText{Step::release_lock, "release-lock",
             "once every database here takes no writes: let the other node have the lock",
             "本机所有数据库都不再接受写入之后：把锁让给另一个节点"},
    StepText{Step::unit_start, "start", "it belongs to a master", "属于 master 的服务"},
    StepText{Step::unit_stop, "stop", "it belongs to a master, and this node is none now",
             "属于 master 的服务，而本机已不是 master"},
    StepText{Step::unit_restart, "restart", "the configuration asks for a restart", "按配置重启"},
};

const StepText& text_of(Step step) {
  for (const StepText& text : kSteps) {
    if (text.step == step) return text;
  }
  return kSteps[0];  // the unit test sees to it that every step has a row
}

bool follows(State to) {
  return to == State::backup || to == State::fault;  // STOP must not begin it
}

// A peer that cannot be asked must have stopped its writes all the same.
void exclude_the_peer(const Config& config, std::vector<Step>& steps) {
  if (config.the_lock() != nullptr) {
    steps.push_back(Step::take_lock);
  } else if (!config.witness.empty()) {
    steps.push_back(Step::await_self_fence);
  }
}

std::vector<Step> mysql_steps(const Config& config, State to, bool has_peer, Manner manner) {
  if (to == State::master) {
    std::vector<Step> steps{Step::record_position};
    exclude_the_peer(config, steps);
    steps.insert(steps.end(),
                 {Step::fence_peer, Step::stop_receiving, Step::drain, Step::remove_source,
                  Step::semi_sync, Step::judge, Step::lift_read_only, Step::look_again});
    return steps;
  }
  std::vector<Step> steps;
  if (manner == Manner::orderly) steps.push_back(Step::quiesce);
  steps.insert(steps.end(), {Step::kill_clients, Step::set_read_only});
  if (config.agent.on_silent == OnSilent::kill) steps.push_back(Step::kill_silent);
  if (has_peer && follows(to)) steps.push_back(Step::mysql_follow);
  return steps;
}

std::vector<Step> redis_steps(const Config& config, State to, bool has_peer) {
  if (to == State::master) {
    std::vector<Step> steps;
    exclude_the_peer(config, steps);
    steps.insert(steps.end(), {Step::fence_peer, Step::redis_promote, Step::redis_look_again});
    return steps;
  }
  std::vector<Step> steps{Step::redis_fence};
  if (config.agent.on_silent == OnSilent::kill) steps.push_back(Step::kill_silent);
  if (has_peer && follows(to)) steps.push_back(Step::redis_follow);
  return steps;
}

std::vector<Step> unit_steps(UnitAction action) {
  switch (action) {
    case UnitAction::none:
      return {};
    case UnitAction::start:
      return {Step::unit_start};
    case UnitAction::stop:
      return {Step::unit_stop};
    case UnitAction::restart:
      return {Step::unit_restart};
  }
  return {};
}

}  // namespace

std::string_view word_of(Step step) {
  return text_of(step).word;
}

std::string_view reason_of(Step step, Lang lang) {
  return lang == Lang::zh_cn ? text_of(step).zh : text_of(step).en;
}

Plan make_plan(const Config& config, State from, State to, Manner manner) {
  Plan plan{from, to, {}};
  for (std::size_t i = 0; i < config.mysql.size(); ++i) {
    const MysqlConfig& mysql = config.mysql[i];
    const bool has_peer = !mysql.peer_host.empty() && !mysql.replication_user.empty();
    plan.lanes.push_back(
        {LaneKind::mysql, i, "mysql " + mysql.name, mysql_steps(config, to, has_peer, manner)});
  }
  for (std::size_t i = 0; i < config.redis.size(); ++i) {
    const RedisConfig& redis = config.redis[i];
    plan.lanes.push_back({LaneKind::redis, i, "redis " + redis.name,
                          redis_steps(config, to, !redis.peer_host.empty())});
  }
  for (std::size_t i = 0; i < config.unit.size(); ++i) {
    const UnitConfig& unit = config.unit[i];
    auto steps = unit_steps(to == State::master ? unit.on_master : unit.on_backup);
    if (!steps.empty())
      plan.lanes.push_back({LaneKind::unit, i, "unit " + unit.name, std::move(steps)});
  }
  if (const LockConfig* const lock = config.the_lock(); lock != nullptr && to != State::master) {
    plan.lanes.push_back({LaneKind::lock, 0, "lock " + lock->name, {Step::release_lock}});
  }
  return plan;
}

namespace {

Plan keep_steps(Plan plan, const std::vector<Step>& steps, bool listed) {
  for (Lane& lane : plan.lanes) {
    std::erase_if(lane.steps, [&](Step step) {
      return (std::find(steps.begin(), steps.end(), step) != steps.end()) != listed;
    });
  }
  std::erase_if(plan.lanes, [](const Lane& lane) { return lane.steps.empty(); });
  return plan;
}

}  // namespace

Plan without_steps(Plan plan, const std::vector<Step>& steps) {
  return keep_steps(std::move(plan), steps, false);
}

Plan only_steps(Plan plan, const std::vector<Step>& steps) {
  return keep_steps(std::move(plan), steps, true);
}

std::string render_plan(const Plan& plan, const Config& config) {
  const bool zh = config.agent.lang == Lang::zh_cn;
  std::string text = fmt::format("{} -> {}: ", to_string(plan.from), to_string(plan.to));
  if (plan.lanes.empty()) {
    return text + (zh ? "无事可做\n" : "nothing to do\n");
  }
  text += zh ? "各资源并行，每个资源按顺序执行\n"
             : "resources side by side, each one's steps in order\n";
  std::size_t width = 0;
  for (const Lane& lane : plan.lanes) {
    for (const Step step : lane.steps) width = std::max(width, word_of(step).size());
  }
  for (const Lane& lane : plan.lanes) {
    text += fmt::format("\n{}\n", lane.resource);
    int number = 0;
    for (const Step step : lane.steps) {
      text += fmt::format("  {}. {:<{}}  {}\n", ++number, word_of(step), width,
                          reason_of(step, config.agent.lang));
    }
  }
  return text;
}

}  // namespace ha
