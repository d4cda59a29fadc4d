"""Runs many things that each need a pair, several at a time: every worker has a network, folders and templates of its
own. They mostly wait, so two cores carry two."""
import multiprocessing
import queue

from .processes import die_with_parent
from .testbed import Testbed, end_orderly


def _run_some(make_flavour, run_one, items, keep, passed):
    """One testbed; takes items from the queue until there is none."""
    testbed = Testbed()
    try:
        flavour = make_flavour()
        while True:
            try:
                item = items.get(timeout=1)
            except queue.Empty:
                return
            if run_one(testbed, flavour, item, keep):
                with passed.get_lock():
                    passed.value += 1
    finally:
        testbed.close()


def _worker(*arguments):
    # Its own end is orderly on SIGTERM; should the harness be killed, so is everything here.
    die_with_parent()
    _run_some(*arguments)


def run_all(make_flavour, run_one, items, keep=False, jobs=1):
    """run_one(testbed, flavour, item, keep) for each item; prints the sum as the last line. True when all passed."""
    end_orderly()
    todo, passed = multiprocessing.Queue(), multiprocessing.Value("i", 0)
    for item in items:
        todo.put(item)
    workers = [multiprocessing.Process(target=_worker, args=(make_flavour, run_one, todo, keep, passed))
               for _ in range(jobs)]
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
    print(f"{passed.value} passed, {len(items) - passed.value} failed", flush=True)
    return passed.value == len(items)
