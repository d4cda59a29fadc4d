"""What must hold after a failover, whatever caused it."""
from .waiting import Failure, expect, wait_for


def acknowledged_writes(cluster, new):
    """No acknowledged MySQL write is missing on the new master, and nearly none of Redis.
    Gives {kind: (acknowledged, kept)}."""
    figures = {}
    for kind, server in (("mysql", new.mysql), ("redis", new.redis)):
        acknowledged = {number for number, _sent, _ack in cluster.writers[kind].acks()}
        lost = acknowledged - server.ids()
        figures[kind] = (len(acknowledged), len(acknowledged) - len(lost))
        if kind == "mysql":
            expect(not lost, f"{len(lost)} of {len(acknowledged)} acknowledged MySQL writes are not on {new.name}: "
                             f"{sorted(lost)[:10]}")
        else:
            expect(len(lost) <= 0.05 * len(acknowledged),
                   f"{len(lost)} of {len(acknowledged)} acknowledged Redis writes are not on {new.name}")
    return figures


def told_as_master(node):
    """ha-agent's own words on the new master: the check lets it hold the VIP, and the history has the promotion."""
    if node.flavour.name != "ha-agent":
        return
    wait_for(f"a check on {node.name} that says 0", lambda: node.agent("check", check=False).returncode == 0, 15)
    newest = max(node.agent_json("history"), key=fork_order)
    expect(newest["to"] == "MASTER" and newest["outcome"] == "done",
           f"the newest transition of {node.name} is not a promotion that was done: {newest}")


def fork_order(transition):
    """An event's id ends in its hook's start, in clock ticks, and pid: the order in which keepalived forked."""
    return tuple(int(part) for part in transition["event"].split("-")[1:])


def demoted(node):
    """A living old master takes no write any more, neither in MySQL (when it runs) nor in Redis (when it runs)."""
    if node.mysql.daemon.running():
        wait_for(f"MySQL on {node.name} read-only", lambda: not node.mysql.writable(), 10)
    if node.redis.daemon.running():
        wait_for(f"Redis on {node.name} without writes", lambda: not node.redis.takes_writes(), 10)


def settled(cluster, timeout=40, diverged=False):
    """The one node that has the VIP and serves writes, once the other living ones are BACKUP, or in FAULT where they
    may have diverged."""
    states = ("BACKUP", "FAULT") if diverged else ("BACKUP",)
    def one():
        holders = [node for node in cluster.nodes if node.has_vip()]
        if len(holders) != 1 or not holders[0].serves_writes():
            return None
        others = [node for node in cluster.nodes if node is not holders[0] and node.alive]
        return holders[0] if all(node.keepalived_state() in states for node in others) else None
    try:
        return wait_for("one master that serves writes, the other node BACKUP", one, timeout)
    except Failure as failure:
        raise Failure("\n".join([str(failure), *(node.tail() for node in cluster.nodes)])) from None


def demoted_or_following(node, master):
    """The node that is not the master takes no write; Redis there follows the master or is fenced."""
    demoted(node)
    expect(not node.has_vip(), f"the VIP is on {node.name} as well as on {master.name}")


def failover(cluster, new, old, since):
    """The VIP came to `new` after `since`, clients write there, the other one is demoted, no write is lost.
    Returns a line of figures."""
    try:
        arrived = wait_for(f"the VIP's move to {new.name}", lambda: cluster.watch.arrival(new.name, since), 40)
        cluster.wait_writes(arrived)
        new.wait_master()
        told_as_master(new)
        if old.alive:
            wait_for(f"{old.name} without the VIP", lambda: not old.has_vip(), 10)
            demoted(old)
        cluster.stop_writers()
        figures = acknowledged_writes(cluster, new)
    except Failure as failure:
        tails = "\n".join(node.tail() for node in (new, old))
        raise Failure(f"{failure}\n{tails}") from None
    first = {kind: writer.first_ack_after(arrived) - arrived for kind, writer in cluster.writers.items()}
    return (f"VIP after {arrived - since:.2f} s; first write after it: MySQL {first['mysql']:.3f} s, "
            f"Redis {first['redis']:.3f} s; kept: MySQL {figures['mysql'][1]}/{figures['mysql'][0]}, "
            f"Redis {figures['redis'][1]}/{figures['redis'][0]}")


def kept(figures):
    return (f"kept: MySQL {figures['mysql'][1]}/{figures['mysql'][0]}, "
            f"Redis {figures['redis'][1]}/{figures['redis'][0]}")


def history(node):
    """[(state, outcome)] of the node's transitions in the order in which keepalived forked their hooks."""
    items = [item for item in node.agent_json("history", "-n", "1000") if item["type"] == "transition"]
    return [(item["to"], item["outcome"]) for item in sorted(items, key=fork_order)]


def history_has(node, *states):
    """The node makes these transitions in this order, or is overtaken by a newer event in the midst of one."""
    def told():
        rest = (state for state, outcome in history(node) if outcome in ("done", "overtaken"))
        return all(any(each == state for state in rest) for each in states)
    try:
        wait_for(f"{states} in the history of {node.name}", told, 15, pause=0.2)
    except Failure as failure:
        raise Failure(f"{failure}; it is {history(node)}") from None


def follows(cluster, node, primary, timeout=30):
    """MySQL and Redis of the node are replicas of the primary, take no writes, and protect its writes."""
    try:
        wait_for(f"MySQL of {node.name} as replica of {primary.name}", lambda: node.mysql.follows() and
                 node.mysql.slave_status()["Master_Host"] == primary.address, timeout)
        wait_for(f"Redis of {node.name} as replica of {primary.name}", lambda: node.redis.follows() and
                 node.redis.command("ROLE")[1] == primary.address, timeout)
        wait_for(f"semi-sync on {primary.name} with a replica", primary.mysql.protected, timeout)
        wait_for(f"{node.name} to catch up", node.mysql.caught_up, timeout)
    except Failure as failure:
        raise Failure("\n".join([str(failure), f"{node.name}: {node.mysql.slave_status()}",
                                 *(each.tail() for each in cluster.nodes)])) from None
    demoted(node)


def pair(cluster, master):
    """The end of most scenarios: one serves and the other follows it; every acknowledged write is on both;
    the check lets both be what they are. Writers are stopped. Gives the figures."""
    other = cluster.other(master)
    follows(cluster, other, master)
    figures = alone(cluster, master)
    wait_for(f"{other.name} to catch up", lambda: other.mysql.ids() == master.mysql.ids())
    wait_for(f"a check on {other.name} that says 0", lambda: other.agent("check", check=False).returncode == 0, 15)
    wait_for(f"{other.name} as BACKUP", lambda: other.keepalived_state() == "BACKUP", 15)
    expect(not other.has_vip(), f"the VIP is on {other.name} as well as on {master.name}")
    return figures


def alone(cluster, master):
    """One serves, whatever became of the other: clients write there, and every acknowledged write is there."""
    cluster.wait_writes(cluster.now())
    cluster.stop_writers()
    told_as_master(master)
    return kept(acknowledged_writes(cluster, master))
