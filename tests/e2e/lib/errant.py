"""What one server alone has: read from the binary logs, not from what anybody says about them."""
import glob
import os
import re

from . import processes, verify
from .waiting import Failure, expect, wait_for

GTID = re.compile(r"^#.*\tGTID (\d+-\d+-\d+)", re.MULTILINE)


def gtids(files):
    """Every transaction in these binary logs."""
    found = set()
    for each in sorted(files):
        found |= set(GTID.findall(processes.run("mariadb-binlog", "--base64-output=decode-rows", each,
                                                check=False).stdout))
    return found


def logs(node):
    return glob.glob(os.path.join(node.mysql.datadir, "binlog.[0-9]*"))


def alone_on(node, other):
    """The transactions that only the node's logs have."""
    return sorted(gtids(logs(node)) - gtids(logs(other)), key=lambda gtid: int(gtid.rpartition("-")[2]))


def copies(node):
    """The files that were put aside on the node."""
    return [path for path in glob.glob(os.path.join(node.state_dir, "errant", "**"), recursive=True)
            if os.path.isfile(path)]


def set_aside(cluster, node, primary):
    """The node has transactions that the primary lacks: it is read-only, follows nobody, they are named in the
    journal and in an alert, their logs are copied, and the primary has none of them. Gives them."""
    mine = alone_on(node, primary)
    expect(mine, f"{node.name} has no transaction of its own: the scenario did not make what it is about")
    try:
        wait_for(f"a copy of the logs with {mine[0]}…{mine[-1]} on {node.name}",
                 lambda: set(mine) <= gtids(copies(node)), 20)
        wait_for(f"the name of {mine[-1]} in the journal of {node.name}",
                 lambda: any(mine[-1] in str(line) for line in node.journal()))
        wait_for(f"an alert of {node.name} that names {mine[-1]}", lambda: any(
            sender == node.address and mine[-1] in text for sender, text in cluster.webhook.delivered()))
    except Failure as failure:
        raise Failure(f"{failure}\ncopies: {copies(node)}\n{node.tail()}") from None
    seen = node.mysql.slave_status()
    expect(not seen or seen["Slave_IO_Running"] == "No", f"{node.name} replicates although it has diverged: {seen}")
    expect(not node.mysql.writable(), f"{node.name} takes writes although it has diverged")
    expect(not set(mine) & gtids(logs(primary)), f"transactions of {node.name} came to {primary.name}")
    return mine


def reunited(cluster, master):
    """A primary that was demoted in the midst of a write may have it in its log, acknowledged to nobody: then it is
    set aside; otherwise it follows. Gives the figures."""
    other = cluster.other(master)
    mine = alone_on(other, master)
    if not mine:
        return f"{other.name} follows; {verify.pair(cluster, master)}"
    set_aside(cluster, other, master)
    verify.demoted(other)
    return f"{other.name} set aside with {len(mine)}; {verify.alone(cluster, master)}"
