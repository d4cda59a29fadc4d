#include "notify/serve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <mutex>

#include "agent/deadline.h"
#include "agent/log.h"
#include "agent/sd_notify.h"
#include "agent/stop_signal.h"
#include "agent/text.h"

namespace ha {
namespace {

/// However many ask, the servers behind are asked about once a second.
constexpr Millis kFresh{1000};
constexpr Millis kTick{500};

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kJson = "application/json";

/// One page's newest reply, for all who ask for it at the same time.
class SharedReply {
 public:
  /// One that was begun at most kFresh before this call.
  template <class Make>
  HttpReply get(Make make) {
    const auto asked = SteadyClock::now();
    const std::lock_guard lock(mutex_);
    if (!made_ || begun_ < asked - kFresh) {
      begun_ = SteadyClock::now();
      reply_ = make();
      made_ = true;
    }
    return reply_;
  }

 private:
  std::mutex mutex_;
  bool made_ = false;
  SteadyClock::time_point begun_;
  HttpReply reply_;
};

HttpReply run_page(const Page& page, const Config& config) {
  std::vector<std::string> argv{"/proc/self/exe", "--config", config.path};
  argv.insert(argv.end(), page.words.begin(), page.words.end());
  return reply_of(page, run_program(argv, Deadline::in(page_limit(config.agent)), stop_wanted));
}

}  // namespace

const std::vector<Page>& pages() {
  static const std::vector<Page> all{
      {"/metrics",
       "this node, for Prometheus",
       {"metrics"},
       "text/plain; version=0.0.4; charset=utf-8",
       false},
      {"/health",
       "200 when this node may hold the VIP, 503 when not",
       {"check", "--observe", "--format", "json"},
       kJson,
       true},
      {"/status", "both nodes", {"status", "--format", "json"}, kJson, false},
  };
  return all;
}

Millis page_limit(const AgentConfig& agent) {
  // `status` asks three times, each time within one deadline.
  return 4 * agent.deadline + Millis{5000};
}

HttpReply reply_of(const Page& page, const Result<Ran>& ran) {
  const int failed = page.by_verdict ? 503 : 500;
  if (!ran) {
    return {failed, std::string(kText),
            fmt::format("ha-agent: {}: {}\n", fmt::join(page.words, " "), ran.error().message)};
  }
  if (ran->out.empty()) {
    return {failed, std::string(kText),
            ran->err.empty() ? fmt::format("ha-agent: {} ended with {}\n",
                                           fmt::join(page.words, " "), ran->exit_code)
                             : ran->err};
  }
  if (ran->out.size() >= kMaxOutput) {
    return {failed, std::string(kText),
            fmt::format("ha-agent: {} says more than {} bytes, and it would be cut\n",
                        fmt::join(page.words, " "), kMaxOutput)};
  }
  const bool well = !page.by_verdict || ran->exit_code == 0;
  return {well ? 200 : failed, std::string(page.type), ran->out};
}

HttpReply list_of_pages(int status, std::string_view path) {
  HttpReply reply{status, std::string(kText), {}};
  if (status != 200) reply.body = fmt::format("there is no page {}; there are:\n", in_quotes(path));
  for (const Page& page : pages()) reply.body += fmt::format("{:<10} {}\n", page.path, page.what);
  return reply;
}

ExitCode serve_command(const Config& config) {
  const ListenAddress& where = config.agent.listen;
  if (where.address.empty()) {
    std::printf("listen is not set in %s: nothing to serve\n", config.path.c_str());
    // systemd calls a service failed that ends before this.
    sd_notify("READY=1");
    return ExitCode::ok;
  }
  catch_stop_signals({SIGTERM, SIGINT});
  std::map<std::string_view, SharedReply> replies;
  for (const Page& page : pages()) replies[page.path];
  // Who comes while a reply is made may wait for that one and then for one of its own.
  const Millis longest = 2 * page_limit(config.agent);
  auto server = HttpServer::start(where, longest, [&](const std::string& path) {
    if (path == "/") return list_of_pages(200, path);
    for (const Page& page : pages()) {
      if (page.path != path) continue;
      return replies.at(page.path).get([&] { return run_page(page, config); });
    }
    return list_of_pages(404, path);
  });
  if (!server) {
    std::fprintf(stderr, "ha-agent: serve: %s\n", server.error().message.c_str());
    log::error("serve: " + server.error().message);
    return ExitCode::no;
  }
  log::notice(fmt::format("serve: listening on {} port {}", where.address, where.port));
  sd_notify("READY=1");
  while (!stop_wanted()) ::poll(nullptr, 0, static_cast<int>(kTick.count()));
  sd_notify("STOPPING=1");
  return ExitCode::ok;
}

}  // namespace ha
