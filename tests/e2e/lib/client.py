"""The client's half: what was written through the VIP and acknowledged, when, and when the VIP moved."""
import os
import subprocess

from . import mariadb, processes, redis
from .network import VIP, namespace
from .waiting import wait_for


PAUSE = 0.004  # seconds between a writer's writes: two cores carry it


class Writer:
    """One writing client process; `acks` reads what it has recorded so far."""

    def __init__(self, testbed, kind, folder, host="mon", first=1, semi_sync=False):
        """On the client's machine, or on another host; each writer of a kind has numbers of its own, from `first` on.
        `semi_sync`: it looks after each commit whether a replica had it; it must be the only one that commits."""
        user, password = ("app", mariadb.PASSWORDS["app"]) if kind == "mysql" else ("", redis.PASSWORD)
        self.kind = kind
        self.record = os.path.join(folder, f"{kind}.writes" if host == "mon" else f"{host}.{kind}.writes")
        self.process = processes.start(
            ["ip", "netns", "exec", namespace(testbed.id, host), "/usr/bin/python3",
             os.path.join(testbed.programs, "writer.py"), kind, VIP, user, password, self.record, str(PAUSE),
             str(first), *(["semi-sync"] if semi_sync else [])], os.path.join(folder, f"{host}.{kind}.writer.log"))

    def _rows(self):
        if not os.path.exists(self.record):
            return []
        with open(self.record, encoding="utf-8") as record:
            return [line.split() for line in record if line.startswith("ack ") and line.endswith("\n")]

    def acks(self):
        """[(number, sent, acknowledged)] in order; times of time.monotonic()."""
        return [(int(row[1]), float(row[2]), float(row[3])) for row in self._rows()]

    def protected(self):
        """The numbers of the acknowledged writes that a replica had received."""
        return {int(row[1]) for row in self._rows() if "protected" in row[4:]}

    def first_ack_after(self, moment):
        """The time of the first acknowledgement whose write was sent after `moment`."""
        for _number, sent, acknowledged in self.acks():
            if sent >= moment:
                return acknowledged
        return None

    def wait_acks(self, count, since=0.0, timeout=30):
        wait_for(f"{count} writes to {self.kind} acknowledged through the VIP",
                 lambda: sum(1 for _n, sent, _a in self.acks() if sent >= since) >= count, timeout)

    def stop(self):
        processes.end(self.process)


class VipWatch:
    def __init__(self, testbed, folder, names):
        self.record = os.path.join(folder, "vip")
        self.names = {namespace(testbed.id, name): name for name in names}
        self.process = subprocess.Popen(
            ["/usr/bin/python3", os.path.join(testbed.programs, "vip_watch.py"), VIP, self.record, *self.names],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=processes.die_with_parent)
        self.process.stdout.readline()

    def moves(self):
        """[(time, node, "add"|"del")] in order."""
        with open(self.record, encoding="utf-8") as record:
            rows = [line.split() for line in record if line.endswith("\n")]
        return [(float(moment), self.names[name], word) for moment, name, word in rows]

    def arrival(self, name, since):
        """When the VIP came to the node after `since`; None when it did not."""
        for moment, node, word in self.moves():
            if node == name and word == "add" and moment >= since:
                return moment
        return None

    def stop(self):
        processes.end(self.process)
        self.process.stdout.close()
