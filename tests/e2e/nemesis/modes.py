"""What a node's decision rests on beside its peer. A mode gives the lines of ha-agent.conf that it needs, and what the
cluster has to have for them. One that is not there on this machine is played as `otherwise`, which the round says."""
import shutil

from lib.cluster import MONITOR
from lib.etcd import lock

ISOLATION = {"agent": ["isolation_timeout = 1s"]}


class Alone:
    """Nobody: two writable nodes are possible, and are measured."""
    one_writable = False
    options = {}
    extra = ISOLATION

    def available(self):
        return True


class Witness(Alone):
    """The third host answers pings. It proves a node's own connectivity, never the death of the other one."""
    one_writable = True
    extra = {**ISOLATION, "witness w": ["type = ping", f"host = {MONITOR}"]}


class Etcd(Alone):
    """A lock in etcd, on a host of its own: whoever does not hold it takes no writes."""
    otherwise = "witness"
    one_writable = True
    options = {"etcd": True}
    extra = {**ISOLATION, **lock("8s")}  # above 2 x (check_reaction + 500 ms), as the documentation demands

    def available(self):
        return shutil.which("etcd") is not None


MODES = {"none": Alone(), "witness": Witness(), "etcd": Etcd()}


def mode_of(name):
    """(its name, the mode that runs)."""
    mode = MODES[name]
    return (name, mode) if mode.available() else mode_of(mode.otherwise)
