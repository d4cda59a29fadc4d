"""Semi-sync fell OFF, its replica is back with all there is, and no commit waits for it: it is armed again."""

from agent import check, wait_until
from server import CLIENTS, MARIADB, PROTECTS, START, WAIT_ALONE

SOURCE, REPLICA = (f"rpl_semi_sync_{word}" for word in (("master", "slave") if MARIADB else ("source", "replica")))
ACKNOWLEDGES = f"Rpl_semi_sync_{'slave' if MARIADB else 'replica'}_status"
STOP = "STOP SLAVE IO_THREAD" if MARIADB else "STOP REPLICA IO_THREAD"
START_LINK = "START SLAVE IO_THREAD" if MARIADB else "START REPLICA IO_THREAD"
number = 0


def fall_off(pair):
    """A commit that timed out, and a replica that has it when it is back: nothing is left that it could acknowledge."""
    global number
    number += 1
    one, two = pair.one, pair.two
    one.sql(f"SET GLOBAL {WAIT_ALONE} = ON, GLOBAL {SOURCE}_timeout = 100")
    two.sql(STOP)
    one.write(number)
    two.sql(f"SET GLOBAL {REPLICA}_enabled = OFF")
    two.sql(START_LINK)
    wait_until("the replica has it all", lambda: two.holds(one))
    two.sql(STOP)
    two.sql(f"SET GLOBAL {REPLICA}_enabled = ON")
    two.sql(START)
    one.sql(f"SET GLOBAL {SOURCE}_timeout = 20000")
    wait_until("the replica is counted", lambda: one.status(CLIENTS) == "1" and two.status(ACKNOWLEDGES) == "ON")


def looks_of(server):
    """How often its agent has asked for its replication."""
    return int(server.status("Com_show_slave_status" if MARIADB else "Com_show_replica_status"))


def is_on(pair):
    return pair.one.status(PROTECTS) == "ON"


def frozen(pair):
    """With a watch that looks on."""
    one, two = pair.one, pair.two
    two.freeze()
    one.sql(f"SET GLOBAL {SOURCE}_timeout = 100")
    one.write(1000)
    one.sql(f"SET GLOBAL {SOURCE}_timeout = 20000")
    looks = looks_of(one)
    wait_until("watch has looked again, and again", lambda: looks_of(one) >= looks + 3)
    check("for a replica that does not answer it is not armed", not is_on(pair))
    two.thaw()
    wait_until("the replica acknowledges", lambda: is_on(pair))


def run(pair):
    one, two = pair.one, pair.two
    for server in (one, two):
        server.sql("SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON")
    fall_off(pair)
    check("the source stays OFF with its replica there", not is_on(pair))
    code, output = pair.agent_one.run("check")
    check("its check names it, and changes nothing", code == 0 and "semi-sync is configured but OFF" in output and
          not is_on(pair), output)
    pair.agent_one.notify("MASTER")
    check("the MASTER's hook arms it again", is_on(pair), pair.agent_one.last_step())

    fall_off(pair)
    watch = pair.agent_one.begin("watch")
    try:
        wait_until("watch arms it again", lambda: is_on(pair))
        frozen(pair)
    finally:
        watch.terminate()
        watch.communicate()

    # Somebody's, or of a restart; its own agent finds it, as a replica that follows already.
    fall_off(pair)
    two.sql(f"SET GLOBAL {REPLICA}_enabled = OFF, GLOBAL {SOURCE}_enabled = ON")
    pair.agent_two.notify("BACKUP")
    check("so does the hook of a replica that comes back", is_on(pair), pair.agent_two.last_step())

    statements = [row["argument"] for server in (one, two) for row in server.sql(
        f"SELECT CONVERT(argument USING utf8mb4) AS argument FROM mysql.general_log WHERE user_host LIKE '%ha_agent%'"
        f" AND argument LIKE 'SET GLOBAL {SOURCE}_enabled = OFF%'")]  # fmt: skip
    check("a process that is killed leaves nothing off: one statement switches it off and on",
          statements and all(f"{SOURCE}_enabled = ON" in each for each in statements), statements)
