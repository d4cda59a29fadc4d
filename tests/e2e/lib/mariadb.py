"""MariaDB on a machine: a template made once a run, copied to each machine, and what scenarios ask of it.
Replication is by GTID and semi-synchronous on both sides; a server always boots read-only."""
import os
import shutil
import signal

import pymysql

from . import processes
from .waiting import wait_for

PASSWORDS = {"ha_agent": "agent-secret", "repl": "repl-secret", "app": "app-secret"}
# What the documentation asks for, so that every scenario shows that it is enough.
AGENT_GRANTS = ("REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR, "
                "READ_ONLY ADMIN, CONNECTION ADMIN, RELOAD, PROCESS")
INNODB = ("--innodb-log-file-size=8M", "--innodb-undo-tablespaces=0", "--innodb-buffer-pool-size=24M",
          "--innodb-data-file-path=ibdata1:12M:autoextend")
COMMON = ("--no-defaults", "--user=root", "--skip-name-resolve", "--log-bin=binlog", "--log-slave-updates=1",
          "--gtid-strict-mode=1", "--performance-schema=0", "--sync-binlog=1", *INNODB)
SEMI_SYNC = ("--rpl-semi-sync-master-enabled=1", "--rpl-semi-sync-slave-enabled=1",
             "--rpl-semi-sync-master-timeout=10000", "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
             "--rpl-semi-sync-slave-kill-conn-timeout=5")


# Further settings that the documentation asks for: a crashed primary truncates what no replica had acknowledged, and
# a primary without any replica does not wait for one.
TRUNCATES = ("--init-rpl-role=SLAVE",)
NO_WAIT = ("--rpl-semi-sync-master-wait-no-slave=0",)
DOCUMENTED = (*TRUNCATES, *NO_WAIT)
ASYNCHRONOUS = ("--rpl-semi-sync-master-enabled=0", "--rpl-semi-sync-slave-enabled=0")

TOO_MANY_CONNECTIONS = 1040


def connect(socket, timeout=5):
    return pymysql.connect(unix_socket=socket, user="root", autocommit=True, connect_timeout=timeout,
                           read_timeout=timeout, write_timeout=timeout, cursorclass=pymysql.cursors.DictCursor)


def query(socket, sql, timeout=5):
    """The rows of one statement, as root over the server's socket, which no namespace hides."""
    connection = connect(socket, timeout)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())
    finally:
        connection.close()


def make_template(testbed):
    """A datadir with the accounts and the table, and an empty binary log; made once a run."""
    datadir = testbed.path("mysql-template")
    if os.path.exists(datadir):
        return datadir
    making, tmp = datadir + ".new", datadir + ".tmp"
    os.mkdir(tmp)
    log = testbed.path("mysql-template.log")
    processes.run_group("mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal",
                        "--skip-test-db", "--user=root", "--skip-name-resolve", f"--datadir={making}", f"--tmpdir={tmp}", *INNODB,
                        log=log)
    socket = testbed.path("template.sock")
    server = processes.start(["mariadbd", *COMMON, f"--datadir={making}", f"--socket={socket}",
                              f"--tmpdir={tmp}", "--skip-networking"], log)
    try:
        wait_for("MariaDB's template", lambda: query(socket, "SELECT 1"))
        for user, hosts in (("ha_agent", ("localhost", "192.0.2.%")), ("repl", ("192.0.2.%",)),
                            ("app", ("192.0.2.%",))):
            for host in hosts:
                query(socket, f"CREATE USER '{user}'@'{host}' IDENTIFIED BY '{PASSWORDS[user]}'")
        for host in ("localhost", "192.0.2.%"):
            query(socket, f"GRANT {AGENT_GRANTS} ON *.* TO 'ha_agent'@'{host}'")
        query(socket, "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'192.0.2.%'")
        query(socket, "CREATE DATABASE app")
        query(socket, "CREATE TABLE app.writes (id BIGINT PRIMARY KEY, at TIMESTAMP(3) DEFAULT NOW(3)) ENGINE=InnoDB")
        query(socket, "GRANT SELECT, INSERT ON app.* TO 'app'@'192.0.2.%'")
        query(socket, "RESET MASTER")
    finally:
        processes.end(server, timeout=60)
    os.rename(making, datadir)
    return datadir


class MariaDB:
    def __init__(self, machine, server_id, options=()):
        self.machine = machine
        self.server_id = server_id
        self.options = options
        self.socket = os.path.join(machine.dir, "mysql.sock")
        self.datadir = os.path.join(machine.dir, "mysql")
        self.daemon = None
        shutil.copytree(make_template(machine.testbed), self.datadir)
        # Of its own: at its start a server removes every other one's temporary tables that it finds.
        os.mkdir(os.path.join(machine.dir, "mysql-tmp"))

    def start(self):
        self.daemon = self.machine.start("mariadbd", [
            "mariadbd", *COMMON, *SEMI_SYNC, "--read-only=1", f"--server-id={self.server_id}",
            "--datadir=/run/node/mysql", "--tmpdir=/run/node/mysql-tmp", "--socket=/run/node/mysql.sock", "--port=3306", "--bind-address=0.0.0.0",
            "--pid-file=/run/mariadbd.pid", *self.options])

    def wait_up(self):
        wait_for(f"MariaDB on {self.machine.name}", lambda: self.query("SELECT 1"))

    def query(self, sql, timeout=5):
        return query(self.socket, sql, timeout)

    def exhaust(self, timeout=5):
        """Sessions of an administrator: who is in goes on, and nobody else is let in any more, root neither."""
        held = [connect(self.socket, timeout)]
        with held[0].cursor() as cursor:
            cursor.execute("SET GLOBAL max_connections = 10")
        while True:
            try:
                held.append(connect(self.socket, timeout))
            except pymysql.OperationalError as error:
                if error.args[0] != TOO_MANY_CONNECTIONS:
                    raise
                return held

    @staticmethod
    def release(held):
        """Lets everybody in again; a server that was started since does anyway."""
        try:
            with held[0].cursor() as cursor:
                cursor.execute("SET GLOBAL max_connections = DEFAULT")
        except (OSError, pymysql.Error):
            pass
        for session in held:
            session._force_close()

    def variable(self, name):
        return self.query(f"SELECT @@GLOBAL.{name} AS v")[0]["v"]

    def status(self, name):
        rows = self.query(f"SHOW GLOBAL STATUS LIKE '{name}'")
        return rows[0]["Value"] if rows else None

    def follow(self, address, connect_retry=1):
        """What an operator does once when the pair is set up."""
        self.query(f"CHANGE MASTER TO MASTER_HOST='{address}', MASTER_PORT=3306, MASTER_USER='repl', "
                   f"MASTER_PASSWORD='{PASSWORDS['repl']}', MASTER_USE_GTID=slave_pos, "
                   f"MASTER_CONNECT_RETRY={connect_retry}")
        self.query("START SLAVE")

    def slave_status(self):
        rows = self.query("SHOW SLAVE STATUS")
        return rows[0] if rows else None

    def follows(self):
        seen = self.slave_status()
        return bool(seen) and seen["Slave_IO_Running"] == "Yes" and seen["Slave_SQL_Running"] == "Yes"

    def caught_up(self):
        seen = self.slave_status()
        return self.follows() and seen["Exec_Master_Log_Pos"] == seen["Read_Master_Log_Pos"]

    def protected(self):
        return self.status("Rpl_semi_sync_master_status") == "ON" and self.status("Rpl_semi_sync_master_clients") != "0"

    def writable(self):
        return int(self.variable("read_only")) == 0

    def ids(self):
        return {row["id"] for row in self.query("SELECT id FROM app.writes", 30)}

    def kill(self):
        self.daemon.end(signal.SIGKILL)
