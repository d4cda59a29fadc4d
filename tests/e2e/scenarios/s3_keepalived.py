"""keepalived itself stops, dies, or changes its mind faster than anybody can follow."""
import time

from lib import alerts, verify
from lib.scenario import scenario
from lib.waiting import expect, wait_for


@scenario("keepalived-stopped")
def keepalived_stopped(cluster):
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.keepalived.stop()
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    alerts.as_journaled(cluster)
    return figures


@scenario("vrrp-child-killed")
def vrrp_child_killed(cluster):
    """No STOP is sent; the new child clears the VIP and says BACKUP. Either node may win."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.keepalived.kill_vrrp_child()
    wait_for("the VIP's departure", lambda: any(at >= moment and word == "del" for at, _n, word in cluster.watch.moves()))
    holder = verify.settled(cluster)
    other = cluster.db2 if holder is cluster.db1 else cluster.db1
    figures = verify.failover(cluster, holder, other, moment)
    alerts.as_journaled(cluster)
    return f"won by {holder.name}; {figures}"


FLAPS = ("FAULT", "BACKUP", "MASTER", "BACKUP", "FAULT", "BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER")


@scenario("flapping", agent_only=True)
def flapping(cluster):
    """Ten transitions in five seconds, then ten at once: the hooks overlap and reorder. The newest one counts."""
    cluster.bring_up()
    moment = cluster.now()
    hooks = []
    for number, state in enumerate(FLAPS, start=1):
        hooks.append(cluster.db1.machine.launch(f"hook-{number}", [
            "/run/ha/bin/ha-agent", "--config", "/run/node/etc/ha-agent.conf", "notify",
            "INSTANCE", "VI_1", state, "100"]))
        time.sleep(max(0.0, moment + 0.5 * number - cluster.now()))  # the pace is the scenario, not a wait
    # Then the same ten at once, forked in this order by one process, as keepalived forks them.
    command = "/run/ha/bin/ha-agent --config /run/node/etc/ha-agent.conf notify INSTANCE VI_1"
    burst = " ".join(f"{command} {state} 100 &" for state in FLAPS)
    hooks.append(cluster.db1.machine.launch("hook-burst", ["/bin/sh", "-c", f"{burst} wait"]))
    wait_for("the end of every hook", lambda: not any(hook.poll() is None for hook in hooks), 60)
    holder = verify.settled(cluster)
    other = cluster.db2 if holder is cluster.db1 else cluster.db1
    verify.demoted_or_following(other, holder)
    cluster.wait_writes(cluster.now())
    cluster.stop_writers()
    verify.told_as_master(holder)
    figures = verify.acknowledged_writes(cluster, holder)
    newest = [line for line in cluster.db1.journal() if line["type"] == "event"]
    expect(len(newest) >= 2 * len(FLAPS), f"the journal of db1 has {len(newest)} events, {2 * len(FLAPS)} were sent")
    alerts.as_journaled(cluster)
    return (f"{len(newest)} events on db1, VIP on {holder.name}; kept: MySQL {figures['mysql'][1]}/"
            f"{figures['mysql'][0]}, Redis {figures['redis'][1]}/{figures['redis'][0]}")
