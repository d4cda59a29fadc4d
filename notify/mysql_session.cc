// One connection to the own server for all steps of a lane; a connection that broke is made anew by
// the next step.
#include <algorithm>
#include <optional>

#include "agent/ask_peer.h"
#include "agent/mysql_client.h"
#include "notify/kill_silent.h"
#include "notify/mysql_demote.h"
#include "notify/mysql_follow.h"
#include "notify/mysql_promote.h"
#include "notify/session.h"

namespace ha {
namespace {

constexpr Millis kAnswer{3000};

class MysqlSession : public Session {
 public:
  MysqlSession(const MysqlConfig& config, std::shared_ptr<const Run> run)
      : config_(config), run_(std::move(run)) {}

  Result<StepOutcome> apply(Step step, Deadline deadline) override {
    if (step == Step::kill_silent) return kill_silent(deadline);
    const bool promotes = run_->event.state == State::master;
    if (promotes && !peer_ && !config_.peer_host.empty()) peer_.emplace(config_.peer());
    if (!client_) {
      // Following is given a minute for its waits and copies; no single answer is.
      const Millis limit = step == Step::mysql_follow ? std::min(deadline.remaining(), kAnswer)
                                                      : deadline.remaining();
      auto client = MysqlClient::connect(config_.server, limit, limit);
      if (!client) return tl::unexpected(client.error());
      client_.emplace(std::move(*client));
    }
    auto outcome = act(step, deadline);
    const bool broken = !outcome && outcome.error().kind != ErrorKind::answered;
    if (broken) client_.reset();
    return outcome;
  }

 private:
  // On a connection of its own: the session's may be the one that hangs.
  StepOutcome kill_silent(Deadline deadline) const {
    auto facts = ask_mysql(config_.server, Deadline::in(deadline.remaining() / 2));
    Result<bool> writable = facts ? Result<bool>(facts->writable()) : tl::unexpected(facts.error());
    const MysqlEndpoint& server = config_.server;
    return kill_if_silent(writable, {server.socket, server.host, server.port}, *run_, deadline);
  }

  Result<StepOutcome> act(Step step, Deadline deadline) {
    MysqlPromotion promotion(*client_, peer_ ? &*peer_ : nullptr, config_, *run_);
    MysqlDemotion demotion{*client_, config_.server};
    switch (step) {
      case Step::record_position:
        return promotion.record_position();
      case Step::await_self_fence:
        return promotion.await_self_fence(deadline);
      case Step::fence_peer:
        return promotion.fence_peer(deadline);
      case Step::stop_receiving:
        return promotion.stop_receiving(deadline);
      case Step::drain:
        return promotion.drain(deadline);
      case Step::remove_source:
        return promotion.remove_source();
      case Step::semi_sync:
        return promotion.semi_sync();
      case Step::judge:
        return promotion.judge();
      case Step::lift_read_only:
        return promotion.lift_read_only();
      case Step::look_again:
        return promotion.look_again(deadline);
      case Step::quiesce:
        return demotion.quiesce();
      case Step::kill_clients:
        return demotion.kill_clients();
      case Step::set_read_only:
        return demotion.set_read_only(deadline);
      case Step::mysql_follow:
        return MysqlFollow(*client_, config_, *run_).follow(deadline);
      default:
        return failed("not a step of MySQL");
    }
  }

  MysqlConfig config_;
  std::shared_ptr<const Run> run_;
  std::optional<MysqlClient> client_;
  std::optional<MysqlPeer> peer_;  ///< of a promotion
};

}  // namespace

std::shared_ptr<Session> open_mysql_session(const MysqlConfig& config,
                                            std::shared_ptr<const Run> run) {
  return std::make_shared<MysqlSession>(config, std::move(run));
}

}  // namespace ha
