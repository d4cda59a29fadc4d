"""The standby's machine is gone and commits wait for it: said at once, and not only when semi-sync gives up."""

import json
import os
import subprocess
import threading
import time

import pymysql
from agent import check, wait_until
from server import WAIT_ALONE

CHANNEL = "[webhook ops]\nurl_file = {dir}/url\nallow_http = yes\n"
SAID = "no commit was acknowledged for"


def busy(pair):
    """Many clients write as fast as they can, and no check sees a stall."""
    until = time.monotonic() + 6
    acknowledged = []

    def client(first):
        with pair.one.connect(user="app") as connection:
            number = first
            while time.monotonic() < until:
                connection.cursor().execute(f"INSERT INTO app.t VALUES ({number})")
                number += 1
        acknowledged.append(number - first)

    clients = [threading.Thread(target=client, args=(first,)) for first in range(1_000_000, 9_000_000, 1_000_000)]
    for each in clients:
        each.start()
    seen = []
    while time.monotonic() < until - 0.5:
        seen.append(pair.agent_one.run("check"))
        time.sleep(0.2)
    for each in clients:
        each.join()
    false = [said for code, said in seen if code != 0 or "for a replica" in said or "nothing was written" in said]
    check(f"{len(seen)} checks of a busy primary ({sum(acknowledged)} commits) see no stall",
          len(seen) > 10 and not false, false[:1])  # fmt: skip


def stalled(pair, agent):
    start = time.monotonic()
    done = []

    def client():
        try:
            pair.one.write(1)
        except pymysql.err.MySQLError as error:
            done.append(error)
        done.append(time.monotonic() - start)

    writer = threading.Thread(target=client)
    pair.two.freeze()
    writer.start()
    looks = []

    def seen():
        looks.append(agent.run("check"))
        time.sleep(0.5)
        return SAID in looks[-1][1]

    wait_until("the check says it", seen, 15)
    after = time.monotonic() - start
    check("it is said while the commit waits", not done and after < 5, (after, done))
    check("degraded, and 0: it is the only one that has the data", looks[-1][0] == 0 and
          "degraded" in looks[-1][1], looks[-1])  # fmt: skip
    check("status says since when", SAID in agent.run("status")[1])
    (own,) = [each for each in json.loads(agent.run("status", "--format", "json")[1])["resources"]
              if each["kind"] == "mysql"]  # fmt: skip
    check("so does its JSON", own["facts"]["write_wait_ms"] >= 500, own["facts"])
    wait_until("the alert is there", lambda: seen() and "writes-stand" in agent.run("alerts", "list")[1], 8)
    check("the alert comes before the wait is over", not done and time.monotonic() - start < 10)
    pair.two.thaw()
    writer.join(30)
    check("the commit was acknowledged by the replica", len(done) == 1 and done[0] < 20, done)
    code, said = agent.run("check")
    check("and the check is quiet again", code == 0 and SAID not in said, said)


def run(pair):
    pair.one.sql(f"SET GLOBAL {WAIT_ALONE} = 1")
    busy(pair)
    pair.caught_up()
    agent = pair.agent(pair.one, pair.two, "told", CHANNEL)
    with open(f"{agent.dir}/url", "w", opener=lambda path, flags: os.open(path, flags, 0o640)) as file:
        file.write("http://127.0.0.1:9/\n")
    agent.run("notify", "INSTANCE", "VI_1", "MASTER", "100")
    watch = subprocess.Popen([agent.program, "--config", f"{agent.dir}/conf", "watch"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        agent.run("check")
        stalled(pair, agent)
    finally:
        watch.terminate()
        watch.wait()


