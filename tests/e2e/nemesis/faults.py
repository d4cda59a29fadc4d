"""The table of faults. Each begins and ends by a function of (world, node); a fault of both nodes is given None.
A node without power, or a daemon that is down, is left as it is: another fault has been there before."""
import signal
from dataclasses import dataclass
from typing import Callable

from . import clock, connections, disk, replica
from .cables import CARRIER, ISOLATED, LINK

BOTH = ("both",)
EACH = ("db1", "db2")


@dataclass(frozen=True)
class Fault:
    begin: Callable
    end: Callable
    lasts: tuple  # seconds, shortest and longest
    where: tuple = EACH
    weight: float = 1.0
    crashes: bool = False  # its MySQL server may end without a shutdown
    blinds: bool = False  # the nodes may not see each other while both see the witness
    stops_agent: bool = False  # ha-agent or a part of it does not run meanwhile
    moves_clock: bool = False
    needs_events: bool = False  # alone it does nothing
    mode: str = ""  # only there


def _nothing(_world, _node):
    pass


# --- power and cables

def _cut_power(world, node):
    world.power_cut(node)


def _return_power(world, node):
    world.power_return(node)


def _cut_both(world, _node):
    world.power_cut(*world.nodes.values())


def _return_both(world, _node):
    world.power_return(*world.nodes.values())


def _cable(wrong):
    return (lambda world, node: world.cables[node.name].spoil(wrong),
            lambda world, node: world.cables[node.name].mend(wrong))


def _both_cables(wrong):
    def each(deed):
        return lambda world, _node: [deed(world.cables[name]) for name in EACH]
    return each(lambda cable: cable.spoil(wrong)), each(lambda cable: cable.mend(wrong))


# --- processes

def _freeze(name):
    return (lambda world, node: world.daemons.freeze(node, name), lambda world, node: world.daemons.thaw(node, name))


def _kill(name):
    return (lambda world, node: world.daemons.kill(node, name), lambda world, node: world.daemons.release(node, name))


def _hook(how):
    return (lambda world, node: world.catch_hook(node, how), lambda world, node: world.release_hook(node, how))


# --- keepalived

def _reload(world, node):
    if world.daemons.running(node, "keepalived"):
        node.keepalived.daemon.send(signal.SIGHUP)


def _kill_vrrp_child(world, node):
    if world.daemons.running(node, "keepalived"):
        node.keepalived.kill_vrrp_child()


# --- the clock, what else is on the network, the operator

def _jump(seconds):
    return (lambda _world, node: clock.set_wrong(node, seconds), lambda _world, node: clock.set_wrong(node, 0))


def _etcd(*members):
    def begin(world, _node):
        if world.cluster.etcd:
            world.cluster.etcd.kill(*members)

    def end(world, _node):
        for member in members if world.cluster.etcd else ():
            world.cluster.etcd.start(member)
    return begin, end


def _witness(answers):
    return lambda world, _node: world.witness_answers(answers)


def _order(name):
    return lambda world, _node: getattr(world.orders, name)()


FAULTS = {
    "power-cut": Fault(_cut_power, _return_power, (1, 8), weight=5, crashes=True),
    "power-cut-both": Fault(_cut_both, _return_both, (0, 4), where=BOTH, crashes=True),
    "isolate": Fault(*_cable(ISOLATED), (1, 10), weight=4),
    "isolate-both": Fault(*_both_cables(ISOLATED), (1, 8), where=BOTH),
    "link-cut": Fault(*_both_cables(LINK), (1, 10), where=BOTH, blinds=True),
    "carrier-lost": Fault(*_cable(CARRIER), (0.3, 8)),
    "deaf": Fault(*_cable({"refuse": "to-host"}), (1, 10), weight=1.5),
    "mute": Fault(*_cable({"refuse": "from-host"}), (1, 10), weight=1.5),
    "loss": Fault(*_cable({"loss": 0.3}), (2, 10), weight=1.5, blinds=True),
    "delay": Fault(*_cable({"delay": 0.2}), (2, 10), weight=1.5, blinds=True),
    "freeze-mysqld": Fault(*_freeze("mysqld"), (0.3, 8), weight=3, crashes=True),
    "exhaust-mysqld": Fault(connections.exhaust, connections.free, (1, 8), weight=1.5, crashes=True),
    "freeze-redis": Fault(*_freeze("redis"), (0.3, 8)),
    "freeze-keepalived": Fault(*_freeze("keepalived"), (0.3, 8), weight=1.5),
    "freeze-watch": Fault(*_freeze("watch"), (0.3, 8), weight=1.5, stops_agent=True),
    "freeze-hook": Fault(*_hook(signal.SIGSTOP), (4, 10), weight=1.5, stops_agent=True, needs_events=True),
    "kill-mysqld": Fault(*_kill("mysqld"), (0, 6), weight=5, crashes=True),
    "kill-redis": Fault(*_kill("redis"), (0, 6), weight=1.5),
    "kill-backend": Fault(*_kill("backend"), (0, 6), weight=1.5),
    "kill-keepalived": Fault(*_kill("keepalived"), (0, 6), weight=1.5),
    "kill-vrrp-child": Fault(_kill_vrrp_child, _nothing, (0, 0)),
    "kill-watch": Fault(*_kill("watch"), (0, 6), weight=1.5, stops_agent=True),
    "kill-hook": Fault(*_hook(signal.SIGKILL), (4, 10), stops_agent=True, needs_events=True),
    "disk-full": Fault(disk.fill, disk.free, (1, 8), weight=1.5),
    "clock-forward": Fault(*_jump(3600), (1, 8), weight=0.7, moves_clock=True),
    "clock-back": Fault(*_jump(-3600), (1, 8), weight=0.7, moves_clock=True),
    "applier-stopped": Fault(replica.stop_applier, replica.start_applier, (1, 8)),
    "applier-blocked": Fault(replica.lock_table, replica.unlock_table, (1, 8)),
    "reload-keepalived": Fault(_reload, _nothing, (0, 0)),
    "restart-keepalived": Fault(lambda world, node: world.daemons.stop(node, "keepalived"),
                                lambda world, node: world.daemons.release(node, "keepalived"), (0, 4)),
    "kill-etcd-member": Fault(*_etcd(0), (1, 8), where=BOTH, weight=2, mode="etcd"),
    "kill-etcd-quorum": Fault(*_etcd(1, 2), (1, 8), where=BOTH, weight=2, mode="etcd"),
    "witness-gone": Fault(_witness(False), _witness(True), (1, 8), where=BOTH, weight=2, mode="witness"),
    "webhook-down": Fault(lambda world, _node: world.cluster.webhook.down(),
                          lambda world, _node: world.cluster.webhook.up(), (1, 8), where=BOTH, needs_events=True),
    "switchover": Fault(_order("switchover"), _nothing, (0, 0), where=BOTH, weight=3),
    "kill-switchover": Fault(_order("switchover"), _order("kill_switchover"), (0.1, 1.5), where=BOTH, weight=1.5),
    "maintenance": Fault(_order("maintenance_on"), _order("maintenance_off"), (1, 8), where=BOTH),
    "read-only-by-hand": Fault(_order("read_only"), _nothing, (0, 0), where=BOTH, weight=1.5),
}
