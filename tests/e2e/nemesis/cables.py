"""What is wrong with each node's cable now. Faults overlap and a power cut takes the cable away, so the wrongs are kept
as a list, and the switch is set up anew from it whenever it changes."""
import os
import subprocess

from lib import processes
from lib.processes import run

ISOLATED, CARRIER, LINK = "isolated", "carrier", "link"


class Cable:
    def __init__(self, cluster, name):
        self.network = cluster.network
        self.program = os.path.join(cluster.testbed.programs, "cable.py")
        self.log = os.path.join(cluster.folder, f"cable-{name}.log")
        self.name = name
        self.wrongs = []  # ISOLATED, CARRIER, LINK, or a bad cable: {"loss": …} {"delay": …} {"refuse": …}
        self._bad, self._process = None, None

    def spoil(self, wrong):
        self.wrongs.append(wrong)
        self.apply()

    def mend(self, wrong):
        self.wrongs.remove(wrong)
        self.apply()

    def unplug(self):
        """Before a power cut: nothing more comes through."""
        self._end_bad()
        self._switch("set", f"p-{self.name}", "nomaster")

    def _switch(self, *words, check=True):
        return run("ip", "-n", self.network.switch, "link", *words, check=check)

    def apply(self):
        host, port = f"p-{self.name}", f"c-{self.name}"
        if self._switch("show", host, check=False).returncode != 0:
            return  # without power there is no cable
        bad = {key: value for wrong in self.wrongs if isinstance(wrong, dict) for key, value in wrong.items()}
        if bad != self._bad:
            self._end_bad()
            if bad:
                self._begin_bad(bad)
        in_switch = port if bad else host
        if ISOLATED in self.wrongs:
            self._switch("set", in_switch, "nomaster")
        else:
            self._switch("set", in_switch, "master", "br0")
            self._switch("set", in_switch, "type", "bridge_slave", "isolated", "on" if LINK in self.wrongs else "off")
        self._switch("set", host, "down" if CARRIER in self.wrongs else "up")

    def _begin_bad(self, bad):
        host, port, inner = f"p-{self.name}", f"c-{self.name}", f"x-{self.name}"
        self._switch("set", host, "nomaster")
        self._switch("add", port, "type", "veth", "peer", "name", inner)
        self._switch("set", port, "up")
        self._switch("set", inner, "up")
        with open(self.log, "ab") as errors:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", self.network.switch, "/usr/bin/python3", self.program, host, inner,
                 str(bad.get("loss", 0)), str(bad.get("delay", 0)), *([bad["refuse"]] if "refuse" in bad else [])],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, preexec_fn=processes.die_with_parent)
        self._process.stdout.readline()
        self._bad = bad

    def _end_bad(self):
        if self._process is not None:
            processes.end(self._process)
            self._process.stdout.close()
            self._switch("del", f"c-{self.name}", check=False)
        self._bad, self._process = None, None

    def close(self):
        processes.end(self._process)
