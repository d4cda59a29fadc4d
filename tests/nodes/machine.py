"""One booted Debian system (systemd-nspawn) on the bridge of this network namespace. What it writes lies in memory."""
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "e2e"))
from lib import processes  # noqa: E402
from lib.processes import children, run  # noqa: E402
from lib.waiting import wait_for  # noqa: E402

BOOT_TREE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "support", "boot-tree")


class Machine:
    def __init__(self, name, address, tree, folder, binds):
        self.name, self.address, self.binds = name, address, binds
        self.folder = os.path.join(folder, name)
        self.root = os.path.join(self.folder, "root")
        self.boots, self.process, self.leader = 0, None, None
        os.makedirs(self.folder)
        run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.folder)
        for part in ("upper", "work", "root"):
            os.mkdir(os.path.join(self.folder, part))
        run("mount", "-t", "overlay", "overlay", "-o",
            f"lowerdir={tree},upperdir={self.folder}/upper,workdir={self.folder}/work", self.root)
        with open(os.path.join(self.root, "etc/hostname"), "w", encoding="utf-8") as hostname:
            hostname.write(name + "\n")

    def boot(self):
        self.boots += 1
        environment = {**os.environ, "BOOT_TREE_BINDS": self.binds}
        self.process = processes.start([BOOT_TREE, self.root, "/usr/bin/sleep infinity"],
                                       os.path.join(self.folder, "console.log"), env=environment)
        self.leader = wait_for(f"{self.name}'s process 1", self._leader, 30)
        self._plug_in()
        wait_for(f"{self.name} to boot", lambda: self.sh("systemctl is-active multi-user.target").stdout == "active\n", 60)

    def _plug_in(self):
        """A cable to the bridge; the kernel takes its far end away when the system dies. Address and way out are what
        the installer of a machine gives it."""
        port = f"{self.name}-{self.boots}"
        run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", str(self.leader))
        run("ip", "link", "set", port, "master", "br0", "up")
        self.sh(f"ip addr add {self.address}/24 dev eth0 && ip link set eth0 up && ip route add default via 192.0.2.1",
                check=True)

    def _leader(self):
        for nspawn in children(self.process.pid):
            for pid in children(nspawn):
                with open(f"/proc/{pid}/status", encoding="utf-8") as status:
                    ids = next(line for line in status if line.startswith("NSpid:")).split()[1:]
                if len(ids) > 1 and ids[-1] == "1":
                    return pid
        return None

    def sh(self, command, check=False, timeout=300):
        """A command of root's, as typed there; stdout and stderr apart."""
        return run("nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--",
                   "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
                   "DEBIAN_FRONTEND=noninteractive", "bash", "-c", f"cd /root && {command}", check=check, timeout=timeout)

    def has(self, address):
        return f" {address}/" in self.sh("ip -4 addr show dev eth0").stdout

    def power_cut(self):
        os.kill(self.leader, signal.SIGKILL)
        self.process.wait(30)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            processes.end(self.process, timeout=30)
        subprocess.run(["umount", "-l", self.root], check=False)
        subprocess.run(["umount", "-l", self.folder], check=False)
