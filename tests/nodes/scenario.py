"""scenario.py TREE FOLDER TRANSCRIPT: what tests/nodes/run is about; in a mount and a network namespace of its own."""
import json
import os
import shutil
import signal
import sys
import time

from machine import Machine
from lib import processes
from lib.processes import run
from lib.waiting import Failure, expect, wait_for

VIP = "192.0.2.100"
HERE = os.path.dirname(os.path.realpath(__file__))


def clock():
    return time.strftime("%H:%M:%S")


class Transcript:
    """What an operator typed, where, and what it printed."""

    def __init__(self, path):
        self.file, self.commands = open(path, "w", encoding="utf-8"), 0

    def type(self, machine, command, quiet=False):
        self.commands += 1
        done = machine.sh(command)
        printed = (done.stdout + done.stderr).rstrip()
        if quiet and done.returncode == 0:
            printed = ""
        text = f"{machine.name}# {command}\n" + "".join(f"    {line}\n" for line in printed.splitlines())
        print(text, end="", flush=True)
        self.file.write(text)
        self.file.flush()
        if done.returncode != 0:
            raise Failure(f"{machine.name}# {command}: exit {done.returncode}")
        return done.stdout


class Client:
    """Writes numbers through the VIP, from the bridge."""

    def __init__(self, kind, folder, user, password):
        self.kind, self.record = kind, os.path.join(folder, f"{kind}.writes")
        programs = os.path.join(HERE, "..", "e2e", "programs")
        home = os.path.join(folder, "programs")
        if not os.path.isdir(home):
            shutil.copytree(programs, home)
            os.mkdir(os.path.join(home, "lib"))
            shutil.copy(os.path.join(HERE, "..", "e2e", "lib", "resp.py"), os.path.join(home, "lib"))
        self.process = processes.start(["/usr/bin/python3", "-B", os.path.join(home, "writer.py"), kind, VIP, user,
                                        password, self.record, "0.01", "1"], os.path.join(folder, f"{kind}.log"))

    def acknowledged(self):
        if not os.path.exists(self.record):
            return []
        with open(self.record, encoding="utf-8") as record:
            return [int(line.split()[1]) for line in record if line.startswith("ack ") and line.endswith("\n")]

    def goes_on(self, count=50, timeout=60):
        before = len(self.acknowledged())
        wait_for(f"{count} more writes to {self.kind}", lambda: len(self.acknowledged()) >= before + count, timeout)

    def stop(self):
        processes.end(self.process)


class Scenario:
    def __init__(self, tree, folder, transcript):
        self.folder, self.transcript, self.passed, self.failed = folder, Transcript(transcript), 0, 0
        self.clients = []
        run("mount", "--make-rprivate", "/")
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "br0", "type", "bridge")
        run("ip", "addr", "add", "192.0.2.1/24", "dev", "br0")
        run("ip", "link", "set", "br0", "up")
        self.db1, self.db2 = (
            Machine(name, address, tree, folder,
                    f"{folder}/share:/share {folder}/archives-{name}:/var/cache/apt/archives")
            for name, address in (("db1", "192.0.2.11"), ("db2", "192.0.2.12")))
        self.both = (self.db1, self.db2)

    def ok(self, text):
        self.passed += 1
        print(f"ok    {text}  ({clock()})", flush=True)

    def see(self, text, condition, timeout=60):
        wait_for(text, condition, timeout, pause=0.2)
        self.ok(text)

    def section(self, title):
        print(f"--- {title}", flush=True)

    def serves(self, machine):
        """The VIP is there, and the check says that everything serves."""
        done = machine.sh("runuser -u ha-agent -- ha-agent check")
        return machine.has(VIP) and done.returncode == 0 and "every resource serves" in done.stdout and \
            "pending" not in done.stdout

    def stands_by(self, machine):
        done = machine.sh("runuser -u ha-agent -- ha-agent check")
        return not machine.has(VIP) and done.returncode == 0 and "(STANDBY)" in done.stdout

    def install(self):
        self.section("two fresh systems, by the README")
        for machine in self.both:
            machine.boot()
        typed = self.transcript.type
        for machine in self.both:
            typed(machine, "apt-get install -q -y /share/ha-agent.deb mariadb-server redis-server", quiet=True)
        typed(self.db1, "ha-agent init --yes --peer db2=192.0.2.12 --vip 192.0.2.100/24")
        typed(self.db1, "ha-agent init --yes --install ha-agent-pair")
        typed(self.db1, "cp -r ha-agent-pair /share/")
        typed(self.db2, "cp -r /share/ha-agent-pair . && ha-agent init --yes --install ha-agent-pair")
        for machine in self.both:
            typed(machine, f"sh ha-agent-pair/{machine.name}/setup.sh")
        for machine in self.both:
            typed(machine, "systemctl restart ha-agent-watch keepalived")
            if machine is self.db1:
                self.see("db1 becomes MASTER and serves", lambda: self.serves(self.db1))
        self.see("db2 could take over", lambda: self.stands_by(self.db2))
        typed(self.db1, "ha-agent status")
        expect(self.transcript.commands <= 15, f"{self.transcript.commands} commands, more than 15")
        self.ok(f"{self.transcript.commands} commands to a working pair")
        for machine in self.both:
            expect(machine.sh("ha-agent config check").returncode == 0, f"{machine.name}: config check")
            tested = machine.sh("unshare --pid --fork keepalived -t -f /etc/keepalived/keepalived.conf")
            expect(tested.returncode == 0, f"keepalived -t: {tested.stdout}{tested.stderr}")
            told = machine.sh("ha-agent doctor")
            print("".join(f"    {line}\n" for line in (told.stdout + told.stderr).splitlines()), end="")
            expect(told.returncode in (0, 1), f"{machine.name}: doctor finds something critical")
        self.ok("config check and keepalived -t pass, doctor finds nothing critical")

    def write(self):
        self.section("clients write through the VIP")
        password = "app-secret"
        self.db1.sh(f"mariadb -e \"CREATE DATABASE app; CREATE TABLE app.writes (id BIGINT PRIMARY KEY); "
                    f"CREATE USER app@'192.0.2.%' IDENTIFIED BY '{password}'; GRANT ALL ON app.* TO app@'192.0.2.%'\"",
                    check=True)
        redis = self.db1.sh("sed -n '1s/^AUTH default //p' ha-agent-pair/db1/redis.commands", check=True).stdout.strip()
        self.redis_password = redis
        self.clients = [Client("mysql", self.folder, "app", password), Client("redis", self.folder, "", redis)]
        self.go_on("both are acknowledged")

    def go_on(self, text):
        for client in self.clients:
            client.goes_on()
        self.ok(text)

    def failover(self):
        self.section(f"db1 loses its power ({clock()})")
        self.db1.power_cut()
        self.see("db2 takes over and serves", lambda: self.db2.has(VIP), 30)
        self.go_on("the clients go on")
        self.db1.boot()
        self.see("db1 is back, follows db2 and could take over", lambda: self.stands_by(self.db1), 120)
        expect(self.serves(self.db2), "db2 serves while db1 comes back")
        self.ok("db2 served meanwhile")
        self.transcript.type(self.db2, "ha-agent status")

    def switchover(self, source, target):
        self.section(f"a switchover from {source.name} to {target.name}")
        wait_for("a standby that could take over", lambda: self.stands_by(target), 60, pause=0.5)
        self.transcript.type(source, "ha-agent switchover --reason 'kernel update'")
        self.see(f"{target.name} serves", lambda: self.serves(target))
        self.see(f"{source.name} follows it", lambda: self.stands_by(source))
        self.go_on("the clients go on")

    def changes(self, machine, role):
        """The transitions that changed the role; None when the last one did not lead to this one."""
        history = json.loads(machine.sh("ha-agent history --format json").stdout)
        found = [(each["event"], each["to"]) for each in history if each["from"] != each["to"]]
        return found if found and found[-1][1] == role else None

    def upgrade(self, machine):
        """The role, the VIP and the clients of a node stay where they are."""
        master = machine.has(VIP)
        role = "MASTER" if master else "BACKUP"
        before = wait_for(f"keepalived on {machine.name} to be {role}", lambda: self.changes(machine, role), 30)
        self.transcript.type(machine, "apt-get install -q -y /share/newer.deb", quiet=True)
        wait_for("the new version", lambda: "+1" in machine.sh("ha-agent --version").stdout, 10)
        wait_for("the resident half", lambda: machine.sh("systemctl is-active ha-agent-watch").stdout == "active\n", 20)
        self.go_on(f"{machine.name} is upgraded; the clients go on")
        expect(machine.has(VIP) == master, f"the VIP moved when {machine.name} was upgraded")
        after = self.changes(machine, role)
        expect(after == before, f"the upgrade of {machine.name} changed its role: {after}")
        self.ok(f"{machine.name}'s role did not change by it")

    def rolling_upgrade(self):
        self.section("a rolling upgrade, the standby first")
        self.upgrade(self.db2)
        self.switchover(self.db1, self.db2)
        self.upgrade(self.db1)
        self.section("and the one that serves, without a switchover")
        self.transcript.type(self.db2, "apt-get install -q -y --reinstall /share/newer.deb", quiet=True)
        self.go_on("the clients go on")
        expect(self.serves(self.db2), "db2 serves after its package was installed again")
        self.ok("db2 still serves")

    def nothing_is_lost(self):
        self.section("what was acknowledged is there")
        for client in self.clients:
            client.stop()
        mysql, redis = (set(client.acknowledged()) for client in self.clients)
        for machine in self.both:
            rows = lambda: set(map(int, machine.sh("mariadb -N -e 'SELECT id FROM app.writes'").stdout.split()))  # noqa: E731
            wait_for(f"every row on {machine.name}", lambda: rows() >= mysql, 20)
            self.ok(f"{machine.name}: all {len(mysql)} acknowledged writes to MariaDB")
        held = self.db2.sh(f"REDISCLI_AUTH={self.redis_password} redis-cli smembers writes").stdout.split()
        lost = len(redis - set(map(int, held)))
        expect(lost <= 0.05 * len(redis), f"{lost} of {len(redis)} writes to Redis are lost")
        self.ok(f"Redis: {len(redis)} acknowledged, {lost} lost (its replication is asynchronous)")

    def close(self):
        for client in self.clients:
            client.stop()
        for machine in self.both:
            machine.close()

    def run(self):
        try:
            self.install()
            self.write()
            self.failover()
            self.switchover(self.db2, self.db1)
            self.rolling_upgrade()
            self.nothing_is_lost()
        except (Failure, RuntimeError) as failure:
            self.failed += 1
            print(f"FAIL  {failure}")
            for machine in self.both:
                if machine.process is not None and machine.process.poll() is None:
                    told = machine.sh("ha-agent status; ha-agent history -n 3; journalctl -q -o short-precise -n 40 "
                                      "-u ha-agent-watch -u keepalived -u mariadb -u redis-server; "
                                      "tail -n 30 /var/log/redis/redis-server.log").stdout
                    print(f"{machine.name}:\n{told}")
        finally:
            self.close()
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def interrupted(signum, _frame):
    raise KeyboardInterrupt(signum)


signal.signal(signal.SIGTERM, interrupted)
signal.signal(signal.SIGHUP, interrupted)
sys.exit(Scenario(*sys.argv[1:4]).run())
