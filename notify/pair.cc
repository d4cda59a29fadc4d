#include "notify/pair.h"

#include <fmt/format.h>

#include <future>

#include "agent/ask_peer.h"
#include "agent/holds.h"
#include "agent/mysql_apart.h"
#include "checks/data_look.h"

namespace ha {
namespace {

std::string counted_replicas(std::int64_t count) {
  return count == 0 ? "no replica" : fmt::format("{} replica{}", count, count == 1 ? "" : "s");
}

PairSide unseen(std::string node, Millis took, const Error& error) {
  PairSide side;
  side.node = std::move(node);
  side.answers = false;
  side.state = answer_of(error) == Answer::refusing ? "refusing" : "silent";
  side.detail = error.message;
  side.took = took;
  return side;
}

std::string source_text(const ReplicaStatus& source, const ServerView& view) {
  std::string text = "of " + source.source_host;
  if (view.receiver != Receiver::running) text += ", not connected";
  if (view.applier == Applier::stopped) text += ", applier stopped";
  if (view.applier == Applier::error) text += ", applier failed: " + view.trouble;
  return text;
}

PairSide mysql_side(std::string node, const Timed<MysqlFacts>& timed) {
  if (!timed.answer) return unseen(std::move(node), timed.took, timed.answer.error());
  const MysqlFacts& facts = *timed.answer;
  const ServerView view = server_view(facts);
  PairSide side;
  side.node = std::move(node);
  side.took = timed.took;
  side.held = held_text(facts);
  side.lag = view.lag;
  if (facts.writable()) {
    side.state = "primary";
    if (facts.replicas_connected) side.detail = counted_replicas(*facts.replicas_connected);
  } else {
    side.state = facts.sources.empty() ? "read-only" : "replica";
  }
  if (!view.closed.empty()) {
    if (!side.detail.empty()) side.detail += "; ";
    side.detail += view.closed;
  }
  if (!facts.sources.empty()) {
    if (!side.detail.empty()) side.detail += "; replica ";
    side.detail += source_text(facts.sources.front(), view);
  }
  return side;
}

PairSide redis_side(std::string node, const Timed<RedisSight>& timed) {
  if (!timed.answer) return unseen(std::move(node), timed.took, timed.answer.error());
  const RedisFacts& facts = timed.answer->facts;
  PairSide side;
  side.node = std::move(node);
  side.took = timed.took;
  side.held = fmt::format("{}:{}", facts.replid, facts.offset);
  if (facts.loading) {
    side.state = "loading";
  } else if (facts.master) {
    side.state = timed.answer->takes_writes ? "primary" : "fenced";
    side.detail = counted_replicas(facts.replicas);
  } else {
    side.state = "replica";
    side.detail = "of " + facts.source_host;
    if (facts.syncing) side.detail += ", in a full sync";
    if (!facts.link_up) side.detail += ", not connected";
  }
  return side;
}

void judge_row(PairRow& row) {
  const int primaries =
      (row.own.state == "primary" ? 1 : 0) + (row.peer.state == "primary" ? 1 : 0);
  const bool both_answer = row.own.answers && row.peer.answers;
  if (primaries == 2) row.trouble = "TWO PRIMARIES";
  if (primaries == 0 && both_answer) row.trouble = "no primary";
  const auto lacks = [](const PairSide& side) { return side.lacks && !side.lacks->empty(); };
  if (lacks(row.own) && lacks(row.peer)) {
    if (!row.trouble.empty()) row.trouble += "; ";
    row.trouble += "DIVERGED: each holds what the other lacks";
  }
}

/// What Redis can tell: the difference of two offsets of one history.
std::optional<std::string> redis_lacks(const RedisFacts& one, const RedisFacts& other) {
  switch (compare_holds(other, one)) {
    case Holds::same_or_less:
      return "";
    case Holds::ahead:
      return fmt::format("{} bytes", other.offset - one.offset);
    case Holds::diverged:
      return "another history";
    case Holds::unknown:
      break;
  }
  return std::nullopt;
}

template <class T, class Endpoint, class Ask>
std::shared_future<Timed<T>> begin(const Endpoint& endpoint, Deadline deadline, Ask ask) {
  return std::async(std::launch::async, [endpoint, deadline, ask] {
    const auto begun = SteadyClock::now();
    Timed<T> timed{ask(endpoint, deadline), {}};
    timed.took = std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
    return timed;
  });
}

/// By the deadline, where it is there by then.
template <class T>
Result<T> answer_of(const std::shared_future<Timed<T>>& asked, Deadline deadline) {
  const auto ready = asked.wait_until(deadline.at());
  if (ready != std::future_status::ready) return fail("no answer in time", ErrorKind::timeout);
  return asked.get().answer;
}

}  // namespace

PairRow mysql_row(std::string resource, std::string own_node, std::string peer_node,
                  const Timed<MysqlFacts>& own, const Timed<MysqlFacts>& peer) {
  PairRow row;
  row.resource = std::move(resource);
  row.own = mysql_side(std::move(own_node), own);
  row.peer = mysql_side(std::move(peer_node), peer);
  if (own.answer && peer.answer) {
    row.own.lacks = held_beyond(*peer.answer, *own.answer);
    row.peer.lacks = held_beyond(*own.answer, *peer.answer);
  }
  judge_row(row);
  return row;
}

void note_apart(PairRow& row, const MysqlConfig& config, const Result<MysqlFacts>& own,
                const Result<MysqlFacts>& peer) {
  const auto add = [&](const PairSide& side, const Result<MysqlFacts>& facts,
                       const MysqlConfig& from) {
    if (!facts) return;
    const auto all = apart_of(from, *facts);
    const std::string text = apart_text(facts->writable() ? log_filters(all) : all);
    if (text.empty()) return;
    if (!row.apart.empty()) row.apart += "; ";
    row.apart += side.node + ": " + text;
  };
  add(row.own, own, config);
  add(row.peer, peer, {});
  if (row.apart.empty()) return;
  for (PairSide* side : {&row.own, &row.peer}) {
    if (side->state != "primary" && side->lacks == "") side->lacks.reset();
  }
  if (!row.trouble.empty()) row.trouble += "; ";
  row.trouble += "the data may differ though the GTIDs do not: " + row.apart;
}

PairRow redis_row(std::string resource, std::string own_node, std::string peer_node,
                  const Timed<RedisSight>& own, const Timed<RedisSight>& peer) {
  PairRow row;
  row.resource = std::move(resource);
  row.own = redis_side(std::move(own_node), own);
  row.peer = redis_side(std::move(peer_node), peer);
  if (own.answer && peer.answer) {
    row.own.lacks = redis_lacks(own.answer->facts, peer.answer->facts);
    row.peer.lacks = redis_lacks(peer.answer->facts, own.answer->facts);
  }
  judge_row(row);
  return row;
}

struct PairQuestion::Asked {
  template <class Config, class T>
  struct One {
    const Config* config;
    std::shared_future<Timed<T>> own, peer;
  };
  std::vector<One<MysqlConfig, MysqlFacts>> mysql;
  std::vector<One<RedisConfig, RedisSight>> redis;
};

PairQuestion::PairQuestion(const Config& config, Deadline deadline)
    : config_(config), asked_(std::make_unique<Asked>()) {
  // Both of one resource at once, or a busy primary would seem to be ahead of itself.
  for (const MysqlConfig& each : config.mysql) {
    if (each.peer_host.empty()) continue;
    const auto ask = [](const MysqlEndpoint& server, Deadline by) {
      return ask_mysql(server, by, {.apart = true});
    };
    asked_->mysql.push_back({&each, begin<MysqlFacts>(each.server, deadline, ask),
                             begin<MysqlFacts>(each.peer(), deadline, ask)});
  }
  for (const RedisConfig& each : config.redis) {
    if (each.peer_host.empty()) continue;
    asked_->redis.push_back({&each, begin<RedisSight>(each.server, deadline, ask_redis),
                             begin<RedisSight>(each.peer(), deadline, ask_redis)});
  }
}

PairQuestion::~PairQuestion() = default;

std::vector<PairRow> PairQuestion::rows() const {
  std::vector<PairRow> rows;
  rows.reserve(asked_->mysql.size() + asked_->redis.size());
  const std::string& node = config_.agent.node;
  for (const auto& each : asked_->mysql) {
    const auto& own = each.own.get();
    const auto& peer = each.peer.get();
    rows.push_back(
        mysql_row("mysql " + each.config->name, node, each.config->peer_host, own, peer));
    note_apart(rows.back(), *each.config, own.answer, peer.answer);
  }
  for (const auto& each : asked_->redis) {
    rows.push_back(redis_row("redis " + each.config->name, node, each.config->peer_host,
                             each.own.get(), each.peer.get()));
  }
  return rows;
}

PeerAnswers PairQuestion::peers() const {
  const auto of = [](const auto& asked, const auto& config, Deadline by) {
    for (const auto& each : asked) {
      if (each.config->name == config.name) return answer_of(each.peer, by);
    }
    return decltype(answer_of(asked.front().peer, by)){fail("not asked")};
  };
  return {
      [this, of](const MysqlConfig& config, Deadline by) { return of(asked_->mysql, config, by); },
      [this, of](const RedisConfig& config, Deadline by) { return of(asked_->redis, config, by); }};
}

}  // namespace ha
