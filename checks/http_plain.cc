#include "checks/http_plain.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "agent/fd.h"
#include "agent/tcp.h"
#include "checks/http_reply.h"

namespace ha {
namespace {

std::string message_of(int error) {
  return std::generic_category().message(error);
}

void late(HttpFacts& facts, const Stage& stage) {
  facts.end = HttpFacts::End::late;
  facts.trouble = http_late(stage);
}

void receive(const HttpConfig& config, int fd, Deadline deadline, Stage& stage, HttpFacts& facts) {
  HttpReplyReader reader(config.method == "HEAD", kHttpBodyLimit);
  auto state = HttpReplyReader::State::more;
  const std::string& wanted = config.expect_body;
  char buffer[16384];
  while (state == HttpReplyReader::State::more && !facts.body_found) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) {
      if (ready(fd, POLLIN, deadline)) continue;
      return late(facts, stage);
    }
    if (got < 0) {
      facts.trouble = "the connection broke: " + message_of(errno);
      return;
    }
    if (got > 0) stage.at("reading");
    state = got == 0 ? reader.close()
                     : reader.feed(std::string_view(buffer, static_cast<std::size_t>(got)));
    facts.status = reader.status();
    facts.body_cut = reader.cut();
    facts.body_found = !wanted.empty() && reader.body().find(wanted) != std::string::npos;
    if (deadline.expired() && state == HttpReplyReader::State::more) return late(facts, stage);
  }
  if (state == HttpReplyReader::State::broken) {
    facts.trouble = reader.trouble();
  } else {
    facts.end = HttpFacts::End::answered;
  }
}

}  // namespace

HttpFacts gather_http_plain(const HttpConfig& config, const PlainUrl& url, Deadline deadline,
                            Stage& stage) {
  HttpFacts facts;
  stage.at("resolving");
  const auto addresses = resolve(url.host, url.port, SOCK_STREAM);
  if (!addresses) {
    facts.trouble = addresses.error().message;
    return facts;
  }
  stage.at("connecting");
  Fd fd;
  if (const int error = connect_any(addresses->get(), deadline, fd); error != 0) {
    if (deadline.expired() || deadline.remaining() == Millis{0}) {
      late(facts, stage);
    } else {
      facts.trouble = "cannot connect: " + message_of(error);
    }
    return facts;
  }
  stage.at("connected");
  if (const int error = send_all(fd.get(), plain_request(config, url), deadline); error != 0) {
    if (error == ETIMEDOUT) {
      late(facts, stage);
    } else {
      facts.trouble = "the connection broke: " + message_of(error);
    }
    return facts;
  }
  receive(config, fd.get(), deadline, stage, facts);
  return facts;
}

}  // namespace ha
