"""With a lock in etcd: whoever does not hold it takes no writes, whatever link is cut."""
import json
import os
import time

from lib import errant, samples, verify
from lib.etcd import lock
from lib.scenario import resident
from lib.waiting import expect, wait_for


def lease_end(node):
    """When the node's own hold on the lock ends, by time.monotonic(); its file outlives the machine."""
    with open(os.path.join(node.state_dir, "lock.json"), encoding="utf-8") as record:
        until = json.load(record)["until_boottime_ms"] / 1000
    return until - time.clock_gettime(time.CLOCK_BOOTTIME) + time.monotonic()


def cut(cluster):
    """The other one takes over as soon as the old lease has ended, and never before."""
    cluster.bring_up()
    wait_for("the lock of db1", lambda: cluster.etcd.holder() == "db1")
    cluster.etcd.watch_key()
    moment = cluster.now()
    cluster.db1.power_cut()
    end = lease_end(cluster.db1)
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    arrived = cluster.watch.arrival("db2", moment)
    first = {kind: writer.first_ack_after(arrived) for kind, writer in cluster.writers.items()}
    for kind, at in first.items():
        expect(at > end, f"{kind}: written {end - at:.3f} s before the old lease had ended")
    samples.never_both(cluster)
    gone = cluster.etcd.ended_after(moment)
    free = max(arrived, gone)
    return (f"first write {max(first.values()) - moment:.2f} s after the cut, {max(first.values()) - free:.2f} s after "
            f"VIP and lock were free; the old lease had {end - moment:.2f} s left, and etcd let it go "
            f"{gone - end:.2f} s after that; {figures}")


@resident("lock-power-cut-2s", etcd=True, extra=lock("2s"))
def power_cut_2s(cluster):
    return cut(cluster)


@resident("lock-power-cut-5s", etcd=True, extra=lock("5s"))
def power_cut_5s(cluster):
    return cut(cluster)


@resident("lock-power-cut-10s", etcd=True, extra=lock("10s"))
def power_cut_10s(cluster):
    return cut(cluster)


@resident("lock-keepalived-stopped", etcd=True, extra=lock("10s"))
def keepalived_stopped(cluster):
    """A goodbye gives the lock back: nobody waits for its end."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.keepalived.stop()
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    expect(cluster.etcd.holder() == "db2", f"the lock is {cluster.etcd.holder()}'s")
    samples.never_both(cluster)
    return figures


@resident("lock-split", etcd=True, extra=lock("5s"))
def split(cluster):
    """db1 sees neither db2 nor etcd and keeps its carrier: it stops its writes before its lease ends."""
    cluster.bring_up()
    local = cluster.write_on(cluster.db1)
    local.wait_acks(20)
    moment = cluster.now()
    cluster.network.isolate("db1")
    end = lease_end(cluster.db1)
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    taken = min(cluster.samples.writable("db2", kind, moment)[0][0] for kind in ("mysql", "redis"))
    fenced = max(cluster.samples.last_writable("db1", kind) for kind in ("mysql", "redis"))
    expect(fenced < end < taken, f"db1 took writes until {fenced:.3f}, its lease ended at {end:.3f}, db2 from {taken:.3f}")
    cluster.network.rejoin("db1")
    figures = errant.reunited(cluster, cluster.db2)
    samples.never_both(cluster)
    return (f"last write possible on db1 {end - fenced:.2f} s before its lease ended, db2 took writes {taken - end:.2f} s "
            f"after it; {figures}")


@resident("lock-link-cut", etcd=True, extra=lock("4s"))
def link_cut(cluster):
    """Both see etcd and not each other, which no witness can tell from a dead peer: one serves all the time."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.network.part("db1", "db2")
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    wait_for("the refusal on db2", lambda: ("MASTER", "refused") in verify.history(cluster.db2))
    wait_for("FAULT on db2", lambda: cluster.db2.keepalived_state() == "FAULT")
    expect(cluster.etcd.holder() == "db1", f"the lock is {cluster.etcd.holder()}'s")
    cluster.network.unite("db1", "db2")
    figures = verify.pair(cluster, cluster.db1)
    for kind in ("mysql", "redis"):
        samples.never(cluster, cluster.db2, kind, moment)
    samples.always(cluster, cluster.db1, moment)
    return figures


@resident("lock-quorum-lost", etcd=True, extra=lock("5s"))
def quorum_lost(cluster):
    """Nobody can be told who has the lock: nobody takes writes, as long as that lasts and no longer."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.etcd.kill(0, 1)
    end = lease_end(cluster.db1)
    wait_for("no writes on db1", lambda: not cluster.db1.mysql.writable() and not cluster.db1.redis.takes_writes())
    fenced = max(cluster.samples.last_writable("db1", kind) for kind in ("mysql", "redis"))
    end = max(end, lease_end(cluster.db1)) if os.path.exists(os.path.join(cluster.db1.state_dir, "lock.json")) else end
    wait_for("FAULT on db1", lambda: cluster.db1.keepalived_state() == "FAULT")
    wait_for("a refusal", lambda: any(("MASTER", "refused") in verify.history(node) for node in cluster.nodes))
    for kind in ("mysql", "redis"):
        samples.never(cluster, cluster.db2, kind, moment)
    back = cluster.now()
    cluster.etcd.start(0)
    cluster.etcd.start(1)
    master = verify.settled(cluster)
    figures = verify.pair(cluster, master)
    served = min(cluster.samples.writable(master.name, kind, back)[0][0] for kind in ("mysql", "redis"))
    samples.never_both(cluster)
    return (f"db1 stopped its writes {fenced - moment:.2f} s after the loss; {master.name} serves "
            f"{served - back:.2f} s after the quorum's return; {figures}")


@resident("lock-watch-frozen", etcd=True, extra=lock("10s"))
def watch_frozen(cluster):
    """Nobody renews: keepalived hears of it from the check, and the hook demotes before the lease has ended."""
    cluster.bring_up()
    wait_for("the lock of db1", lambda: cluster.etcd.holder() == "db1")
    moment = cluster.now()
    cluster.db1.watch.freeze()
    end = lease_end(cluster.db1)
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    fenced = max(cluster.samples.last_writable("db1", kind) for kind in ("mysql", "redis"))
    expect(fenced < end, f"db1 took writes until {fenced - end:.3f} s after the end of its lease")
    cluster.db1.watch.thaw()
    figures = verify.pair(cluster, cluster.db2)
    samples.never_both(cluster)
    return f"db1 stopped its writes {end - fenced:.2f} s before the lease's end; {figures}"


@resident("lock-switchover", etcd=True, extra=lock("10s"))
def switchover(cluster):
    """The lock goes with the role: the old master gives it back once its writes have stopped."""
    cluster.bring_up()
    wait_for("the lock of db1", lambda: cluster.etcd.holder() == "db1")
    done = cluster.db1.agent("switchover", "--reason", "the lock moves too", timeout=60)
    expect(cluster.etcd.holder() == "db2", f"the lock is {cluster.etcd.holder()}'s")
    figures = verify.pair(cluster, cluster.db2)
    samples.never_both(cluster)
    return f"{done.stdout.strip().splitlines()[-1]}; {figures}"
