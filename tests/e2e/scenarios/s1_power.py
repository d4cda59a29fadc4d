"""The master's machine or its link is gone: nobody says goodbye."""
from lib import alerts, verify
from lib.scenario import scenario


def cut(cluster):
    cluster.bring_up()
    moment = cluster.now()
    cluster.db1.power_cut()
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    alerts.as_journaled(cluster)
    return figures


@scenario("power-cut")
def power_cut(cluster):
    return cut(cluster)


@scenario("power-cut-fast", fast=True)
def power_cut_fast(cluster):
    return cut(cluster)


@scenario("carrier-lost")
def carrier_lost(cluster):
    cluster.bring_up()
    moment = cluster.now()
    cluster.network.carrier("db1", False)
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    cluster.network.carrier("db1", True)
    alerts.as_journaled(cluster)
    return figures
