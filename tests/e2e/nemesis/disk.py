"""state_dir on a file system of its own, which fills up: it is made as small as what lies there. It is mounted outside
of the machine, so it keeps its content over a power cut."""
import os

from lib import mounts
from lib.flavour import AGENT_GID

SIZE = "1g"  # ha-agent copies a server's data only where 256 MiB are left


def make(node):
    """Before the machine boots; as the package makes the folder."""
    mounts.tmpfs(node.state_dir, f"size={SIZE},mode=2750,uid=0,gid={AGENT_GID}")


def remove(node):
    mounts.remove_below(node.state_dir)


def fill(_world, node):
    seen = os.statvfs(node.state_dir)
    mounts.resize(node.state_dir, str((seen.f_blocks - seen.f_bfree) * seen.f_frsize))


def free(_world, node):
    mounts.resize(node.state_dir, SIZE)
