"""A round: a pair, a plan carried out, what must hold, one line."""
import os
import shutil
import time
import traceback

from lib.scenario import keep_logs
from lib.testbed import REPO
from lib.waiting import Failure

from . import judge
from .plan import make_plan
from .settle import settle
from .world import World


def log_folder(seed):
    return os.path.join(REPO, os.environ.get("BUILD", "build"), "soak-logs", str(seed))


def _play(world):
    """The end of the round's line. A property that does not hold is a Failure."""
    world.bring_up()
    world.run()
    master, how, seconds = settle(world)
    exposure = judge.one_writable(world)
    world.cluster.wait_writes(world.cluster.now(), count=20)
    world.cluster.stop_writers()
    figures = judge.no_lost_write(world, master)
    if how == "converged":
        judge.same_rows(world, master)
    (acked, protected, kept), (redis_acked, _none, redis_kept) = figures["mysql"], figures["redis"]
    return (f"outage {judge.outage(world):.2f} s; MySQL kept {kept}/{acked}, of {protected} protected 0 lost; "
            f"Redis kept {redis_kept}/{redis_acked}; both took writes: MySQL {exposure['mysql']:.2f} s, Redis "
            f"{exposure['redis']:.2f} s; {master.name} after {seconds:.1f} s: {how}")


def run_round(testbed, flavour, seed, keep=False):
    """True when it passed; prints its line."""
    plan = make_plan(seed)
    began = time.monotonic()
    world, report, figures = None, None, ""
    try:
        world = World(testbed, flavour, plan)
        figures = _play(world)
    except Failure as failure:
        report = f"{failure}\n{_told(world)}"
    except Exception:
        report = f"the harness: {traceback.format_exc()}\n{_told(world)}"
    finally:
        notes = _notes(world, plan)
        if world is not None:
            world.close()
        else:
            testbed.remove_network()
        shutil.rmtree(log_folder(seed), ignore_errors=True)
        if report is not None or keep:
            keep_logs(testbed, log_folder(seed), f"{plan}\n{notes}\n{report or figures}\n")
        if world is not None:
            world.remove()
    seconds = time.monotonic() - began
    if report is None:
        print(f"ok {plan}{notes}; {figures} ({seconds:.0f} s)", flush=True)
        return True
    print(f"FAILED {plan}{notes} ({seconds:.0f} s); logs in {log_folder(seed)}; again: make soak ROUNDS=1 SEED={seed}\n"
          f"{report}", flush=True)
    return False


def _told(world):
    """What is worth reading first; the whole of it is in the logs."""
    parts = []
    for node in world.cluster.nodes if world else ():
        lines = [str({key: value for key, value in line.items() if key != "server"}) for line in node.journal()
                 if line["type"] in ("event", "begin", "end") or line.get("ok") is False]
        parts += [node.tail(), f"--- {node.name}: the end of the journal", *lines[-15:]]
    return "\n".join(parts)


def _notes(world, plan):
    if world is None:
        return ""
    notes = list(world.skipped)
    if world.mode_name != plan.mode:
        notes.append(f"{plan.mode} is not there: {world.mode_name}")
    return f" [{'; '.join(notes)}]" if notes else ""
