"""A real Redis or Valkey server of the test's own: data, configuration, socket and port below a temporary directory.
ha_agent has the documented commands and no key. What a client counts as acknowledged is what a replica has, too
(WAIT): without that a crash may lose the last moments, whoever fails over."""

import os
import subprocess
import sys

import writer
from agent import wait_until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "e2e", "lib"))
from resp import RedisError, Resp  # noqa: E402

ACL = "-@all +info +role +replicaof +multi +exec +config|get +config|set +config|rewrite +client|kill +bgsave"
ACKNOWLEDGED_WITHIN = 5000  # ms
SECRETS = {"password": "agent"}


def dropped(error):
    """The other side has closed the connection; Resp says so without a number."""
    return isinstance(error, (ConnectionResetError, BrokenPipeError)) or type(error) is OSError and error.errno is None


class Server:
    def __init__(self, root, number, program):
        self.dir, self.number, self.port, self.program = f"{root}/db{number}", number, 6390 + number, program
        self.socket = f"{self.dir}/sock"
        os.mkdir(self.dir)
        with open(f"{self.dir}/conf", "w", encoding="ascii") as conf:
            conf.write(
                f"port {self.port}\nbind 127.0.0.1\ndir {self.dir}\nunixsocket {self.socket}\nunixsocketperm 700\n"
                f"logfile {self.dir}/log\nappendonly yes\nsave \"\"\nrequirepass secret\nmasterauth secret\n"
                f"repl-diskless-sync-delay 0\nuser ha_agent on >agent {ACL}\n"
            )
        self.process = None
        self.start()

    def section(self, peer):
        """Of ha-agent.conf; {dir} is the agent's folder."""
        return (f"[redis main]\nhost = 127.0.0.1\nport = {self.port}\nusername = ha_agent\n"
                f"password_file = {{dir}}/password\npeer_host = 127.0.0.1\npeer_port = {peer.port}\n")

    def start(self):
        self.process = subprocess.Popen([self.program, f"{self.dir}/conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(f"server {self.number} starts", self.up, 60)

    def up(self):
        try:
            return self.info("persistence")["loading"] == "0"
        except (OSError, RedisError):
            return False

    def connect(self, timeout=10):
        connection = Resp(self.socket, timeout)
        connection.command("AUTH", "secret")
        return connection

    def command(self, *words):
        """Anew when the agent has dropped the connection, as it drops every client's on a change of roles."""
        while True:
            try:
                connection = self.connect()
                try:
                    return connection.command(*words)
                finally:
                    connection.close()
            except OSError as error:
                if not dropped(error) or self.process.poll() is not None:
                    raise

    def info(self, part):
        return dict(line.split(":", 1) for line in self.command("INFO", part).splitlines() if ":" in line)

    def version(self):
        told = self.info("server")
        valkey = told.get("valkey_version")
        return f"Valkey {valkey}" if valkey else f"Redis {told['redis_version']}"

    def set_up(self, source):
        """As an operator does once: a replica of `source`."""
        self.command("REPLICAOF", "127.0.0.1", source.port)
        self.command("CONFIG", "REWRITE")
        wait_until("the replica is connected", lambda: self.follows(source))

    def follows(self, source):
        role = self.command("ROLE")
        return role[0] == "slave" and (role[1], role[2]) == ("127.0.0.1", source.port) and role[3] == "connected"

    def protects(self, _replica):
        """The replica is connected and acknowledges."""
        return self.info("replication").get("slave0", "").find("state=online") >= 0

    def holds(self, source):
        """It has all that `source`, which takes no write any more, has."""
        return self.offset() == source.offset()

    def alone(self, _other):
        """Nobody can tell: what it may have alone is kept aside before it follows."""
        return ""

    def offset(self):
        told = self.info("replication")
        return int(told["master_repl_offset" if told["role"] == "master" else "slave_repl_offset"])

    def writable(self):
        try:
            return self.command("SET", "probe-of-the-test", 1) == "OK"
        except RedisError:
            return False

    def ids(self):
        return {int(member) for member in self.command("SMEMBERS", "writes")}

    def full_syncs(self):
        """How often it has sent everything to a replica."""
        return int(self.info("stats")["sync_full"])

    def write(self, number):
        self.command("SADD", "writes", number)

    def log_end(self):
        with open(f"{self.dir}/log", encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-20:])

    def kill(self):
        self.process.kill()
        self.process.wait()


class Writer(writer.Writer):
    """What counts is what a replica has, too."""

    REFUSALS = (OSError, RedisError)

    def session(self):
        connection = self.server.connect()

        def write(number):
            connection.command("SADD", "writes", number)
            return connection.command("WAIT", 1, ACKNOWLEDGED_WITHIN) > 0

        return write
