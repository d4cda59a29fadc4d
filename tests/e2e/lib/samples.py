"""Which node took writes when: both nodes' servers, asked every 20 ms from before the first boot to the end."""
import os

from . import processes, redis
from .waiting import expect

PERIOD = 0.02  # seconds


class Samples:
    def __init__(self, testbed, folder, nodes):
        self.record = os.path.join(folder, "samples")
        self.process = processes.start(
            ["/usr/bin/python3", os.path.join(testbed.programs, "sampler.py"), self.record, str(PERIOD), redis.PASSWORD,
             *(f"{node.name}={node.dir}" for node in nodes)], os.path.join(folder, "sampler.log"))

    def rows(self, name, kind):
        """[(asked, answered, "1"|"0"|"-")] in order; times of time.monotonic()."""
        if not os.path.exists(self.record):
            return []
        with open(self.record, encoding="utf-8") as record:
            rows = [line.split() for line in record if line.endswith("\n")]
        return [(float(row[0]), float(row[1]), row[4]) for row in rows if row[2:4] == [name, kind]]

    def writable(self, name, kind, since=0.0):
        """[(from, until)]: the node certainly took writes then. From the answer to the first yes to the question
        of the last in a row."""
        spans, start, end = [], None, None
        for asked, answered, state in self.rows(name, kind):
            if answered < since:
                continue
            if state == "1":
                start, end = (answered, answered) if start is None else (start, max(start, asked))
            elif start is not None:
                spans.append((start, end))
                start = None
        if start is not None:
            spans.append((start, end))
        return spans

    def last_writable(self, name, kind):
        """When the node was last seen taking writes; None: never."""
        return max((end for _start, end in self.writable(name, kind)), default=None)

    def both(self, kind, since=0.0, until=float("inf")):
        """[(from, until)]: both nodes took writes."""
        found = []
        for a, b in self.writable("db1", kind, since):
            for c, d in self.writable("db2", kind, since):
                start, end = max(a, c), min(b, d)
                if start < min(end, until):
                    found.append((start, end))
        return sorted(found)

    def stop(self):
        processes.end(self.process)


def never_both(cluster, redis_until=float("inf")):
    """At no time since the pair was set up did both nodes take writes. Redis until then: it has no read-only start,
    so a machine that returns has a Redis that takes writes until its first BACKUP."""
    for kind, until in (("mysql", float("inf")), ("redis", redis_until)):
        found = cluster.samples.both(kind, cluster.set_up, until)
        expect(not found, f"{kind}: both nodes took writes for " +
               ", ".join(f"{end - start:.3f} s (from {start:.3f})" for start, end in found))


def always(cluster, node, since):
    """The node took writes without a gap: some sample since then says so, and none says otherwise."""
    for kind in ("mysql", "redis"):
        states = [state for asked, _at, state in cluster.samples.rows(node.name, kind) if asked >= since]
        expect("1" in states and "0" not in states,
               f"{kind} on {node.name}: {states.count('0')} of {len(states)} samples say that it took no writes")


def never(cluster, node, kind, since):
    """The node took no write since then."""
    spans = cluster.samples.writable(node.name, kind, since)
    expect(not spans, f"{kind} on {node.name} took writes: {[(round(a, 3), round(b, 3)) for a, b in spans]}")


def both_for(cluster, since=0.0):
    """For a scenario's figures: how long both took writes, by kind."""
    return ", ".join(f"{kind} {sum(end - start for start, end in cluster.samples.both(kind, since)):.2f} s"
                     for kind in ("mysql", "redis"))
