"""Tagged GTIDs (8.3 and later): compared like the others, kept through two role changes and followed."""

import pymysql
from agent import check
from server import release

ON = "mysql"


def there():
    return release() >= (8, 3, 0)


def write(server, number):
    """As an application does that tags its transactions; the privilege is its own."""
    with server.connect() as connection:
        cursor = connection.cursor()
        cursor.execute("SET gtid_next='AUTOMATIC:billing'")
        cursor.execute(f"INSERT INTO app.t VALUES ({number})")


def run(pair):
    write(pair.one, 1)
    pair.one.write(2)
    pair.caught_up()
    check("there are tags", ":billing:" in pair.two.position(), pair.two.position())
    code, said = pair.agent_two.run("check")
    check("the standby could be promoted", code == 0 and "promoted" in said, said)
    pair.one.kill()
    pair.agent_two.notify("MASTER")
    check("and is, with all", pair.two.writable() and pair.two.ids() == {1, 2})
    write(pair.two, 3)
    pair.one.start()
    pair.agent_one.notify("BACKUP")
    check("the old primary follows", pair.one.follows(pair.two), pair.agent_one.last_step())
    pair.wait("it has it all", lambda: pair.one.holds(pair.two))
    # A tag of its own is a transaction that the other lacks.
    pair.one.sql("STOP REPLICA")
    pair.one.sql("SET GLOBAL read_only=0")
    try:
        write(pair.one, 4)
    except pymysql.err.MySQLError as error:
        check("the stray write is made", False, error)
    pair.agent_one.notify("BACKUP")
    check("a tagged transaction of its own keeps it aside", not pair.one.follows(pair.two) and
          "billing" in pair.agent_one.last_step()["detail"], pair.agent_one.last_step())  # fmt: skip
