"""Long GTID sets are read to their end: what SHOW VARIABLES cuts off at 1,024 characters decides who is promoted."""

import json

from agent import check
from server import CLOSED, MARIADB, START

STOP_RECEIVER = "STOP SLAVE IO_THREAD" if MARIADB else "STOP REPLICA IO_THREAD"
POSITION = "@@global.gtid_slave_pos" if MARIADB else "@@global.gtid_executed"


def entries(first, size):
    """Of servers (MariaDB: domains) that nobody has heard of, so many that they take `size` characters."""
    made = []
    while len(",".join(made)) < size:
        number = first + len(made)
        made.append(f"{number}-{number}-7" if MARIADB else f"{number:08x}-0000-4000-8000-000000000000:1-7")
    return made


def add(server, more):
    """It then says that it has executed `more`, too."""
    if MARIADB:
        there = [entry for entry in server.value("@@global.gtid_slave_pos").split(",") if entry[:2] not in ("", "0-")]
        there += filter(None, [server.value("@@global.gtid_binlog_pos")])
        server.sql(f"SET GLOBAL gtid_slave_pos='{','.join(there + more)}'")
    else:
        server.sql(f"SET GLOBAL gtid_purged='+{','.join(more)}'")


def said_gtid(agent):
    output = agent.run("check", "--format", "json")[1]
    document = json.JSONDecoder().raw_decode(output, output.index("{"))[0]
    return [one for one in document["resources"] if one["kind"] == "mysql"][0]["facts"]["gtid"]


def whole(text):
    return text.replace("\n", "").replace(" ", "")


def run(pair):
    servers, agents = [pair.one, pair.two], [pair.agent_one, pair.agent_two]
    had, number = [], 0
    for size in (1_100, 3_000, 70_000):
        (primary, standby), (old, new) = servers, agents
        standby.sql("STOP SLAVE" if MARIADB else "STOP REPLICA")
        more = entries(16 + len(had), size - len(",".join(had)))
        for server in servers:
            add(server, more)
        had += more
        standby.sql(START)
        number += 1
        primary.write(number)
        pair.wait(f"the replica has it all with {size} characters", lambda s=standby: number in s.ids())
        check(f"{size} characters are read", len(standby.value(POSITION)) >= size and
              whole(said_gtid(new)) == whole(standby.value("@@global.gtid_current_pos" if MARIADB else POSITION)))  # fmt: skip

        # Both sets look the same up to the cut, and the standby lacks acknowledged rows.
        standby.sql(STOP_RECEIVER)
        with primary.connect(user="app") as connection:
            for _ in range(50):
                number += 1
                connection.cursor().execute(f"INSERT INTO app.t VALUES ({number})")
        new.run("notify", "INSTANCE", "VI_1", "MASTER", "100")
        check("it is not promoted past them", new.last_line()["outcome"] == "refused" and
              "holds transactions" in str(new.last_line()["problems"]), new.last_line())  # fmt: skip
        standby.sql(START)
        pair.wait("it has them", lambda s=standby: len(s.ids()) == number)
        new.notify("MASTER")
        check(f"with {size} characters nothing is lost", standby.writable() and len(standby.ids()) == number,
              f"{len(standby.ids())} of {number}")  # fmt: skip
        check("and the old primary is closed", not primary.writable())
        old.notify("BACKUP")
        check("it follows the new one", primary.follows(standby), old.last_step())
        servers.reverse()
        agents.reverse()
    long = [line for line in pair.agent_one.lines() + pair.agent_two.lines() if len(json.dumps(line)) > 4_000]
    check("no line of the journal is a wall of numbers", not long, str(long)[:400])
    if not MARIADB:
        every_offset(pair)


def every_offset(pair):
    """The cut falls on each character of an entry in turn."""
    server, agent = pair.two, pair.agent_two
    server.sql("STOP REPLICA")
    server.sql("SET GLOBAL read_only=0")
    wrong = []
    for shift in range(46):
        server.reset_log()
        digits = [min(15, max(0, shift - 15 * place)) for place in range(4)]
        padding = [f"{place + 1:08x}-0000-4000-8000-000000000000:1-1{'0' * more}" for place, more in enumerate(digits)]
        server.sql(f"SET GLOBAL gtid_purged='{','.join(padding + entries(16, 1_500))}'")
        if whole(said_gtid(agent)) != whole(server.value(POSITION)):
            wrong.append(shift)
    server.sql(CLOSED)
    check("a cut at every offset of an entry is none", not wrong, wrong)
