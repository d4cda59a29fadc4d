"""Something that the master needs dies while its machine lives on: the check says no and the VIP moves."""
from lib import alerts, verify
from lib.scenario import scenario


def breaking(cluster, deed):
    cluster.bring_up()
    moment = cluster.now()
    deed()
    figures = verify.failover(cluster, cluster.db2, cluster.db1, moment)
    alerts.as_journaled(cluster)
    return figures


@scenario("mysqld-killed")
def mysqld_killed(cluster):
    return breaking(cluster, cluster.db1.mysql.kill)


@scenario("backend-down")
def backend_down(cluster):
    return breaking(cluster, lambda: cluster.db1.backend.end())


@scenario("redis-killed")
def redis_killed(cluster):
    return breaking(cluster, cluster.db1.redis.kill)
