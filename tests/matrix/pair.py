"""pair.py AGENT: two MySQL or MariaDB servers with GTID and semi-sync; the agent demotes one and promotes the other as
keepalived would ask it to, and what else may become of them. An assertion a line."""

import os
import subprocess
import sys
import tempfile
import time

import pymysql
from agent import Agent, check, wait_until
from server import SECRETS, WAIT_ALONE, Server, Writer


def first_write(server, number):
    start = time.monotonic()
    with server.connect(user="app") as connection:
        connection.cursor().execute(f"INSERT INTO app.t VALUES ({number})")
    return time.monotonic() - start


def lost(server, writer):
    return sorted(writer.acknowledged - server.ids())


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as root:
        one, two = Server(root, 1), Server(root, 2)
        try:
            scenario(program, root, one, two)
        except (TimeoutError, subprocess.SubprocessError, pymysql.err.MySQLError) as error:
            check("the scenario is run to its end", False, repr(error))
            for server in (one, two):
                print(server.log_end())
        finally:
            for server in (one, two):
                server.kill()


def scenario(program, root, one, two):
    agent_one, agent_two = (
        Agent(program, f"{root}/agent{mine.number}", f"db{mine.number}", mine.section(peer), SECRETS)
        for mine, peer in ((one, two), (two, one))
    )
    for server in (one, two):  # their default, which makes a primary without a replica wait; the agent knows
        server.sql(f"SET GLOBAL {WAIT_ALONE}=ON")
    agent_one.notify("MASTER")
    check("of a new pair the first to be MASTER takes writes", one.writable() and not two.writable())
    two.set_up(one)
    print(f"ok    two servers of {one.version()} replicate with GTID and semi-sync", flush=True)

    # A planned change of roles, with a client that does not stop writing.
    writer = Writer(one, 1)
    writer.wait_for(200)
    agent_one.notify("BACKUP")
    writer.join(30)
    check("the demotion ended the client's session", writer.refusal is not None)
    check("the old primary takes no write", not one.writable())
    wait_until("the replica has it all", lambda: two.holds(one))
    agent_two.notify("MASTER")
    check("the new primary takes writes", two.writable())
    check("and has no source", not two.has_source())
    wait = first_write(two, 1_000_000)
    check("its first commit does not wait for a replica", wait < 10, f"{wait:.1f} s of a timeout of 20 s")
    check(f"none of {len(writer.acknowledged)} acknowledged writes is lost", not lost(two, writer), lost(two, writer))
    again = agent_two.notify("MASTER")
    check("the same event again changes nothing", two.writable() and again < 10)

    # The old primary comes behind the new one.
    agent_one.notify("BACKUP")
    check("the old primary follows the new one", one.follows(two), agent_one.last_step())
    check("which counts it among its semi-sync replicas", two.protects(one))
    wait_until("the old primary has caught up", lambda: one.ids() == two.ids())
    agent_one.notify("BACKUP")
    check("the same event again changes nothing", agent_one.last_step()["detail"].startswith("follows 127.0.0.1"))
    # keepalived asks each second; what has begun to follow is promoted only once it was seen to have caught up.
    code, output = agent_one.run("check")
    check("its check lets it take over", code == 0, output)

    # Back again, this time because the primary dies.
    writer = Writer(two, 2_000_000)
    writer.wait_for(200)
    two.kill()
    writer.join(30)
    agent_one.notify("MASTER")
    check("after the primary's death the replica takes writes", one.writable() and not one.has_source())
    first_write(one, 3_000_000)
    check(f"none of {len(writer.acknowledged)} acknowledged writes is lost", not lost(one, writer), lost(one, writer))

    # A demotion while a commit waits for its semi-sync acknowledgement: its client must not get an OK.
    two.start()
    two.set_up(one)
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
