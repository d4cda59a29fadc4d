#!/usr/bin/python3
"""A client that writes through the VIP and keeps every acknowledged write.
Usage: writer.py mysql|redis HOST USER PASSWORD RECORD PAUSE FIRST [semi-sync]
Each write has a number of its own, ever larger, from FIRST on. RECORD gets "ack NUMBER MONOTONIC_SENT
MONOTONIC_ACKNOWLEDGED" for each acknowledged one, and "err MONOTONIC TEXT" when the kind of failure changes. With
`semi-sync` the line of a commit that a replica has certainly received ends in "protected". After an error it connects
anew at once. A write whose answer did not come is not acknowledged, and its number is never used again."""
import os
import sys
import time

import pymysql

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))
from resp import RedisError, Resp  # noqa: E402  (copied beside the programs)

# Seconds. Nothing but the kernel answers a connect, so a late one went to a dead host; neither may hold the client.
CONNECT, ANSWER = 0.03, 0.3


class MysqlWriter:
    def __init__(self, host, user, password):
        self.connection = pymysql.connect(host=host, user=user, password=password, database="app", autocommit=True,
                                          connect_timeout=CONNECT, read_timeout=ANSWER, write_timeout=ANSWER)
        self.cursor = self.connection.cursor()

    def write(self, number):
        self.cursor.execute(f"INSERT INTO writes (id) VALUES ({number})")

    def after(self):
        """What more there is to say about the write that has just been acknowledged."""
        return ""

    def close(self):
        self.connection._force_close()  # no QUIT to a host that may be gone


class ProtectedWriter(MysqlWriter):
    """Says of each commit whether semi-sync protected it. The status alone does not tell: it may change between the
    commit and the look at it, and stays ON while no replica is connected. But the server counts a commit as yes_tx only
    when a replica has acknowledged its position in the log, and as no_tx in every other case (Repl_semi_sync_master::
    commit_trx). Nobody else commits here, so one more yes_tx and no further no_tx in the session of the commit are
    this commit's own acknowledgement."""

    def __init__(self, host, user, password):
        super().__init__(host, user, password)
        self.seen = self.look()

    def look(self):
        self.cursor.execute("SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master%'")
        status = {name.lower().removeprefix("rpl_semi_sync_master_"): value for name, value in self.cursor.fetchall()}
        return int(status["yes_tx"]), int(status["no_tx"]), status["status"] == "ON" and status["clients"] != "0"

    def after(self):
        before, self.seen = self.seen, self.look()
        yes, no, on = self.seen
        return " protected" if on and before[2] and yes == before[0] + 1 and no == before[1] else ""


class RedisWriter:
    def __init__(self, host, _user, password):
        self.resp = Resp((host, 6379), CONNECT)
        self.resp.socket.settimeout(ANSWER)
        self.resp.command("AUTH", password)

    def write(self, number):
        self.resp.command("SADD", "writes", number)

    def after(self):
        return ""

    def close(self):
        self.resp.close()


def main():
    kind, host, user, password, record, pause, first = sys.argv[1:8]
    make = {"mysql": ProtectedWriter if "semi-sync" in sys.argv[8:] else MysqlWriter, "redis": RedisWriter}[kind]
    out = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    number, last_error, writer = int(first) - 1, None, None
    while True:
        number += 1
        try:
            if writer is None:
                writer = make(host, user, password)
            sent = time.monotonic()
            writer.write(number)
            line, last_error = f"ack {number} {sent:.6f} {time.monotonic():.6f}", None
            try:
                line += writer.after()
            finally:
                os.write(out, f"{line}\n".encode())
            time.sleep(float(pause))
        except (OSError, pymysql.Error, RedisError, ValueError, IndexError, AttributeError) as error:
            text = f"{type(error).__name__} {error}".replace("\n", " ")[:200]
            if text != last_error:
                os.write(out, f"err {time.monotonic():.6f} {text}\n".encode())
                last_error = text
            if writer is not None:
                writer.close()
                writer = None
            time.sleep(0.002)


main()
