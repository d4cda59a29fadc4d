// Times whole processes, from spawn to exit, as keepalived pays for them.
// usage: timer ROUNDS LIMIT_MS < commands     (one command a line, words separated by blanks)
// The commands take turns, so that what else the machine does hits all of them alike. A run that is
// not over after LIMIT_MS is killed with its process group. For each run a line on stdout:
// "COMMAND_NUMBER MILLISECONDS EXIT_STATUS|killed PEAK_RSS_KIB".
// Small on purpose: a child's peak memory counts from its parent's at the time of the spawn.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using Words = std::vector<std::string>;

std::vector<Words> read_commands() {
  std::vector<Words> commands(1);
  std::string word;
  for (int c = std::getchar(); c != EOF; c = std::getchar()) {
    if (c != ' ' && c != '\n') {
      word += static_cast<char>(c);
      continue;
    }
    if (!word.empty()) commands.back().push_back(word);
    word.clear();
    if (c == '\n' && !commands.back().empty()) commands.emplace_back();
  }
  if (!word.empty()) commands.back().push_back(word);
  if (commands.back().empty()) commands.pop_back();
  return commands;
}

pid_t spawn(const Words& words) {
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  for (const int fd : {0, 1, 2})
    posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  if (posix_spawnp(&pid, argv[0], &files, &attributes, argv.data(), environ) != 0) pid = -1;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return pid;
}

bool time_one(std::size_t number, const Words& words, int limit_ms) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = spawn(words);
  if (pid < 0) {
    std::perror(words[0].c_str());
    return false;
  }
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd exited{handle, POLLIN, 0};
  const bool killed = poll(&exited, 1, limit_ms) == 0;
  if (killed) kill(-pid, SIGKILL);
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  close(handle);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::printf("%zu %.3f %s %ld\n", number, took.count(),
              killed ? "killed" : std::to_string(code).c_str(), usage.ru_maxrss);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: timer ROUNDS LIMIT_MS < commands\n", stderr);
    return 64;
  }
  const auto commands = read_commands();
  const int rounds = std::atoi(argv[1]);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (!time_one(i, commands[i], std::atoi(argv[2]))) return 1;
    }
  }
  return 0;
}
