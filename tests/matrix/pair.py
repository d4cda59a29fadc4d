"""pair.py AGENT NAME UNIT: two servers with GTID and semi-sync; the agent demotes one and promotes the other as
keepalived would ask it to. An assertion a line; last the row of the table that tests/e2e/matrix prints."""

import glob
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import pymysql
from server import CLIENTS, MARIADB, Server, wait_until


def check(text, condition, detail=""):
    print(f"ok    {text}" if condition else f"FAIL  {text} {detail}", flush=True)


class Agent:
    """The agent of one server's node."""

    def __init__(self, program, root, server, peer):
        self.program = program
        self.dir = f"{root}/agent{server.number}"
        os.mkdir(self.dir)
        for name, secret in (("password", "agent"), ("repl", "repl")):
            with open(f"{self.dir}/{name}", "w", opener=lambda p, f: os.open(p, f, 0o640)) as file:
                file.write(f"{secret}\n")
        with open(f"{self.dir}/conf", "w", encoding="ascii") as file:
            file.write(
                f"[agent]\nnode = db{server.number}\nstate_dir = {self.dir}/state\n"
                f"[mysql main]\nsocket = {server.socket}\nuser = ha_agent\n"
                f"password_file = {self.dir}/password\npeer_host = 127.0.0.1\npeer_port = {peer.port}\n"
                f"replication_user = repl\nreplication_password_file = {self.dir}/repl\n"
            )

    def run(self, *words):
        """Exit code, output, seconds."""
        start = time.monotonic()
        done = subprocess.run(
            [self.program, "--config", f"{self.dir}/conf", "--verbose", *words],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr, time.monotonic() - start

    def notify(self, state):
        code, output, took = self.run("notify", "INSTANCE", "VI_1", state, "100")
        check(f"notify {state} on {os.path.basename(self.dir)} says done", code == 0, f"{code}: {output}")
        end = self.last_line()
        check("and the journal does, too", end.get("type") == "end" and end["outcome"] == "done", end)
        return took

    def lines(self):
        with open(f"{self.dir}/state/journal.jsonl", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def last_line(self):
        return self.lines()[-1]

    def last_step(self):
        return [line for line in self.lines() if line["type"] == "step"][-1]

    def saved(self):
        """The binary logs that were put aside."""
        return [path for path in glob.glob(f"{self.dir}/state/errant/*/*") if not path.endswith("/README")]


class Writer(threading.Thread):
    """Inserts one row after the other and keeps what the server acknowledged, until it is refused."""

    def __init__(self, server, first):
        super().__init__(daemon=True)
        self.server, self.next, self.acknowledged, self.refusal = server, first, set(), None
        self.start()

    def run(self):
        try:
            connection = self.server.connect(user="app")
            cursor = connection.cursor()
            while True:
                cursor.execute(f"INSERT INTO app.t VALUES ({self.next})")
                self.acknowledged.add(self.next)
                self.next += 1
        except pymysql.err.MySQLError as error:
            self.refusal = error

    def wait_for(self, count):
        wait_until(f"{count} writes", lambda: len(self.acknowledged) >= count or self.refusal)


def first_write(server, number):
    start = time.monotonic()
    with server.connect(user="app") as connection:
        connection.cursor().execute(f"INSERT INTO app.t VALUES ({number})")
    return time.monotonic() - start


def lost(server, writer):
    return sorted(writer.acknowledged - server.ids())


def main():
    program, name, unit = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as root:
        one, two = Server(root, 1), Server(root, 2)
        try:
            scenario(program, name, unit, root, one, two)
        except (TimeoutError, subprocess.SubprocessError, pymysql.err.MySQLError) as error:
            check("the scenario is run to its end", False, repr(error))
            for server in (one, two):
                print(server.log_end())
        finally:
            for server in (one, two):
                server.kill()


def scenario(program, name, unit, root, one, two):
    agent_one, agent_two = Agent(program, root, one, two), Agent(program, root, two, one)
    two.follow(one)
    version = one.value("VERSION()")
    print(f"ok    two servers of {version} replicate with GTID and semi-sync", flush=True)

    # A planned change of roles, with a client that does not stop writing.
    writer = Writer(one, 1)
    writer.wait_for(200)
    demote = agent_one.notify("BACKUP")
    writer.join(30)
    check("the demotion ended the client's session", writer.refusal is not None)
    check("the old primary takes no write", not one.writable())
    wait_until("the replica has it all", lambda: two.position() == one.position())
    promote = agent_two.notify("MASTER")
    check("the new primary takes writes", two.writable())
    check("and has no source", not two.has_source())
    wait = first_write(two, 1_000_000)
    check("its first commit does not wait for a replica", wait < 10, f"{wait:.1f} s of a timeout of 20 s")
    check(f"none of {len(writer.acknowledged)} acknowledged writes is lost", not lost(two, writer), lost(two, writer))
    again = agent_two.notify("MASTER")
    check("the same event again changes nothing", two.writable() and again < 10)

    # The old primary comes behind the new one.
    agent_one.notify("BACKUP")
    check("the old primary follows the new one", one.following(), agent_one.last_step())
    check("which counts it among its semi-sync replicas", two.status(CLIENTS) == "1", two.status(CLIENTS))
    wait_until("the old primary has caught up", lambda: one.ids() == two.ids())
    agent_one.notify("BACKUP")
    check("the same event again changes nothing", agent_one.last_step()["detail"].startswith("follows 127.0.0.1"))
    # keepalived asks each second; what has begun to follow is promoted only once it was seen to have caught up.
    code, output, _took = agent_one.run("check")
    check("its check lets it take over", code == 0, output)

    # Back again, this time because the primary dies.
    writer = Writer(two, 2_000_000)
    writer.wait_for(200)
    two.kill()
    writer.join(30)
    cut = agent_one.notify("MASTER")
    check("after the primary's death the replica takes writes", one.writable() and not one.has_source())
    first_write(one, 3_000_000)
    check(f"none of {len(writer.acknowledged)} acknowledged writes is lost", not lost(one, writer), lost(one, writer))

    # A demotion while a commit waits for its semi-sync acknowledgement: its client must not get an OK.
    two.start()
    two.follow(one)
    writer = Writer(one, 4_000_000)
    writer.wait_for(20)
    two.freeze()
    waiting = "SELECT 1 FROM information_schema.processlist WHERE user='app' AND info LIKE 'INSERT%'"
    wait_until("a commit waits", lambda: held(one, waiting, writer))
    agent_one.notify("FAULT")
    writer.join(30)
    check("a demotion with a frozen replica ends the waiting client", writer.refusal is not None)
    check("and leaves the server read-only", not one.writable())
    two.thaw()
    wait_until("the replica has what was acknowledged", lambda: not lost(two, writer))
    check(f"none of {len(writer.acknowledged)} acknowledged writes is missing on the replica", True)

    # A primary that has a row which nobody else has.
    agent_two.notify("MASTER")
    first_write(two, 5_000_000)
    one.sql("SET GLOBAL read_only=0")
    with one.connect() as connection:
        connection.cursor().execute("INSERT INTO app.t VALUES (5000001)")
    position = one.position()
    agent_one.notify("BACKUP")
    step = agent_one.last_step()
    check("a server with a transaction of its own follows nobody", not one.has_source(), step)
    check("it is read-only, and as it was", not one.writable() and one.position() == position)
    check("the transaction is named", "errant: " in step["detail"], step)
    own = {os.path.basename(path): path for path in agent_one.saved()}
    check("and its binary log is kept", own and all(
        os.path.getsize(path) == os.path.getsize(f"{one.dir}/data/{name}") for name, path in own.items()), step)
    title = f"{'MariaDB' if MARIADB else 'MySQL'} {version.split('-')[0]} ({name})"
    print(f"row   {title:44} {unit:>8} {demote:8.2f} s {promote:8.2f} s {cut:10.2f} s")


def held(server, waiting, writer):
    """Whether the same write has been under way for longer than a write takes."""
    number, count = writer.next, 0
    while server.sql(waiting) and writer.next == number:
        count += 1
        if count == 20:
            return True
        time.sleep(0.02)
    return False


main()
