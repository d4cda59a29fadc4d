// A process of the test's own. It is killed with the object, and by the kernel when the test
// program dies in any way.
#pragma once
#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace ha::test {

class Child {
 public:
  Child() = default;
  /// argv[0] is looked up in PATH; stdout and stderr go to the end of `log`. `env` is added to the
  /// environment.
  Child(const std::vector<std::string>& argv, const std::string& log,
        const std::map<std::string, std::string>& env = {});
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  bool running();
  /// Waits for the end; the exit code, or 128 + the signal.
  int wait();
  /// SIGKILL and wait; nothing when it has ended.
  void kill();

 private:
  pid_t pid_ = -1;
  int status_ = 0;
};

/// Runs to the end; the exit code. `output`, when given, gets stdout and stderr.
int run(const std::vector<std::string>& argv, std::string* output = nullptr,
        const std::map<std::string, std::string>& env = {});

std::string read_text(const std::string& path);
/// A TCP port of 127.0.0.1 that nobody listens on; this process gets each one once.
int free_port();

}  // namespace ha::test
