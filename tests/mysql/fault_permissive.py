"""gtid_mode=ON_PERMISSIVE, as in the middle of turning GTIDs on: nothing is compared as if it were ON, and it is said."""

from agent import check

ON = "mysql"


def run(pair):
    for server in (pair.one, pair.two):
        server.sql("SET GLOBAL gtid_mode=ON_PERMISSIVE")
    pair.one.write(1)
    pair.caught_up()
    said = pair.agent_two.run("doctor")[1]
    check("doctor names gtid_mode", "gtid_mode" in said and "ON_PERMISSIVE" in said, said)
    pair.agent_one.notify("BACKUP")
    pair.agent_two.run("notify", "INSTANCE", "VI_1", "MASTER", "100")
    end = pair.agent_two.last_line()
    lost = pair.two.writable() and pair.two.ids() != {1}
    check("whatever it does, it loses nothing and is not silent", not lost and
          (end["outcome"] == "done" or end["problems"]), end)  # fmt: skip
    for server in (pair.one, pair.two):
        server.sql("SET GLOBAL gtid_mode=ON")
    pair.agent_two.notify("MASTER")
    check("with ON the role goes over", pair.two.writable() and pair.two.ids() == {1})
