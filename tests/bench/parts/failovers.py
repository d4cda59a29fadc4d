"""How long clients wait after a failover: from the VIP's arrival to the first acknowledged write."""
from lib import verify
from lib.cluster import Cluster
from lib.waiting import Failure, wait_for


def in_cluster(testbed, flavour, measurement, prepare=None, **options):
    with Cluster(testbed, flavour, **options) as cluster:
        if prepare:
            prepare(cluster)
        cluster.bring_up()
        cluster.wait_writes(cluster.now(), count=100)
        return measurement(cluster)


def power_cut(cluster):
    """{"vip": s, "mysql": s, "redis": s, "lost": acknowledged MySQL writes that are gone}"""
    moment = cluster.now()
    cluster.db1.power_cut()
    arrived = wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment), 30)
    cluster.wait_writes(arrived, count=1, timeout=60)
    cluster.stop_writers()
    found = cluster.db2.mysql.ids()
    written = {number for number, _sent, _ack in cluster.writers["mysql"].acks()}
    return {"vip": arrived - moment, "lost": len(written - found),
            **{kind: writer.first_ack_after(arrived) - arrived for kind, writer in cluster.writers.items()}}


def mysqld_killed(cluster, patience=15):
    """Seconds from the death of the master's server to the first write on the other node; None: it did not come."""
    moment = cluster.now()
    cluster.db1.mysql.kill()
    try:
        arrived = wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment), patience)
    except Failure:
        return None
    cluster.wait_writes(arrived, count=1, timeout=60)
    verify.demoted(cluster.db1)
    return cluster.writers["mysql"].first_ack_after(arrived) - moment
