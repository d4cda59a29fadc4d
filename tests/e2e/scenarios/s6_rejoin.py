"""The old primary comes back: it follows the new one, or stays aside with what it alone has named and kept."""
from lib import errant, samples, verify
from lib.mariadb import NO_WAIT
from lib.scenario import resident
from lib.waiting import wait_for


def power_returns(cluster, node):
    """Gives when."""
    moment = cluster.now()
    node.boot()
    node.keepalived.start()
    return moment


@resident("old-primary-returns")
def old_primary_returns(cluster):
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.power_cut()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    back = power_returns(cluster, cluster.db1)
    figures = verify.pair(cluster, cluster.db2)
    verify.history_has(cluster.db1, "MASTER", "BACKUP")
    samples.never_both(cluster, redis_until=back)
    return figures


def with_a_tail(cluster):
    """A write is committed on db1 and waits for the acknowledgement that cannot come; then db1 loses its power. Gives
    when the power came back."""
    cluster.bring_up()
    cluster.network.part("db1", "db2")

    def tail():
        # The first one that waits may have reached db2, and only its acknowledgement did not come back.
        here = cluster.db1.mysql.query("SELECT @@gtid_binlog_pos AS position")[0]["position"]
        there = cluster.db2.mysql.slave_status()["Gtid_IO_Pos"]
        return int(cluster.db1.mysql.status("Rpl_semi_sync_master_wait_sessions")) and here != there
    wait_for("a commit on db1 that waits and that db2 lacks", tail)
    moment = cluster.now()
    cluster.db1.power_cut()
    cluster.network.unite("db2")
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    back = power_returns(cluster, cluster.db1)
    cluster.db1.wait_servers()
    return back


@resident("tail-truncated", fast=False)
def tail_truncated(cluster):
    """The settings that the documentation asks for: the restart itself takes the tail back."""
    back = with_a_tail(cluster)
    figures = verify.pair(cluster, cluster.db2)
    samples.never_both(cluster, redis_until=back)
    return figures


@resident("tail-kept-aside", fast=False, mysql_options=NO_WAIT)
def tail_kept_aside(cluster):
    """Without them recovery commits the tail: db1 stays read-only, names it, keeps its log, and merges nothing."""
    back = with_a_tail(cluster)
    alone = errant.set_aside(cluster, cluster.db1, cluster.db2)
    figures = verify.alone(cluster, cluster.db2)
    samples.never_both(cluster, redis_until=back)
    return f"{len(alone)} set aside; {figures}"


@resident("carrier-returns")
def carrier_returns(cluster):
    cluster.bring_up()
    moment = cluster.now()
    cluster.network.carrier("db1", False)
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    cluster.network.carrier("db1", True)
    figures = errant.reunited(cluster, cluster.db2)
    verify.history_has(cluster.db1, "MASTER", "FAULT")
    samples.never_both(cluster)
    return figures
