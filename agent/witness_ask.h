// One question to one witness. Blocks until the deadline at most, except for a resolver that hangs;
// witness.h asks in threads. Thread-safe.
#pragma once
#include <string>

#include "agent/config.h"
#include "agent/deadline.h"

namespace ha {

struct WitnessReply {
  bool answered = false;
  std::string seen;  ///< for people: the answer, or why there is none
};

WitnessReply ask_witness(const WitnessConfig& witness, Deadline deadline);

/// An ICMP echo, sent again every 200 ms until its reply comes.
WitnessReply ask_ping(const std::string& host, Deadline deadline);
/// A connection. A refused one is an answer, too: the refusal has come from outside, and that we
/// reach the outside is all that a witness proves.
WitnessReply ask_tcp(const std::string& host, int port, Deadline deadline);
/// Any HTTP status at all. https:// with the certificate verified, or nobody knows who answered.
WitnessReply ask_http(const std::string& url, const std::string& ca_file, Deadline deadline);
/// As ask_http(), by libcurl: https:// and odd URLs.
WitnessReply ask_http_curl(const std::string& url, const std::string& ca_file, Deadline deadline);

}  // namespace ha
