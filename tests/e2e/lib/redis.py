"""Redis on a machine: a configuration file of its own, which CONFIG REWRITE may change, and an ACL user."""
import os
import signal

from .resp import RedisError, Resp
from .waiting import wait_for

PASSWORD = "redis-secret"
AGENT_PASSWORD = "redis-agent-secret"
# The commands that the documentation grants, and no key at all.
AGENT_ACL = ("-@all +info +role +replicaof +multi +exec +config|get +config|set +config|rewrite +client|kill "
             "+bgsave")


class Redis:
    def __init__(self, machine):
        self.machine = machine
        self.socket = os.path.join(machine.dir, "redis.sock")
        self.daemon = None
        folder = os.path.join(machine.dir, "redis")
        os.makedirs(folder)
        with open(os.path.join(folder, "redis.conf"), "w", encoding="utf-8") as conf:
            conf.write("\n".join((
                "port 6379", "bind 0.0.0.0", "protected-mode no", "dir /run/node/redis",
                "unixsocket /run/node/redis.sock", "unixsocketperm 777", "appendonly yes", "save \"\"",
                f"requirepass {PASSWORD}", f"masterauth {PASSWORD}", "repl-diskless-sync-delay 0",
                "repl-timeout 10", f"user ha_agent on >{AGENT_PASSWORD} {AGENT_ACL}")) + "\n")

    def start(self):
        self.daemon = self.machine.start("redis", ["redis-server", "/run/node/redis/redis.conf"])

    def wait_up(self):
        wait_for(f"Redis on {self.machine.name}", lambda: self.command("PING") == "PONG")

    def command(self, *words, timeout=2):
        connection = Resp(self.socket, timeout)
        try:
            connection.command("AUTH", PASSWORD)
            return connection.command(*words)
        finally:
            connection.close()

    def follow(self, address):
        """As an operator does it, who types a command again whose connection was ended."""
        for words in (("REPLICAOF", address, 6379), ("CONFIG", "REWRITE")):
            wait_for(f"{words[0]} on {self.machine.name}", lambda words=words: self._answers(*words))

    def _answers(self, *words):
        try:
            return self.command(*words)
        except OSError:
            return False

    def role(self):
        return self.command("ROLE")[0]

    def follows(self):
        seen = self.command("ROLE")
        return seen[0] == "slave" and seen[3] == "connected"

    def takes_writes(self):
        """Whether a client's write is acknowledged; a pause that holds it back for a second is a no."""
        try:
            return self.command("SET", "probe-of-the-test", 1, timeout=1) == "OK"
        except (RedisError, OSError):
            return False

    def ids(self):
        return {int(member) for member in self.command("SMEMBERS", "writes", timeout=20)}

    def kill(self):
        self.daemon.end(signal.SIGKILL)
