"""Servers that restart, freeze or lose their data while their machine and keepalived live on."""
import os
import shutil
import time

from lib import samples, verify
from lib.mariadb import DOCUMENTED, connect
from lib.scenario import resident
from lib.waiting import expect, wait_for


def restart_mysql(node):
    """As a supervisor does at once, well within the check's two failures; the server comes back read-only."""
    node.mysql.kill()
    node.mysql.start()


@resident("mysqld-restarted")
def mysqld_restarted(cluster):
    """Under a MASTER: its process restarted since the promotion, so it is promoted again, wherever the VIP is."""
    cluster.bring_up()
    moment = cluster.now()
    restart_mysql(cluster.db1)
    cluster.db1.wait_servers()
    cluster.wait_writes(cluster.now())
    holder = verify.settled(cluster)
    figures = verify.pair(cluster, holder)
    samples.never_both(cluster)
    outage = cluster.samples.writable(holder.name, "mysql", moment + 0.1)[0][0] - moment
    return f"{holder.name} took writes {outage:.2f} s after the kill; {figures}"


@resident("read-only-by-hand")
def read_only_by_hand(cluster):
    """Set on a running server by somebody else: a fence. It stays, and the check says so to keepalived."""
    cluster.bring_up()
    cluster.db1.mysql.query("SET GLOBAL read_only = 1")
    moment = cluster.now()
    wait_for("FAULT on db1", lambda: "Entering FAULT STATE" in cluster.db1.keepalived.log())
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    figures = verify.pair(cluster, cluster.db2)
    samples.never(cluster, cluster.db1, "mysql", moment)
    samples.never_both(cluster)
    verify.history_has(cluster.db1, "MASTER", "FAULT", "BACKUP")
    return figures


# Semi-sync as many set it: by hand, so that a restarted server has it OFF; and a replica that asks once a minute.
BY_HAND = (*DOCUMENTED, "--rpl-semi-sync-master-enabled=0", "--rpl-semi-sync-slave-enabled=0")


@resident("restart-then-power-cut", mysql_options=BY_HAND)
def restart_then_power_cut(cluster):
    """mysqld is killed and restarted within the check's fall count, writes go on, the machine dies 10 s later."""
    cluster.boot()
    for node in cluster.nodes:
        node.mysql.query("SET GLOBAL rpl_semi_sync_master_enabled = 1")
        node.mysql.query("SET GLOBAL rpl_semi_sync_slave_enabled = 1")
    cluster.bring_up(booted=True, connect_retry=60)
    restart_mysql(cluster.db1)
    cluster.db1.wait_servers()
    cluster.wait_writes(cluster.now())
    time.sleep(10)  # the scenario's own: it is the time in which a replica that retries each minute falls behind
    moment = cluster.now()
    serving = [node for node in cluster.nodes if node.has_vip()][0]
    other = cluster.other(serving)
    serving.power_cut()
    wait_for(f"an end of waiting on {other.name}", lambda: other.has_vip() and other.serves_writes()
             or (other.keepalived_state() == "FAULT" and cluster.now() > moment + 3))
    if other.has_vip():
        figures = "promoted; " + verify.alone(cluster, other)
    else:
        expect(not other.mysql.writable(), f"{other.name} takes writes in FAULT")
        reason = other.agent("check", check=False).stdout.strip().splitlines()[-1]
        moment = cluster.now()
        serving.boot()
        serving.keepalived.start()
        # The one that stayed fetches what it lacked from the other's MySQL, and may serve before the other's keepalived
        # has left its first FAULT.
        wait_for("a node that serves", lambda: any(node.has_vip() and node.serves_writes() for node in cluster.nodes))
        primary = next(node for node in cluster.nodes if node.has_vip())
        figures = f"refused ({reason}); then {primary.name}; " + verify.pair(cluster, primary)
    samples.never_both(cluster, redis_until=moment)
    return figures


@resident("applier-stopped")
def applier_stopped(cluster):
    """The standby received everything and applied nothing since: it is not promoted until its applier runs again."""
    cluster.bring_up()
    cluster.db2.mysql.query("STOP SLAVE SQL_THREAD")
    cluster.wait_writes(cluster.now(), count=200)
    moment = cluster.now()
    cluster.db1.power_cut()
    wait_for("FAULT on db2", lambda: cluster.db2.keepalived_state() == "FAULT")
    wait_for("a check on db2 that says why", lambda: "applier" in cluster.db2.agent("check", check=False).stdout)
    expect(cluster.watch.arrival("db2", moment) is None or not cluster.db2.mysql.writable(),
           "db2 was promoted without what it had received")
    samples.never(cluster, cluster.db2, "mysql", moment)
    cluster.db2.mysql.query("START SLAVE SQL_THREAD")
    cluster.db2.wait_master()
    return verify.alone(cluster, cluster.db2)


RELAY_LOG = 200_000_000  # bytes
TEN_MEGABYTES = "INSERT INTO app.bulk (filling) SELECT REPEAT('x', 1000000) FROM app.seq_1_to_10"
# By row: a statement that makes a megabyte is itself a few bytes. And room for it: the harness' own settings are for
# a few rows at a time.
BY_ROW = (*DOCUMENTED, "--binlog-format=ROW", "--innodb-log-file-size=64M", "--innodb-buffer-pool-size=64M")


def unapplied(node):
    """The bytes of its source's binary log that the node has received and not applied; from SHOW SLAVE STATUS."""
    seen = node.mysql.slave_status()
    expect(seen["Master_Log_File"] == seen["Relay_Master_Log_File"], f"the binary log was rotated meanwhile: {seen}")
    return seen["Read_Master_Log_Pos"] - seen["Exec_Master_Log_Pos"]


@resident("relay-log-at-the-cut", mysql_options=BY_ROW)
def relay_log_at_the_cut(cluster):
    """200 MB are received and not applied when the primary dies: all of it is applied before the first write. Until
    then the replica's applier waits for a lock on the table, as behind a long backup; it runs, so db2 is eligible."""
    cluster.bring_up()
    cluster.db1.mysql.query("CREATE TABLE app.bulk (id BIGINT PRIMARY KEY AUTO_INCREMENT, filling LONGBLOB)")
    wait_for("the table on db2", lambda: cluster.db2.mysql.query("SHOW TABLES FROM app LIKE 'bulk'"))
    backup = connect(cluster.db2.mysql.socket)
    try:
        backup.cursor().execute("LOCK TABLES app.bulk READ")
        for _ in range(RELAY_LOG // 10_000_000):
            cluster.db1.mysql.query(TEN_MEGABYTES, 30)
        rows = cluster.db1.mysql.query("SELECT COUNT(*) AS n FROM app.bulk")[0]["n"]
        moment = cluster.now()
        cluster.db1.power_cut()
        received, space = unapplied(cluster.db2), cluster.db2.mysql.slave_status()["Relay_Log_Space"]
        expect(min(received, space) >= RELAY_LOG, f"only {received} bytes received and not applied, {space} on disk")
        expect(cluster.db2.mysql.query("SELECT COUNT(*) AS n FROM app.bulk")[0]["n"] == 0, "some were applied already")
    finally:
        backup.close()
    arrived = wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    wait_for("the first write on db2", cluster.db2.mysql.writable, 60, pause=0.002)
    drained = cluster.now() - arrived
    found = cluster.db2.mysql.query("SELECT COUNT(*) AS n FROM app.bulk", 30)[0]["n"]
    expect(found == rows, f"db2 took writes with {found} of {rows} rows of what it had received")
    return (f"{received / 1e6:.0f} MB received and not applied at the cut; writable {drained:.2f} s after the VIP; "
            + verify.alone(cluster, cluster.db2))


def lose_redis_data(node):
    """Whatever it kept on the disk."""
    shutil.rmtree(os.path.join(node.dir, "redis", "appendonlydir"))


def redis_log(node):
    with open(node.machine.log("redis"), encoding="utf-8", errors="replace") as log:
        return log.read()


@resident("empty-redis-returns")
def empty_redis_returns(cluster):
    """Redis of the primary dies and comes back without its data after the takeover: it takes the other one's, and
    not the other way round."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.redis.kill()
    lose_redis_data(cluster.db1)
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    cluster.db1.redis.start()
    figures = verify.pair(cluster, cluster.db2)
    wait_for("the writes on db1's Redis", lambda: cluster.db1.redis.ids() == cluster.db2.redis.ids())
    return figures


@resident("empty-redis-restarted-at-once")
def empty_redis_restarted_at_once(cluster):
    """Back within milliseconds, without its data and with the VIP, before anybody could look: it takes no writes and
    gives its replica nothing, which has the only copy, in memory. The other node serves it, and this one takes it."""
    cluster.bring_up()
    before = len(redis_log(cluster.db2))
    cluster.db1.redis.kill()
    for node in cluster.nodes:
        lose_redis_data(node)
    moment = cluster.now()
    cluster.db1.redis.start()
    cluster.db1.redis.wait_up()
    empty, keys = cluster.now(), cluster.db1.redis.command("DBSIZE")
    expect(keys == 0, f"db1 came back with {keys} keys")
    expect(cluster.db1.has_vip(), "db1 has lost the VIP before its Redis was back")
    # The replica asks it for its data, at once and in vain.
    wait_for("a refusal in db2's Redis log", lambda: "NOMASTERLINK" in redis_log(cluster.db2)[before:])
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    figures = verify.pair(cluster, cluster.db2)
    wait_for("the writes on db1's Redis", lambda: cluster.db1.redis.ids() == cluster.db2.redis.ids())
    expect("Flushing old data" not in redis_log(cluster.db2)[before:], "db2's Redis threw its data away")
    samples.never(cluster, cluster.db1, "redis", moment)
    samples.never_both(cluster)
    outage = cluster.samples.writable("db2", "redis", moment)[0][0] - moment
    return f"empty {empty - moment:.3f} s after its end; db2 took writes {outage:.2f} s after it; {figures}"


@resident("mysqld-frozen")
def mysqld_frozen(cluster):
    """A frozen primary would be a second one when it thaws: who cannot demote it kills it, and it starts read-only."""
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.mysql.daemon.freeze()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    wait_for("the end of the frozen server", lambda: not cluster.db1.mysql.daemon.running())
    cluster.db1.mysql.daemon.end()
    cluster.db1.mysql.start()
    figures = verify.pair(cluster, cluster.db2)
    samples.never(cluster, cluster.db1, "mysql", moment + 1)
    samples.never_both(cluster)
    return figures


@resident("connections-exhausted")
def connections_exhausted(cluster):
    """It serves who is in, so it stays the MASTER. Once it has to go nobody can demote it but by its end, and the peer
    waits for that."""
    cluster.bring_up()
    moment = cluster.now()
    held = cluster.db1.mysql.exhaust()
    wait_for("the check's word", lambda: cluster.db1.said("alive, but it does not let us in"))
    samples.never(cluster, cluster.db2, "mysql", moment)
    moment = cluster.now()
    cluster.db1.backend.end()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    wait_for("the end of the server", lambda: not cluster.db1.mysql.daemon.running())
    cluster.db1.mysql.daemon.end()
    cluster.db1.mysql.release(held)
    cluster.db1.mysql.start()
    cluster.db1.start_backend()
    figures = verify.pair(cluster, cluster.db2)
    samples.never_both(cluster)
    outage = cluster.samples.writable("db2", "mysql", moment)[0][0] - moment
    return f"db2 took writes {outage:.2f} s after the back end's end; {figures}"


@resident("connections-exhausted-keepalived-frozen")
def connections_exhausted_keepalived_frozen(cluster):
    """Nobody demotes db1's server, nobody can stop it over SQL, and who is in goes on writing: db2 promotes nothing."""
    cluster.bring_up()
    held = cluster.db1.mysql.exhaust()
    moment = cluster.now()
    cluster.db1.keepalived.freeze()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    wait_for("db2's refusal", lambda: cluster.db2.said("answers and lets nobody in"))
    wait_for("FAULT on db2", lambda: cluster.db2.keepalived_state() == "FAULT")
    samples.never(cluster, cluster.db2, "mysql", moment)
    cluster.db1.keepalived.thaw()
    cluster.db1.mysql.release(held)
    holder = verify.settled(cluster)
    figures = verify.pair(cluster, holder)
    samples.never_both(cluster)
    return f"then {holder.name}; {figures}"


@resident("redis-frozen")
def redis_frozen(cluster):
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.redis.daemon.freeze()
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    cluster.db1.redis.daemon.thaw()
    figures = verify.pair(cluster, cluster.db2)
    return figures + "; both took writes: " + samples.both_for(cluster)
