"""Equal GTIDs and unequal data: filters, skipped errors, a binary log that leaves databases out."""

import os

from agent import check, wait_until
from server import MARIADB

OPTIONS = {
    1: ["--binlog-ignore-db=scratch"],
    2: ["--replicate-ignore-db=hidden", "--slave-skip-errors=1062" if MARIADB else "--replica-skip-errors=1062"],
}
STANDBY = ("replicate_ignore_db = hidden", "_skip_errors = 1062", "the peer's binlog_ignore_db = scratch")


def look_anew(agent):
    """As half a minute later."""
    os.unlink(f"{agent.dir}/state/check/data.mysql.main")
    return agent.run("check")


def names(output, settings):
    # The screens wrap their lines.
    text = " ".join(output.lower().split())
    return all(setting in text for setting in settings)


def caught_up(pair):
    # What a filter leaves out is not in MariaDB's binary log on the standby, but applied.
    wait_until("the replica has it all", lambda: pair.two.value("@@gtid_slave_pos") == pair.one.position()
               if MARIADB else pair.two.holds(pair.one))


def run(pair):
    one, two = pair.one, pair.two
    one.sql("CREATE DATABASE hidden")
    caught_up(pair)
    one.sql("CREATE DATABASE scratch")
    with one.connect() as connection:
        cursor = connection.cursor()
        cursor.execute("USE hidden")
        cursor.execute("CREATE TABLE hidden.t (id INT PRIMARY KEY)")
        cursor.execute("INSERT INTO hidden.t VALUES (1)")
    caught_up(pair)
    rows = two.sql("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA='hidden'")
    check("the sets are equal and the standby lacks a table", not rows, rows)

    code, output = look_anew(pair.agent_two)
    check("the standby may take over, and is degraded", code == 0 and "degraded" in output, output)
    check("its check names what is left out", names(output, STANDBY), output)
    code, output = look_anew(pair.agent_one)
    check("so is the primary", code == 0 and "degraded" in output and names(output, ["binlog_ignore_db = scratch"]),
          output)
    code, output = pair.agent_two.run("doctor")
    check("doctor calls it critical", code == 2 and names(output, ("CRITICAL data-apart".lower(), *STANDBY)), output)
    _, output = pair.agent_two.run("drill")
    check("a drill does not say that nothing is lacking", "lacks nothing" not in output and
          names(output, STANDBY[:2]), output)
    _, output = pair.agent_one.run("drill")
    check("nor does it on the primary", "lacks nothing" not in output and names(output, STANDBY[:2]), output)
    _, output = pair.agent_two.run("status")
    check("status says it beside the pair", names(output, ["the data may differ", *STANDBY[:2]]), output)
    _, output = pair.agent_two.run("plan", "MASTER")
    check("plan says it below the steps", names(output, STANDBY), output)

    pair.agent_one.notify("BACKUP")
    pair.agent_two.notify("MASTER")
    check("the promotion is done all the same", two.writable())
    problems = pair.agent_two.last_line()["problems"]
    check("and says what may be missing", names(" ".join(problems), STANDBY), problems)

    pair.agent_one.notify("BACKUP")
    check("the old primary follows", one.follows(two), pair.agent_one.last_step())
    code, output = look_anew(pair.agent_one)
    check("its binary log is named on a standby, too", code == 0 and names(output, ["binlog_ignore_db = scratch"]),
          output)
    one.sql("SET GLOBAL slave_exec_mode='IDEMPOTENT'" if MARIADB else "SET GLOBAL replica_exec_mode='IDEMPOTENT'")
    code, output = look_anew(pair.agent_one)
    check("so is an applier that skips missing rows", code == 0 and names(output, ["_exec_mode = idempotent"]), output)
