"""Catching a notify hook of keepalived while it runs: they last for milliseconds, so its parent is asked every few."""
import os
import signal

from lib import processes


class Catcher:
    """From begin to end of a fault: the first hook that is seen on the node is killed or frozen."""

    def __init__(self, node, how):
        self.node, self.how, self.caught = node, how, None

    def _hook(self):
        daemon = self.node.keepalived.daemon
        for child in _children(daemon.pid):
            for pid in _children(child):
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as line:
                        if b"notify" in line.read().split(b"\0"):
                            return pid
                except OSError:
                    pass
        return None

    def look(self):
        if self.caught is None and self.node.alive and self.node.keepalived.daemon:
            self.caught = self._hook()
            if self.caught:
                _signal(self.caught, self.how)

    def end(self):
        if self.caught and self.how == signal.SIGSTOP and processes.lives(self.caught):
            _signal(self.caught, signal.SIGCONT)


def _children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as listed:
            return [int(each) for each in listed.read().split()]
    except OSError:
        return []


def _signal(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
