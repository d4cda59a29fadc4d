"""Scenarios by name, and the running of them: one line each, the logs of failed ones kept."""
import glob
import multiprocessing
import os
import queue
import shutil
import sys
import time
import traceback

from .cluster import Cluster, clear
from .mariadb import DOCUMENTED
from .processes import die_with_parent
from .testbed import REPO, Testbed, end_orderly
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


def keep_logs(testbed, name, report):
    """Everything but the data directories."""
    target = log_folder(name)
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
            keep_logs(testbed, name, report or "it passed\n")
        clear(testbed)
    seconds = time.monotonic() - began
    if report is None:
        print(f"ok {name}, {seconds:.1f} s" + (f" ({figures})" if figures else ""), flush=True)
        return True
    print(f"FAILED {name}, {seconds:.1f} s; logs in {log_folder(name)}\n{report}", flush=True)
    return False


def run_some(make_flavour, names, keep, passed):
    """One testbed; takes names from the queue until there is none."""
    testbed = Testbed()
    try:
        flavour = make_flavour()
        while True:
            try:
                name = names.get(timeout=1)
            except queue.Empty:
                return
            if run_one(testbed, flavour, name, keep):
                with passed.get_lock():
                    passed.value += 1
    finally:
        testbed.close()


def run_all(make_flavour, names, keep=False, jobs=1):
    """Every worker has a network, folders and templates of its own: scenarios mostly wait, so two cores carry two."""
    end_orderly()
    todo, passed = multiprocessing.Queue(), multiprocessing.Value("i", 0)
    for name in names:
        todo.put(name)
    workers = [multiprocessing.Process(target=_worker, args=(make_flavour, todo, keep, passed)) for _ in range(jobs)]
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    print(f"{passed.value} passed, {len(names) - passed.value} failed", flush=True)
    return passed.value == len(names)


def _worker(*arguments):
    # Its own end is orderly on SIGTERM; should the harness be killed, so is everything here.
    die_with_parent()
    run_some(*arguments)


def choose(words, flavour_name):
    """The named scenarios, or all that the flavour can do."""
    unknown = [word for word in words if word not in SCENARIOS]
    if unknown:
        sys.exit(f"unknown scenario {unknown[0]}; there are: {' '.join(SCENARIOS)}")
    return words or [name for name, (_f, _o, agent_only) in SCENARIOS.items()
                     if flavour_name == "agent" or not agent_only]
