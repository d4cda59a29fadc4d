"""What a round will do to the pair: made from the seed alone, so that a seed replays."""
import random
from collections import Counter
from dataclasses import dataclass

from .faults import FAULTS
from .modes import MODES

FIRST = 1.0  # seconds into the round
LAST = 16.0  # every fault has ended by then
AT_ONCE = 0.3  # the part of faults that end as soon as they may
COUNTS = {1: 1, 2: 2, 3: 3, 4: 3}  # how many faults, and how often
SEMI_SYNC_TIMEOUTS = (3000, 10000)  # ms; above isolation_timeout + 1 s, as the documentation demands


@dataclass(frozen=True)
class Deed:
    """One fault, on a node ("db1" is the primary when the round begins) or on both; `start` and `end` in seconds."""
    fault: str
    where: str
    start: float
    end: float

    def __str__(self):
        return f"{self.fault} {self.where} {self.start:.1f}-{self.end:.1f}"


@dataclass(frozen=True)
class Plan:
    seed: int
    mode: str
    semi_sync_timeout: int
    truncates: bool  # a crashed primary takes back what no replica had acknowledged
    deeds: tuple

    def has(self, fault):
        return any(deed.fault == fault for deed in self.deeds)

    def __str__(self):
        truncates = "" if self.truncates else ", a crashed primary keeps its tail"
        return (f"seed {self.seed}: {self.mode}, semi-sync timeout {self.semi_sync_timeout} ms{truncates}: "
                + ", ".join(str(deed) for deed in self.deeds))


def _lasting(rng, fault):
    shortest, longest = fault.lasts
    return shortest if rng.random() < AT_ONCE else rng.uniform(shortest, longest)


def _choose(rng, count, mode):
    """[(fault, where, seconds)], each fault at most once a place."""
    places = [(name, where) for name, fault in FAULTS.items() if fault.mode in ("", mode) for where in fault.where]
    weights = [FAULTS[name].weight / len(FAULTS[name].where) for name, _where in places]
    chosen = {}
    while len(chosen) < count or all(FAULTS[name].needs_events for name, _where in chosen):
        name, where = rng.choices(places, weights)[0]
        chosen.setdefault((name, where), _lasting(rng, FAULTS[name]))
    return [(name, where, lasting) for (name, where), lasting in chosen.items()]


def make_plan(seed):
    rng = random.Random(seed)
    mode = rng.choice(list(MODES))
    timeout = rng.choice(SEMI_SYNC_TIMEOUTS)
    chosen = sorted(_choose(rng, rng.choices(list(COUNTS), COUNTS.values())[0], mode), key=lambda each: -each[2])
    # The longest comes first, and all the others begin before it ends: they overlap.
    deeds = []
    for name, where, lasting in chosen:
        start = FIRST if not deeds else rng.uniform(FIRST, max(deeds[0].end, FIRST + 2.0))
        deeds.append(Deed(name, where, round(start, 1), round(min(start + lasting, LAST), 1)))
    crashed = {node for deed in deeds if FAULTS[deed.fault].crashes
               for node in (("db1", "db2") if deed.where == "both" else (deed.where,))}
    # When both crash, recovery that truncates takes back on both what was acknowledged, and the replica's relay log is
    # deleted when it connects: no rule can close that, so such a pair keeps its tails.
    truncates = len(crashed) < 2 and rng.random() < 0.7
    return Plan(seed, mode, timeout, truncates, tuple(sorted(deeds, key=lambda deed: deed.start)))


def coverage(plans):
    """How many of the rounds have each fault, by mode: a table."""
    counts = Counter((fault, plan.mode) for plan in plans for fault in FAULTS if plan.has(fault))
    lines = [f"{'rounds with':<20}" + "".join(f"{mode:>9}" for mode in MODES)]
    for name, fault in FAULTS.items():
        lines.append(f"{name:<20}" + "".join(
            f"{counts[name, mode] if fault.mode in ('', mode) else '-':>9}" for mode in MODES))
    return "\n".join(lines)
