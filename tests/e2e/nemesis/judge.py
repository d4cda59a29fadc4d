"""What must hold after a round, and the figures of its line."""
from lib.waiting import Failure, expect, wait_for

from .faults import FAULTS

REACTION = 5.0  # seconds after the end of a fault in which what it made possible may still be so


def _without(spans, windows):
    """The parts of the spans that lie in none of the windows."""
    for begin, end in windows:
        spans = [part for start, stop in spans
                 for part in ((start, min(stop, begin)), (max(start, end), stop)) if part[0] < part[1]]
    return spans


def _not_judged(world):
    """The times in which two nodes may be writable whatever ha-agent does: a part of it did not run, or, where only
    a witness is asked, the nodes may not have seen each other while both saw the witness."""
    return [(began, ended + REACTION) for deed, began, ended in world.done
            if FAULTS[deed.fault].stops_agent or (world.mode_name == "witness" and FAULTS[deed.fault].blinds)]


def one_writable(world):
    """Gives the exposure by kind, in seconds."""
    cluster = world.cluster
    both = {kind: cluster.samples.both(kind, cluster.set_up) for kind in ("mysql", "redis")}
    if world.mode.one_writable:
        found = _without(both["mysql"], _not_judged(world))
        expect(not found, "one writable: both MySQL servers took writes for " + ", ".join(
            f"{end - start:.3f} s from {start - world.zero:.2f} on" for start, end in found))
    return {kind: sum(end - start for start, end in spans) for kind, spans in both.items()}


def no_lost_write(world, master):
    """Gives {kind: (acknowledged, protected, kept)}; Redis protects nothing, so its losses are counted only."""
    figures = {}
    for kind, server in (("mysql", master.mysql), ("redis", master.redis)):
        writer = world.cluster.writers[kind]
        acknowledged, protected, there = {number for number, _s, _a in writer.acks()}, writer.protected(), server.ids()
        figures[kind] = len(acknowledged), len(protected), len(acknowledged & there)
        lost = sorted(protected - there)
        expect(not lost, f"no lost write: {len(lost)} of {len(protected)} commits that a replica had acknowledged are "
                         f"not on {master.name}: {lost[:10]}, acknowledged "
                         f"{[f'{at - world.zero:.2f}' for number, _s, at in writer.acks() if number in lost[:10]]}")
    expect(figures["mysql"][1] > 0, "no commit was protected: the round proves nothing")
    return figures


def same_rows(world, master):
    """A replica that follows has what the primary has, and nothing else."""
    other = world.cluster.other(master)
    try:
        wait_for("the same rows", lambda: other.mysql.ids() == master.mysql.ids(), 10, pause=0.2)
    except Failure:
        ours, theirs = other.mysql.ids(), master.mysql.ids()
        raise Failure(f"converges: {other.name} follows {master.name}, lacks {len(theirs - ours)} of its rows and has "
                      f"{len(ours - theirs)} others") from None


def outage(world):
    """The longest time between two acknowledged MySQL writes, in seconds."""
    at = [acknowledged for _n, _s, acknowledged in world.cluster.writers["mysql"].acks()]
    return max((later - earlier for earlier, later in zip(at, at[1:])), default=0.0)
