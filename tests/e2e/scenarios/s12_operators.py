"""What an operator sees while things happen."""
import fcntl
import json
import os
import pty
import struct
import subprocess
import termios

import jsonschema
from lib import verify
from lib.flavour import CONFIG
from lib.scenario import resident
from lib.testbed import REPO
from lib.waiting import expect, wait_for

ROWS, COLUMNS = 70, 80


class Screen:
    """A terminal with `ha-agent status --watch` in it."""

    def __init__(self, node):
        self._machine = node.machine
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.set_blocking(self._terminal, False)
        self._process = subprocess.Popen(node.machine.entering(
            "/bin/sh", "-c", f"trap : INT; /run/ha/bin/ha-agent --config {CONFIG} status --watch 200ms; echo ended: $?"),
            stdin=inner, stdout=inner, stderr=inner)
        os.close(inner)
        self._seen = ""

    def text(self):
        """All that came so far."""
        try:
            while True:
                self._seen += os.read(self._terminal, 65536).decode("utf-8", "replace")
        except BlockingIOError:
            return self._seen
        except OSError:  # the other end is closed
            return self._seen

    def drawn(self):
        """The last whole drawing."""
        drawings = self.text().split("\x1b[H")
        whole = [each for each in drawings if each.endswith("\x1b[J")]
        return whole[-1] if whole else ""

    def interrupt(self):
        """What Ctrl-C sends; the shell around it lives on and tells how it ended."""
        self._machine.run("/usr/bin/pkill", "-INT", "-f", "status --watch")

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._terminal)


def conforms(node, schema):
    status = node.agent_json("status")
    jsonschema.validate(status, schema)
    return status


@resident("status")
def status(cluster):
    with open(os.path.join(REPO, "etc", "schema", "status.schema.json"), encoding="utf-8") as text:
        schema = json.load(text)
    cluster.bring_up()
    for node in cluster.nodes:
        keepalived = conforms(node, schema)["keepalived"]
        expect(keepalived["running"] and not keepalived["problems"], f"{node.name}: {keepalived}")
        expect(not keepalived["changed_since_start"], f"{node.name}: {keepalived}")
        expect(len(keepalived["fingerprint"]) == 12, f"{node.name}: {keepalived}")
    screen = Screen(cluster.db2)
    try:
        wait_for("db2 as a standby on the screen", lambda: "STANDBY" in screen.drawn())
        expect("\x1b[?1049h" in screen.text(), "the screen was not kept for afterwards")
        cluster.db1.power_cut()
        wait_for("db2 as MASTER on the screen", lambda: "MASTER\x1b" in screen.drawn() and "silent" in screen.drawn())
        lines = [line.rstrip("\x1b[K") for line in screen.drawn().split("\r\n")]
        expect(len(lines) <= ROWS, f"{len(lines)} lines on a screen of {ROWS}")
        screen.interrupt()
        wait_for("the terminal as it was, and an end without an error",
                 lambda: "ended: 0" in screen.text().rpartition("\x1b[?1049l")[2])
    finally:
        screen.close()
    cluster.db2.wait_master()
    seen = conforms(cluster.db2, schema)
    expect(seen["role"] == "MASTER" and seen["pair"][0]["peer"]["state"] == "silent", f"{seen['pair']}")
    cluster.db2.machine.run("/bin/sh", "-c", f"echo '! said' >>{seen['keepalived']['conf']}")
    later = conforms(cluster.db2, schema)["keepalived"]
    expect(later["changed_since_start"], f"a change is not seen: {later}")
    expect(later["fingerprint"] == seen["keepalived"]["fingerprint"], "a comment changed the fingerprint")
    cluster.stop_writers()
    return "standby, then MASTER on one screen"


@resident("drill")
def drill(cluster):
    """What the rehearsal says is what then happens, and it changes nothing."""
    cluster.bring_up()

    def rehearsed():
        """On both nodes, once they agree."""
        said = [node.agent_json("drill") for node in cluster.nodes]
        return said[0] if said[0]["succeeds"] == said[1]["succeeds"] else None

    def succeeds():
        said = rehearsed()
        return said is not None and said["succeeds"]

    def fails():
        said = rehearsed()
        return said is not None and not said["succeeds"]

    before = [len(node.journal()) for node in cluster.nodes]
    wait_for("a rehearsal that succeeds on both nodes", succeeds)
    said = cluster.db1.agent_json("drill")
    expect(said["taker"] == cluster.db2.address, f"db2 does not take over: {said}")
    expect(said["seconds"]["power_cut"] and said["seconds"]["server_death"], f"no times: {said}")
    expect([len(node.journal()) for node in cluster.nodes] == before, "the rehearsal is in the journal")
    cluster.db2.mysql.query("STOP SLAVE SQL_THREAD")
    wait_for("a rehearsal that fails on both nodes", fails)
    for node in cluster.nodes:
        told = node.agent("drill", check=False)
        expect(told.returncode == 1 and "would NOT succeed" in told.stdout, f"{node.name}: {told.stdout}")
    expect(cluster.db1.mysql.writable() and not cluster.db2.mysql.writable(), "a role has changed")
    cluster.db2.mysql.query("START SLAVE SQL_THREAD")  # its receiver runs
    wait_for("a rehearsal that succeeds again", succeeds)
    moment = cluster.now()
    cluster.db1.power_cut()
    return verify.failover(cluster, cluster.db2, cluster.db1, moment)
