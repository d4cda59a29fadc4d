"""init.py AGENT: what `init` writes for two servers as they come is all that they need: settings, accounts with the
least privileges, who follows whom, the agents' configurations. An assertion a line."""

import glob
import json
import subprocess
import sys
import tempfile

import pymysql
from agent import Agent, check, wait_until
from server import MARIADB, STATUS, Bare

LONG = "replication-password-long"
CLIENT, NAME = ("mariadb", "Slave") if MARIADB else ("mysql", "Replica")


class Made(Agent):
    """The agent with the configuration that init made for `server`. What is not so here: the paths, and that both
    servers are on one machine, which has no VIP."""

    def __init__(self, program, pair, server):
        self.program, self.dir, self.told = program, f"{pair}/db{server.number}", check
        with open(f"{self.dir}/etc/ha-agent/ha-agent.conf", encoding="utf-8") as file:
            lines = file.read().replace("/etc/ha-agent/", f"{self.dir}/etc/ha-agent/").splitlines()
        own = {"socket": server.socket, "vip": None}
        kept = []
        for line in lines:
            key = line.split("=")[0].strip()
            if key in own:
                line = f"{key} = {own[key]}" if own[key] else ""
            kept.append(f"{line}\nstate_dir = {self.dir}/state" if line == "[agent]" else line)
        with open(f"{self.dir}/conf", "w", encoding="utf-8") as file:
            file.write("\n".join(kept) + "\n")


def fed(server, path):
    """What the client program says to the statements of a file."""
    with open(path, encoding="utf-8") as file:
        return subprocess.run([CLIENT, "--no-defaults", "-uroot", f"--socket={server.socket}"], stdin=file,
                              capture_output=True, text=True, timeout=60, check=False)  # fmt: skip


def restart_with(server, pair):
    server.defaults = "--defaults-file=" + glob.glob(f"{pair}/db{server.number}/etc/mysql/**/*.cnf", recursive=True)[0]
    server.kill()
    server.start()


def runs(server):
    """Both threads of its replication."""
    rows = server.sql(STATUS)
    return bool(rows) and all(rows[0][f"{NAME}_{thread}_Running"] == "Yes" for thread in ("IO", "SQL"))


def has(server, query):
    """Whether there is such a row."""
    return bool(server.sql(query))


def found_of(agent):
    """What doctor finds in the own server, but for notes: a promotion sets what it could read before."""
    conf = f"{agent.dir}/etc/keepalived/keepalived.conf"
    output = agent.run("doctor", "--keepalived-conf", conf, "--format", "json")[1]
    symptoms = json.loads(output[output.index("{"):])["symptoms"]
    return [one for one in symptoms if one["place"] == "mysql main" and one["severity"] != "info"]


def scenario(program, pair, one, two):
    words = ["--node", "db1", "--address", one.address, "--interface", "lo", "--peer", f"db2={two.address}", "--vip",
             "192.0.2.100/24", "--mysql", one.socket, "--redis", "no", "--lang", "en", "--out", pair]  # fmt: skip
    made = subprocess.run([program, "init", "--yes", *words], capture_output=True, text=True, timeout=60, check=False)
    told = made.stdout + made.stderr
    check(f"init finds {one.version()} and makes the pair", made.returncode == 0 and one.version() in told, told)
    for server in (one, two):
        restart_with(server, pair)
    said = fed(one, f"{pair}/db1/accounts.sql")
    check("the server takes the settings and the accounts", said.returncode == 0, said.stderr)
    said = fed(two, f"{pair}/db2/follow.sql")
    check("and the other one whom it follows", said.returncode == 0, said.stderr)
    accounts = "SELECT 1 FROM mysql.user WHERE User='ha_agent'"
    wait_until("the replica runs and has the accounts", lambda: runs(two) and has(two, accounts))
    agents = [Made(program, pair, server) for server in (one, two)]
    for agent in agents:
        code, output = agent.run("config", "check")
        check("config check accepts what init wrote", code == 0, output)
    agents[0].notify("MASTER")
    for agent in agents:
        found = found_of(agent)
        check("doctor finds nothing amiss in the server", not found, found)
    one.sql("CREATE DATABASE app")
    one.sql("CREATE TABLE app.t (id INT PRIMARY KEY)")
    tables = "SELECT 1 FROM information_schema.tables WHERE table_schema='app'"
    wait_until("the replica has it", lambda: has(two, tables))
    wait_until("the standby's check says yes", lambda: agents[1].run("check")[0] == 0)
    # With these accounts and settings the roles change, and the old primary follows.
    agents[0].notify("FAULT")
    agents[1].notify("MASTER")
    two.sql("INSERT INTO app.t VALUES (1)")
    agents[0].notify("BACKUP")
    wait_until("the old primary follows", lambda: runs(one) and one.value("(SELECT COUNT(*) FROM app.t)") == 1)
    check("the roles change and change back with what init wrote", True)
    # MySQL refuses it, at the next rejoin; MariaDB takes it.
    with open(f"{agents[0].dir}/etc/ha-agent/repl.password", "w", encoding="ascii") as file:
        file.write("x" * 33 + "\n")
    found = [symptom["id"] for symptom in found_of(agents[0])]
    check("a password that is too long for a source is found", found == ([] if MARIADB else [LONG]), found)


def main():
    with tempfile.TemporaryDirectory() as root:
        one, two = Bare(root, 1, "127.0.0.1"), Bare(root, 2, "127.0.0.2")
        try:
            scenario(sys.argv[1], f"{root}/pair", one, two)
        except (TimeoutError, subprocess.SubprocessError, pymysql.err.MySQLError, OSError, ValueError) as error:
            check("the pair of init is tried to its end", False, repr(error))
            for server in (one, two):
                print(server.log_end())
        finally:
            for server in (one, two):
                server.kill()


main()
