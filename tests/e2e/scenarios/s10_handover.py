"""The role is moved on purpose, or kept where it is on purpose."""
import re
import signal

from lib import samples, verify
from lib.mariadb import ASYNCHRONOUS
from lib.scenario import resident
from lib.waiting import expect, wait_for

COMMAND = ("switchover", "--reason", "kernel update")
WITNESS = {"agent": ["isolation_timeout = 1s"], "witness w": ["type = ping", "host = 192.0.2.2"]}


def said_outage(output):
    """Seconds, from the last line."""
    found = re.match(r"outage for a writing client: ([0-9.]+) s", output.strip().splitlines()[-1])
    expect(found, f"the last line is not the outage: {output}")
    return float(found.group(1))


def seen_outage(writer, since):
    """The longest pause between two acknowledgements that a client saw after `since`."""
    times = [acknowledged for _n, _sent, acknowledged in writer.acks() if acknowledged >= since - 1]
    return max(later - earlier for earlier, later in zip(times, times[1:]))


def switch(cluster, node, *words, timeout=90):
    done = node.agent(*COMMAND, *words, check=False, timeout=timeout)
    expect(done.returncode == 0, f"switchover on {node.name}: exit {done.returncode}\n{done.stdout}{done.stderr}\n"
                                 f"{node.tail()}\n{cluster.other(node).tail()}")
    return done.stdout


def there_and_back(cluster):
    """Both ways; every write that was acknowledged is there, and nothing stays behind on the old primary."""
    figures = []
    for node in (cluster.db1, cluster.db2):
        moment = cluster.now()
        output = switch(cluster, node)
        other = cluster.other(node)
        other.wait_master()
        cluster.wait_writes(cluster.now())
        verify.follows(cluster, node, other)
        wait_for(f"{node.name} as BACKUP", lambda: node.keepalived_state() == "BACKUP", 15)
        seen = {kind: seen_outage(writer, moment) for kind, writer in cluster.writers.items()}
        figures.append(f"{node.name} -> {other.name}: said {said_outage(output):.2f} s, seen by clients MySQL "
                       f"{seen['mysql']:.2f} s, Redis {seen['redis']:.2f} s")
    samples.never_both(cluster)
    return "; ".join(figures)


@resident("switchover", fast=False)
def switchover(cluster):
    cluster.bring_up()
    figures = there_and_back(cluster)
    for word in ("switchover begun", "switchover done"):
        wait_for(f"two alerts with '{word}'",
                 lambda: sum(word in text for _sender, text in cluster.webhook.delivered()) == 2)
    return f"{figures}; {verify.pair(cluster, cluster.db1)}"


@resident("switchover-fast", fast=True)
def switchover_fast(cluster):
    cluster.bring_up()
    figures = there_and_back(cluster)
    return f"{figures}; {verify.pair(cluster, cluster.db1)}"


@resident("switchover-asynchronous", mysql_options=ASYNCHRONOUS)
def switchover_asynchronous(cluster):
    """Without semi-sync an acknowledgement says nothing about the replica, and none is lost all the same."""
    cluster.bring_up(protected=False)
    switch(cluster, cluster.db1)
    cluster.db2.wait_master()
    cluster.wait_writes(cluster.now())
    wait_for("MySQL of db1 as replica", cluster.db1.mysql.follows)
    samples.never_both(cluster)
    return verify.alone(cluster, cluster.db2)


@resident("switchover-by-the-check", extra={"agent": ["yield_file ="]})
def switchover_by_the_check(cluster):
    """A keepalived.conf without track_file: the check says no, and the writes stop at the FAULT event."""
    cluster.bring_up()
    moment = cluster.now()
    output = switch(cluster, cluster.db1)
    cluster.db2.wait_master()
    figures = verify.pair(cluster, cluster.db2)
    samples.never_both(cluster)
    return f"said {said_outage(output):.2f} s, seen {seen_outage(cluster.writers['mysql'], moment):.2f} s; {figures}"


def aborted(cluster, output):
    """db1 serves again; its clients lost nothing but the time."""
    expect("aborted" in output or "not done" in output, output)
    cluster.wait_writes(cluster.now())
    cluster.db1.wait_master()
    wait_for("a check on db1 that says 0", lambda: cluster.db1.agent("check", check=False).returncode == 0, 15)


@resident("switchover-aborted")
def switchover_aborted(cluster):
    """The peer's keepalived is gone, so nobody takes the VIP: it times out, and db1 serves again."""
    cluster.bring_up()
    cluster.db2.keepalived.stop()
    done = cluster.db1.agent(*COMMAND, "--timeout", "3s", check=False, timeout=60)
    expect(done.returncode == 1, f"exit {done.returncode}: {done.stdout}")
    aborted(cluster, done.stdout)
    cluster.db2.keepalived.start()
    figures = verify.pair(cluster, cluster.db1)
    samples.never_both(cluster)
    return figures


@resident("switchover-refused")
def switchover_refused(cluster):
    """On the standby, and on a master whose peer does not follow: nothing is changed."""
    cluster.bring_up()
    moment = cluster.now()
    wrong = cluster.db2.agent(*COMMAND, check=False)
    expect(wrong.returncode == 1 and "nothing was changed" in wrong.stdout, wrong.stdout)
    dry = cluster.db1.agent(*COMMAND, "--dry-run")
    expect("could be done" in dry.stdout, dry.stdout)
    cluster.db2.mysql.query("STOP SLAVE SQL_THREAD")
    done = cluster.db1.agent(*COMMAND, "--timeout", "2s", check=False)
    expect(done.returncode == 1 and "does not follow" in done.stdout, done.stdout)
    cluster.db2.mysql.query("START SLAVE SQL_THREAD")
    samples.always(cluster, cluster.db1, moment)
    return verify.pair(cluster, cluster.db1)


def killed(cluster, how):
    """In the midst, after the VIP was given away. Whoever serves, one does, and nothing is lost."""
    cluster.bring_up()
    running = cluster.db1.machine.start("switchover", ["/run/ha/bin/ha-agent", "--config", "/run/node/etc/ha-agent.conf",
                                                       *COMMAND])
    wait_for("the yield", lambda: cluster.db1.yields() or not running.running(), pause=0.001)
    running.end(how)
    holder = verify.settled(cluster)
    expect(not cluster.db1.yields(), "db1 still yields")
    figures = verify.pair(cluster, holder)
    samples.never_both(cluster)
    return f"then {holder.name}; {figures}"


@resident("switchover-killed")
def switchover_killed(cluster):
    return killed(cluster, signal.SIGKILL)


@resident("switchover-interrupted")
def switchover_interrupted(cluster):
    return killed(cluster, signal.SIGINT)


@resident("maintenance")
def maintenance(cluster):
    """On both nodes: servers are stopped and started, and no role changes. Its end makes true what was left."""
    cluster.bring_up()
    for node in cluster.nodes:
        node.agent("maintenance", "on", "--reason", "new disks")
    # A process is told from the one before it by more than two seconds between their starts.
    wait_for("a server that has been up for a while", lambda: int(cluster.db1.mysql.status("Uptime")) > 3)
    before = cluster.now()
    # In order: one that is killed may come back without its last commit, and then the other node is the one to serve.
    cluster.db1.mysql.daemon.end()
    cluster.db1.mysql.start()
    cluster.db1.wait_servers()
    seen = len(cluster.db1.journal())
    checked = cluster.db1.agent("check", check=False)
    expect(checked.returncode == 0 and "maintenance" in checked.stdout, checked.stdout)
    # Restarted under a MASTER it came back read-only; without maintenance watch promotes it within a second or two.
    wait_for("several looks of watch", lambda: cluster.now() > before + 5, 10)
    expect(not cluster.db1.mysql.writable(), "MySQL of db1 was promoted during the maintenance")
    begun = [line for line in cluster.db1.journal()[seen:] if line["type"] == "begin"]
    expect(not begun, f"transitions during the maintenance: {begun}")
    expect(cluster.watch.arrival("db2", before) is None, "the VIP moved during the maintenance")
    for node in cluster.nodes:
        node.agent("maintenance", "off")
    # watch promotes the restarted server again, or the check moves the VIP: whichever comes first.
    holder = verify.settled(cluster)
    for word in ("MAINTENANCE begun", "maintenance ended"):
        wait_for(f"an alert with '{word}'", lambda: any(word in text for _s, text in cluster.webhook.delivered()))
    figures = verify.pair(cluster, holder)
    samples.never_both(cluster)
    return f"then {holder.name}; {figures}"


@resident("maintenance-and-events")
def maintenance_and_events(cluster):
    """keepalived moves the VIP all the same: MASTER is only recorded until the end, FAULT demotes."""
    cluster.bring_up()
    cluster.db2.agent("maintenance", "on", "--reason", "new disks", "--for", "1h")
    moment = cluster.now()
    cluster.network.carrier("db1", False)
    wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
    wait_for("a recorded MASTER", lambda: verify.history(cluster.db2)[-1:] == [("MASTER", "suspended")])
    verify.demoted(cluster.db1)
    expect(not cluster.db2.mysql.writable(), "db2 was promoted during its maintenance")
    samples.never(cluster, cluster.db2, "mysql", moment)
    cluster.db2.agent("maintenance", "off")
    cluster.db2.wait_master()
    cluster.network.carrier("db1", True)
    figures = verify.alone(cluster, cluster.db2)
    samples.never_both(cluster)
    return figures
