"""A round's pair and what has been done to it: carries a plan out, in one thread."""
import time

from lib import machine, processes
from lib.client import Writer
from lib.cluster import Cluster, clear
from lib.mariadb import NO_WAIT, TRUNCATES
from lib.network import namespace

from . import clock, disk, replica
from .cables import Cable
from .daemons import Daemons
from .faults import EACH, FAULTS
from .hooks import Catcher
from .modes import mode_of
from .orders import Orders

TICK = 0.005  # seconds


class World:
    def __init__(self, testbed, flavour, plan):
        self.plan = plan
        self.mode_name, self.mode = mode_of(plan.mode)
        options = [*NO_WAIT, f"--rpl-semi-sync-master-timeout={plan.semi_sync_timeout}",
                   *(TRUNCATES if plan.truncates else ())]
        self.cluster = Cluster(testbed, flavour, fast=True, watch=True, mysql_options=options, extra=self.mode.extra,
                               **self.mode.options)
        self.nodes = {node.name: node for node in self.cluster.nodes}
        self.cables = {name: Cable(self.cluster, name) for name in EACH}
        self.daemons = Daemons(self.cluster.nodes, self.cluster.now)
        self.catchers = {}
        self.sessions = {}  # of an administrator, by node
        self.exhausted = {}  # the sessions that keep everybody else out, by node
        self.stopped_appliers = set()  # that nobody has started again
        self.zero = 0.0  # when the plan began
        self.done = []  # (deed, began, ended) by the monotonic clock
        self.skipped = []
        self.orders = Orders(self.cluster.nodes, self.skipped)
        for node in self.cluster.nodes:
            disk.make(node)
            if any(FAULTS[deed.fault].moves_clock and deed.where == node.name for deed in plan.deeds):
                clock.give(node)

    def bring_up(self):
        self.cluster.bring_up(write=False)
        self.cluster.writers["mysql"] = Writer(self.cluster.testbed, "mysql", self.cluster.folder, semi_sync=True)
        self.cluster.writers["redis"] = Writer(self.cluster.testbed, "redis", self.cluster.folder)
        for writer in self.cluster.writers.values():
            writer.wait_acks(50)

    def close(self):
        for cable in self.cables.values():
            cable.close()
        for catcher in self.catchers.values():
            catcher.end()
        self.cluster.close()

    def remove(self):
        """What is left of the round, after whoever wants its logs has had them."""
        for node in self.cluster.nodes:
            disk.remove(node)
        clear(self.cluster.testbed)

    # --- carrying the plan out

    def run(self):
        """Begins and ends every deed at its time. All of them are over when it returns."""
        began = {}
        zero = self.zero = self.cluster.now()
        steps = sorted([(deed.start, 0, number) for number, deed in enumerate(self.plan.deeds)] +
                       [(max(deed.end, deed.start), 1, number) for number, deed in enumerate(self.plan.deeds)])
        for at, is_end, number in steps:
            while self.cluster.now() < zero + at:
                self.tick()
                time.sleep(TICK)
            deed = self.plan.deeds[number]
            fault, node = FAULTS[deed.fault], self.nodes.get(deed.where)
            if is_end:
                fault.end(self, node)
                self.done.append((deed, began[number], self.cluster.now()))
            else:
                began[number] = self.cluster.now()
                fault.begin(self, node)

    def tick(self):
        for catcher in self.catchers.values():
            catcher.look()
        self.daemons.supervise()
        self.orders.tick()

    # --- what the faults do

    def power_cut(self, *nodes):
        """Of all of them in the same instant."""
        with_power = [node for node in nodes if node.alive]
        for node in with_power:
            self.cables[node.name].unplug()
            replica.unlock_table(self, node)
        machine.power_cut([node.machine for node in with_power])

    def power_return(self, *nodes):
        for node in nodes:
            if not node.alive:
                node.machine.boot()
                self.cables[node.name].apply()
                self.daemons.booted(node)

    def witness_answers(self, answers):
        processes.run("ip", "netns", "exec", namespace(self.cluster.testbed.id, "mon"), "sysctl", "-qw",
                      f"net.ipv4.icmp_echo_ignore_all={0 if answers else 1}")

    def catch_hook(self, node, how):
        self.catchers[node.name, how] = Catcher(node, how)

    def release_hook(self, node, how):
        catcher = self.catchers.pop((node.name, how))
        catcher.end()
        if catcher.caught is None:
            self.skipped.append(f"no hook of {node.name} to catch")
