"""A split: both nodes live, and at least one of them does not see the other."""
from lib import errant, samples, verify
from lib.mariadb import DOCUMENTED
from lib.scenario import resident
from lib.waiting import expect, wait_for

WITNESS = {"agent": ["isolation_timeout = 1s"], "witness w": ["type = ping", "host = 192.0.2.2"]}


def isolate_master(cluster):
    """db1 sees nobody any more and keeps its carrier; a client on it goes on writing. Gives when."""
    cluster.bring_up()
    local = cluster.write_on(cluster.db1)
    local.wait_acks(20)
    moment = cluster.now()
    cluster.network.isolate("db1")
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    return moment


def heal(cluster):
    cluster.network.rejoin("db1")
    cluster.network.unite("db1", "db2")


@resident("split-with-witness", witness=True, extra=WITNESS)
def split_with_witness(cluster):
    """The isolated master fences itself; the other one waits for that, and is then the only one."""
    moment = isolate_master(cluster)
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    samples.never_both(cluster)
    fenced = {kind: cluster.samples.last_writable("db1", kind) - moment for kind in ("mysql", "redis")}
    heal(cluster)
    figures = errant.reunited(cluster, cluster.db2)
    expect(cluster.db2.has_vip() and not cluster.db1.has_vip(), "the isolated node took the VIP back after the heal")
    samples.never_both(cluster)
    return (f"last write possible on db1 after {max(fenced.values()):.2f} s of isolation (isolation_timeout 1 s), "
            f"db2 took over after {cluster.samples.writable('db2', 'mysql', moment)[0][0] - moment:.2f} s; {figures}")


# MariaDB 10.11 lets nobody log in from the return of a replica until the end of the wait for its acknowledgement
# (kill_zombie_dump_threads() waits in Ack_receiver::remove_slave()), so that wait is over before the split is.
OVER = (*DOCUMENTED, "--rpl-semi-sync-master-timeout=3000")


@resident("replica-isolated", witness=True, extra=WITNESS, mysql_options=OVER)
def replica_isolated(cluster):
    """db2 sees nobody any more: keepalived calls it MASTER, and it is not promoted. db1 serves all the time."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.network.isolate("db2")
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    wait_for("FAULT on db2", lambda: cluster.db2.keepalived_state() == "FAULT")
    cluster.network.rejoin("db2")
    wait_for("BACKUP on db2", lambda: cluster.db2.keepalived_state() == "BACKUP")
    figures = verify.pair(cluster, cluster.db1)
    for kind in ("mysql", "redis"):
        samples.never(cluster, cluster.db2, kind, moment)
    samples.always(cluster, cluster.db1, moment)
    return figures


def two_primaries(cluster, moment):
    """Nothing keeps both from being primary. After the heal one is; what the other one alone had acknowledged is
    named, kept and not merged."""
    wait_for("writes on both nodes", lambda: all(node.serves_writes() for node in cluster.nodes))
    for writer in (*cluster.local_writers, cluster.write_on(cluster.db2)):
        writer.wait_acks(20, since=cluster.now())
    apart = samples.both_for(cluster, moment)
    heal(cluster)
    holder = verify.settled(cluster, diverged=True)
    other = cluster.other(holder)
    for writer in cluster.local_writers:
        writer.stop()
    cluster.wait_writes(cluster.now())
    cluster.stop_writers()
    alone = errant.set_aside(cluster, other, holder)
    verify.told_as_master(holder)
    verify.demoted(other)
    return f"both took writes: {apart}; then {holder.name}, {len(alone)} of {other.name} set aside"


# So that an isolated master acknowledges at all: the documentation demands far more than this.
IMPATIENT = (*DOCUMENTED, "--rpl-semi-sync-master-timeout=200")


@resident("split-without-witness", mysql_options=IMPATIENT)
def split_without_witness(cluster):
    return two_primaries(cluster, isolate_master(cluster))


@resident("link-cut-between-nodes", witness=True, extra=WITNESS, mysql_options=IMPATIENT)
def link_cut_between_nodes(cluster):
    """Both see the witness and not each other: it proves one's own connectivity, never the peer's death."""
    cluster.bring_up()
    local = cluster.write_on(cluster.db1)
    local.wait_acks(20)
    moment = cluster.now()
    cluster.network.part("db1", "db2")
    return two_primaries(cluster, moment)


# Longer than the scenario: what db1 commits is acknowledged by db2 or by nobody.
PATIENT = (*DOCUMENTED, "--rpl-semi-sync-master-timeout=60000")


@resident("decided-by-hand", mysql_options=PATIENT)
def decided_by_hand(cluster):
    """db2 served alone during a split, is set aside after it, and db1 fails before it has served alone itself: both
    refuse until an operator says whose data are to stay."""
    isolate_master(cluster)
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    heal(cluster)
    db1, db2 = cluster.nodes
    wait_for("the VIP on db1 alone", lambda: db1.has_vip() and not db2.has_vip())
    errant.set_aside(cluster, db2, db1)
    db1.redis.kill()
    wait_for("FAULT on db1", lambda: db1.keepalived_state() == "FAULT")
    db1.redis.start()
    db1.redis.wait_up()

    def refuses(node):
        said = node.agent("check", check=False)
        return said.returncode == 1 and "each hold transactions that the other lacks" in said.stdout
    wait_for("both nodes to refuse, with the reason", lambda: all(refuses(node) for node in cluster.nodes))
    wait_for("the VIP to be on no node", lambda: not any(node.has_vip() for node in cluster.nodes))
    expect(not any(node.mysql.writable() for node in cluster.nodes), "a node that refuses takes writes")
    # What FAULT set off may still be looking for a primary to follow.
    wait_for("promote to be taken", lambda: db1.agent(
        "promote", "--force", "--reason", "what db1 has is to stay", check=False).returncode == 0)
    db1.wait_master()
    for writer in cluster.local_writers:
        writer.stop()
    cluster.stop_writers()
    alone = errant.set_aside(cluster, db2, db1)
    verify.demoted(db2)
    return f"db1 by hand, {len(alone)} of db2 set aside"
