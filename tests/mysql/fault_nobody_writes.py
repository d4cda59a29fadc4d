"""A server that is not read-only takes nobody's writes: neither serves nor is promoted, and says why."""

import json

import pymysql
from agent import check, wait_until
from server import MARIADB

BEGINS = "tx_read_only" if MARIADB else "transaction_read_only"


def error_of(server, number):
    """What the application gets for a write."""
    try:
        server.write(number)
        return 0
    except pymysql.err.MySQLError as error:
        return error.args[0]


def says(what, agent, code, word):
    got, said = agent.run("check")
    check(f"{what}: check is {code} and names {word}", got == code and word in said, said)


def doctor(what, agent, name):
    found = json.loads(agent.run("doctor", "--format", "json")[1])
    check(f"{what}: doctor says critical", any(each["id"] == name and each["severity"] == "critical"
                                                for each in found["symptoms"]), found)  # fmt: skip


def offline(pair):
    pair.one.sql("SET GLOBAL offline_mode = ON")
    check("a client of a server with offline_mode gets 3032", error_of(pair.one, 1) == 3032)
    says("offline_mode of the MASTER", pair.agent_one, 1, "offline_mode")
    doctor("offline_mode of the MASTER", pair.agent_one, "writes-of-nobody")
    check("status names it", "offline_mode = ON" in pair.agent_one.run("status")[1])
    pair.one.sql("SET GLOBAL offline_mode = OFF")
    says("without it", pair.agent_one, 0, "writable")

    pair.two.sql("SET GLOBAL offline_mode = ON")
    says("offline_mode of the standby", pair.agent_two, 1, "offline_mode")
    doctor("offline_mode of the standby", pair.agent_two, "writes-of-nobody")
    code, said = pair.agent_one.run("switchover", "--dry-run", "--reason", "test")
    check("a switchover to it is refused", code == 1 and "would serve nobody" in said, said)
    code, said = pair.agent_two.run("drill")
    check("drill says no", code == 1 and "offline_mode" in said, said)
    pair.agent_two.run("notify", "INSTANCE", "VI_1", "MASTER", "100")
    check("its promotion is refused", pair.agent_two.last_line()["outcome"] == "refused", pair.agent_two.last_line())
    check("and the peer's writes go on", pair.one.writable() and error_of(pair.one, 2) == 0)
    check("nobody's fence is undone", pair.two.value("@@global.offline_mode") == 1 and not pair.two.writable())
    pair.two.sql("SET GLOBAL offline_mode = OFF")
    pair.agent_two.notify("BACKUP")
    wait_until("the standby may take over again", lambda: pair.agent_two.run("check")[0] == 0)


def begins_read_only(pair):
    pair.one.sql(f"SET GLOBAL {BEGINS} = ON")
    check(f"a new client under {BEGINS} gets 1792", error_of(pair.one, 3) == 1792)
    says(f"{BEGINS} of the MASTER", pair.agent_one, 0, BEGINS)
    doctor(f"{BEGINS} of the MASTER", pair.agent_one, "writes-begin-read-only")
    pair.one.sql(f"SET GLOBAL {BEGINS} = OFF")
    pair.two.sql(f"SET GLOBAL {BEGINS} = ON")
    says(f"{BEGINS} of the standby", pair.agent_two, 0, BEGINS)
    pair.two.sql(f"SET GLOBAL {BEGINS} = OFF")


def promoted_read_only(pair):
    """The last of them: the roles change."""
    pair.caught_up()
    pair.two.sql(f"SET GLOBAL {BEGINS} = ON")
    pair.agent_one.notify("BACKUP")
    pair.agent_two.notify("MASTER")
    problems = str(pair.agent_two.last_line()["problems"])
    check("a promotion tells of it", pair.two.writable() and f"SET GLOBAL {BEGINS} = OFF" in problems, problems)
    pair.two.sql(f"SET GLOBAL {BEGINS} = OFF")
    pair.agent_two.notify("BACKUP")
    pair.agent_one.notify("MASTER")
    pair.agent_two.notify("BACKUP")
    wait_until("the standby may take over again", lambda: pair.agent_two.run("check")[0] == 0)


def no_connection_left(pair):
    before = pair.one.value("@@global.max_connections")
    pair.one.sql("SET GLOBAL max_connections = 10")
    clients = []
    try:
        while True:
            clients.append(pair.one.connect(user="app"))
    except pymysql.err.OperationalError as error:
        check("the last client is refused with 1040", error.args[0] == 1040)
    says("no connection left for others", pair.agent_one, 0, "max_connections = 10")
    for client in clients:
        client.close()
    pair.one.sql(f"SET GLOBAL max_connections = {before}")


def repaired(pair):
    """A standby that is started to be repaired."""
    level = 5 if MARIADB else 3
    pair.two.kill()
    pair.two.more = (f"--innodb-force-recovery={level}", "--skip-slave-start")
    pair.two.start()
    says("innodb_force_recovery of the standby", pair.agent_two, 1, f"innodb_force_recovery = {level}")
    doctor("innodb_force_recovery of the standby", pair.agent_two, "writes-of-nobody")


def run(pair):
    if not MARIADB:
        offline(pair)
    begins_read_only(pair)
    no_connection_left(pair)
    promoted_read_only(pair)
    repaired(pair)
