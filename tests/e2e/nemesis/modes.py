"""What a node's decision rests on beside its peer. A mode gives the lines of ha-agent.conf that it needs, and may start
what they name on the third host.

To plug in another one (an etcd lock): its class with `available()`, `extra()` and `start()`, and its name in MODES.
While it is not available its rounds run in the mode that `otherwise` names and say so; plans stay what they are."""
from lib.cluster import MONITOR

ISOLATION = ["isolation_timeout = 1s"]


class Alone:
    """Nobody: two writable nodes are possible, and are measured."""
    otherwise = None
    one_writable = False

    def available(self):
        return True

    def extra(self):
        return {"agent": ISOLATION}

    def start(self, cluster):
        """Before the nodes boot. Gives what is to be ended after the round."""
        del cluster
        return []


class Witness(Alone):
    """The third host answers pings. It proves a node's own connectivity, never the death of the other one."""
    one_writable = True

    def extra(self):
        return {"agent": ISOLATION, "witness w": ["type = ping", f"host = {MONITOR}"]}


class Etcd(Alone):
    """A lock on the third host's etcd."""
    otherwise = "witness"
    one_writable = True

    def available(self):
        return False


MODES = {"none": Alone(), "witness": Witness(), "etcd": Etcd()}


def mode_of(name):
    """(its name, the mode that runs)."""
    mode = MODES[name]
    return (name, mode) if mode.available() else mode_of(mode.otherwise)
