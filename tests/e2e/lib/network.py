"""The network: a switch (a bridge in a namespace of its own) and hosts with one cable each.
Nothing of it exists in the machine's own namespace, and every name carries the run's id."""
import os
import signal

from .processes import run

PREFIX = "ha-"
SUBNET = "192.0.2."
VIP, SECOND_VIP = "192.0.2.100", "192.0.2.101"


def namespace(run_id, name):
    return f"{PREFIX}{run_id}-{name}"


class Network:
    def __init__(self, run_id):
        self.run_id = run_id
        self.hosts = {}
        self.switch = namespace(run_id, "sw")
        _add_namespace(self.switch)
        run("ip", "-n", self.switch, "link", "add", "br0", "type", "bridge",
            "mcast_snooping", "0", "stp_state", "0", "forward_delay", "0")
        run("ip", "-n", self.switch, "link", "set", "br0", "up")

    def add_host(self, name, address):
        self.hosts[name] = address
        _add_namespace(namespace(self.run_id, name))
        self.plug_in(name)

    def plug_in(self, name):
        """A new cable, as after a power cut: the host's interface has no address but its own."""
        host = namespace(self.run_id, name)
        run("ip", "-n", self.switch, "link", "add", f"p-{name}", "type", "veth",
            "peer", "name", "eth0", "netns", host)
        run("ip", "-n", self.switch, "link", "set", f"p-{name}", "master", "br0", "up")
        run("ip", "-n", host, "address", "add", f"{self.hosts[name]}/24", "dev", "eth0")
        run("ip", "-n", host, "link", "set", "eth0", "up")

    def isolate(self, name):
        """The switch forgets the port. The host notices nothing, not even a lost carrier."""
        run("ip", "-n", self.switch, "link", "set", f"p-{name}", "nomaster")

    def rejoin(self, name):
        """Ends isolate()."""
        run("ip", "-n", self.switch, "link", "set", f"p-{name}", "master", "br0")

    def part(self, *names):
        """These hosts do not see each other any more, and both see everybody else."""
        for name in names:
            run("ip", "-n", self.switch, "link", "set", f"p-{name}", "type", "bridge_slave", "isolated", "on")

    def unite(self, *names):
        """Ends part()."""
        for name in names:
            run("ip", "-n", self.switch, "link", "set", f"p-{name}", "type", "bridge_slave", "isolated", "off")

    def unplug(self, name):
        """The cable and the interface go, and with it every address of the host."""
        run("ip", "-n", self.switch, "link", "del", f"p-{name}")

    def carrier(self, name, up):
        """The switch's port up or down: the host's interface keeps its addresses and loses its carrier."""
        run("ip", "-n", self.switch, "link", "set", f"p-{name}", "up" if up else "down")

    def has_address(self, name, address):
        seen = run("ip", "-n", namespace(self.run_id, name), "-o", "address", "show", "to", address)
        return bool(seen.stdout.strip())

    def remove(self):
        remove_all(self.run_id)


def _add_namespace(name):
    run("ip", "netns", "add", name)
    for key in ("all", "default"):
        with_ns = ("ip", "netns", "exec", name, "sysctl", "-qw")
        run(*with_ns, f"net.ipv6.conf.{key}.disable_ipv6=1", check=False)
    # As systemd sets it: everybody may ask for an echo without a raw socket, the check's user too.
    run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
    run("ip", "-n", name, "link", "set", "lo", "up")


def remove_all(run_id):
    """Every namespace of the run, after the processes that live in it."""
    listed = run("ip", "netns", "list").stdout.split("\n")
    for name in (line.split(" ")[0] for line in listed):
        if not name.startswith(f"{PREFIX}{run_id}-"):
            continue
        for pid in run("ip", "netns", "pids", name, check=False).stdout.split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        run("ip", "netns", "del", name, check=False)
