"""A third machine with etcd: three members in one namespace are enough to lose one, or the quorum."""
import json
import os
import signal
import subprocess
import threading
import time

from . import processes
from .network import namespace
from .waiting import wait_for

ADDRESS = "192.0.2.3"
PORTS = (2379, 2381, 2383)
KEY = "/ha-agent/dcs"
ENDPOINTS = ", ".join(f"http://{ADDRESS}:{port}" for port in PORTS)


def lock(ttl, *more):
    """The section of ha-agent.conf, for a scenario's `extra`."""
    return {"lock dcs": ["type = etcd", f"endpoints = {ENDPOINTS}", f"ttl = {ttl}", *more]}


class Etcd:
    def __init__(self, testbed, network, folder):
        self.folder = os.path.join(folder, "etcd")
        os.makedirs(self.folder)
        self.enter = ["ip", "netns", "exec", namespace(testbed.id, "etcd")]
        network.add_host("etcd", ADDRESS)
        self.members = [None] * len(PORTS)
        self.watcher, self.ends = None, []
        for member in range(len(PORTS)):
            self.start(member)
        wait_for("etcd's quorum", lambda: self.ctl("get", "x", check=False).returncode == 0)

    def start(self, member):
        def peer(number):
            return f"http://{ADDRESS}:{PORTS[number] + 1}"
        client = f"http://{ADDRESS}:{PORTS[member]}"
        cluster = ",".join(f"m{number}={peer(number)}" for number in range(len(PORTS)))
        self.members[member] = processes.start(
            [*self.enter, "/usr/bin/etcd", "--name", f"m{member}", "--data-dir", os.path.join(self.folder, f"m{member}"),
             "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer(member),
             "--initial-advertise-peer-urls", peer(member), "--initial-cluster", cluster, "--logger", "zap"],
            os.path.join(self.folder, f"m{member}.log"))

    def kill(self, *members):
        for member in members:
            processes.end(self.members[member], signal.SIGKILL)

    def ctl(self, *words, check=True):
        return processes.run(*self.enter, "/usr/bin/etcdctl", "--command-timeout=1s", "--endpoints",
                             ENDPOINTS.replace(" ", ""), *words, check=check,
                             env={**os.environ, "ETCDCTL_API": "3"})

    def watch_key(self):
        """From now on the end of each hold is noted; see ended_after()."""
        self.watcher = subprocess.Popen(
            [*self.enter, "/usr/bin/etcdctl", "--endpoints", ENDPOINTS.replace(" ", ""), "watch", KEY],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, preexec_fn=processes.die_with_parent,
            env={**os.environ, "ETCDCTL_API": "3"})
        threading.Thread(target=self._note_ends, daemon=True).start()

    def _note_ends(self):
        for line in self.watcher.stdout:
            if line.strip() == "DELETE":
                self.ends.append(time.monotonic())

    def ended_after(self, moment):
        """When etcd let the key go, by time.monotonic(); it looks for leases that have ended twice a second."""
        return wait_for("the end of the lock's key", lambda: next((at for at in self.ends if at > moment), None))

    def holder(self):
        """The node that has the lock; None: nobody, or no answer."""
        value = self.ctl("get", "--print-value-only", KEY, check=False).stdout.strip()
        return json.loads(value)["node"] if value else None

    def stop(self):
        processes.end(self.watcher)
        for member in self.members:
            processes.end(member, signal.SIGKILL)
