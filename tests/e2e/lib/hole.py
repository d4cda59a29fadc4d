"""Eight channels for alerts whose endpoints answer nothing: not refused, not unreachable, the packets are gone. The
nodes send them to an Ethernet address that nobody has."""
import os

from .network import namespace
from .processes import run
from .flavour import WEBHOOK_PORT
from .webhook import Webhook

ADDRESS = "192.0.2.3"
NOBODY = "02:00:00:00:00:66"
# Formats that take the plain "ok" of the recording server.
CHANNELS = {f"{name}-{number}": name for number in (1, 2) for name in ("text", "slack", "discord", "alertmanager")}
# For a cluster's `extra`: these and no other.
SECTIONS = {"webhook ops": None} | {
    f"webhook {name}": [f"format = {kind}", f"url = http://{ADDRESS}:{WEBHOOK_PORT}/{name}", "allow_http = yes",
                        "rate_limit = 6000"]
    for name, kind in CHANNELS.items()}


class Hole:
    """Made before the cluster's nodes boot; a node that loses its power loses its way into the hole, too."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.server = None
        for node in cluster.nodes:
            self._neighbour("replace", node, "lladdr", NOBODY, "nud", "permanent")

    def _neighbour(self, word, node, *more):
        run("ip", "-n", namespace(self.cluster.testbed.id, node.name), "neighbour", word, ADDRESS, "dev", "eth0", *more)

    def open(self):
        """From now on the endpoint is there for the nodes that are."""
        run("ip", "-n", namespace(self.cluster.testbed.id, "mon"), "address", "add", f"{ADDRESS}/24", "dev", "eth0")
        folder = os.path.join(self.cluster.folder, "hole")
        os.mkdir(folder)
        self.server = Webhook(self.cluster.testbed, folder, ADDRESS)
        for node in self.cluster.nodes:
            if node.alive:
                self._neighbour("delete", node)

    def arrived(self, node, events):
        """{(event, channel)} of these events that the node told."""
        return {(event, request["path"].strip("/")) for request in self.server.requests()
                if request["from"] == node.address and request["status"] == 200
                for event in events if event in request["body"]}

    def close(self):
        if self.server:
            self.server.stop()
