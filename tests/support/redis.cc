#include "tests/support/redis.h"

#include <signal.h>

#include <fstream>
#include <stdexcept>

#include "tests/support/frozen.h"
#include "tests/support/wait.h"

namespace ha::test {

Redis::Redis(const std::vector<std::string>& lines) : port_(free_port()) {
  std::ofstream conf(dir_.path() + "/redis.conf");
  conf << "bind 127.0.0.1\nport " << port_ << "\nunixsocket " << dir_.path() << "/sock\ndir "
       << dir_.path() << "\nsave \"\"\nrepl-diskless-sync-delay 0\n";
  for (const std::string& line : lines) {
    conf << line << '\n';
    if (line.starts_with("requirepass ")) password = line.substr(12);
  }
  conf.close();
  start();
}

void Redis::start(bool wait_until_up) {
  process_ = Child({"redis-server", dir_.path() + "/redis.conf"}, dir_.path() + "/log");
  if (!wait_until_up) return;
  if (!wait_for([&] { return up() || !process_.running(); }) || !process_.running()) {
    throw std::runtime_error("redis-server did not start: " + log());
  }
}

void Redis::stop() {
  process_.signal(SIGTERM);
  process_.signal(SIGCONT);
  process_.wait();
}

void Redis::kill9() {
  process_.kill();
}

void Redis::freeze() {
  test::freeze(process_.pid());
}

void Redis::thaw() {
  process_.signal(SIGCONT);
}

RedisReply Redis::command(const std::vector<std::string>& words) const {
  auto client = RedisClient::connect(by_tcp(), Deadline::in(Millis{10'000}));
  if (!client) throw std::runtime_error(client.error().message);
  auto reply = client->command(words);
  if (!reply) throw std::runtime_error(words.front() + ": " + reply.error().message);
  return std::move(*reply);
}

std::string Redis::info(const std::string& field) const {
  auto client = RedisClient::connect(by_tcp(), Deadline::in(Millis{10'000}));
  if (!client) throw std::runtime_error(client.error().message);
  auto fields = client->info();
  if (!fields) throw std::runtime_error("INFO: " + fields.error().message);
  const auto found = fields->find(field);
  return found == fields->end() ? std::string{} : found->second;
}

bool Redis::up() const {
  auto client = RedisClient::connect(by_tcp(), Deadline::in(Millis{1000}));
  if (!client) return client.error().kind == ErrorKind::answered;
  auto reply = client->command({"PING"});
  return reply || reply.error().kind == ErrorKind::answered;
}

RedisEndpoint Redis::by_tcp() const {
  RedisEndpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = port_;
  endpoint.password = password;
  return endpoint;
}

RedisEndpoint Redis::by_socket() const {
  RedisEndpoint endpoint;
  endpoint.socket = dir_.path() + "/sock";
  endpoint.password = password;
  return endpoint;
}

void Redis::replicate_from(const Redis& source) {
  command({"REPLICAOF", "127.0.0.1", std::to_string(source.port())});
  if (!wait_for([&] { return info("master_link_status") == "up"; })) {
    throw std::runtime_error("the replica does not follow: " + log());
  }
}

}  // namespace ha::test
