"""What `watch` costs and what it gives: idle, beside a hook, after a power cut, isolated."""
import os
import time

from lib import samples
from lib.cluster import Cluster
from lib.flavour import CONFIG
from lib.waiting import wait_for

from .checks import all_ended_with, median, time_runs

WITNESS = {"agent": ["isolation_timeout = 1s"], "witness w": ["type = ping", "host = 192.0.2.2"]}
ISOLATION = 1.0
HOOK = f"/run/ha/bin/ha-agent --config {CONFIG} notify INSTANCE VI_1 BACKUP 90"


def _cpu(pid):
    """Seconds of a core so far."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def idle(testbed, flavour, period=30):
    """{"cpu": percent of a core, "rss": MiB, "hook": ms} of the busier of both nodes; nobody writes."""
    with Cluster(testbed, flavour, watch=True) as cluster:
        cluster.bring_up(write=False)
        cluster.samples.stop()
        pids = [node.watch.pid for node in cluster.nodes]
        before = [_cpu(pid) for pid in pids]
        time.sleep(period)
        figures = {"cpu": 100 * max(_cpu(pid) - was for pid, was in zip(pids, before)) / period,
                   "rss": max(_resident_mib(pid) for pid in pids)}
        cluster.db2.keepalived.freeze()  # or its checks would be in the way
        runs, = time_runs(cluster.db2, 50, 5000, [HOOK])
        all_ended_with(runs, "0", "a hook beside watch")
        return figures | {"hook": median(runs)}


def power_cut(testbed, flavour):
    """{"mysql": s, "redis": s} from the VIP's arrival until the server takes writes."""
    usual, samples.PERIOD = samples.PERIOD, 0.002
    try:
        with Cluster(testbed, flavour, watch=True) as cluster:
            cluster.bring_up()
            cluster.wait_writes(cluster.now(), count=100)
            moment = cluster.now()
            cluster.db1.power_cut()
            arrived = wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment), 30)
            cluster.db2.wait_master()
            cluster.wait_writes(arrived, count=1)
            return {kind: cluster.samples.writable("db2", kind, moment)[0][0] - arrived for kind in ("mysql", "redis")}
    finally:
        samples.PERIOD = usual


def outage(testbed, flavour, watch):
    """Seconds between the acknowledgements that a writing client got before and after a power cut, by kind;
    an advertisement every 0.1 s."""
    with Cluster(testbed, flavour, fast=True, watch=watch) as cluster:
        cluster.bring_up()
        cluster.wait_writes(cluster.now(), count=100)
        moment = cluster.now()
        cluster.db1.power_cut()
        arrived = wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment), 30)
        cluster.wait_writes(arrived, count=1)
        cluster.stop_writers()
        return {kind: writer.first_ack_after(arrived) - max(ack for _n, _s, ack in writer.acks() if ack <= arrived)
                for kind, writer in cluster.writers.items()}


def self_fence(testbed, flavour):
    """Seconds from the isolation of the master to the last moment at which it took writes."""
    with Cluster(testbed, flavour, fast=True, watch=True, witness=True, extra=WITNESS) as cluster:
        cluster.bring_up()
        moment = cluster.now()
        cluster.network.isolate("db1")
        cluster.db2.wait_master()
        return max(cluster.samples.last_writable("db1", kind) for kind in ("mysql", "redis")) - moment
