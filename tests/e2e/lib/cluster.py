"""Two nodes, a client that writes through the VIP, and the place where alerts arrive."""
import os
import shutil
import time

from . import processes
from .client import VipWatch, Writer
from .etcd import Etcd
from .mariadb import make_template
from .network import Network, namespace
from .node import Node
from .samples import Samples
from .waiting import wait_for
from .webhook import Webhook

MONITOR = "192.0.2.1"
WITNESS = "192.0.2.2"
ADDRESSES = {"db1": "192.0.2.11", "db2": "192.0.2.12"}


class Cluster:
    """Made per scenario. close() ends everything; the hosts' folders stay until clear(), for who wants their logs."""

    def __init__(self, testbed, flavour, *, fast=False, mysql_options=(), extra=None, watch=False, witness=False,
                 group=False, etcd=False):
        """`watch`: the resident half runs on both nodes. `witness`: a third host that answers ping and HTTP on
        port 8080; which nodes ask it is said in `extra`. `group`: a second VRRP instance and a sync group.
        `etcd`: a third host with three members of etcd; the [lock] is in `extra`."""
        self.testbed = testbed
        self.network = Network(testbed.id)
        self.folder = testbed.path("mon")
        os.makedirs(self.folder, exist_ok=True)
        self.network.add_host("mon", MONITOR)
        make_template(testbed)
        self.webhook = Webhook(testbed, self.folder, MONITOR)
        self.witness = self._witness() if witness else None
        self.etcd = Etcd(testbed, self.network, self.folder) if etcd else None
        self.writers = {}
        self.local_writers = []
        self.nodes = []
        for number, (name, peer) in enumerate((("db1", "db2"), ("db2", "db1")), start=1):
            self.nodes.append(Node(
                testbed, self.network, name, ADDRESSES[name], peer=ADDRESSES[peer], server_id=number,
                priority=110 - 10 * number, flavour=flavour, fast=fast, hook=self.webhook.url,
                mysql_options=(*flavour.mysql_options, *mysql_options), extra=extra, watch=watch, group=group))
        self.db1, self.db2 = self.nodes
        self.watch = VipWatch(testbed, self.folder, [node.name for node in self.nodes])
        self.samples = Samples(testbed, self.folder, self.nodes) if watch else None
        self.set_up = None  # when the pair was: a Redis that was never told a role takes writes

    def _witness(self):
        self.network.add_host("w", WITNESS)
        return processes.start(["ip", "netns", "exec", namespace(self.testbed.id, "w"), "/usr/bin/python3",
                                os.path.join(self.testbed.programs, "backend.py"), "8080"],
                               os.path.join(self.folder, "witness.log"))

    def other(self, node):
        return self.db2 if node is self.db1 else self.db1

    def boot(self):
        """Both machines with their servers; db2 replicates from db1, as an operator has set it up."""
        for node in self.nodes:
            node.boot()
        for node in self.nodes:
            node.wait_servers()

    def replicate(self, source, replica, connect_retry=1):
        replica.mysql.follow(source.address, connect_retry)
        replica.redis.follow(source.address)
        wait_for("MariaDB replication", replica.mysql.follows)
        wait_for("Redis replication", replica.redis.follows)

    def bring_up(self, write=True, booted=False, connect_retry=1, protected=True):
        """The usual start: db1 is master, db2 follows and may take over, the client writes. `protected`: by semi-sync."""
        if not booted:
            self.boot()
        self.replicate(self.db1, self.db2, connect_retry)
        self.db1.keepalived.start()
        self.db1.wait_master()
        self.db2.keepalived.start()
        wait_for("db2 as BACKUP", lambda: "Entering BACKUP STATE" in self.db2.keepalived.log())
        if protected:
            wait_for("semi-sync with a replica", self.db1.mysql.protected)
        self.set_up = self.now()
        if write:
            self.start_writers()

    def start_writers(self):
        for kind in ("mysql", "redis"):
            self.writers[kind] = Writer(self.testbed, kind, self.folder)
        for writer in self.writers.values():
            writer.wait_acks(50)

    def write_on(self, node, kind="mysql"):
        """A client on the node itself, which goes on writing where others cannot reach it any more."""
        self.local_writers.append(Writer(self.testbed, kind, self.folder, node.name,
                                         first=1_000_000 * (1 + len(self.local_writers))))
        return self.local_writers[-1]

    def wait_writes(self, since, count=50, timeout=40):
        for writer in self.writers.values():
            writer.wait_acks(count, since, timeout)

    def stop_writers(self):
        for writer in (*self.writers.values(), *self.local_writers):
            writer.stop()

    def now(self):
        """The clock of the writers and of the VIP's moves."""
        return time.monotonic()

    def close(self):
        self.stop_writers()
        if self.samples:
            self.samples.stop()
        for node in self.nodes:
            node.machine.halt()
        processes.end(self.witness)
        if self.etcd:
            self.etcd.stop()
        self.webhook.stop()
        self.watch.stop()
        self.network.remove()

    def __exit__(self, *_error):
        self.close()
        clear(self.testbed)

    def __enter__(self):
        return self


def clear(testbed):
    """Removes the hosts' folders, so that the next cluster starts afresh."""
    for host in ("db1", "db2", "mon"):
        shutil.rmtree(testbed.path(host), ignore_errors=True)
