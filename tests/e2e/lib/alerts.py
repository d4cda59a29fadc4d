"""Alerts delivered exactly as the journal says: one for each event of a state that the channel wants."""
import collections
import re

from .waiting import expect, wait_for

STATES = ("MASTER", "BACKUP", "FAULT", "STOP")


def journaled(node):
    """How often each state was recorded on the node."""
    return collections.Counter(line["state"] for line in node.journal() if line["type"] == "event")


def received(cluster, node):
    """How often each state was told by the node, each event once."""
    told = collections.Counter()
    for text in {text for sender, text in cluster.webhook.delivered() if sender == node.address}:
        found = re.search("|".join(STATES), text[:100])
        expect(found, f"no state within the first 100 characters of an alert: {text!r}")
        told[found.group()] += 1
    return told


def as_journaled(cluster):
    """Lets living nodes deliver what they still hold, then compares. A node without power may hold some back."""
    if cluster.nodes[0].flavour.name != "ha-agent":
        return
    for node in cluster.nodes:
        if node.alive:
            def complete(node=node):
                node.agent("alerts", "retry", check=False)
                return received(cluster, node) == journaled(node)
            try:
                wait_for(f"the alerts of {node.name}", complete, 20, pause=0.2)
            except Exception:
                expect(False, f"{node.name}: the journal has {dict(journaled(node))}, "
                              f"the endpoint received {dict(received(cluster, node))}")
        else:
            missing = received(cluster, node) - journaled(node)
            expect(not missing, f"{node.name}: alerts without an event in the journal: {dict(missing)}")
