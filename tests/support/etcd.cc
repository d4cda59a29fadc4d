#include "tests/support/etcd.h"

#include <fmt/format.h>
#include <signal.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/lock_lease.h"
#include "tests/support/frozen.h"
#include "tests/support/wait.h"

namespace ha::test {

Etcd::Etcd(int members, const Certificates* tls)
    : members_(static_cast<std::size_t>(members)), tls_(tls) {
  for (Member& member : members_) {
    member.client = free_port();
    member.peer = free_port();
  }
  for (int i = 0; i < members; ++i) start(i);
  if (!wait_for([&] { return leader() >= 0; })) {
    throw std::runtime_error("etcd did not start: " + read_text(members_[0].dir.path() + "/log"));
  }
}

std::string Etcd::endpoint(int member) const {
  return fmt::format("{}://127.0.0.1:{}", scheme(),
                     members_[static_cast<std::size_t>(member)].client);
}

std::string Etcd::endpoints() const {
  std::string all;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    all += (all.empty() ? "" : ",") + endpoint(static_cast<int>(i));
  }
  return all;
}

void Etcd::start(int number) {
  std::string cluster;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    cluster += fmt::format("{}m{}=http://127.0.0.1:{}", i == 0 ? "" : ",", i, members_[i].peer);
  }
  Member& member = members_[static_cast<std::size_t>(number)];
  const std::string peer = fmt::format("http://127.0.0.1:{}", member.peer);
  std::vector<std::string> argv{"etcd",
                                "--name",
                                fmt::format("m{}", number),
                                "--data-dir",
                                member.dir.path() + "/data",
                                "--listen-client-urls",
                                endpoint(number),
                                "--advertise-client-urls",
                                endpoint(number),
                                "--listen-peer-urls",
                                peer,
                                "--initial-advertise-peer-urls",
                                peer,
                                "--initial-cluster",
                                cluster,
                                "--heartbeat-interval",
                                "50",
                                "--election-timeout",
                                "250",
                                "--logger",
                                "zap"};
  if (tls_ != nullptr) {
    argv.insert(argv.end(), {"--cert-file", tls_->certificate(), "--key-file", tls_->key(),
                             "--client-cert-auth", "--trusted-ca-file", tls_->ca()});
  }
  member.process = Child(argv, member.dir.path() + "/log");
}

void Etcd::freeze(int member) const {
  test::freeze(members_[static_cast<std::size_t>(member)].process.pid());
}

void Etcd::thaw(int member) const {
  members_[static_cast<std::size_t>(member)].process.signal(SIGCONT);
}

int Etcd::leader() const {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const int member = static_cast<int>(i);
    try {
      const auto status = nlohmann::json::parse(
          ctl({"--endpoints", endpoint(member), "endpoint", "status", "-w", "json"}));
      const auto& said = status.at(0).at("Status");
      if (said.at("leader") == said.at("header").at("member_id")) return member;
    } catch (const std::exception&) {
      continue;  // this one is not there
    }
  }
  return -1;
}

std::string Etcd::ctl(const std::vector<std::string>& words, const std::string& as) const {
  std::vector<std::string> argv{"etcdctl", "--command-timeout=3s", "--dial-timeout=3s"};
  if (words.front() != "--endpoints") argv.insert(argv.end(), {"--endpoints", endpoints()});
  if (!as.empty()) argv.insert(argv.end(), {"--user", as});
  if (tls_ != nullptr) {
    argv.insert(argv.end(),
                {"--cacert", tls_->ca(), "--cert", tls_->certificate(), "--key", tls_->key()});
  }
  argv.insert(argv.end(), words.begin(), words.end());
  std::string output;
  if (run(argv, &output, {{"ETCDCTL_API", "3"}}) != 0) throw std::runtime_error(output);
  return output;
}

std::string Etcd::holder(const std::string& key) const {
  const std::string output = ctl({"get", "--print-value-only", key});
  return output.empty() ? "" : lock_holder(output.substr(0, output.find('\n')));
}

void Etcd::enable_auth(const std::string& password) const {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"user", "add", "root:root"},
           {"role", "add", "root"},
           {"user", "grant-role", "root", "root"},
           {"user", "add", "ha:" + password},
           {"role", "add", "ha"},
           {"role", "grant-permission", "ha", "--prefix=true", "readwrite", "/ha-agent/"},
           {"user", "grant-role", "ha", "ha"},
           {"auth", "enable"}}) {
    ctl(words);
  }
}

LockConfig Etcd::config(Millis ttl) const {
  LockConfig lock;
  lock.name = "dcs";
  lock.key = "/ha-agent/dcs";
  lock.ttl = ttl;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    lock.endpoints.push_back(endpoint(static_cast<int>(i)));
  }
  if (tls_ != nullptr) lock.ca_file = tls_->ca();
  return lock;
}

std::string Etcd::section(const std::string& ttl, const std::string& more) const {
  return fmt::format("[lock dcs]\ntype = etcd\nendpoints = {}\nttl = {}\n{}\n", endpoints(), ttl,
                     more);
}

}  // namespace ha::test
