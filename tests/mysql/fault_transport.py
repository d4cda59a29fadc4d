"""An account that only TLS lets in, and one with caching_sha2_password and a cold cache: entered all the same."""

from agent import check
from server import CLOSED

ON = "mysql"  # a MariaDB 10.11 has TLS only with certificates: tests/integration/check_mysql_test.cc


def quietly(server, *statements):
    """By root on a server that is read-only, and not in the binary log."""
    closed = not server.writable()
    server.sql("SET GLOBAL read_only=0")
    with server.connect() as connection:
        connection.cursor().execute("SET sql_log_bin=0")
        for statement in statements:
            connection.cursor().execute(statement)
    if closed:
        server.sql(CLOSED)


def demand(server, words):
    quietly(server, *(f"ALTER USER {account} {words}" for account in ("ha_agent@'%'", "repl@'%'")))


def run(pair):
    agents = []
    for mine, peer in ((pair.one, pair.two), (pair.two, pair.one)):
        section = mine.section(peer).replace(f"socket = {mine.socket}", f"host = 127.0.0.1\nport = {mine.port}")
        agents.append(pair.agent_of(mine, section, "tcp"))
    agents[1].notify("BACKUP")
    agents[0].notify("MASTER")
    old, new, written = pair.one, pair.two, set()
    for mode in ["a cold cache", "REQUIRE SSL", "require_secure_transport"]:
        for server in (old, new):
            if mode == "a cold cache":
                quietly(server, "FLUSH LOCAL PRIVILEGES")
            elif mode == "REQUIRE SSL":
                demand(server, "REQUIRE SSL")
            else:
                demand(server, "REQUIRE NONE")
                server.sql("SET GLOBAL require_secure_transport=ON")
        number = len(written) + 1
        old.write(number)
        written.add(number)
        code, said = agents[0].run("check")
        check(f"{mode}: the primary's check comes in", code == 0 and "cannot log in" not in said, said)
        pair.change(old, new, agents)
        check(f"{mode}: the role goes over", new.writable() and new.ids() == written)
        check(f"{mode}: the old primary follows", old.follows(new), agents[0].last_step())
        old, new = new, old
        agents.reverse()
