"""One machine: a network, pid, mount and UTS namespace. It boots, runs processes, and loses its power."""
import os
import signal
import subprocess

from . import processes
from .network import namespace
from .waiting import wait_for


class Machine:
    def __init__(self, testbed, network, name, address, payload):
        self.testbed = testbed
        self.network = network
        self.name = name
        self.address = address
        self.payload = payload
        self.dir = testbed.path(name)
        self.prefix = ()  # words before the command lines of keepalived and watch
        self.up = False
        self._holder = None
        self._init_pid = 0
        self._entered = []
        os.makedirs(os.path.join(self.dir, "log"), mode=0o755, exist_ok=True)
        network.add_host(name, address)

    def boot(self):
        if not self.network.has_address(self.name, self.address):
            self.network.plug_in(self.name)
        argv = ["ip", "netns", "exec", namespace(self.testbed.id, self.name),
                "unshare", "--fork", "--pid", "--mount-proc", "--mount", "--uts", "--kill-child=SIGKILL",
                "/usr/bin/python3", os.path.join(self.testbed.programs, "node_init.py"),
                self.name, self.dir, self.payload]
        with open(self.log("init"), "ab") as errors:
            self._holder = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                            preexec_fn=processes.die_with_parent)
        if self._holder.stdout.readline() != b"ready\n":
            with open(self.log("init"), encoding="utf-8") as log:
                raise RuntimeError(f"{self.name} does not boot: {log.read()}")
        self._init_pid = processes.children(self._holder.pid)[0]
        self.up = True

    def log(self, name):
        return os.path.join(self.dir, "log", f"{name}.log")

    def power_cut(self):
        """The network goes first, so that no packet tells of the death; then every process at once."""
        power_cut([self])

    def halt(self):
        """The end of a scenario: as a power cut, whatever state the machine is in."""
        if self.up:
            self._kill()
            self._gone()

    def _kill(self):
        os.kill(self._init_pid, signal.SIGKILL)

    def _gone(self):
        # nsenter stops itself with a child that is stopped, and then would never reap it: the pid namespace
        # ends only when all of its processes are reaped.
        for entered in self._entered:
            entered.kill()
            entered.wait()
        self._entered.clear()
        self._holder.wait()
        self._holder.stdout.close()
        self.up = False

    def entering(self, *argv):
        """The command line that runs `argv` on this machine."""
        return ["nsenter", f"--target={self._init_pid}", "--mount", "--uts", "--net", "--pid", "--", *argv]

    def run(self, *argv, check=True, timeout=30):
        """A short command on this machine."""
        return processes.run(*self.entering(*argv), check=check, timeout=timeout)

    def launch(self, name, argv):
        """A command on this machine that nobody waits for, its output in log/NAME.log; the Popen outside of it."""
        self._entered.append(processes.start(self.entering(*argv), self.log(name)))
        return self._entered[-1]

    def start(self, name, argv):
        """A daemon on this machine, its output in log/NAME.log."""
        return Daemon(name, self.launch(name, argv))


def power_cut(machines):
    """Of all of them in the same instant."""
    for machine in machines:
        machine.network.isolate(machine.name)
    for machine in machines:
        machine._kill()
    for machine in machines:
        machine._gone()
        machine.network.unplug(machine.name)


class Daemon:
    """A process inside a machine; `pid` is its number outside, where the harness can signal it."""

    def __init__(self, name, entered):
        self.name = name
        self._entered = entered
        found = wait_for(f"the start of {name}", lambda: processes.children(entered.pid) or entered.poll() is not None)
        if found is True:
            raise RuntimeError(f"{name} ended at once: see its log")
        self.pid = found[0]

    def running(self):
        """A killed process is not, even while the nsenter that should reap it is still stopped with it."""
        return self._entered.poll() is None and processes.lives(self.pid)

    def send(self, number):
        if self.running():
            os.kill(self.pid, number)

    def end(self, how=signal.SIGTERM, timeout=15):
        self.send(how)
        self._entered.send_signal(signal.SIGCONT)
        self._entered.wait(timeout)

    def kill(self):
        self.end(signal.SIGKILL)

    def freeze(self):
        self.send(signal.SIGSTOP)

    def thaw(self):
        """nsenter stops itself with its child, and is woken for itself."""
        self._entered.send_signal(signal.SIGCONT)
        self.send(signal.SIGCONT)
