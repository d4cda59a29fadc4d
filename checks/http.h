// The HTTP probe: one request, no redirects, no proxy of the environment, a bounded body.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"
#include "checks/probe.h"

namespace ha {

/// As much of a body as is searched for `expect_body`.
constexpr std::size_t kHttpBodyLimit = 64U << 10U;

struct HttpFacts {
  enum class End {
    answered,  ///< status and body are there
    failed,    ///< refused, name not found, TLS, not HTTP: `trouble` says which
    late,      ///< not within the deadline: `trouble` says how far it came
  };
  End end = End::failed;
  int status = 0;  ///< also set when the body was late; 0: no answer
  bool body_found = false;
  bool body_cut = false;  ///< the body is longer than kHttpBodyLimit
  std::string trouble;
};

/// Blocks until the deadline at most, except for a resolver that hangs. Thread-safe.
HttpFacts gather_http(const HttpConfig& config, Deadline deadline, Stage& stage);
Finding judge_http(const HttpConfig& config, const HttpFacts& facts, const Expectation& expect);
/// How far a request had come that did not end in time.
std::string http_late(const Stage& stage);
/// "200, 301-302": the status set as it is shown.
std::string status_set(const HttpConfig& config);

}  // namespace ha
