"""Scenarios by name, and the running of them: one line each, the logs of failed ones kept."""
import glob
import os
import shutil
import sys
import time
import traceback

from . import workers
from .cluster import Cluster, clear
from .mariadb import DOCUMENTED
from .testbed import REPO
from .waiting import Failure

SCENARIOS = {}


def scenario(name, *, agent_only=False, **options):
    """`fast`: VRRP version 3 and an advertisement every 0.1 s. `extra`: further lines of ha-agent.conf by section.
    The other options are Cluster's."""
    def register(function):
        SCENARIOS[name] = (function, options, agent_only)
        return function
    return register


def resident(name, **options):
    """A scenario with `ha-agent watch` on both nodes and servers that are asked every 20 ms who takes writes."""
    return scenario(name, agent_only=True, watch=True, **{"fast": True, "mysql_options": DOCUMENTED, **options})


def log_folder(name):
    return os.path.join(REPO, os.environ.get("BUILD", "build"), "e2e-logs", name)


def keep_logs(testbed, target, report):
    """Everything but the data directories."""
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    with open(os.path.join(target, "failure"), "w", encoding="utf-8") as out:
        out.write(report)
    for log in glob.glob(testbed.path("*.log")):
        shutil.copy(log, target)
    for host in ("db1", "db2", "mon"):
        for part in ("log", "etc", "state", "keepalived.conf", "*.writes", "alerts", "vip", "samples", "*.log"):
            for source in glob.glob(os.path.join(testbed.path(host), part)):
                place = os.path.join(target, host, os.path.basename(source))
                os.makedirs(os.path.dirname(place), exist_ok=True)
                if os.path.isdir(source):
                    shutil.copytree(source, place, ignore_dangling_symlinks=True)
                else:
                    shutil.copy(source, place)


def run_one(testbed, flavour, name, keep=False):
    """True when it passed; prints its line."""
    function, options, _agent_only = SCENARIOS[name]
    began = time.monotonic()
    cluster, report, figures = None, None, None
    try:
        cluster = Cluster(testbed, flavour, **options)
        figures = function(cluster)
    except Failure as failure:
        report = str(failure)
    except Exception:
        report = traceback.format_exc()
    finally:
        if cluster is not None:
            cluster.close()
        else:
            testbed.remove_network()
        if report is not None or keep:
            keep_logs(testbed, log_folder(name), report or "it passed\n")
        clear(testbed)
    seconds = time.monotonic() - began
    if report is None:
        print(f"ok {name}, {seconds:.1f} s" + (f" ({figures})" if figures else ""), flush=True)
        return True
    print(f"FAILED {name}, {seconds:.1f} s; logs in {log_folder(name)}\n{report}", flush=True)
    return False


def run_all(make_flavour, names, keep=False, jobs=1):
    """Every scenario of the names; True when all passed."""
    return workers.run_all(make_flavour, run_one, names, keep, jobs)


def choose(words, flavour_name):
    """The named scenarios, or all that the flavour can do."""
    unknown = [word for word in words if word not in SCENARIOS]
    if unknown:
        sys.exit(f"unknown scenario {unknown[0]}; there are: {' '.join(SCENARIOS)}")
    return words or [name for name, (_f, _o, agent_only) in SCENARIOS.items()
                     if flavour_name == "agent" or not agent_only]
