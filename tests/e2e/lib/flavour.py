"""What keepalived calls on the nodes: ha-agent, or the shell scripts that people use, as a baseline.
A flavour gives keepalived its two lines, a node its files, and says where the programs come from."""
import os
import shutil

from . import mariadb, redis
from .network import VIP
from .testbed import REPO, installed_agent

AGENT_GID = 972
CONFIG = "/run/node/etc/ha-agent.conf"
SHELL = os.path.join(REPO, "tests", "bench", "shell")
WEBHOOK_PORT = 8088


def _write(path, text, mode=0o640, group=AGENT_GID):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chown(path, 0, group)
    os.chmod(path, mode)


class Agent:
    name = "ha-agent"
    mysql_options = ()
    command = ("/run/ha/bin/ha-agent", "--config", CONFIG)
    check = f"/run/ha/bin/ha-agent --config {CONFIG} check"
    check_user = "ha-agent"
    notify = f"/run/ha/bin/ha-agent --config {CONFIG} notify"
    yield_file = "/run/yield"
    watch = (*command, "watch")

    def payload(self, testbed):
        folder = testbed.path("payload-agent")
        if not os.path.exists(folder):
            os.mkdir(folder, 0o755)
            shutil.copy(installed_agent(), os.path.join(folder, "ha-agent"))
            os.chmod(os.path.join(folder, "ha-agent"), 0o755)
        return folder

    def configure(self, folder, name, peer, hook, extra=None):
        """`extra` maps a section's head to lines that are added to it, or stand for those of the same key; None leaves
        the section out."""
        _write(f"{folder}/mysql.password", mariadb.PASSWORDS["ha_agent"] + "\n")
        _write(f"{folder}/repl.password", mariadb.PASSWORDS["repl"] + "\n")
        _write(f"{folder}/redis.password", redis.AGENT_PASSWORD + "\n")
        _write(f"{folder}/ops.url", hook + "\n")
        sections = {
            "agent": [f"node = {name}", f"vip = {VIP}", "state_dir = /run/node/state", "deadline = 800ms",
                      "start_timeout = 10s", "failback_delay = 5s", "retry_delay = 1s", f"yield_file = {self.yield_file}"],
            "http api": ["url = http://127.0.0.1:8080/health", "expect_status = 200", 'expect_body = "status":"ok"'],
            "mysql main": ["socket = /run/node/mysql.sock", "user = ha_agent",
                           "password_file = /run/node/etc/mysql.password", f"peer_host = {peer}",
                           "replication_user = repl", "replication_password_file = /run/node/etc/repl.password",
                           "max_lag = 30s", "drain_timeout = 20s"],
            "redis cache": ["host = 127.0.0.1", "port = 6379", "username = ha_agent",
                            "password_file = /run/node/etc/redis.password", f"peer_host = {peer}"],
            "webhook ops": ["format = text", "url_file = /run/node/etc/ops.url", "allow_http = yes",
                            "rate_limit = 6000"],
        }
        for head, lines in (extra or {}).items():
            if lines is None:
                del sections[head]
                continue
            keys = [line.partition(" =")[0] for line in lines]
            kept = [line for line in sections.get(head, []) if line.partition(" =")[0] not in keys]
            # A key without a value is left out: the program's default.
            sections[head] = kept + [line for line in lines if not line.endswith(" =")]
        _write(f"{folder}/ha-agent.conf",
               "\n\n".join("\n".join([f"[{head}]", *lines]) for head, lines in sections.items()) + "\n")


class Shell:
    """The baseline. Its servers do not wait for a semi-sync replica when none is connected: with MariaDB's
    default the applier of a replica that has just attached can wait out the whole semi-sync timeout, and the
    script's RESET SLAVE ALL then throws away what was received, acknowledged and not yet applied."""
    name = "shell"
    mysql_options = ("--rpl-semi-sync-master-wait-no-slave=0",)
    check = "/run/ha/bin/check_all.sh"
    check_user = "root"
    notify = "/run/ha/bin/notify.sh"
    yield_file = None

    def payload(self, _testbed):
        return SHELL

    def configure(self, folder, _name, peer, hook, extra=None):
        del extra  # is about ha-agent's sections
        _write(f"{folder}/shell.env", "\n".join((
            "MYSQL_SOCKET=/run/node/mysql.sock", "MYSQL_USER=root", "MYSQL_PASSWORD=",
            f"REDIS_PASSWORD={redis.PASSWORD}", f"PEER={peer}", f"WEBHOOK_URL={hook}")) + "\n", mode=0o600, group=0)


FLAVOURS = {"agent": Agent, "shell": Shell}
