"""The pair after its faults: by itself it becomes a primary and its replica, or stops where the journal says why."""
from lib import errant, verify
from lib.waiting import Failure

from . import replica

PATIENCE = 45.0  # seconds
STAYS_AWAY = "it failed as MASTER and the peer serves"
AFTERWARDS = 15.0  # seconds, for what is left when a node no longer stays away
LONGEST = 180.0  # seconds
STABLE = 2.0  # seconds: what a fault set off in its last moment is over by then
DIVERGED = "each hold transactions that the other lacks"
LOOK_ASIDE = 6.0  # seconds between two looks for what a node alone has: it reads all binary logs


def _holder(cluster):
    """(the one node that serves, None) or (None, what is not so)."""
    holders = [node for node in cluster.nodes if node.has_vip()]
    if len(holders) != 1:
        return None, f"the VIP is on {' and '.join(node.name for node in holders) or 'no node'}"
    node = holders[0]
    if not node.mysql.writable():
        return None, f"MySQL on {node.name}, which has the VIP, is read-only"
    if not node.redis.takes_writes():
        return None, f"Redis on {node.name}, which has the VIP, takes no writes"
    return node, None


def _replica(master, other):
    """What is missing for `other` to be the master's replica; None when it is one."""
    seen, redis = other.mysql.slave_status(), other.redis.command("ROLE")
    for so, text in (
            (other.keepalived_state() == "BACKUP", f"{other.name} is {other.keepalived_state()}"),
            (not other.mysql.writable(), f"MySQL on {other.name} is writable"),
            (seen and seen["Master_Host"] == master.address and other.mysql.follows(),
             f"MySQL on {other.name} does not follow {master.name}: " + _words(seen)),
            (master.mysql.protected(), f"semi-sync on {master.name} is not ON with a replica"),
            (redis[0] == "slave" and redis[1] == master.address and redis[3] == "connected",
             f"Redis on {other.name} does not follow {master.name}: {redis}")):
        if not so:
            return text
    for node in (master, other):
        said = node.agent("check", check=False)
        if said.returncode != 0:
            return f"the check on {node.name} says {said.returncode}: {said.stdout.strip().splitlines()[-1]}"
    return None


def _words(seen):
    if not seen:
        return "it has no source"
    return (f"source {seen['Master_Host']}, IO {seen['Slave_IO_Running']}, SQL {seen['Slave_SQL_Running']}, "
            f"{seen['Last_IO_Error']} {seen['Last_SQL_Error']}".strip())


def _look(cluster):
    """(master or None, what is missing or None). A server that does not answer is something missing."""
    try:
        master, missing = _holder(cluster)
    except Exception as error:  # it answers in many ways that it is not there
        return None, f"a server does not answer: {error}"
    if master is None:
        return None, missing
    try:
        return master, _replica(master, cluster.other(master))
    except Failure:
        raise
    except Exception as error:
        return master, f"{cluster.other(master).name} does not answer: {error}"


def _aside(cluster, master):
    """Whether the other node alone has something, which is what stops it from following."""
    other = cluster.other(master)
    return other.alive and other.mysql.daemon.running() and errant.alone_on(other, master)


def _waits_for_a_decision(cluster):
    """Both nodes refuse, because each alone has something: only an operator can say which of it is to stay."""
    said = [node.agent("check", check=False) for node in cluster.nodes if node.alive]
    return len(said) == 2 and all(each.returncode == 1 and DIVERGED in each.stdout for each in said)


def settle(world):
    """(the primary, how it ended, seconds). A Failure says what is missing, and what was told about it."""
    cluster, began = world.cluster, world.cluster.now()
    next_aside, since, missing, forced = began + LOOK_ASIDE, None, None, False
    until = began + PATIENCE
    while since or cluster.now() < until:
        world.tick()
        replica.start_the_rest(world)
        looked = cluster.now()
        master, missing = _look(cluster)
        if master and not missing:
            since = since if since and since[0] is master else (master, looked)
            if looked - since[1] >= STABLE:
                return master, "converged", since[1] - began
            continue
        since = None
        # failback_delay doubles with each failure as MASTER, and a round may have four of them.
        if missing and STAYS_AWAY in missing:
            until = min(max(until, looked + AFTERWARDS), began + LONGEST)
        # Without a witness a cut link lets both be written to, and then one of them fails: nobody is left.
        if not forced and not master and world.mode_name == "none" and cluster.now() >= next_aside:
            next_aside = cluster.now() + LOOK_ASIDE
            if _waits_for_a_decision(cluster):
                forced = cluster.db1.agent("promote", "--force", "--reason", "what db1 has is to stay",
                                           check=False).returncode == 0
                until = cluster.now() + PATIENCE
        if master and cluster.now() >= next_aside:
            if _aside(cluster, master):
                other = cluster.other(master)
                alone = errant.set_aside(cluster, other, master)
                verify.demoted(other)
                return master, (f"{other.name} set aside, diverged with {len(alone)}" +
                                (", decided by hand" if forced else "")), cluster.now() - began
            next_aside = cluster.now() + LOOK_ASIDE
    raise Failure(f"converges: after {until - began:.0f} s without a fault {missing}")
