"""A standby follows with transactions of its own: named before the failover, and whether they change data."""

import os

from agent import check, wait_until
from server import MARIADB, Writer

# As root may on a standby that is read-only, and as one that was meant to be careful.
OPEN = "SET GLOBAL read_only = OFF" if MARIADB else "SET GLOBAL super_read_only = OFF"
CLOSED = "SET GLOBAL read_only = ON" if MARIADB else "SET GLOBAL super_read_only = ON"


def look_anew(agent):
    """As half a minute later."""
    os.unlink(f"{agent.dir}/state/check/data.mysql.main")
    code, output = agent.run("check")
    return code, " ".join(output.split())


def run(pair):
    one, two, agent = pair.one, pair.two, pair.agent_two
    one.write(1)
    pair.caught_up()
    two.sql(OPEN)
    two.sql("FLUSH LOCAL PRIVILEGES")
    two.sql(CLOSED)
    code, output = look_anew(agent)
    check("FLUSH LOCAL is nobody's transaction", code == 0 and "of its own" not in output, output)

    two.sql(OPEN)
    two.sql("FLUSH PRIVILEGES")
    two.sql(CLOSED)
    code, output = look_anew(agent)
    check("a FLUSH PRIVILEGES is, and the check is degraded", code == 0 and "degraded" in output and
          "transactions of its own" in output, output)
    check("it says that it changes no data", "they change no data (FLUSH PRIVILEGES)" in output, output)
    _, output = agent.run("check")
    check("so does the next check, which does not look again", "they change no data" in output, output)
    code, output = agent.run("doctor")
    text = " ".join(output.split())
    check("doctor warns", code >= 1 and "WARNING errant-transactions" in text and "FLUSH LOCAL PRIVILEGES" in text and
          "they change no data" in text, output)
    check("and names how to mend it", ("rebuild" if MARIADB else "SET gtid_next") in text, output)
    code, output = pair.agent_one.run("doctor")
    check("the primary's doctor has nothing of the kind", "errant-transactions" not in output, output)
    if not MARIADB:
        # Whether a look had to ask the primary, which writes, does not make the answer.
        writer = Writer(one, 2)
        writer.wait_for(10)
        answers = [agent.run("check")[0] for _ in range(10)]
        check("it may take over while the primary writes", answers == [0] * 10, answers)
        for row in one.sql("SELECT id FROM information_schema.processlist WHERE user = 'app'"):
            one.sql(f"KILL {list(row.values())[0]}")
        writer.join(30)
        wait_until("the replica has it all", lambda: two.ids() == one.ids())

    two.sql(OPEN)
    two.sql("INSERT INTO app.t VALUES (1000)")
    two.sql(CLOSED)
    code, output = look_anew(agent)
    check("an INSERT changes data", code == 0 and "they change data (" in output and "app.t" in output, output)
    _, output = agent.run("doctor")
    check("doctor says so", "they change data" in " ".join(output.split()), output)
    _, output = agent.run("plan", "MASTER")
    check("plan says it below the steps", "they change data" in " ".join(output.split()), output)
    one.kill()
    agent.notify("MASTER")
    problems = " ".join(agent.last_line()["problems"])
    check("the promotion is done and tells of them", two.writable() and "they change data" in problems, problems)
