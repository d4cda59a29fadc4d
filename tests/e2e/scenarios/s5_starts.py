"""Starts: nobody may be left in FAULT for ever, and the data of before must be there."""
from lib import alerts, verify
from lib.machine import power_cut
from lib.scenario import scenario
from lib.waiting import expect, wait_for


def start_keepalived(*nodes):
    for node in nodes:
        node.keepalived.start()


@scenario("first-boot")
def first_boot(cluster):
    """Two fresh machines, no replication, no record: one becomes master, the other waits as BACKUP."""
    cluster.boot()
    moment = cluster.now()
    start_keepalived(*cluster.nodes)
    holder = verify.settled(cluster)
    cluster.start_writers()
    other = cluster.db2 if holder is cluster.db1 else cluster.db1
    expect(not other.mysql.writable(), f"MySQL is writable on {other.name} too")
    expect(other.keepalived_state() == "BACKUP", f"{other.name} is {other.keepalived_state()}")
    if other.has_watch:
        verify.follows(cluster, other, holder)  # nobody has to set it up
    else:
        cluster.replicate(holder, other)
    wait_for("semi-sync with a replica", holder.mysql.protected)
    cluster.wait_writes(cluster.now())
    cluster.stop_writers()
    verify.told_as_master(holder)
    verify.acknowledged_writes(cluster, holder)
    alerts.as_journaled(cluster)
    return f"{holder.name} after {cluster.watch.arrival(holder.name, moment) - moment:.2f} s"


@scenario("reboot-of-both")
def reboot_of_both(cluster):
    """Both lose power at once and start again, keepalived before the servers are up."""
    cluster.bring_up()
    power_cut([node.machine for node in cluster.nodes])
    for node in cluster.nodes:
        node.machine.boot()
    moment = cluster.now()
    start_keepalived(*cluster.nodes)
    for node in cluster.nodes:
        node.start_servers()
    holder = verify.settled(cluster, timeout=60)
    cluster.wait_writes(cluster.now())
    cluster.stop_writers()
    verify.told_as_master(holder)
    figures = verify.acknowledged_writes(cluster, holder)
    other = cluster.db2 if holder is cluster.db1 else cluster.db1
    verify.demoted_or_following(other, holder)
    alerts.as_journaled(cluster)
    return (f"{holder.name} after {cluster.watch.arrival(holder.name, moment) - moment:.2f} s; kept: "
            f"MySQL {figures['mysql'][1]}/{figures['mysql'][0]}, Redis {figures['redis'][1]}/{figures['redis'][0]}")


@scenario("started-alone")
def started_alone(cluster):
    """A fresh machine whose peer was never switched on."""
    cluster.db1.boot()
    cluster.db1.wait_servers()
    start_keepalived(cluster.db1)
    cluster.db1.wait_master()
    cluster.start_writers()
    cluster.stop_writers()
    verify.told_as_master(cluster.db1)
    verify.acknowledged_writes(cluster, cluster.db1)
    alerts.as_journaled(cluster)
