"""The resident half itself: frozen, killed, stopped, restarted; and what it sees when keepalived is not well."""
import signal

from lib import errant, samples, verify
from lib.machine import power_cut
from lib.mariadb import NO_WAIT
from lib.scenario import resident
from lib.waiting import expect, wait_for


def takeover(cluster):
    moment = cluster.now()
    cluster.db1.power_cut()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()


@resident("watch-ended")
def watch_ended(cluster):
    """Stopped, started, killed, started: no role changes. Without it the hook does all by itself."""
    cluster.bring_up()
    moment = cluster.now()
    before = [verify.history(node) for node in cluster.nodes]
    for how in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        for node in cluster.nodes:
            node.watch.end(how)
        if how != signal.SIGTERM:
            cluster.wait_writes(cluster.now())
        for node in cluster.nodes:
            node.start_watch()
        cluster.wait_writes(cluster.now())
    samples.always(cluster, cluster.db1, moment)
    after = [verify.history(node) for node in cluster.nodes]
    expect(before == after, f"transitions came from the ends of watch: {before}, then {after}")
    for node in cluster.nodes:
        node.watch.end(signal.SIGKILL)
    takeover(cluster)
    figures = verify.alone(cluster, cluster.db2)
    samples.never_both(cluster)
    return figures


@resident("watch-frozen")
def watch_frozen(cluster):
    """It claims no event, so the hook acts itself; thawed, it finds nothing to do."""
    cluster.bring_up()
    cluster.db2.watch.freeze()
    takeover(cluster)
    moment = cluster.now()
    cluster.db2.watch.thaw()
    cluster.db1.boot()
    cluster.db1.keepalived.start()
    figures = verify.pair(cluster, cluster.db2)
    samples.always(cluster, cluster.db2, moment)
    samples.never_both(cluster, redis_until=moment)
    return figures


@resident("keepalived-frozen")
def keepalived_frozen(cluster):
    """The old primary advertises no more and keeps its address: the new one fences it over SQL before it writes."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.keepalived.freeze()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    samples.never_both(cluster)
    cluster.db1.keepalived.thaw()
    holder = verify.settled(cluster)
    figures = verify.pair(cluster, holder)
    return f"then {holder.name}; {figures}"


@resident("keepalived-killed")
def keepalived_killed(cluster):
    """By SIGKILL, as by the kernel when memory is short."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.keepalived.kill()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    samples.never_both(cluster)
    cluster.db1.keepalived.start()
    holder = verify.settled(cluster)
    return f"then {holder.name}; {verify.pair(cluster, holder)}"


# With init-rpl-role=SLAVE as well recovery takes back the newest commits on *both* machines, although they were
# acknowledged, and the relay log that holds them is deleted when the replica connects: no rule can close that.
@resident("reboot-of-both-with-watch", mysql_options=NO_WAIT)
def reboot_of_both_with_watch(cluster):
    cluster.bring_up()
    moment = cluster.now()
    power_cut([node.machine for node in cluster.nodes])
    for node in cluster.nodes:
        node.machine.boot()
        node.start_watch()
        node.keepalived.start()
    for node in cluster.nodes:
        node.start_servers()
    holder = verify.settled(cluster, timeout=60)
    figures = verify.pair(cluster, holder)
    samples.never_both(cluster, redis_until=moment)
    return f"{holder.name}; {figures}"


@resident("flapping-carrier")
def flapping_carrier(cluster):
    """The master's link comes and goes faster than a takeover ends."""
    cluster.bring_up()
    for up in (False, True) * 4:
        moment = cluster.now()
        cluster.network.carrier("db1", up)
        wait_for("the pace of the scenario", lambda: cluster.now() > moment + 0.7)
    holder = verify.settled(cluster, diverged=True)
    figures = errant.reunited(cluster, holder)
    samples.never_both(cluster)
    return f"then {holder.name}, {len(verify.history(cluster.db1))} transitions on db1; {figures}"


@resident("two-instances-in-a-group", group=True, extra={"agent": ["instance = G1"]})
def two_instances_in_a_group(cluster):
    """The group's events drive the roles; those of its instances are only recorded."""
    cluster.bring_up()
    takeover(cluster)
    figures = verify.alone(cluster, cluster.db2)
    samples.never_both(cluster)
    ignored = [line for line in cluster.db2.journal() if line["type"] == "event" and line.get("instance") != "G1"]
    expect(ignored, "no event of an instance is in the journal")
    begun = {line["event"] for line in cluster.db2.journal() if line["type"] == "begin"}
    expect(not begun & {line["event"] for line in ignored}, "an instance's event drove the roles beside its group's")
    return figures
