#include "agent/etcd_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "agent/base64.h"

namespace ha {
namespace {

using nlohmann::json;

constexpr int kInvalidArgument = 3;
constexpr int kDeadlineExceeded = 4;
constexpr int kPermissionDenied = 7;
constexpr int kFailedPrecondition = 9;
constexpr int kUnavailable = 14;

/// Beside json::exception: the answer is JSON, and not what etcd would say.
struct NotEtcd {};

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The gateway writes 64-bit numbers as strings; one that is zero is missing.
std::int64_t number(const json& value, const char* name) {
  const auto found = value.find(name);
  if (found == value.end()) return 0;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  const auto text = found->get<std::string>();
  std::int64_t parsed = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (error != std::errc{} || stop != text.data() + text.size()) {
    throw NotEtcd();
  }
  return parsed;
}

std::string bytes(const json& value, const char* name) {
  const auto plain = unbase64(value.value(name, ""));
  if (!plain) throw NotEtcd();
  return *plain;
}

std::optional<EtcdKey> first_key(const json& range) {
  const auto kvs = range.find("kvs");
  if (kvs == range.end() || kvs->empty()) return std::nullopt;
  const json& kv = kvs->front();
  return EtcdKey{bytes(kv, "value"), number(kv, "lease"), number(kv, "mod_revision")};
}

/// `read` throws for what is not as expected.
template <class F>
auto parse(const std::string& body, F read) -> Result<decltype(read(json()))> {
  try {
    const json value = json::parse(body);
    if (value.is_object()) return read(value);
  } catch (const json::exception&) {
    // below
  } catch (const NotEtcd&) {
    // below
  }
  return fail("the answer is not etcd's", ErrorKind::answered);
}

Millis seconds(std::int64_t count) {
  // etcd's own limit is 9,000,000,000 s; a lease that has ended counts on below zero.
  constexpr std::int64_t kMost = 9'000'000'000;
  return std::chrono::seconds{std::clamp<std::int64_t>(count, 0, kMost)};
}

}  // namespace

std::string etcd_authenticate(const std::string& user, const std::string& password) {
  return text_of({{"name", user}, {"password", password}});
}

std::string etcd_grant(Millis ttl) {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(ttl).count();
  return text_of({{"TTL", std::to_string(whole)}});
}

std::string etcd_lease(std::int64_t lease) {
  return text_of({{"ID", std::to_string(lease)}});
}

std::string etcd_range(const std::string& key) {
  // Linearizable unless `serializable` is set.
  return text_of({{"key", base64(key)}});
}

std::string etcd_put_if(const std::string& key, const std::string& value, std::int64_t lease,
                        std::int64_t mod_revision) {
  json compare = {{"key", base64(key)}, {"result", "EQUAL"}};
  if (mod_revision == 0) {
    compare["target"] = "CREATE";
    compare["create_revision"] = "0";
  } else {
    compare["target"] = "MOD";
    compare["mod_revision"] = std::to_string(mod_revision);
  }
  const json put = {
      {"request_put",
       {{"key", base64(key)}, {"value", base64(value)}, {"lease", std::to_string(lease)}}}};
  const json read = {{"request_range", {{"key", base64(key)}}}};
  return text_of({{"compare", json::array({compare})},
                  {"success", json::array({put})},
                  {"failure", json::array({read})}});
}

Result<std::string> parse_etcd_token(const std::string& body) {
  return parse(body, [](const json& value) { return value.at("token").get<std::string>(); });
}

Result<EtcdLease> parse_etcd_grant(const std::string& body) {
  auto lease = parse(body, [](const json& value) {
    return EtcdLease{number(value, "ID"), seconds(number(value, "TTL"))};
  });
  if (lease && (lease->id == 0 || lease->ttl == Millis{0})) {
    return fail("etcd granted no lease", ErrorKind::answered);
  }
  return lease;
}

Result<Millis> parse_etcd_keepalive(const std::string& body) {
  // A stream of answers; the first is the one to our one question.
  return parse(body.substr(0, body.find('\n')),
               [](const json& value) { return seconds(number(value.at("result"), "TTL")); });
}

Result<Millis> parse_etcd_time_to_live(const std::string& body) {
  return parse(body, [](const json& value) { return seconds(number(value, "TTL")); });
}

Result<std::optional<EtcdKey>> parse_etcd_range(const std::string& body) {
  return parse(body, [](const json& value) {
    // Of what is no etcd a missing key would be believed.
    if (!value.contains("header")) throw NotEtcd();
    return first_key(value);
  });
}

Result<EtcdPut> parse_etcd_put(const std::string& body) {
  return parse(body, [](const json& value) {
    if (!value.contains("header")) throw NotEtcd();
    EtcdPut put;
    put.done = value.value("succeeded", false);
    if (put.done) return put;
    const json& responses = value.at("responses");
    if (!responses.empty()) put.there = first_key(responses.front().at("response_range"));
    return put;
  });
}

Error etcd_error(int status, const std::string& body) {
  const json value = json::parse(body, nullptr, false);
  std::string message;
  int code = 0;
  if (value.is_object()) {
    try {
      // An error within a stream comes as {"error": {...}}.
      const json& error =
          value.contains("error") && value["error"].is_object() ? value["error"] : value;
      message = error.value("message", error.value("error", ""));
      code = static_cast<int>(number(error, error.contains("grpc_code") ? "grpc_code" : "code"));
    } catch (const json::exception&) {
      message.clear();
    } catch (const NotEtcd&) {
      code = 0;
    }
  }
  if (message.empty()) message = fmt::format("HTTP status {}", status);
  switch (code) {
    case kUnavailable:
    case kDeadlineExceeded:
      return {std::move(message), ErrorKind::unreachable, code};
    case kInvalidArgument:
    case kPermissionDenied:
    case kFailedPrecondition:
    case kEtcdUnauthenticated:
      return {"it refuses this client: " + message, ErrorKind::config, code};
    default:
      // A proxy before a cluster that is down answers so, and the next member may do better.
      return {std::move(message), status >= 500 ? ErrorKind::unreachable : ErrorKind::answered,
              code};
  }
}

}  // namespace ha
