#include "tests/model/cases.h"

namespace ha::model {
namespace {

constexpr unsigned kWithoutWitness = kEveryFault & ~(kIsolation | kFreeze);
constexpr unsigned kPairs = kPowerCut | kServerCrash | kIsolation | kFreeze;

Run run(std::string name, bool witness, unsigned faults, int budget, std::size_t most_states) {
  Run run;
  run.name = std::move(name);
  run.witness = witness;
  run.faults = faults;
  run.budget = budget;
  run.most_states = most_states;
  return run;
}

Case without(Mutation mutation, const std::string& rule, Property expected, unsigned faults,
             int budget = 1) {
  Case test{run("a model without " + rule, true, faults, budget, 0), expected};
  test.run.mutation = mutation;
  test.run.only = expected;
  return test;
}

Run locked(std::string name, unsigned faults, int budget, std::size_t most_states) {
  Run made = run(std::move(name), false, faults, budget, most_states);
  made.lock = true;
  return made;
}

Case without_of_lock(Mutation mutation, const std::string& rule, unsigned faults, int budget = 1) {
  Case test{locked("a model with a lock without " + rule, faults, budget, 0), Property::s1};
  test.run.mutation = mutation;
  test.run.only = Property::s1;
  return test;
}

// Not even until a promotion looks again.
Case strictly(Case test) {
  test.run.s1 = S1::strictly;
  return test;
}

}  // namespace

std::vector<Case> cases() {
  const Run killed =
      run("keepalived killed: not two writable for a moment", true, kKeepalivedKilled, 1, 0);
  Case own_lock = without(Mutation::no_own_lock, "the lock of the own server past a silent peer",
                          Property::s1, kIsolation, 2);
  own_lock.run.from_first_boot_only = true;
  return {
      {run("every single fault, with a witness", true, kEveryFault, 1, 0)},
      {run("every single fault, without a witness", false, kWithoutWitness, 1, 0)},
      {run("pairs of faults, with a witness: the first million", true, kPairs, 2, 1'000'000)},
      strictly({killed}),
      without(Mutation::ignore_witness, "row 4, the witness", Property::s1, kIsolation),
      without(Mutation::no_wait, "rule 2, the wait", Property::s1, kIsolation),
      own_lock,
      strictly(without(Mutation::no_lock, "rule 3, the lock", Property::s1, kKeepalivedKilled)),
      without(Mutation::no_kill, "rule 4, the kill of a silent server", Property::s1, kFreeze),
      without(Mutation::refusing_is_silent, "telling a peer that lets nobody in from a silent one",
              Property::s1, kFull | kKeepalivedKilled, 2),
      without(Mutation::fresh_after_restart, "void after a restart", Property::s2, kPairs, 2),
      without(Mutation::never_void, "the void record", Property::s4, kPairs, 2),
      without(Mutation::no_sole_holder, "the sole holder", Property::l1, kPowerCut),
      without(Mutation::no_follow, "following", Property::l1, kServerCrash),
      {locked("every single fault, with a lock", kEveryFaultOfALock, 1, 0)},
      strictly({locked("what a witness cannot close, with a lock: not two writable for a moment",
                       kLinkCut | kIsolation | kSleep | kPowerCut | kQuorumLost, 1, 0)}),
      without_of_lock(Mutation::lock_not_asked, "the lock", kLinkCut),
      without_of_lock(Mutation::lock_outlived, "the fence before it ends", kIsolation),
      without_of_lock(Mutation::lock_not_checked, "the check of a watch that is frozen",
                      kWatchFrozen | kLinkCut, 2),
      without_of_lock(Mutation::lock_slept_through, "the fence first of all on waking", kSleep),
  };
}

std::vector<Case> soak_cases(double seconds) {
  // S3 does not hold with a crash and a full server: one that was restarted, read-only, and is full
  // before anybody has looked counts as one that serves who is in.
  Run full = run("pairs of cut, crash, isolation and a full server, with a witness: S1", true,
                 kPowerCut | kServerCrash | kIsolation | kFull, 2, 0);
  full.only = Property::s1;
  std::vector<Case> cases{
      {run("every single fault, with a witness", true, kEveryFault, 1, 0)},
      {run("every single fault, without a witness", false, kWithoutWitness, 1, 0)},
      {run("pairs of cut, crash, isolation and freeze, with a witness", true, kPairs, 2, 0)},
      {full},
      {run("pairs of power cut and crash, without a witness", false, kPowerCut | kServerCrash, 2,
           0)},
      {locked("pairs of faults, with a lock", kEveryFaultOfALock & ~kFull, 2, 0)},
  };
  for (Case& test : cases) test.run.most_seconds = seconds / static_cast<double>(cases.size());
  return cases;
}

}  // namespace ha::model
