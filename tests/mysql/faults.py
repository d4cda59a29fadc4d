"""faults.py AGENT [FAULT…]: each fault_NAME.py of this folder on a pair of its own. Such a module has run(pair), and
may have ON ("mysql" or "mariadb": on the other nothing of it exists), there() (the same for a release), OPTIONS, what
the servers are started with besides ({1: […], 2: […]}), and OLD_PLUGINS, those that have semi-sync's plugins of before
8.0.26 ([2]). An assertion a line."""

import glob
import importlib
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "matrix"))

import pymysql  # noqa: E402
from agent import Agent, check, wait_until  # noqa: E402
from server import MARIADB, SECRETS, Server  # noqa: E402


class Pair:
    """`one` is the primary and MASTER, `two` follows it and both say so; each has its agent. `program` is ha-agent's
    path and `root` a folder that goes with the pair."""

    def __init__(self, program, root, options, old_plugins):
        self.program, self.root = program, root
        self.one, self.two = (Server(root, number, more=options.get(number, ()), old_plugins=number in old_plugins)
                              for number in (1, 2))

    def begin(self):
        self.agent_one, self.agent_two = (self.agent(mine, peer) for mine, peer in
                                          ((self.one, self.two), (self.two, self.one)))
        self.agent_two.notify("BACKUP")
        self.agent_one.notify("MASTER")
        self.two.set_up(self.one)
        # A standby's first look makes its record, as keepalived's each second does.
        wait_until("the standby may take over", lambda: self.agent_two.run("check")[0] == 0)
        self.agent_one.run("check")

    def agent(self, mine, peer, name="agent", more=""):
        """`more` is added to the section of the server, or after it."""
        return self.agent_of(mine, mine.section(peer) + more, name)

    def agent_of(self, mine, section, name="agent"):
        return Agent(self.program, f"{self.root}/{name}{mine.number}", f"db{mine.number}", section, SECRETS)

    def wait(self, what, condition, seconds=30):
        wait_until(what, condition, seconds)

    def caught_up(self):
        wait_until("the replica has it all", lambda: self.two.holds(self.one))

    def change(self, old, new, agents=None):
        """The role goes from `old` to `new` as keepalived has it: both hooks at once, and the old primary then follows.
        `agents` are the two servers', else the pair's own."""
        from_agent, to_agent = agents or ((self.agent_one, self.agent_two) if old is self.one else
                                          (self.agent_two, self.agent_one))  # fmt: skip
        backup = from_agent.event("BACKUP")
        wait_until("the old primary is closed", lambda: not old.writable())
        wait_until("the replica has it all", lambda: new.holds(old))
        to_agent.notify("MASTER")
        from_agent.finish(backup)

    def end(self):
        for server in (self.one, self.two):
            if server.process.poll() is None:
                server.kill()


def one_fault(program, name):
    module = importlib.import_module(f"fault_{name}")
    if getattr(module, "ON", "") not in ("", "mariadb" if MARIADB else "mysql"):
        return
    if hasattr(module, "there") and not module.there():
        return
    print(f"-- {name}: {module.__doc__.splitlines()[0]}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as root:
        pair = Pair(program, root, getattr(module, "OPTIONS", {}), getattr(module, "OLD_PLUGINS", ()))
        try:
            pair.begin()
            module.run(pair)
        except (TimeoutError, OSError, LookupError, subprocess.SubprocessError, pymysql.err.MySQLError) as error:
            check(f"{name} is run to its end", False, repr(error))
            for server in (pair.one, pair.two):
                print(server.log_end())
        finally:
            pair.end()
    print(f"      {time.monotonic() - started:.0f} s", flush=True)


def main():
    there = sorted(os.path.basename(path)[6:-3] for path in glob.glob(f"{HERE}/fault_*.py"))
    wanted = sys.argv[2:] or there
    for name in wanted:
        if name not in there:
            sys.exit(f"faults.py: no fault {name!r} (there are: {' '.join(there)})")
        one_fault(sys.argv[1], name)


main()
