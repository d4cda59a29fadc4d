"""What an operator does in the midst of it, in the background: nobody waits for an order that takes long."""
import os
import signal

from lib import processes

from .replica import attempt


class Orders:
    def __init__(self, nodes, skipped):
        self.nodes = nodes
        self.skipped = skipped
        self.beginning = []  # `maintenance on`, which waits for the lock of the roles
        self.ending = {}  # node: its `maintenance off`, which is given again until it succeeds
        self.switchovers = []

    def _give(self, node, *words):
        return node.machine.launch(words[0], [*node.flavour.command, *words])

    def _master(self, what):
        holders = [node for node in self.nodes if node.has_vip()]
        if not holders:
            self.skipped.append(f"{what}: nobody is master")
        return holders[0] if holders else None

    def switchover(self):
        """On whichever node is the master."""
        node = self._master("switchover")
        if node:
            self.switchovers.append(self._give(node, "switchover", "--reason", "soak"))

    def kill_switchover(self):
        """What is left of it is found by whoever comes by."""
        running = [entered for entered in self.switchovers if entered.poll() is None]
        if not running:
            self.skipped.append("kill-switchover: it was over")
        for entered in running:
            for pid in processes.children(entered.pid):
                os.kill(pid, signal.SIGKILL)

    def read_only(self):
        """On the master, by hand: somebody's fence, which nobody lifts."""
        node = self._master("read-only-by-hand")
        if node:
            attempt(node, "SET GLOBAL read_only = ON")

    def maintenance_on(self):
        for node in self.nodes:
            if node.alive:
                self.beginning.append(self._give(node, "maintenance", "on", "--reason", "soak"))

    def maintenance_off(self):
        for node in self.nodes:
            self.ending[node] = None

    def tick(self):
        """A node without power, or whose roles are being changed, is told again; never before the other word is out."""
        if any(order.poll() is None for order in self.beginning):
            return
        for node, order in list(self.ending.items()):
            if order is not None and order.poll() == 0:
                del self.ending[node]
            elif node.alive and (order is None or order.poll() is not None):
                self.ending[node] = self._give(node, "maintenance", "off")
