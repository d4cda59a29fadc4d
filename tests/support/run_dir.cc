#include "tests/support/run_dir.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

namespace ha::test {
namespace {

class RunDir {
 public:
  RunDir() : owner_(::getpid()) {
    std::string name = (std::filesystem::temp_directory_path() / "ha-agent-run.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path = name;
    // The servers under test may run as another user.
    std::filesystem::permissions(path, std::filesystem::perms(0755));
    ::setenv("TMPDIR", path.c_str(), 1);
    // Blocked here, before there is any other thread, so that only the waiter gets them.
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    std::thread([this, set] {
      int signal = 0;
      ::sigwait(&set, &signal);
      remove();
      ::_exit(128 + signal);
    }).detach();
  }
  RunDir(const RunDir&) = delete;
  RunDir& operator=(const RunDir&) = delete;
  ~RunDir() { remove(); }

  std::string path;

 private:
  void remove() {
    if (::getpid() != owner_) return;
    std::error_code ignored;
    // Servers that still live may make a file while this runs: once more then.
    for (int i = 0; i < 3 && std::filesystem::exists(path, ignored); ++i) {
      std::filesystem::remove_all(path, ignored);
    }
  }
  pid_t owner_;
};

RunDir the_run;

}  // namespace

const std::string& run_dir() {
  return the_run.path;
}

}  // namespace ha::test
