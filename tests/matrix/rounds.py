"""rounds.py AGENT mysql|redis-server|valkey-server ROUNDS: two servers change roles, and one is killed, round after
round under a client that writes; the agent does it, told as keepalived would tell it. An assertion of all rounds a
line; last the row of the table that tests/e2e/matrix prints."""

import importlib
import statistics
import sys
import tempfile
import time

from agent import Agent, wait_until

WRITES = 50  # acknowledged ones before each change


class Rounds:
    """Counts what held in every round, and says at once what did not."""

    def __init__(self):
        self.number, self.held, self.broken = 0, {}, False
        self.times = {"demote": [], "promote": [], "follow": [], "cut": []}
        self.acknowledged, self.lost, self.set_aside = 0, 0, 0

    def expect(self, text, condition, detail=""):
        if condition:
            self.held[text] = self.held.get(text, 0) + 1
        else:
            self.broken = True
            print(f"FAIL  round {self.number}: {text} {detail}", flush=True)

    def count(self, server, writer):
        missing = sorted(writer.acknowledged - server.ids())
        self.acknowledged += len(writer.acknowledged)
        self.lost += len(missing)
        self.expect("no acknowledged write is lost", not missing, missing)

    def median(self, what):
        return f"{statistics.median(self.times[what]):8.3f} s" if self.times[what] else f"{'-':>10}"

    def report(self, title, wanted):
        for text, times in self.held.items():
            print(f"ok    {text} ({times} times in {self.number} rounds)")
        if self.number != wanted:
            print(f"FAIL  {wanted} rounds are run, not {self.number}")
        print(f"row   {title:24} {self.number:>6} {self.acknowledged:>8} {self.lost:>5} {self.set_aside:>6}"
              f" {self.median('demote')} {self.median('promote')} {self.median('follow')} {self.median('cut')}",
              flush=True)


class Side:
    """A server and the agent of its node."""

    def __init__(self, rounds, program, root, flavour, server, peer):
        self.rounds, self.server = rounds, server
        self.agent = Agent(program, f"{root}/agent{server.number}", f"db{server.number}", server.section(peer),
                           flavour.SECRETS, rounds.expect)

    def may_hold_the_vip(self, what):
        """As keepalived asks each second."""
        code, output = self.agent.run("check")
        self.rounds.expect(f"the check of the {what} says 0", code == 0, output)

    def follows(self, primary):
        """Waits until it is a replica that protects the primary's writes and lacks nothing, and gives when it was."""
        try:
            wait_until("who is no primary follows the one that is", lambda: self.server.follows(primary.server))
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self.agent.last_step()}") from None
        wait_until("the primary's writes are protected", lambda: primary.server.protects(self.server))
        now = time.monotonic()
        wait_until("the replica has it all", lambda: self.server.holds(primary.server))
        return now


def planned(flavour, rounds, old, new, first):
    """A change of roles under a client that does not stop writing. As keepalived does it: the old primary waits for
    the new one in order to follow it."""
    writer = flavour.Writer(old.server, first)
    writer.wait_for(WRITES)
    start = time.monotonic()
    demotion = old.agent.event("BACKUP")
    writer.join(30)
    wait_until("the old primary takes no write", lambda: not old.server.writable())
    rounds.times["demote"].append(time.monotonic() - start)
    rounds.expect("a demotion ends the client's session", writer.refusal is not None)
    wait_until("the replica has it all", lambda: new.server.holds(old.server))
    before = new.server.full_syncs()
    rounds.times["promote"].append(new.agent.notify("MASTER"))
    start = time.monotonic()
    rounds.expect("the new primary takes writes", new.server.writable())
    rounds.expect("the old primary takes no write", not old.server.writable())
    rounds.count(new.server, writer)
    old.agent.finish(demotion)
    rounds.times["follow"].append(old.follows(new) - start)
    rounds.expect("it goes on where it was, without a copy of everything", new.server.full_syncs() == before)


def killed(flavour, rounds, old, new, first):
    """The primary dies under a client that writes. It returns and follows, or is set aside with what it alone has."""
    for side, what in ((old, "primary"), (new, "replica")):
        side.may_hold_the_vip(what)
    writer = flavour.Writer(old.server, first)
    writer.wait_for(WRITES)
    old.server.kill()
    writer.join(30)
    rounds.times["cut"].append(new.agent.notify("MASTER"))
    rounds.expect("after the primary's death the replica takes writes", new.server.writable())
    rounds.count(new.server, writer)
    new.server.write(first + 900_000)
    old.server.start()
    rounds.expect("who comes back takes no write", not old.server.writable())
    own = old.server.alone(new.server)
    if own:
        rounds.set_aside += 1
        old.agent.notify("BACKUP")
        rounds.expect("who has something of its own follows nobody", not old.server.has_source(), own)
        rounds.expect("and what it is is named", "errant: " in old.agent.last_step()["detail"], old.agent.last_step())
        rounds.expect("and its binary log is kept", old.agent.saved())
        old.server.rebuild(new.server)
    old.agent.notify("BACKUP")
    old.follows(new)
    wait_until("both have the same", lambda: old.server.ids() == new.server.ids())


def main():
    program, which, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
    flavour = importlib.import_module("server" if which == "mysql" else "redis_server")
    rounds, title = Rounds(), which
    with tempfile.TemporaryDirectory() as root:
        servers = []
        try:
            for number in (1, 2):
                servers.append(flavour.Server(root, number, which))
            title = servers[0].version()
            one, two = (Side(rounds, program, root, flavour, mine, peer)
                        for mine, peer in (servers, reversed(servers)))
            # As when a pair is set up: keepalived starts, and the first node becomes MASTER.
            for side in (one, two):
                side.agent.notify("BACKUP")
            wait_until("a check that says 0", lambda: one.agent.run("check")[0] == 0)
            one.agent.notify("MASTER")
            two.server.set_up(one.server)
            two.follows(one)
            while rounds.number < wanted:
                rounds.number += 1
                planned(flavour, rounds, one, two, rounds.number * 2_000_000)
                killed(flavour, rounds, two, one, rounds.number * 2_000_000 + 1_000_000)
        except Exception as error:  # a server that does not do what it should answers in many ways
            print(f"FAIL  round {rounds.number}: it is run to its end {error!r}")
            for server in servers:
                print(server.log_end())
        finally:
            for server in servers:
                server.kill()
        rounds.report(title, wanted)


started = time.monotonic()
main()
print(f"      {time.monotonic() - started:.0f} s", flush=True)
