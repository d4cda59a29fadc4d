"""What Prometheus sees of a pair while it fails over; the dashboard and the rules are those that are installed."""
import json
import os
import time

from lib import verify
from lib.cluster import MONITOR
from lib.prometheus import CLUSTER, Prometheus, export
from lib.scenario import resident
from lib.testbed import REPO
from lib.waiting import expect, wait_for

MASTERS = "sum by (cluster) (node:ha_agent_master:fresh)"
#: What Grafana puts in for its variables.
VARIABLES = {"$cluster": CLUSTER, "$__rate_interval": "1m", "$__interval": "15s"}


def expressions():
    """Every query of the dashboard, with the panel's title."""
    with open(os.path.join(REPO, "etc", "grafana", "ha-agent.json"), encoding="utf-8") as source:
        dashboard = json.load(source)
    found = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel["targets"]]
    found += [(each["name"], each["expr"]) for each in dashboard["annotations"]["list"]]
    for title, expression in found:
        for name, value in VARIABLES.items():
            expression = expression.replace(name, value)
        yield title, expression


def one_master(prometheus, begin, end):
    """At every moment between them."""
    seen = prometheus.history(MASTERS, begin, end)
    expect(seen, "no series says who is MASTER")
    for _labels, values in seen:
        others = [(at - begin, value) for at, value in values if value != 1]
        expect(not others, f"not one MASTER: {others}")


@resident("metrics", fast=False)
def metrics(cluster):
    cluster.bring_up()
    prometheus = Prometheus(cluster, MONITOR)
    try:
        for node in cluster.nodes:
            export(node)

        def masters():
            return {labels["node"]: value for labels, value in prometheus.query("node:ha_agent_master:fresh")}
        wait_for("both nodes in Prometheus, db1 as MASTER", lambda: masters() == {"db1": 1, "db2": 0})
        begin = time.time()
        cluster.wait_writes(cluster.now())
        moment, cut = cluster.now(), time.time()
        cluster.db1.power_cut()
        wait_for("the VIP on db2", lambda: cluster.watch.arrival("db2", moment))
        wait_for("db2 as the only MASTER", lambda: masters() == {"db2": 1})
        cluster.db1.boot()
        cluster.db1.keepalived.start()
        export(cluster.db1)
        figures = verify.pair(cluster, cluster.db2)
        wait_for("db1 as a standby in Prometheus", lambda: masters() == {"db1": 0, "db2": 1})
        wait_for("its lag", lambda: [labels for labels, _lag in prometheus.query("ha_agent_replication_lag_seconds")
                                     if labels["node"] == "db1"])
        end = time.time()

        one_master(prometheus, begin, cut)
        expect([value for _labels, value in prometheus.query(MASTERS)] == [1], "not one MASTER at the end")
        for alert in ("HaTwoMasters", "HaTwoWritable"):
            fired = prometheus.history(f'ALERTS{{alertname="{alert}",alertstate="firing"}}', begin, end)
            expect(not fired, f"{alert} fired: {fired}")
        became = prometheus.query('max by (node) (ha_agent_transitions_total{to="MASTER"})')
        expect({labels["node"]: value >= 1 for labels, value in became} == {"db1": True, "db2": True},
               f"transitions to MASTER: {became}")
        asked = 0
        for title, expression in expressions():
            expect(prometheus.history(expression, begin, end), f"{title}: no data for {expression}")
            asked += 1
        return f"{asked} queries of the dashboard; {figures}"
    finally:
        prometheus.stop()
