#include "agent/etcd_client.h"

#include <fmt/format.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "agent/etcd_http.h"

namespace ha {
namespace {

/// A member that has not answered after this is not waited for alone.
constexpr Millis kSlow{250};
/// Of one member. More would only be threads that wait for the same resolver.
constexpr int kMaxAtOnce = 8;

std::string host_of(const std::string& endpoint) {
  return endpoint.substr(endpoint.find("://") + 3);
}

}  // namespace

/// What outlives a question: which member is good, the token, and who is busy.
struct EtcdClient::Members {
  explicit Members(LockConfig config) : lock(std::move(config)), busy(lock.endpoints.size()) {}

  const LockConfig lock;
  std::mutex mutex;
  std::vector<int> busy;
  std::size_t good = 0;
  bool answered = false;
  std::string token;

  bool begin(std::size_t member) {
    const std::lock_guard guard(mutex);
    if (busy[member] >= kMaxAtOnce) return false;
    ++busy[member];
    return true;
  }
  void end(std::size_t member, bool is_good) {
    const std::lock_guard guard(mutex);
    --busy[member];
    if (!is_good) return;
    good = member;
    answered = true;
  }
  std::size_t first() {
    const std::lock_guard guard(mutex);
    return good;
  }
  std::string known_token() {
    const std::lock_guard guard(mutex);
    return token;
  }

  Result<std::string> log_in(std::size_t member, Deadline deadline) {
    auto reply = post_etcd(lock, lock.endpoints[member], "/v3/auth/authenticate",
                           etcd_authenticate(lock.user, lock.password), "", deadline);
    if (!reply) return tl::unexpected(reply.error());
    if (reply->status != 200) return tl::unexpected(etcd_error(reply->status, reply->body));
    auto got = parse_etcd_token(reply->body);
    if (!got) return got;
    const std::lock_guard guard(mutex);
    token = *got;
    return got;
  }

  /// The body of a reply with status 200.
  Result<std::string> post(std::size_t member, const std::string& path, const std::string& body,
                           Deadline deadline) {
    std::string with = known_token();
    const bool had_token = !with.empty();
    if (!had_token && !lock.user.empty()) {
      auto got = log_in(member, deadline);
      if (!got) return got;
      with = *got;
    }
    for (bool again = had_token;; again = false) {
      auto reply = post_etcd(lock, lock.endpoints[member], path, body, with, deadline);
      if (!reply) return tl::unexpected(reply.error());
      if (reply->status == 200) return std::move(reply->body);
      const Error error = etcd_error(reply->status, reply->body);
      // Tokens end after a while, and with the member that gave them.
      if (!again || error.code != kEtcdUnauthenticated) return tl::unexpected(error);
      auto got = log_in(member, deadline);
      if (!got) return got;
      with = *got;
    }
  }
};

namespace {

int gravity(const Error& error) {
  switch (error.kind) {
    case ErrorKind::config:
      return 3;
    case ErrorKind::answered:
      return 2;
    default:
      return 1;
  }
}

/// One question on its way to the members.
template <class T>
struct Board {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<T> answer;
  std::optional<Error> gravest;
  std::string heard;  ///< from every member that failed
  std::size_t over = 0;

  void put(const std::string& member, Result<T> result) {
    const std::lock_guard guard(mutex);
    ++over;
    if (result) {
      if (!answer) answer.emplace(std::move(*result));
    } else {
      const Error& error = result.error();
      heard += fmt::format("{}{}: {}", heard.empty() ? "" : "; ", member, error.message);
      if (!gravest || gravity(error) > gravity(*gravest)) gravest = error;
    }
    changed.notify_all();
  }
};

/// `question` is asked of one member, blocking until the deadline at most.
template <class T, class Members>
Result<T> ask_all(const std::shared_ptr<Members>& members, Deadline deadline,
                  std::function<Result<T>(Members&, std::size_t, Deadline)> question) {
  const auto board = std::make_shared<Board<T>>();
  const std::size_t count = members->lock.endpoints.size();
  const std::size_t first = members->first();
  for (std::size_t asked = 0; asked < count;) {
    const std::size_t member = (first + asked) % count;
    const std::string name = host_of(members->lock.endpoints[member]);
    ++asked;
    if (!members->begin(member)) {
      board->put(name, fail("earlier questions to it are not over", ErrorKind::timeout));
    } else {
      try {
        std::thread([board, members, question, member, name, deadline] {
          Result<T> result = question(*members, member, deadline);
          members->end(member, result.has_value());
          board->put(name, std::move(result));
        }).detach();
      } catch (const std::system_error& error) {
        members->end(member, false);
        board->put(name, fail(error.what()));
      }
    }
    std::unique_lock guard(board->mutex);
    const Deadline until = asked < count ? Deadline::in(kSlow).earlier(deadline) : deadline;
    board->changed.wait_until(guard, until.at(),
                              [&] { return board->answer || board->over == asked; });
    if (board->answer) return std::move(*board->answer);
    if (deadline.expired()) break;
  }
  const std::lock_guard guard(board->mutex);
  if (board->answer) return std::move(*board->answer);
  Error error = board->gravest.value_or(Error{"", ErrorKind::timeout, 0});
  error.message = board->heard;
  if (board->over < count) {
    error.message += fmt::format("{}{} of {} members did not answer in time",
                                 error.message.empty() ? "" : "; ", count - board->over, count);
  }
  return tl::unexpected(std::move(error));
}

}  // namespace

EtcdClient::EtcdClient(const LockConfig& lock) : members_(std::make_shared<Members>(lock)) {}

Result<std::optional<EtcdKey>> EtcdClient::read(Deadline deadline) const {
  using T = std::optional<EtcdKey>;
  return ask_all<T, Members>(
      members_, deadline, [](Members& members, std::size_t member, Deadline until) -> Result<T> {
        auto body = members.post(member, "/v3/kv/range", etcd_range(members.lock.key), until);
        if (!body) return tl::unexpected(body.error());
        return parse_etcd_range(*body);
      });
}

Result<EtcdLease> EtcdClient::grant(Deadline deadline) const {
  return ask_all<EtcdLease, Members>(
      members_, deadline,
      [](Members& members, std::size_t member, Deadline until) -> Result<EtcdLease> {
        auto body = members.post(member, "/v3/lease/grant", etcd_grant(members.lock.ttl), until);
        if (!body) return tl::unexpected(body.error());
        return parse_etcd_grant(*body);
      });
}

Result<EtcdClient::Renewed> EtcdClient::renew(std::int64_t lease, Deadline deadline) const {
  return ask_all<Renewed, Members>(
      members_, deadline,
      [lease](Members& members, std::size_t member, Deadline until) -> Result<Renewed> {
        auto kept = members.post(member, "/v3/lease/keepalive", etcd_lease(lease), until);
        if (!kept) return tl::unexpected(kept.error());
        const auto ttl = parse_etcd_keepalive(*kept);
        if (!ttl) return tl::unexpected(ttl.error());
        auto read = members.post(member, "/v3/kv/range", etcd_range(members.lock.key), until);
        if (!read) return tl::unexpected(read.error());
        auto key = parse_etcd_range(*read);
        if (!key) return tl::unexpected(key.error());
        return Renewed{*ttl, std::move(*key)};
      });
}

Status EtcdClient::revoke(std::int64_t lease, Deadline deadline) const {
  auto done = ask_all<bool, Members>(
      members_, deadline,
      [lease](Members& members, std::size_t member, Deadline until) -> Result<bool> {
        auto body = members.post(member, "/v3/lease/revoke", etcd_lease(lease), until);
        if (body || body.error().code == kEtcdNotFound) return true;
        return tl::unexpected(body.error());
      });
  if (!done) return tl::unexpected(done.error());
  return {};
}

Result<EtcdPut> EtcdClient::put_if(const std::string& value, std::int64_t lease,
                                   std::int64_t mod_revision, Deadline deadline) const {
  return ask_all<EtcdPut, Members>(
      members_, deadline,
      [=](Members& members, std::size_t member, Deadline until) -> Result<EtcdPut> {
        auto body = members.post(member, "/v3/kv/txn",
                                 etcd_put_if(members.lock.key, value, lease, mod_revision), until);
        if (!body) return tl::unexpected(body.error());
        auto put = parse_etcd_put(*body);
        if (put && put->there && put->there->lease == lease) put->done = true;
        return put;
      });
}

Result<Millis> EtcdClient::time_to_live(std::int64_t lease, Deadline deadline) const {
  return ask_all<Millis, Members>(
      members_, deadline,
      [lease](Members& members, std::size_t member, Deadline until) -> Result<Millis> {
        auto body = members.post(member, "/v3/lease/timetolive", etcd_lease(lease), until);
        if (!body) return tl::unexpected(body.error());
        return parse_etcd_time_to_live(*body);
      });
}

std::string EtcdClient::endpoint() const {
  const std::lock_guard guard(members_->mutex);
  return members_->answered ? members_->lock.endpoints[members_->good] : "";
}

}  // namespace ha
