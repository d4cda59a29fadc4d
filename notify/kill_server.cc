#include "notify/kill_server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include "agent/atomic_file.h"
#include "agent/process.h"
#include "agent/role_state.h"
#include "agent/system_error.h"

namespace ha {
namespace {

namespace fs = std::filesystem;

constexpr std::array kServers{"mysqld", "mariadbd", "redis-server", "valkey-server"};

using Directory = std::unique_ptr<DIR, decltype([](DIR* d) { ::closedir(d); })>;

// The kernel keeps the path as the server wrote it: /var/run/mysqld/mysqld.sock is /run's.
bool is_same_socket(const std::string& bound, const fs::path& socket) {
  if (bound == socket) return true;
  const fs::path path(bound);
  std::error_code failed;
  return path.filename() == socket.filename() &&
         fs::equivalent(path.parent_path(), socket.parent_path(), failed) && !failed;
}

std::optional<std::string> unix_inode(const std::string& socket) {
  const auto table = read_file("/proc/net/unix");
  if (!table) return {};
  std::istringstream lines(*table);
  std::string line;
  while (std::getline(lines, line)) {
    // Num RefCount Protocol Flags Type St Inode Path; a listener has __SO_ACCEPTCON.
    std::istringstream fields(line);
    std::string number, references, protocol, flags, type, state, inode, path;
    fields >> number >> references >> protocol >> flags >> type >> state >> inode >> path;
    if (flags == "00010000" && is_same_socket(path, socket)) return inode;
  }
  return {};
}

// Addresses are in network order, written as 32-bit words of this machine's order.
std::string hex_of(const void* address, std::size_t bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes; at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, static_cast<const char*>(address) + at, 4);
    text += fmt::format("{:08X}", word);
  }
  return text;
}

std::optional<std::string> tcp_inode(const char* file, const std::string& address, int port) {
  const auto table = read_file(file);
  if (!table) return {};
  const std::string any(address.size(), '0');
  std::istringstream lines(*table);
  std::string line;
  while (std::getline(lines, line)) {
    // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmit, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmit >> uid >> timeout >>
        inode;
    const std::string end = fmt::format(":{:04X}", port);
    if (state != "0A" || !local.ends_with(end)) continue;
    const std::string at = local.substr(0, local.size() - end.size());
    if (at == address || at == any) return inode;
  }
  return {};
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::optional<std::string> listening_inode(const ListenPlace& place) {
  if (!place.socket.empty()) return unix_inode(place.socket);
  const std::string host = place.host == "localhost" ? "127.0.0.1" : place.host;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    if (auto inode = tcp_inode("/proc/net/tcp", hex_of(&v4, sizeof v4), place.port)) return inode;
    // A socket of both families listens as ::.
    return tcp_inode("/proc/net/tcp6", std::string(32, '0'), place.port);
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) != 1) return {};
  return tcp_inode("/proc/net/tcp6", hex_of(&v6, sizeof v6), place.port);
}

bool holds_socket(pid_t pid, const std::string& link) {
  const std::string folder = fmt::format("/proc/{}/fd", pid);
  const Directory listing(::opendir(folder.c_str()));
  if (!listing) return false;
  // The stream is ours alone, so readdir() is safe.
  while (const dirent* entry = ::readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
    std::array<char, 64> target{};
    const std::string path = folder + "/" + entry->d_name;
    const auto length = ::readlink(path.c_str(), target.data(), target.size());
    if (length > 0 && link == std::string(target.data(), static_cast<std::size_t>(length)))
      return true;
  }
  return false;
}

struct Owner {
  pid_t pid = 0;
  std::string name;  ///< of its program
};

// All of them: a socket that systemd made (mariadb.socket) stays in its hands, too.
std::vector<Owner> owners_of(const std::string& inode) {
  std::vector<Owner> owners;
  const Directory listing(::opendir("/proc"));
  if (!listing) return owners;
  const std::string link = fmt::format("socket:[{}]", inode);
  while (const dirent* entry = ::readdir(listing.get())) {  // NOLINT(concurrency-mt-unsafe)
    const std::string number = entry->d_name;
    pid_t pid = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), pid);
    if (parsed.ec != std::errc{} || parsed.ptr != number.data() + number.size()) continue;
    if (!holds_socket(pid, link)) continue;
    auto name = read_file(fmt::format("/proc/{}/comm", pid));
    if (!name) continue;
    while (!name->empty() && name->back() == '\n') name->pop_back();
    owners.push_back({pid, std::move(*name)});
  }
  return owners;
}

}  // namespace

Result<pid_t> find_server_process(const ListenPlace& place) {
  const std::string where =
      place.socket.empty() ? fmt::format("{}:{}", place.host, place.port) : place.socket;
  if (place.socket.empty() && !is_loopback(place.host) &&
      !address_is_here(place.host).value_or(false)) {
    return fail(fmt::format("{} is not an address of this host", where));
  }
  const auto inode = listening_inode(place);
  if (!inode) return fail(fmt::format("no process of this host listens on {}", where));
  const std::vector<Owner> owners = owners_of(*inode);
  if (owners.empty())
    return fail(fmt::format("the process that listens on {} is not to be seen", where));
  const auto server = std::find_if(owners.begin(), owners.end(), [](const Owner& owner) {
    return std::find(kServers.begin(), kServers.end(), owner.name) != kServers.end();
  });
  if (server != owners.end()) return server->pid;
  return fail(fmt::format("{} listens on {}, which is no known server", owners[0].name, where));
}

Status kill_process(pid_t pid, Deadline deadline) {
  const auto born = start_ticks(pid);
  if (::kill(pid, SIGKILL) != 0) return fail_errno("cannot kill process", fmt::to_string(pid));
  while (born && start_ticks(pid) == born) {
    if (deadline.expired()) {
      return fail(fmt::format("process {} was killed and is still there", pid), ErrorKind::timeout);
    }
    std::this_thread::sleep_for(Millis{2});
  }
  return {};
}

}  // namespace ha
