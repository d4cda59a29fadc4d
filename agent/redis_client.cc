#include "agent/redis_client.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#ifdef HA_REDIS_TLS
#include <hiredis/hiredis_ssl.h>
#endif
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/handle.h"

namespace ha {
namespace {

using Context = Handle<redisContext, redisFree>;
using RawReply = Handle<void, freeReplyObject>;

std::string where(const RedisEndpoint& endpoint) {
  return endpoint.socket.empty() ? fmt::format("{}:{}", endpoint.host, endpoint.port)
                                 : endpoint.socket;
}

/// Never zero, which means "for ever" to the kernel.
timeval time_left(Deadline deadline) {
  const auto left = std::max(Millis{1}, deadline.remaining());
  timeval tv{};
  tv.tv_sec = left.count() / 1000;
  tv.tv_usec = (left.count() % 1000) * 1000;
  return tv;
}

Error error_of(const redisContext& context, Deadline deadline, int saved_errno) {
  const bool waited = saved_errno == EAGAIN || saved_errno == EWOULDBLOCK ||
                      saved_errno == EINPROGRESS || saved_errno == ETIMEDOUT;
  if (deadline.expired() || (context.err == REDIS_ERR_IO && waited)) {
    return Error{"no answer in time", ErrorKind::timeout, ETIMEDOUT};
  }
  return Error{context.errstr, ErrorKind::unreachable,
               context.err == REDIS_ERR_IO ? saved_errno : 0};
}

RedisReply convert(const redisReply& raw) {
  RedisReply reply;
  switch (raw.type) {
    case REDIS_REPLY_INTEGER:
      reply.type = RedisReply::Type::integer;
      reply.integer = raw.integer;
      break;
    case REDIS_REPLY_NIL:
      break;
    case REDIS_REPLY_ARRAY:
      reply.type = RedisReply::Type::array;
      reply.elements.reserve(raw.elements);
      for (std::size_t i = 0; i < raw.elements; ++i) {
        reply.elements.push_back(convert(*raw.element[i]));
      }
      break;
    case REDIS_REPLY_ERROR:
      reply.type = RedisReply::Type::error;
      reply.text.assign(raw.str, raw.len);
      break;
    default:  // status and string; the types of RESP3 are not asked for
      reply.type = RedisReply::Type::text;
      if (raw.str != nullptr) reply.text.assign(raw.str, raw.len);
  }
  return reply;
}

#ifdef HA_REDIS_TLS

/// hiredis verifies the server's chain against `ca_file` (the system's when empty); it has no check
/// of the host name, so a CA of one's own is what tells servers apart.
Status start_tls(redisContext& context, const RedisEndpoint& endpoint, Deadline deadline) {
  redisInitOpenSSL();
  redisSSLContextError setup = REDIS_SSL_CTX_NONE;
  const Handle<redisSSLContext, redisFreeSSLContext> tls(redisCreateSSLContext(
      endpoint.ca_file.empty() ? nullptr : endpoint.ca_file.c_str(), nullptr, nullptr, nullptr,
      endpoint.host.empty() ? nullptr : endpoint.host.c_str(), &setup));
  if (!tls) {
    return fail(fmt::format("cannot set up TLS: {}", redisSSLContextGetError(setup)),
                ErrorKind::config);
  }
  if (redisInitiateSSLWithContext(&context, tls.get()) != REDIS_OK) {
    Error error = error_of(context, deadline, errno);
    // A server that could be connected to is there.
    if (error.kind == ErrorKind::unreachable) error.kind = ErrorKind::config;
    return tl::unexpected<Error>(std::move(error));
  }
  return {};
}

#else

Status start_tls(redisContext&, const RedisEndpoint&, Deadline) {
  return fail("tls = yes, but this ha-agent was built with a hiredis without TLS",
              ErrorKind::config);
}

#endif

}  // namespace

struct RedisClient::Impl {
  Context context;
  Deadline deadline;

  /// hiredis' own blocking call limits each read(), and a server that sends a byte a second resets
  /// that limit each time. So each round here gets what is left of the deadline.
  Result<RawReply> receive() {
    redisContext* const raw = context.get();
    void* reply = nullptr;
    for (int done = 0; done == 0;) {
      if (redisSetTimeout(raw, time_left(deadline)) != REDIS_OK) return broken();
      if (redisBufferWrite(raw, &done) != REDIS_OK) return broken();
      if (done == 0 && deadline.expired()) return broken();
    }
    for (;;) {
      if (redisGetReplyFromReader(raw, &reply) != REDIS_OK) return broken();
      if (reply != nullptr) return RawReply(reply);
      if (deadline.expired()) return broken();
      if (redisSetTimeout(raw, time_left(deadline)) != REDIS_OK) return broken();
      if (redisBufferRead(raw) != REDIS_OK) return broken();
    }
  }

 private:
  tl::unexpected<Error> broken() const {
    const int saved = errno;
    return tl::unexpected<Error>(error_of(*context, deadline, saved));
  }
};

RedisClient::RedisClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RedisClient::RedisClient(RedisClient&&) noexcept = default;
RedisClient& RedisClient::operator=(RedisClient&&) noexcept = default;
RedisClient::~RedisClient() = default;

Result<RedisClient> RedisClient::connect(const RedisEndpoint& endpoint, Deadline deadline) {
  const auto named = [&](Error error) {
    error.message = fmt::format("cannot enter Redis at {}: {}", where(endpoint), error.message);
    return tl::unexpected<Error>(std::move(error));
  };
  const timeval limit = time_left(deadline);
  errno = 0;
  Context context(endpoint.socket.empty()
                      ? redisConnectWithTimeout(endpoint.host.c_str(), endpoint.port, limit)
                      : redisConnectUnixWithTimeout(endpoint.socket.c_str(), limit));
  const int saved = errno;
  if (!context) return named(Error{"out of memory", ErrorKind::other, ENOMEM});
  if (context->err != 0) return named(error_of(*context, deadline, saved));
  if (redisSetTimeout(context.get(), time_left(deadline)) != REDIS_OK) {
    return named(error_of(*context, deadline, errno));
  }
  if (endpoint.tls) {
    if (auto secured = start_tls(*context, endpoint, deadline); !secured) {
      return named(secured.error());
    }
  }
  RedisClient client(std::make_unique<Impl>(Impl{std::move(context), deadline}));
  if (!endpoint.password.empty()) {
    std::vector<std::string> words{"AUTH"};
    if (!endpoint.username.empty()) words.push_back(endpoint.username);
    words.push_back(endpoint.password);
    if (auto entered = client.command(words); !entered) return named(entered.error());
  }
  return client;
}

Result<RedisReply> RedisClient::command(const std::vector<std::string>& words) {
  std::vector<const char*> values;
  std::vector<std::size_t> lengths;
  values.reserve(words.size());
  lengths.reserve(words.size());
  for (const std::string& word : words) {
    values.push_back(word.data());
    lengths.push_back(word.size());
  }
  redisContext* const raw = impl_->context.get();
  if (redisAppendCommandArgv(raw, static_cast<int>(words.size()), values.data(), lengths.data()) !=
      REDIS_OK) {
    return tl::unexpected<Error>(error_of(*raw, impl_->deadline, errno));
  }
  auto reply = impl_->receive();
  if (!reply) return tl::unexpected<Error>(std::move(reply.error()));
  RedisReply converted = convert(*static_cast<const redisReply*>(reply->get()));
  if (converted.type == RedisReply::Type::error) {
    return fail(std::move(converted.text), ErrorKind::answered);
  }
  return converted;
}

Result<std::map<std::string, std::string, std::less<>>> RedisClient::info(
    std::string_view section) {
  std::vector<std::string> words{"INFO"};
  if (!section.empty()) words.emplace_back(section);
  auto reply = command(words);
  if (!reply) return tl::unexpected<Error>(std::move(reply.error()));
  std::map<std::string, std::string, std::less<>> fields;
  std::string_view text = reply->text;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    fields.emplace(line.substr(0, colon), line.substr(colon + 1));
  }
  return fields;
}

}  // namespace ha
