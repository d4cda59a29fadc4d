"""The daemons of both nodes and who restarts them: as a supervisor does, what is down and no fault holds down."""
import os
import signal

from lib import processes

NAMES = ("backend", "redis", "mysqld", "watch", "keepalived")
RESTART = 0.2  # seconds a daemon is down before the supervisor starts it again


class Daemons:
    def __init__(self, nodes, now):
        self.nodes = nodes
        self.now = now
        self.held = []  # (node's name, daemon's name), once for each fault that holds it down
        self.down = {}  # the same: since when

    def find(self, node, name):
        return {"backend": node.backend, "redis": node.redis.daemon, "mysqld": node.mysql.daemon, "watch": node.watch,
                "keepalived": node.keepalived.daemon}[name]

    def running(self, node, name):
        daemon = self.find(node, name)
        return node.alive and daemon is not None and daemon.running()

    def freeze(self, node, name):
        if self.running(node, name):
            (node.keepalived if name == "keepalived" else self.find(node, name)).freeze()

    def thaw(self, node, name):
        if self.running(node, name):
            (node.keepalived if name == "keepalived" else self.find(node, name)).thaw()

    def kill(self, node, name):
        self.held.append((node.name, name))
        if not self.running(node, name):
            return
        if name == "keepalived":
            for child in processes.children(self.find(node, name).pid):
                os.kill(child, signal.SIGCONT)  # a frozen one would not notice the death of its parent
            node.keepalived.kill()
        else:
            self.find(node, name).kill()

    def stop(self, node, name):
        """By SIGTERM; nobody waits for the end here."""
        self.held.append((node.name, name))
        if self.running(node, name):
            self.thaw(node, name)
            self.find(node, name).send(signal.SIGTERM)

    def release(self, node, name):
        """What held it down is over."""
        self.held.remove((node.name, name))
        self.down[node.name, name] = self.now() - RESTART

    def supervise(self):
        """Starts what has been down for long enough; called every few milliseconds."""
        for node in self.nodes:
            for name in NAMES if node.alive else ():
                key = (node.name, name)
                if key in self.held or self.running(node, name):
                    self.down.pop(key, None)
                elif self.now() - self.down.setdefault(key, self.now()) >= RESTART:
                    self._start(node, name)

    def _start(self, node, name):
        old = self.find(node, name)
        if old is not None:
            old.end(signal.SIGKILL)  # it is dead; this reaps it
        if name == "keepalived":
            # As a service manager does: the number in a stale file may be another process's by now.
            node.machine.run("rm", "-f", "/run/keepalived.pid", "/run/vrrp.pid")
        {"backend": node.start_backend, "redis": node.redis.start, "mysqld": node.mysql.start,
         "watch": node.start_watch, "keepalived": node.keepalived.start}[name]()

    def booted(self, node):
        """All that is not held down is to be started at once."""
        for name in NAMES:
            self.down[node.name, name] = self.now() - RESTART
