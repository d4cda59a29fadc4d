#include "agent/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "agent/witness_ask.h"

namespace ha {
namespace {

/// Of one witness, in the whole process. More would only be threads that wait for the same
/// resolver.
constexpr int kMaxAtOnce = 4;

/// Counts the threads that ask one witness, over all rounds.
class Turn {
 public:
  static bool take(const std::string& name) {
    const std::lock_guard lock(mutex());
    int& busy = counts()[name];
    if (busy >= kMaxAtOnce) return false;
    ++busy;
    return true;
  }
  static void give_back(const std::string& name) {
    const std::lock_guard lock(mutex());
    --counts()[name];
  }

 private:
  // Never destroyed: a thread may outlive main().
  static std::mutex& mutex() {
    static auto* const mutex = new std::mutex;
    return *mutex;
  }
  static std::map<std::string, int>& counts() {
    static auto* const counts = new std::map<std::string, int>;
    return *counts;
  }
};

Millis since(SteadyClock::time_point begun) {
  return std::chrono::duration_cast<Millis>(SteadyClock::now() - begun);
}

}  // namespace

struct WitnessQuestion::Board {
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<WitnessAnswer> answers;
  std::vector<bool> over;  ///< this witness has answered or has been given up
  SteadyClock::time_point begun = SteadyClock::now();

  void put(std::size_t i, WitnessReply reply) {
    const std::lock_guard lock(mutex);
    answers[i].answered = reply.answered;
    answers[i].seen = std::move(reply.seen);
    answers[i].took = since(begun);
    over[i] = true;
    changed.notify_all();
  }
  bool all_over() const {
    return std::all_of(over.begin(), over.end(), [](bool is_over) { return is_over; });
  }
  bool decided(Quorum quorum) const {
    const std::size_t needed = needed_witnesses(answers.size(), quorum);
    std::size_t yes = 0;
    std::size_t open = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].answered) ++yes;
      if (!over[i]) ++open;
    }
    return yes >= needed || yes + open < needed;
  }
  std::vector<WitnessAnswer> copy() const {
    std::vector<WitnessAnswer> all = answers;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!over[i]) all[i].took = since(begun);
    }
    return all;
  }
};

WitnessQuestion::WitnessQuestion(const Config& config, Deadline deadline)
    : board_(std::make_shared<Board>()), quorum_(config.agent.quorum), deadline_(deadline) {
  for (const WitnessConfig& witness : config.witness) {
    board_->answers.push_back({witness.name, false, "no answer in time", {}});
    board_->over.push_back(false);
  }
  for (std::size_t i = 0; i < config.witness.size(); ++i) {
    const std::string& name = config.witness[i].name;
    if (!Turn::take(name)) {
      board_->put(i, {false, "its name is still being resolved since earlier questions"});
      continue;
    }
    try {
      std::thread([board = board_, i, witness = config.witness[i], deadline] {
        WitnessReply reply = ask_witness(witness, deadline);
        Turn::give_back(witness.name);
        board->put(i, std::move(reply));
      }).detach();
    } catch (const std::system_error& error) {
      Turn::give_back(name);
      board_->put(i, {false, fmt::format("no thread to ask it: {}", error.what())});
    }
  }
}

std::vector<WitnessAnswer> WitnessQuestion::answers() const {
  std::unique_lock lock(board_->mutex);
  board_->changed.wait_until(lock, deadline_.at(), [&] { return board_->all_over(); });
  return board_->copy();
}

WitnessView WitnessQuestion::view() const {
  std::unique_lock lock(board_->mutex);
  board_->changed.wait_until(lock, deadline_.at(), [&] { return board_->decided(quorum_); });
  return quorum_of(board_->copy(), quorum_);
}

std::size_t needed_witnesses(std::size_t count, Quorum quorum) {
  switch (quorum) {
    case Quorum::majority:
      return count / 2 + 1;
    case Quorum::any:
      return 1;
    case Quorum::all:
      return count;
  }
  return count;
}

WitnessView quorum_of(const std::vector<WitnessAnswer>& answers, Quorum quorum) {
  if (answers.empty()) return {};
  const std::size_t needed = needed_witnesses(answers.size(), quorum);
  std::size_t yes = 0;
  std::string missing;
  for (const WitnessAnswer& answer : answers) {
    if (answer.answered) {
      ++yes;
    } else {
      missing += fmt::format("{}{}: {}", missing.empty() ? "" : "; ", answer.name, answer.seen);
    }
  }
  WitnessView view{true, yes >= needed, {}};
  view.why = fmt::format("{} of {} witness{} answer{}, {} needed", yes, answers.size(),
                         answers.size() == 1 ? "" : "es", yes == 1 ? "s" : "", needed);
  if (!view.quorum) view.why += fmt::format(" ({})", missing);
  return view;
}

}  // namespace ha
