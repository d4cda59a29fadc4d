"""A real MySQL or MariaDB server of the test's own: the MySQL of the tree of another release that HA_MYSQL_TREE names,
else whichever this system has. Data, socket and port below a temporary directory, and the documented settings: it
starts read-only. root has no password and comes by the socket; ha_agent has the documented privileges."""

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile

import pymysql
import writer
from agent import wait_until

TREE = os.environ.get("HA_MYSQL_TREE")
MARIADB = not TREE and shutil.which("mariadbd") is not None
PRIVILEGES = (
    "REPLICA MONITOR, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, BINLOG MONITOR, READ_ONLY ADMIN,"
    " CONNECTION ADMIN, RELOAD, PROCESS"
    if MARIADB
    else "REPLICATION CLIENT, REPLICATION SLAVE, REPLICATION_SLAVE_ADMIN, SYSTEM_VARIABLES_ADMIN,"
    " CONNECTION_ADMIN, PROCESS, RELOAD"
)
SETTINGS = (
    ["--read-only=1", "--gtid-strict-mode=1", "--log-slave-updates", "--rpl-semi-sync-master-enabled=1",
     "--rpl-semi-sync-slave-enabled=1", "--rpl-semi-sync-master-timeout=20000", "--init-rpl-role=SLAVE",
     "--rpl-semi-sync-master-wait-point=AFTER_SYNC", "--rpl-semi-sync-slave-kill-conn-timeout=1",
     "--rpl-semi-sync-master-wait-no-slave=0", "--sync-binlog=1"]
    if MARIADB
    else ["--read-only=1", "--super-read-only=1", "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--mysqlx=OFF",
          "--secure-file-priv=NULL",
          "--plugin-load-add=semisync_source.so", "--plugin-load-add=semisync_replica.so",
          "--loose-rpl-semi-sync-source-enabled=1", "--loose-rpl-semi-sync-replica-enabled=1",
          "--loose-rpl-semi-sync-source-timeout=20000", "--loose-rpl-semi-sync-source-wait-no-replica=0"]
)  # fmt: skip
# What MySQL called its halves of semi-sync before 8.0.26.
OLD_NAMES = (("semisync_source", "semisync_master"), ("semisync_replica", "semisync_slave"),
             ("semi-sync-source", "semi-sync-master"), ("semi-sync-replica", "semi-sync-slave"),
             ("wait-no-replica", "wait-no-slave"))  # fmt: skip
WAIT_ALONE = "rpl_semi_sync_master_wait_no_slave" if MARIADB else "rpl_semi_sync_source_wait_no_replica"
CLIENTS = "Rpl_semi_sync_master_clients" if MARIADB else "Rpl_semi_sync_source_clients"
PROTECTS = "Rpl_semi_sync_master_status" if MARIADB else "Rpl_semi_sync_source_status"
CHANGE = (
    "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={}, MASTER_USER='repl', MASTER_PASSWORD='repl',"
    " MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1"
    if MARIADB
    else "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={}, SOURCE_USER='repl',"
    " SOURCE_PASSWORD='repl', SOURCE_AUTO_POSITION=1, SOURCE_SSL=1, SOURCE_CONNECT_RETRY=1"
)
START = "START SLAVE" if MARIADB else "START REPLICA"
CLOSED = "SET GLOBAL read_only=1" if MARIADB else "SET GLOBAL super_read_only=1"
STATUS = "SHOW SLAVE STATUS" if MARIADB else "SHOW REPLICA STATUS"
RUNNING = "Slave_IO_Running" if MARIADB else "Replica_IO_Running"
PORT = "Master_Port" if MARIADB else "Source_Port"


SECRETS = {"password": "agent", "repl": "repl"}


def mysqld():
    """A program of another release runs by that release's loader and libraries."""
    if not TREE:
        return ["mysqld"], []
    libraries = f"{TREE}/usr/lib/x86_64-linux-gnu:{TREE}/usr/lib/mysql/private"
    return ([f"{TREE}/usr/lib64/ld-linux-x86-64.so.2", "--library-path", libraries, f"{TREE}/usr/sbin/mysqld"],
            [f"--basedir={TREE}/usr", f"--plugin-dir={TREE}/usr/lib/mysql/plugin"])  # fmt: skip


def plugin(name):
    """Whether this release has it. Only of MySQL."""
    return os.path.exists(f"{TREE or ''}/usr/lib/mysql/plugin/{name}.so")


def release():
    """(8, 4, 8)"""
    said = subprocess.run([*(["mariadbd"] if MARIADB else mysqld()[0]), "--no-defaults", "--version"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout  # fmt: skip
    return tuple(int(part) for part in re.search(r"Ver (\d+)\.(\d+)\.(\d+)", said).groups())


_empty = None


def make_data(folder, log_name):
    """A new server's data. Made once a process, which takes seconds, and then copied."""
    global _empty
    if _empty is None:
        _empty = tempfile.mkdtemp(prefix="ha-agent-mysql-")
        atexit.register(shutil.rmtree, _empty, True)
        data = f"--datadir={_empty}/data"
        if MARIADB:
            command = ["mariadb-install-db", "--no-defaults", data, "--user=root", "--force",
                       "--auth-root-authentication-method=normal"]  # fmt: skip
        else:
            program, options = mysqld()
            command = [*program, "--no-defaults", *options, data, "--user=root", "--initialize-insecure"]
        with open(log_name, "wb") as log:
            subprocess.run(command, stdout=log, stderr=log, check=True)
        if os.path.exists(f"{_empty}/data/auto.cnf"):  # else two servers had one server_uuid
            os.remove(f"{_empty}/data/auto.cnf")
    shutil.copytree(f"{_empty}/data", folder)


class Bare:
    """As it comes: root's account and no settings but where it lies and listens. `defaults` names its configuration
    from the next start on."""

    def __init__(self, root, number, address="127.0.0.1", port=3306):
        self.dir = f"{root}/db{number}"
        self.socket = f"{self.dir}/sock"
        self.address = address
        self.port = port
        self.number = number
        self.defaults = "--no-defaults"
        self.process = None
        os.mkdir(self.dir)
        make_data(f"{self.dir}/data", f"{self.dir}/init.log")
        self.start()
        if MARIADB:  # its anonymous users would be taken for any name that comes from localhost
            self.sql("DELETE FROM mysql.global_priv WHERE User=''")
            self.sql("FLUSH PRIVILEGES")

    def version(self):
        return f"{'MariaDB' if MARIADB else 'MySQL'} {self.value('VERSION()').split('-')[0]}"

    def options(self):
        return [] if MARIADB else ["--mysqlx=OFF", "--secure-file-priv=NULL"]

    def start(self):
        program, place = (["mariadbd"], []) if MARIADB else mysqld()
        self.process = subprocess.Popen(
            [*program, self.defaults, *place, "--user=root", f"--datadir={self.dir}/data", f"--socket={self.socket}",
             f"--port={self.port}", f"--bind-address={self.address}", "--innodb-buffer-pool-size=32M",
             f"--log-error={self.dir}/log.err", f"--pid-file={self.dir}/pid", *self.options()],
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

    def log_end(self):
        with open(f"{self.dir}/log.err", encoding="utf-8", errors="replace") as file:
            return f"{''.join(file.readlines()[-20:])}{self.sql(STATUS) if self.up() else ''}"

    def kill(self):
        self.process.kill()
        self.process.wait()


class Server(Bare):
    """With the documented settings and accounts."""

    def __init__(self, root, number, _which="mysql", more=(), old_plugins=False):
        self.more = more  # options of this server alone
        self.old_plugins = old_plugins
        super().__init__(root, number, port=3310 + number)
        self.sql("SET GLOBAL read_only=0")
        self.sql("CREATE USER ha_agent@'%' IDENTIFIED BY 'agent'")
        self.sql(f"GRANT {PRIVILEGES} ON *.* TO ha_agent@'%'")
        self.sql("CREATE USER repl@'%' IDENTIFIED BY 'repl'")
        self.sql("GRANT REPLICATION SLAVE ON *.* TO repl@'%'")
        self.sql("CREATE USER app@localhost IDENTIFIED BY ''")
        self.sql("CREATE DATABASE app")
        self.sql("GRANT ALL ON app.* TO app@localhost")
        self.sql("CREATE TABLE app.t (id INT PRIMARY KEY)")
        self.reset_log()
        self.sql(CLOSED)

    def options(self):
        settings = " ".join(SETTINGS)
        for new, old in OLD_NAMES if self.old_plugins else ():
            settings = settings.replace(new, old)
        return ["--skip-name-resolve", f"--server-id={self.number}", "--log-bin=bin", *settings.split(), *self.more]

    def section(self, peer):
        """Of ha-agent.conf; {dir} is the agent's folder."""
        return (f"[mysql main]\nsocket = {self.socket}\nuser = ha_agent\npassword_file = {{dir}}/password\n"
                f"peer_host = 127.0.0.1\npeer_port = {peer.port}\nreplication_user = repl\n"
                "replication_password_file = {dir}/repl\n")

    def status(self, name):
        rows = self.sql(f"SHOW GLOBAL STATUS LIKE '{name}'")
        return rows[0]["Value"] if rows else None

    def set_up(self, source):
        """As an operator does once: read-only, behind `source`, which then counts it among its semi-sync replicas."""
        self.sql(CLOSED)
        if MARIADB and self.value("@@gtid_binlog_pos"):
            self.sql("SET GLOBAL gtid_slave_pos=@@gtid_binlog_pos")
        self.sql(CHANGE.format(source.port))
        self.sql(START)
        wait_until("the replica is connected", lambda: self.follows(source) and source.protects(self))

    def follows(self, source):
        rows = self.sql(STATUS)
        return bool(rows) and rows[0][RUNNING] == "Yes" and rows[0][PORT] == source.port

    def protects(self, _replica):
        """It counts the replica among its semi-sync replicas, and waits for it."""
        clients, protects = (name.replace("source", "master") if self.old_plugins else name
                             for name in (CLIENTS, PROTECTS))  # fmt: skip
        return self.status(clients) == "1" and self.status(protects) == "ON"

    def holds(self, source):
        """It has applied all that `source`, which takes no write any more, has."""
        return self.position() == source.position()

    def alone(self, other):
        """The transactions that only this one has. A MariaDB that crashed takes back at its start what no replica
        had acknowledged."""
        return "" if MARIADB else self.value(f"GTID_SUBTRACT(@@global.gtid_executed, '{other.position()}')")

    def rebuild(self, source):
        """As a copy of `source`, which takes no write meanwhile."""
        self.sql("SET GLOBAL read_only=0")
        with self.connect() as connection:
            cursor = connection.cursor()
            cursor.execute("SET sql_log_bin=0")
            cursor.execute("TRUNCATE app.t")
            cursor.executemany("INSERT INTO app.t VALUES (%s)", [(number,) for number in source.ids()])
        self.reset_log()
        self.sql(f"SET GLOBAL gtid_purged='{source.position()}'")
        self.sql(CLOSED)

    def full_syncs(self):
        """A MySQL sends nobody a copy."""
        return 0

    def reset_log(self):
        # MySQL 8.4 has lost the old words, and 8.0 has not yet the new ones.
        old = MARIADB or self.value("VERSION()").startswith(("5.", "8.0."))
        self.sql("RESET MASTER" if old else "RESET BINARY LOGS AND GTIDS")

    def position(self):
        return self.value("@@global.gtid_binlog_pos" if MARIADB else "@@global.gtid_executed")

    def has_source(self):
        return bool(self.sql(STATUS))

    def writable(self):
        return not self.value("@@read_only") and (MARIADB or not self.value("@@super_read_only"))

    def ids(self):
        return {row["id"] for row in self.sql("SELECT id FROM app.t")}

    def write(self, number):
        with self.connect(user="app") as connection:
            connection.cursor().execute(f"INSERT INTO app.t VALUES ({number})")

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)


class Writer(writer.Writer):
    """What counts is what the server said OK to."""

    REFUSALS = (pymysql.err.MySQLError,)

    def session(self):
        cursor = self.server.connect(user="app").cursor()

        def write(number):
            cursor.execute(f"INSERT INTO app.t VALUES ({number})")
            return True

        return write
