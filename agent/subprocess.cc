#include "agent/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "agent/environment.h"
#include "agent/fd.h"
#include "agent/process.h"
#include "agent/system_error.h"

namespace ha {
namespace {

constexpr std::array kEnvironment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_errno("cannot make", "a pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

Result<pid_t> spawn(const std::vector<std::string>& argv, const Pipe& out, const Pipe& err) {
  SpawnActions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), out.write.get(), 1);
  ::posix_spawn_file_actions_adddup2(actions.get(), err.write.get(), 2);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  // The child starts with default signals: this process may ignore SIGTERM while it works.
  sigset_t all;
  ::sigfillset(&all);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  std::array<char*, kEnvironment.size() + 2> environment{};
  const auto end = std::transform(kEnvironment.begin(), kEnvironment.end(), environment.begin(),
                                  [](const char* entry) { return const_cast<char*>(entry); });
  // Of all that this process was given: an ha-agent that it starts must know the same boot.
  std::string boot;
  if (const char* const told = env_value(kBootIdVariable); told != nullptr) {
    boot = fmt::format("{}={}", kBootIdVariable, told);
    *end = boot.data();
  }
  pid_t pid = -1;
  const int code =
      ::posix_spawn(&pid, words[0], actions.get(), &attributes, words.data(), environment.data());
  ::posix_spawnattr_destroy(&attributes);
  if (code != 0) {
    return fail(fmt::format("cannot run {}: {}", argv[0], std::generic_category().message(code)),
                ErrorKind::other, code);
  }
  return pid;
}

// Reads what is there; false at the end of the file.
bool read_some(int fd, std::string& into) {
  char buffer[4096];
  const ssize_t n = ::read(fd, buffer, sizeof buffer);
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  if (n == 0) return false;
  const auto room = kMaxOutput - std::min(kMaxOutput, into.size());
  into.append(buffer, std::min(room, static_cast<std::size_t>(n)));
  return true;
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<Ran> run_program(const std::vector<std::string>& argv, Deadline deadline,
                        const std::function<bool()>& cancelled) {
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out) return tl::unexpected(out.error());
  if (!err) return tl::unexpected(err.error());
  auto pid = spawn(argv, *out, *err);
  if (!pid) return tl::unexpected(pid.error());
  out->write.reset();
  err->write.reset();

  Ran ran;
  std::array<pollfd, 2> ends{{{out->read.get(), POLLIN, 0}, {err->read.get(), POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    const auto slice = std::min(deadline.remaining(), Millis{50});
    ::poll(ends.data(), ends.size(), static_cast<int>(slice.count()));
    if (ends[0].revents != 0 && !read_some(ends[0].fd, ran.out)) ends[0].fd = -1;
    if (ends[1].revents != 0 && !read_some(ends[1].fd, ran.err)) ends[1].fd = -1;
    if (deadline.expired() || (cancelled && cancelled())) {
      ::kill(*pid, SIGKILL);
      reap(*pid);
      return fail(fmt::format("{} did not end in time", argv[0]), ErrorKind::timeout);
    }
  }
  ran.exit_code = reap(*pid);
  return ran;
}

}  // namespace ha
