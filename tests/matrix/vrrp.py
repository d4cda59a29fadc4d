"""vrrp.py AGENT ROUNDS: this system's keepalived on two hosts that are network namespaces, with ha-agent as its
vrrp_script and notify, as the documentation recommends it. What the agent relies on: the words of each event, a failed
check and a track_file of weight 0 are FAULT and move the address at once, the end of it does not move it back, STOP
comes once. An assertion a line; last the row of the table that tests/e2e/matrix prints."""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from agent import check, wait_until

VIP = "192.0.2.100"
HOSTS = {"n1": ("192.0.2.11", 100), "n2": ("192.0.2.12", 90)}
BACKEND = "import http.server as h; h.HTTPServer(('127.0.0.1', 8080), h.SimpleHTTPRequestHandler).serve_forever()"
CONF = """global_defs {{
    router_id {name}
    script_user root
    enable_script_security
    vrrp_version 3
}}
vrrp_script ha_agent {{
    script "{program} --config {dir}/ha-agent.conf check"
    user ha-agent
    interval 1
    timeout 1
    fall 2
    rise 2
}}
track_file yield {{
    file {dir}/yield
    weight 0
    init_file 0
}}
vrrp_instance VI_1 {{
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 51
    priority {priority}
    advert_int 0.1
    virtual_ipaddress {{
        {vip}/24 dev eth0
    }}
    track_script {{
        ha_agent
    }}
    track_file {{
        yield
    }}
    notify "{program} --config {dir}/ha-agent.conf notify" root
}}
"""
AGENT = """[agent]
node = {name}
vip = {vip}
state_dir = {dir}/state
[http api]
url = http://127.0.0.1:8080/
"""


def run(*argv):
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True).stdout


class Host:
    def __init__(self, root, program, name):
        self.name, self.dir, self.program = name, f"{root}/{name}", program
        self.address, priority = HOSTS[name]
        for folder in (self.dir, f"{self.dir}/state"):
            os.mkdir(folder, 0o755)
        run("chown", "root:ha-agent", f"{self.dir}/state")
        os.chmod(f"{self.dir}/state", 0o2750)
        self.yields(0)
        words = {"name": name, "dir": self.dir, "program": program, "vip": VIP, "priority": priority}
        for file, text in (("keepalived.conf", CONF), ("ha-agent.conf", AGENT)):
            with open(f"{self.dir}/{file}", "w", encoding="ascii") as out:
                out.write(text.format(**words))
        self.backend, self.keepalived = None, None
        self.start_backend()
        wait_until(f"the back end of {name}", self.healthy)

    def inside(self, *argv):
        return ["ip", "netns", "exec", self.name, *argv]

    def start_backend(self):
        with open(f"{self.dir}/backend.log", "ab") as log:
            self.backend = subprocess.Popen(self.inside("/usr/bin/python3", "-c", BACKEND), cwd=self.dir,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def healthy(self):
        """As the check says. A new master's back end that was never seen healthy is still waited for."""
        return subprocess.run(self.inside(self.program, "--config", f"{self.dir}/ha-agent.conf", "check"),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False).returncode == 0

    def end_backend(self):
        self.backend.kill()
        self.backend.wait()

    def start(self):
        with open(f"{self.dir}/keepalived.log", "ab") as log:
            self.keepalived = subprocess.Popen(
                self.inside("/usr/sbin/keepalived", "--dont-fork", "--log-console", "--log-detail", "--no-syslog",
                            "--vrrp", f"--use-file={self.dir}/keepalived.conf", f"--pid={self.dir}/pid",
                            f"--vrrp_pid={self.dir}/vrrp.pid"),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def yields(self, value):
        """As switchover writes it: beside, then renamed."""
        with open(f"{self.dir}/yield.new", "w", encoding="ascii") as out:
            out.write(f"{value}\n")
        os.rename(f"{self.dir}/yield.new", f"{self.dir}/yield")

    def has_vip(self):
        return VIP in run("ip", "-n", self.name, "-4", "-o", "address", "show", "dev", "eth0")

    def log(self):
        with open(f"{self.dir}/keepalived.log", encoding="utf-8", errors="replace") as log:
            return log.read()

    def events(self):
        """As the agent has recorded them, oldest first."""
        path = f"{self.dir}/state/journal.jsonl"
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as journal:
            lines = [json.loads(line) for line in journal if line.endswith("\n") and line.strip()]
        return [line for line in lines if line["type"] == "event"]

    def states(self):
        return [line["state"] for line in self.events()]

    def wait_for(self, *states):
        """The newest events are these."""
        wait_until(f"{self.name} told {' '.join(states)}", lambda: tuple(self.states()[-len(states):]) == states)


def cable():
    for name in HOSTS:
        run("ip", "netns", "add", name)
    run("ip", "-n", "n1", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", "n2")
    for name, (address, _priority) in HOSTS.items():
        run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", name, "link", "set", "eth0", "up")
    for name in HOSTS:  # a keepalived that starts before its interface has a carrier starts in FAULT
        words = ("ip", "-n", name, "link", "show", "eth0")
        wait_until(f"the carrier of {name}", lambda words=words: "state UP" in run(*words))


def moved(old, new):
    """The seconds until the address has left the one and come to the other."""
    start = time.monotonic()
    wait_until(f"the VIP on {new.name}", lambda: new.has_vip() and not old.has_vip())
    return time.monotonic() - start


def stays_with(new, old):
    """The other one is back, and nothing moved: each has been told so."""
    old.wait_for("FAULT", "BACKUP")
    wait_until(f"{old.name} is ready again", lambda: old.log().rstrip().rfind("Entering BACKUP STATE") >
               old.log().rfind("Entering FAULT STATE"))
    return new.has_vip() and not old.has_vip()


def starts(one, two):
    one.start()
    one.wait_for("BACKUP", "MASTER")
    two.start()
    two.wait_for("BACKUP")
    first = one.events()
    check("a start is BACKUP, then MASTER", one.states() == ["BACKUP", "MASTER"], one.states())
    check("the words have instance and priority", all(
        (each["instance"], each["priority"]) == ("VI_1", 100) for each in first), first)
    check("the second is BACKUP alone", two.states() == ["BACKUP"], f"{two.states()} {two.log()}")
    check("and one has the address", one.has_vip() and not two.has_vip())


def track_file(one, two, rounds):
    """How a switchover yields. The times."""
    times, kept, back = [], 0, 0
    for _ in range(rounds):
        for old, new in ((one, two), (two, one)):
            told = len(new.states())
            old.yields(1)
            times.append(moved(old, new))
            old.wait_for("FAULT")
            wait_until("the other one is told", lambda: new.states()[told:] == ["MASTER"])
            kept += not old.has_vip()
            old.yields(0)
            back += stays_with(new, old)
    check(f"a track_file of weight 0 moves the address at once ({len(times)} times)", kept == len(times), kept)
    check("the end of it is BACKUP, and moves nothing back", back == len(times), back)
    return times


def failed_check(one, two):
    wait_until(f"{one.name} healthy as master", one.healthy)
    told = len(two.states())
    one.end_backend()
    took = moved(one, two)
    one.wait_for("FAULT")
    wait_until("the other one is told", lambda: two.states()[told:] == ["MASTER"])
    check("a check that says no is FAULT and moves the address", True)
    one.start_backend()
    check("a check that says yes again is BACKUP, and moves nothing back", stays_with(two, one))
    return took


def stopped(new, old):
    """The time until the address has moved."""
    told = len(new.states())
    old.keepalived.send_signal(signal.SIGTERM)
    took = moved(old, new)
    old.keepalived.wait(15)
    old.wait_for("STOP")
    wait_until("the other one is told", lambda: new.states()[told:] == ["MASTER"])
    check("a stop is STOP, once, and moves the address", old.states().count("STOP") == 1, old.states())
    return took


def median(times):
    return f"{statistics.median(times):8.3f} s"


def main():
    program, rounds = sys.argv[1], int(sys.argv[2])
    told = subprocess.run(["/usr/sbin/keepalived", "--version"], capture_output=True, text=True, check=True)
    version = (told.stdout + told.stderr).split()[1].lstrip("v")
    run("useradd", "--system", "--shell", "/usr/sbin/nologin", "ha-agent")
    hosts = []
    with tempfile.TemporaryDirectory(dir="/") as root:
        os.chmod(root, 0o755)
        try:
            cable()
            hosts += [Host(root, program, name) for name in HOSTS]
            one, two = hosts
            starts(one, two)
            yielded = track_file(one, two, rounds)
            failed = []
            for _ in range(2):
                failed += [failed_check(one, two), failed_check(two, one)]
            stopping = stopped(two, one)  # n1 has the address
            print(f"vrrp  keepalived {version:13} {rounds:>6} {median(yielded)} {median(failed)} {median([stopping])}")
        except Exception as error:  # a daemon that does not do what it should shows it in many ways
            check(f"what keepalived {version} does is seen to its end", False, repr(error))
            for host in hosts:
                print(f"{host.name}: {host.states()}\n{host.log()[-2000:]}")
        finally:
            for host in hosts:
                for process in (host.keepalived, host.backend):
                    if process is not None:
                        process.kill()


main()
