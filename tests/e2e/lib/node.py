"""A database host: MariaDB, Redis, an HTTP back end, keepalived and what keepalived calls."""
import json
import os
import re

from .flavour import AGENT_GID, CONFIG
from .keepalived import Keepalived
from .machine import Machine
from .mariadb import MariaDB
from .network import VIP
from .redis import Redis
from .waiting import Failure, wait_for


def _whole(line):
    """The journal's line; None for one that a power cut or a full disk tore, and for what is between two writers'."""
    try:
        return json.loads(line) if line.endswith("\n") else None
    except ValueError:
        return None


class Node:
    def __init__(self, testbed, network, name, address, *, peer, server_id, priority, flavour, fast, hook,
                 mysql_options=(), extra=None, watch=False, group=False):
        self.name = name
        self.address = address
        self.peer = peer
        self.network = network
        self.flavour = flavour
        self.machine = Machine(testbed, network, name, address, flavour.payload(testbed))
        self.dir = self.machine.dir
        etc = os.path.join(self.dir, "etc")
        os.makedirs(etc, mode=0o755)
        flavour.configure(etc, name, peer, hook, extra)
        # As the package makes it.
        os.makedirs(self.state_dir)
        os.chown(self.state_dir, 0, AGENT_GID)
        os.chmod(self.state_dir, 0o2750)
        self.mysql = MariaDB(self.machine, server_id, mysql_options)
        self.redis = Redis(self.machine)
        self.keepalived = Keepalived(self.machine, priority, flavour, fast, group)
        self.backend = None
        self.has_watch = watch
        self.watch = None

    @property
    def state_dir(self):
        return os.path.join(self.dir, "state")

    @property
    def alive(self):
        return self.machine.up

    def boot(self):
        """The machine and its servers, without keepalived."""
        self.machine.boot()
        self.start_servers()
        if self.has_watch:
            self.start_watch()

    def start_watch(self):
        """As its service would: beside keepalived and the servers, in no order."""
        self.watch = self.machine.start("watch", [*self.machine.prefix, *self.flavour.watch])

    def start_servers(self):
        self.start_backend()
        self.redis.start()
        self.mysql.start()

    def wait_servers(self):
        self.mysql.wait_up()
        self.redis.wait_up()

    def start_backend(self):
        self.backend = self.machine.start("backend", [
            "/usr/bin/python3", os.path.join(self.machine.testbed.programs, "backend.py"), "8080"])

    def power_cut(self):
        self.machine.power_cut()

    def has_vip(self):
        return self.alive and self.network.has_address(self.name, VIP)

    def keepalived_state(self):
        """The instance's state as keepalived last logged it; None before the first."""
        found = re.findall(r"\(VI_1\) Entering (MASTER|BACKUP|FAULT) STATE", self.keepalived.log())
        return found[-1] if found else None

    def agent(self, *words, check=True, timeout=30):
        return self.machine.run("/run/ha/bin/ha-agent", "--config", CONFIG, *words, check=check, timeout=timeout)

    def agent_json(self, *words):
        return json.loads(self.agent(*words, "--format", "json", check=False).stdout)

    def said(self, text, since=0):
        """The lines of the machine's syslog with the text, from the number of lines `since` on."""
        return [line for line in self.syslog()[since:] if text in line]

    def syslog(self):
        path = os.path.join(self.dir, "log", "syslog")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8", errors="replace") as log:
            return log.read().splitlines()

    def journal(self):
        """The journal's lines, oldest first; it lies on the disk and outlives the machine."""
        lines = []
        for name in ("journal.1.jsonl", "journal.jsonl"):
            path = os.path.join(self.state_dir, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as journal:
                    lines += [each for each in map(_whole, journal) if each is not None]
        return lines

    def yields(self):
        """Whether the machine asks its keepalived for FAULT."""
        return self.machine.run("/bin/cat", self.flavour.yield_file, check=False).stdout.strip() not in ("", "0")

    def serves_writes(self):
        return self.mysql.writable() and self.redis.takes_writes()

    def wait_master(self, timeout=30):
        try:
            wait_for(f"the VIP on {self.name}", self.has_vip, timeout)
            wait_for(f"MySQL and Redis writable on {self.name}", self.serves_writes, timeout)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.tail()}") from None

    def tail(self):
        """What is worth reading first when something did not happen."""
        told = [line for line in self.keepalived.log().splitlines() if "gratuitous ARP" not in line]
        parts = [f"--- {self.name}: the end of keepalived's log", *told[-12:]]
        parts += [f"--- {self.name}: the end of syslog", *self.syslog()[-20:]]
        return "\n".join(parts)
