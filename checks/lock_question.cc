#include "checks/lock_question.h"

#include <thread>

#include "agent/etcd_client.h"
#include "agent/lock_lease.h"

namespace ha {

LockQuestion::LockQuestion(const Config& config, bool refused, Deadline deadline)
    : lock_(*config.the_lock()),
      own_value_(lock_value(config.agent.node)),
      refused_(refused),
      deadline_(deadline) {}

void LockQuestion::begin() {
  const std::lock_guard guard(mutex_);
  if (answer_.valid()) return;
  std::promise<LockView> promise;
  answer_ = promise.get_future().share();
  std::thread([lock = lock_, own = own_value_, refused = refused_, deadline = deadline_,
               promise = std::move(promise)]() mutable {
    const auto key = EtcdClient(lock).read(deadline);
    LockView view;
    view.configured = true;
    view.answers = key.has_value();
    if (!key) {
      view.why = key.error().message;
    } else if (refused && *key && (*key)->value != own) {
      view.elsewhere = true;
      view.why = lock_holder((*key)->value) + " has it";
    }
    promise.set_value(std::move(view));
  }).detach();
}

LockView LockQuestion::view() {
  begin();
  std::shared_future<LockView> answer;
  {
    const std::lock_guard guard(mutex_);
    answer = answer_;
  }
  if (answer.wait_until(deadline_.at()) == std::future_status::ready) return answer.get();
  return {true, false, false, "no answer in time"};
}

}  // namespace ha
