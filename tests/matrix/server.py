"""A real MySQL or MariaDB server of the test's own, whichever this system has: data, socket and port below a
temporary directory. root has no password and comes by the socket; ha_agent has the documented privileges."""

import os
import shutil
import signal
import subprocess
import time

import pymysql

MARIADB = shutil.which("mariadbd") is not None
PRIVILEGES = (
    "REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR, READ_ONLY ADMIN,"
    " CONNECTION ADMIN, RELOAD, PROCESS"
    if MARIADB
    else "REPLICATION CLIENT, REPLICATION SLAVE, REPLICATION_SLAVE_ADMIN, SYSTEM_VARIABLES_ADMIN,"
    " CONNECTION_ADMIN, PROCESS, RELOAD"
)
SEMI_SYNC = (
    ["--gtid-strict-mode=1", "--log-slave-updates", "--rpl-semi-sync-master-enabled=1",
     "--rpl-semi-sync-slave-enabled=1", "--rpl-semi-sync-master-timeout=20000"]
    if MARIADB
    else ["--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--mysqlx=OFF", "--secure-file-priv=NULL",
          "--plugin-load-add=semisync_source.so", "--plugin-load-add=semisync_replica.so",
          "--loose-rpl-semi-sync-source-enabled=1", "--loose-rpl-semi-sync-replica-enabled=1",
          "--loose-rpl-semi-sync-source-timeout=20000"]
)  # fmt: skip
WAIT_ALONE = "rpl_semi_sync_master_wait_no_slave" if MARIADB else "rpl_semi_sync_source_wait_no_replica"
CLIENTS = "Rpl_semi_sync_master_clients" if MARIADB else "Rpl_semi_sync_source_clients"
CHANGE = (
    "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={}, MASTER_USER='repl', MASTER_PASSWORD='repl',"
    " MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1"
    if MARIADB
    else "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={}, SOURCE_USER='repl',"
    " SOURCE_PASSWORD='repl', SOURCE_AUTO_POSITION=1, SOURCE_SSL=1, SOURCE_CONNECT_RETRY=1"
)
START = "START SLAVE" if MARIADB else "START REPLICA"
STATUS = "SHOW SLAVE STATUS" if MARIADB else "SHOW REPLICA STATUS"
RUNNING = "Slave_IO_Running" if MARIADB else "Replica_IO_Running"
LOG_RESET = "RESET MASTER" if MARIADB else "RESET BINARY LOGS AND GTIDS"


def wait_until(what, condition, seconds=30):
    """Asks until it holds; raises, naming `what`, when it has not held within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


class Server:
    def __init__(self, root, number):
        self.dir = f"{root}/db{number}"
        self.socket = f"{self.dir}/sock"
        self.port = 3310 + number
        self.number = number
        os.mkdir(self.dir)
        data = f"--datadir={self.dir}/data"
        if MARIADB:
            command = ["mariadb-install-db", "--no-defaults", data, "--user=root",
                       "--auth-root-authentication-method=normal"]  # fmt: skip
        else:
            command = ["mysqld", "--no-defaults", data, "--user=root", "--initialize-insecure"]
        with open(f"{self.dir}/init.log", "wb") as log:
            subprocess.run(command, stdout=log, stderr=log, check=True)
        self.process = None
        self.start()
        self.sql(f"SET GLOBAL {WAIT_ALONE}=OFF")
        if MARIADB:  # its anonymous users would be taken for any name that comes from localhost
            self.sql("DELETE FROM mysql.global_priv WHERE User=''")
            self.sql("FLUSH PRIVILEGES")
        self.sql("CREATE USER ha_agent@'%' IDENTIFIED BY 'agent'")
        self.sql(f"GRANT {PRIVILEGES} ON *.* TO ha_agent@'%'")
        self.sql("CREATE USER repl@'%' IDENTIFIED BY 'repl'")
        self.sql("GRANT REPLICATION SLAVE ON *.* TO repl@'%'")
        self.sql("CREATE USER app@localhost IDENTIFIED BY ''")
        self.sql("CREATE DATABASE app")
        self.sql("GRANT ALL ON app.* TO app@localhost")
        self.sql("CREATE TABLE app.t (id INT PRIMARY KEY)")
        self.sql(LOG_RESET)
        self.sql(f"SET GLOBAL {WAIT_ALONE}=ON")

    def start(self):
        name = "mariadbd" if MARIADB else "mysqld"
        self.process = subprocess.Popen(
            [name, "--no-defaults", "--user=root", f"--datadir={self.dir}/data", f"--socket={self.socket}",
             f"--port={self.port}", "--bind-address=127.0.0.1", f"--server-id={self.number}",
             "--log-bin=bin", "--innodb-buffer-pool-size=32M", f"--log-error={self.dir}/log.err",
             f"--pid-file={self.dir}/pid", *SEMI_SYNC],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(f"server {self.number} starts", self.up, 60)

    def connect(self, user="root", timeout=60):
        return pymysql.connect(unix_socket=self.socket, user=user, autocommit=True, read_timeout=timeout)

    def up(self):
        try:
            self.connect().close()
            return True
        except pymysql.err.OperationalError:
            return False

    def sql(self, statement):
        """The rows, as dictionaries."""
        with self.connect() as connection:
            with connection.cursor(pymysql.cursors.DictCursor) as cursor:
                cursor.execute(statement)
                return cursor.fetchall()

    def value(self, expression):
        return list(self.sql(f"SELECT {expression}")[0].values())[0]

    def status(self, name):
        rows = self.sql(f"SHOW GLOBAL STATUS LIKE '{name}'")
        return rows[0]["Value"] if rows else None

    def follow(self, source):
        """Read-only, behind `source`, which then counts it among its semi-sync replicas."""
        self.sql("SET GLOBAL read_only=1" if MARIADB else "SET GLOBAL super_read_only=1")
        if MARIADB and self.value("@@gtid_binlog_pos"):
            self.sql("SET GLOBAL gtid_slave_pos=@@gtid_binlog_pos")
        self.sql(CHANGE.format(source.port))
        self.sql(START)
        wait_until("the replica is connected", lambda: self.following() and source.status(CLIENTS) == "1")

    def following(self):
        rows = self.sql(STATUS)
        return bool(rows) and rows[0][RUNNING] == "Yes"

    def position(self):
        return self.value("@@global.gtid_binlog_pos" if MARIADB else "@@global.gtid_executed")

    def has_source(self):
        return bool(self.sql(STATUS))

    def writable(self):
        return not self.value("@@read_only") and (MARIADB or not self.value("@@super_read_only"))

    def ids(self):
        return {row["id"] for row in self.sql("SELECT id FROM app.t")}

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def log_end(self):
        with open(f"{self.dir}/log.err", encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-20:])

    def kill(self):
        self.process.kill()
        self.process.wait()
