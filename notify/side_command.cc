#include "notify/side_command.h"

#include <iterator>
#include <utility>

#include "agent/log.h"
#include "agent/subprocess.h"

namespace ha {
namespace {

constexpr Millis kChild{60'000};

}  // namespace

SideCommand::SideCommand(std::string config_path, std::vector<std::string> words, Millis interval,
                         std::string trouble)
    : argv_{"/proc/self/exe", "--config", std::move(config_path)},
      interval_(interval),
      trouble_(std::move(trouble)) {
  argv_.insert(argv_.end(), std::make_move_iterator(words.begin()),
               std::make_move_iterator(words.end()));
  thread_ = std::thread([this] { run(); });
}

SideCommand::~SideCommand() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void SideCommand::call() {
  const std::lock_guard lock(mutex_);
  called_ = true;
  changed_.notify_all();
}

void SideCommand::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, interval_, [this] { return called_ || closing_; });
      if (closing_) return;
      called_ = false;
    }
    run_once();
  }
}

void SideCommand::run_once() {
  const auto cancelled = [this] {
    const std::lock_guard lock(mutex_);
    return closing_;
  };
  const auto ran = run_program(argv_, Deadline::in(kChild), cancelled);
  std::string why;
  if (!ran) {
    why = cancelled() ? "" : ran.error().message;
  } else if (ran->exit_code != 0) {
    why = ran->err;
    while (!why.empty() && why.back() == '\n') why.pop_back();
  }
  if (!why.empty() && why != logged_) log::warning(trouble_ + ": " + why);
  logged_ = std::move(why);
}

}  // namespace ha
