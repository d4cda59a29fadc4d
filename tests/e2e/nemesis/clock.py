"""The time of day that ha-agent and keepalived of one node see, and nobody else."""
import os
import shutil

from lib.processes import run


def give(node):
    """Before the node boots: from then on they ask a file how wrong it is."""
    library = node.machine.testbed.path("clock.so")
    if not os.path.exists(library):
        run("cc", "-shared", "-fPIC", "-O1", "-Wall", "-o", library,
            os.path.join(node.machine.testbed.programs, "clock.c"))
    shutil.copy(library, os.path.join(node.dir, "etc"))
    set_wrong(node, 0)
    node.machine.prefix = ("env", "LD_PRELOAD=/run/node/etc/clock.so", "WRONG_CLOCK=/run/node/etc/clock")


def set_wrong(node, seconds):
    path = os.path.join(node.dir, "etc", "clock")
    with open(path + ".new", "w", encoding="utf-8") as clock:
        clock.write(f"{seconds}\n")
    os.rename(path + ".new", path)
