"""The alert endpoint is down while the pair fails over: nobody waits for it, and nothing is lost."""
from lib import alerts, verify
from lib.scenario import scenario
from lib.waiting import expect


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
