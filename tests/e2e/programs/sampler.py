#!/usr/bin/python3
"""Asks servers every few milliseconds whether they take writes: MySQL is writable when read_only is off, Redis when it is a
master that no fence of min-replicas-to-write holds back. Usage: sampler.py RECORD PERIOD REDIS_PASSWORD NODE=FOLDER…
Over the servers' sockets, which no namespace hides and no cut link delays. RECORD gets lines
"MONOTONIC_ASKED MONOTONIC_ANSWERED NODE mysql|redis STATE": 1 writable, 0 not, - no answer (down or frozen)."""
import os
import sys
import threading
import time

import pymysql

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))
from resp import RedisError, Resp  # noqa: E402  (copied beside the programs)

ANSWER = 0.5  # seconds
FENCE = 1_000_000  # what ha-agent adds to min-replicas-to-write


class Mysql:
    def __init__(self, folder, _password):
        self.connection = pymysql.connect(unix_socket=f"{folder}/mysql.sock", user="root", autocommit=True,
                                          connect_timeout=ANSWER, read_timeout=ANSWER, write_timeout=ANSWER)
        self.cursor = self.connection.cursor()

    def writable(self):
        self.cursor.execute("SELECT @@GLOBAL.read_only")
        return int(self.cursor.fetchone()[0]) == 0

    def close(self):
        self.connection._force_close()  # no QUIT to a server that may be frozen


class Redis:
    def __init__(self, folder, password):
        self.resp = Resp(f"{folder}/redis.sock", ANSWER)
        self.resp.command("AUTH", password)

    def writable(self):
        if self.resp.command("ROLE")[0] != "master":
            return False
        return int(self.resp.command("CONFIG", "GET", "min-replicas-to-write")[1]) < FENCE

    def close(self):
        self.resp.close()


def sample(out, period, node, kind, folder, password):
    server = None
    while True:
        asked = time.monotonic()
        try:
            server = server or {"mysql": Mysql, "redis": Redis}[kind](folder, password)
            state = "1" if server.writable() else "0"
        except (OSError, pymysql.Error, RedisError, ValueError, IndexError, TypeError, AttributeError):
            state = "-"
            if server is not None:
                server.close()
                server = None
        os.write(out, f"{asked:.6f} {time.monotonic():.6f} {node} {kind} {state}\n".encode())
        time.sleep(max(0.001, asked + period - time.monotonic()))


def main():
    record, period, password, nodes = sys.argv[1], float(sys.argv[2]), sys.argv[3], sys.argv[4:]
    out = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    threads = [threading.Thread(target=sample, args=(out, period, node, kind, folder, password), daemon=True)
               for node, folder in (each.split("=", 1) for each in nodes) for kind in ("mysql", "redis")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main()
