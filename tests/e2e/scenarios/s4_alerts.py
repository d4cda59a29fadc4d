"""The alert endpoints are down or gone while the pair fails over: nobody waits for them, and nothing is lost."""
from lib import alerts, verify
from lib.hole import CHANNELS, SECTIONS, Hole
from lib.scenario import scenario
from lib.waiting import expect, wait_for


@scenario("webhook-down", agent_only=True)
def webhook_down(cluster):
    cluster.bring_up()
    alerts.as_journaled(cluster)
    before = len(cluster.webhook.delivered())
    cluster.webhook.down()
    moment = cluster.now()
    cluster.db1.power_cut()
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    cluster.webhook.answer(500)
    cluster.webhook.up()
    cluster.db2.agent("alerts", "retry", check=False)
    expect(len(cluster.webhook.delivered()) == before, "an alert counted as delivered while the endpoint said 500")
    cluster.webhook.answer(200)
    alerts.as_journaled(cluster)
    expect(len(cluster.webhook.delivered()) > before, "the alert of the takeover did not arrive")
    return figures


@scenario("alerts-black-holed", agent_only=True, extra=SECTIONS)
def alerts_black_holed(cluster):
    hole, node = Hole(cluster), cluster.db2
    try:
        cluster.bring_up()
        moment = cluster.now()
        cluster.db1.power_cut()
        figures = verify.failover(cluster, node, cluster.db1, moment)

        def wanted():
            return {(event, channel) for event, _state in alerts.journaled(node) for channel in CHANNELS}

        def waiting():
            return {(each["event"], each["channel"]) for each in node.agent_json("alerts", "list")
                    if each["state"] == "waiting"}
        wait_for("every alert of db2 in its outbox, once a channel", lambda: waiting() == wanted())
        hole.open()
        # A hook that still tries holds its channels for 20 s at most.
        wait_for("an empty outbox", lambda: node.agent("alerts", "retry", check=False).returncode == 0, 60, pause=0.2)
        missing = wanted() - hole.arrived(node, {event for event, _channel in wanted()})
        expect(not missing, f"left the outbox and did not arrive: {sorted(missing)}")
        return figures
    finally:
        hole.close()


@scenario("rules", agent_only=True, watch=True,
          extra={"alert down": ["metric = probe_up", "operator = ==", "threshold = 0", "for = 2s", "severity = critical"]})
def rules(cluster):
    """A rule on what keepalived's own checks see: told once when it begins and once when it is over."""
    cluster.bring_up()

    def told(words):
        return [text for sender, text in cluster.webhook.delivered() if sender == cluster.db2.address and words in text]
    began = cluster.now()
    cluster.db2.redis.kill()
    wait_for("the alert about Redis on db2", lambda: told("ALERT down: probe_up of redis cache is 0"), 30)
    after = cluster.now() - began
    cluster.db2.redis.start()
    wait_for("the end of it", lambda: told("RESOLVED down: probe_up of redis cache is 1"), 60)
    expect(len(told("down: probe_up")) == 2, f"told more than once: {told('down: probe_up')}")
    for text in told("down: probe_up"):
        expect("FAULT" in text[:100] or "BACKUP" in text[:100], f"no state in {text!r}")
    wait_for("BACKUP on db2", lambda: cluster.db2.keepalived_state() == "BACKUP", 30)
    return f"told {after:.1f} s after the kill, then its end"
