"""A run's folder and its lock. The lock is a flock, so it ends with the process, however that ends:
what an earlier run left behind is whatever lies in a folder whose lock is free."""
import atexit
import fcntl
import os
import secrets
import shutil
import signal

from . import mounts, network
from .processes import run

BASE = "/var/tmp/ha-agent-e2e"
REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PROGRAMS = os.path.join(REPO, "tests", "e2e", "programs")


class Testbed:
    """Owns everything a run makes outside of the repository. close() may be called twice."""

    def __init__(self):
        if os.geteuid() != 0:
            raise SystemExit("network namespaces and keepalived need root: run it with sudo")
        os.makedirs(BASE, mode=0o755, exist_ok=True)
        os.chmod(BASE, 0o755)
        # One run at a time sweeps and makes its folder: a folder without its lock is then a leftover.
        with open(os.path.join(BASE, "lock"), "w", encoding="utf-8") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            sweep()
            self.id = secrets.token_hex(2)
            self.dir = os.path.join(BASE, self.id)
            os.makedirs(self.dir, mode=0o755)
            self._lock = take_lock(self.dir)
        # The programs that run inside the nodes are copied: a node may not see the repository.
        self.programs = os.path.join(self.dir, "programs")
        shutil.copytree(PROGRAMS, self.programs)
        os.mkdir(os.path.join(self.programs, "lib"))
        shutil.copy(os.path.join(os.path.dirname(__file__), "resp.py"), os.path.join(self.programs, "lib"))
        atexit.register(self.close)
        end_orderly()

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def remove_network(self):
        network.remove_all(self.id)

    def close(self):
        if self._lock is None:
            return
        network.remove_all(self.id)
        mounts.remove_below(self.dir)
        shutil.rmtree(self.dir, ignore_errors=True)
        os.close(self._lock)
        self._lock = None


def end_orderly():
    """A signal that ends the process runs its `finally`s first."""
    def interrupted(signum, _frame):
        raise SystemExit(128 + signum)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)


def take_lock(folder):
    """The lock's descriptor, or None when a living run has it."""
    fd = os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return None
    return fd


def sweep():
    """Removes what killed runs left: their namespaces with the processes in them, and their folders."""
    for name in os.listdir(BASE):
        folder = os.path.join(BASE, name)
        if not os.path.isdir(folder):
            continue
        lock = take_lock(folder)
        if lock is None:
            continue
        network.remove_all(name)
        mounts.remove_below(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def installed_agent():
    """The built program; the place can be named by HA_AGENT."""
    build = os.environ.get("BUILD", "build")
    path = os.environ.get("HA_AGENT", os.path.join(REPO, build, "ha-agent"))
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is missing: run make first")
    run(path, "--version")
    return path
