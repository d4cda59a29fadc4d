"""The writes of a MASTER stand still behind a lock on the whole server or a full disk."""

import os
import subprocess
import tempfile
import threading
import time

import pymysql
from agent import check, wait_until
from server import MARIADB

DISK = tempfile.mkdtemp(prefix="ha-agent-disk-")  # of the primary's binary log, in this mount namespace alone
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", DISK], check=True)
OPTIONS = {1: [f"--log-bin={DISK}/bin"]}


def begin(pair, statement):
    """An application's statement, in a thread of its own."""

    def client():
        try:
            with pair.one.connect(user="app", timeout=30) as connection:
                connection.cursor().execute(statement)
        except pymysql.err.MySQLError:
            pass  # of a full disk: as long as it lasts

    thread = threading.Thread(target=client, daemon=True)
    thread.start()
    return thread


def said_by_checks(pair, seconds, word):
    """Checks as keepalived does until one says it; the last one's word."""
    end = time.monotonic() + seconds
    while True:
        code, said = pair.agent_one.run("check")
        if word in said or time.monotonic() > end:
            return code, said
        time.sleep(0.4)


def locked(pair, what, lock, unlock, number):
    with pair.one.connect() as holder:
        cursor = holder.cursor()
        for statement in lock:
            cursor.execute(statement)
        code, said = said_by_checks(pair, 1.5, "nothing was written")
        check(f"{what}, and nobody writes: nobody waits", code == 0 and "nothing was written" not in said, said)
        writer = begin(pair, f"INSERT INTO app.t VALUES ({number})")
        code, said = said_by_checks(pair, 6, "nothing was written")
        check(f"{what}: degraded, and names the lock", code == 0 and "degraded" in said and "READ LOCK" in said, said)
        check("status, too", "READ LOCK" in pair.agent_one.run("status")[1])
        cursor.execute(unlock)
    writer.join(10)
    code, said = pair.agent_one.run("check")
    check("and is quiet again without it", code == 0 and "nothing was written" not in said, said)


def backup(pair):
    """Holds up DDL alone."""
    with pair.one.connect() as holder:
        holder.cursor().execute("LOCK INSTANCE FOR BACKUP")
        ddl = begin(pair, "CREATE TABLE app.other (id INT PRIMARY KEY)")
        pair.one.write(900)
        code, said = said_by_checks(pair, 2.5, "nothing was written")
        check("LOCK INSTANCE FOR BACKUP lets writes through", code == 0 and "nothing was written" not in said, said)
        holder.cursor().execute("UNLOCK INSTANCE")
    ddl.join(10)


def full_disk(pair):
    ballast = f"{DISK}/ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    with pair.one.connect(user="app", timeout=2) as connection:
        try:
            for number in range(1000, 2000):
                connection.cursor().execute(f"INSERT INTO app.t VALUES ({number})")
        except pymysql.err.MySQLError:
            pass
    code, said = said_by_checks(pair, 8, "nothing was written")
    name = "a disk is full" if MARIADB else "probably a full disk"
    check("a full disk below the binary log: degraded, and names it", code == 0 and name in said, said)
    os.remove(ballast)


def run(pair):
    locked(pair, "FLUSH TABLES WITH READ LOCK", ["FLUSH TABLES WITH READ LOCK"], "UNLOCK TABLES", 1)
    if MARIADB:
        stages = [f"BACKUP STAGE {stage}" for stage in ("START", "FLUSH", "BLOCK_DDL", "BLOCK_COMMIT")]
        locked(pair, "BACKUP STAGE BLOCK_COMMIT", stages, "BACKUP STAGE END", 2)
    else:
        backup(pair)
    wait_until("nobody waits any more", lambda: pair.agent_one.run("check")[0] == 0)
    full_disk(pair)
