"""Alerts delivered exactly as the journal says: one for each event of a state that the channel wants."""
import re

from .waiting import Failure, expect, wait_for

STATES = ("MASTER", "BACKUP", "FAULT", "STOP")
EVENT_ID = re.compile(r"\b\d{8}T\d{6}\.\d{3}-\d+-\d+\b")
IN_DIGEST = re.compile(r"\[(" + EVENT_ID.pattern + r")\]")


def journaled(node):
    """{(event, state)} of what was recorded on the node, and of what watch did without being told to."""
    return {(line["event"], line["state" if line["type"] == "event" else "to"])
            for line in node.journal() if line["type"] in ("event", "begin")}


def said_delivered(node):
    """The events whose alert was delivered, as the journal says."""
    return {line["event"] for line in node.journal() if line["type"] == "alert" and line["result"] == "ok"}


def received(cluster, node):
    """{(event, state)} of what the node told the endpoint; at least once is allowed, so each is counted once."""
    told = set()
    for sender, text in cluster.webhook.delivered():
        if sender != node.address:
            continue
        state, event = re.search("|".join(STATES), text[:100]), EVENT_ID.search(text)
        expect(state, f"no state within the first 100 characters of an alert: {text!r}")
        expect(event, f"no event's id in an alert: {text!r}")
        digested = [(found.group(1), re.search("|".join(STATES), line).group())
                    for line in text.splitlines() for found in [IN_DIGEST.search(line)] if found]
        told.update(digested or [(event.group(), state.group())])
    return told


def as_journaled(cluster):
    """Lets living nodes deliver what they still hold, as their timer would, then compares.
    A node without power may hold some back, and has told nothing that is not in its journal."""
    if cluster.nodes[0].flavour.name != "ha-agent":
        return
    for node in cluster.nodes:
        if node.alive:
            def complete(node=node):
                node.agent("alerts", "retry", check=False)
                told = journaled(node)
                return received(cluster, node) == told and said_delivered(node) == {event for event, _state in told}
            try:
                wait_for(f"the alerts of {node.name}", complete, 20, pause=0.2)
            except Failure:
                raise Failure(f"{node.name}: in the journal and not received: "
                              f"{sorted(journaled(node) - received(cluster, node))}; received and not in the journal: "
                              f"{sorted(received(cluster, node) - journaled(node))}; delivered as the journal says: "
                            f"{sorted(said_delivered(node))}\n"
                              f"{node.agent('alerts', 'list', check=False).stdout}") from None
        else:
            invented = received(cluster, node) - journaled(node)
            expect(not invented, f"{node.name}: alerts without an event in the journal: {sorted(invented)}")
