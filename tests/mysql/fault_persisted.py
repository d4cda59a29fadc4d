"""SET PERSIST beats the option file: a server that is configured to start read-only starts writable."""

from agent import check
from server import START

ON = "mysql"


def doctor(agent):
    code, output = agent.run("doctor")
    return code, " ".join(output.split())


def restart_by_file(server):
    """The command line would beat what is persisted: the settings come from a file, as everywhere."""
    ours = [word for word in server.options() if "read-only" not in word and "gtid-mode" not in word]
    with open(f"{server.dir}/my.cnf", "w", encoding="ascii") as file:
        file.write("[mysqld]\nread_only = ON\nsuper_read_only = ON\ngtid_mode = ON\n")
    server.defaults = f"--defaults-file={server.dir}/my.cnf"
    server.options = lambda: ours
    server.kill()
    server.start()


def run(pair):
    two, agent = pair.two, pair.agent_two
    restart_by_file(two)
    two.sql(START)
    _, output = doctor(agent)
    check("configured by its file it starts read-only, and doctor has nothing against it",
          not two.writable() and "setting-" not in output, output)
    two.sql("SET PERSIST super_read_only = OFF")
    two.sql("SET PERSIST read_only = OFF")
    two.sql("SET PERSIST_ONLY gtid_mode = OFF_PERMISSIVE")
    two.sql("SET GLOBAL super_read_only = ON")
    code, output = doctor(agent)
    check("doctor calls what is persisted critical, though all is well now", code == 2 and
          "CRITICAL setting-missing" in output and "SET PERSIST read_only = OFF" in output, output)
    check("its mend is RESET PERSIST, for each", all(f"RESET PERSIST {name}" in output for name in (
        "read_only", "super_read_only", "gtid_mode")), output)
    _, output = agent.run("status")
    check("so says status", "RESET PERSIST read_only" in output, output)
    agent.notify("BACKUP")
    problems = agent.last_line().get("problems", [])
    check("so does the hook of a standby", "RESET PERSIST read_only" in " ".join(problems), problems)
    two.sql("RESET PERSIST gtid_mode")
    two.kill()
    two.start()
    check("started again it takes writes", two.writable())
    two.sql("RESET PERSIST read_only")
    two.sql("RESET PERSIST super_read_only")
    two.kill()
    two.start()
    _, output = doctor(agent)
    check("mended so it starts read-only, and doctor is content", not two.writable() and "setting-" not in output, output)
