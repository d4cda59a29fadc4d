"""How long a check takes as a whole process, alive and with frozen servers, and how much memory."""
import signal
import statistics
import subprocess

from lib.cluster import Cluster
from lib.flavour import CONFIG

AGENT = f"/run/ha/bin/ha-agent --config {CONFIG} check"
SHELL_ALL = "/run/ha/bin/check_all.sh"
SHELL_HTTP = "/run/ha/bin/check_backend.sh"


def time_runs(node, rounds, limit_ms, commands):
    """[[(ms, status, peak KiB)] for each command]; the commands take turns."""
    done = subprocess.run(node.machine.entering("/run/ha/bin/timer", str(rounds), str(limit_ms)), check=True,
                          input="\n".join(commands) + "\n", stdout=subprocess.PIPE, text=True,
                          timeout=rounds * len(commands) * limit_ms / 1000 + 60)
    runs = [[] for _ in commands]
    for line in done.stdout.splitlines():
        number, took, status, peak = line.split()
        runs[int(number)].append((float(took), status, int(peak)))
    return runs


def all_ended_with(runs, status, what):
    got = {seen for _ms, seen, _peak in runs}
    if got != {status}:
        raise SystemExit(f"bench: {what} should end with {status}, ended with {sorted(got)}")


def median(runs):
    return statistics.median(ms for ms, _status, _peak in runs)


def measure(testbed, flavour, rounds=200, frozen_rounds=20):
    with Cluster(testbed, flavour) as cluster:
        cluster.bring_up(write=False)
        # keepalived's own runs of the check would be in the way; the node stays what it is, a master.
        for node in cluster.nodes:
            node.keepalived.freeze()
        figures = alive(cluster.db1, rounds)
        for server in (cluster.db1.mysql, cluster.db1.redis):
            server.daemon.send(signal.SIGSTOP)
        return figures | frozen(cluster.db1, frozen_rounds)


def alive(node, rounds):
    commands = [AGENT, SHELL_ALL, SHELL_HTTP]
    time_runs(node, 10, 5000, commands)  # warm caches for all of them
    timed = time_runs(node, rounds, 5000, commands)
    for runs, command in zip(timed, commands):
        all_ended_with(runs, "0", command)
    agent, shell, http = timed
    return {"agent": median(agent), "shell": median(shell), "http": median(http),
            "peak": max(peak for _ms, _status, peak in agent) / 1024}


def frozen(node, rounds):
    """The worst of the rounds for each deadline; the shell check has none, so it is killed after 5 s."""
    figures = {}
    for deadline in (300, 800):
        runs, = time_runs(node, rounds, 5000, [f"{AGENT} --deadline {deadline}ms"])
        if any(status == "0" for _ms, status, _peak in runs):
            raise SystemExit("bench: a check of frozen servers ended with 0")
        figures[f"frozen-{deadline}"] = max(ms for ms, _status, _peak in runs)
    hanging, = time_runs(node, 1, 5000, [SHELL_ALL])
    figures["frozen-shell"] = "hangs until killed" if hanging[0][1] == "killed" else f"{hanging[0][0]:.0f} ms"
    return figures
