#!/usr/bin/python3
"""The first process of a node: what a machine's start would set up, a syslog, and the reaping.

Runs as pid 1 of a new pid, mount and UTS namespace inside the node's network namespace, so that
killing this one process is a power cut: the kernel ends every process of the node at once.
Usage: node_init.py HOSTNAME NODE_DIR PAYLOAD_DIR; prints "ready" when the node is up.
  /run          private, empty at each start; /run/node is NODE_DIR, /run/ha/bin a copy of PAYLOAD_DIR
  /dev          private, with a /dev/log whose lines go to NODE_DIR/log/syslog
  /etc/passwd   with the user ha-agent, who runs the checks
  boot_id       a new one, as each start of a machine has
"""
import ctypes
import os
import shutil
import signal
import socket
import sys
import time
import uuid

MS_BIND, MS_MOVE, MS_NOSUID, MS_REC = 4096, 8192, 2, 16384
libc = ctypes.CDLL(None, use_errno=True)


def mount(source, target, kind=None, flags=0, options=None):
    def encode(text):
        return text.encode() if text else None
    if libc.mount(encode(source), encode(target), encode(kind), flags, encode(options)) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mount {source} on {target}: {os.strerror(error)}")


def private_dev(place):
    os.mkdir(place)
    mount("tmpfs", place, "tmpfs", MS_NOSUID, "mode=755")
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        if os.path.exists(f"/dev/{name}"):
            open(f"{place}/{name}", "wb").close()
            mount(f"/dev/{name}", f"{place}/{name}", flags=MS_BIND)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{place}/{name}")
    os.mkdir(f"{place}/shm", 0o1777)
    mount(place, "/dev", flags=MS_MOVE)


def user_file(node_dir, name, line):
    own = f"{node_dir}/{name}"
    with open(f"/etc/{name}", encoding="utf-8") as system:
        kept = [each for each in system if not each.startswith("ha-agent:")]
    with open(own, "w", encoding="utf-8") as out:
        out.writelines(kept + [line + "\n"])
    mount(own, f"/etc/{name}", flags=MS_BIND)


def boot_id(node_dir):
    own = f"{node_dir}/boot_id"
    with open(own, "w", encoding="utf-8") as out:
        out.write(str(uuid.uuid4()) + "\n")
    mount(own, "/proc/sys/kernel/random/boot_id", flags=MS_BIND)


def set_up(hostname, node_dir, payload):
    socket.sethostname(hostname)
    user_file(node_dir, "passwd", "ha-agent:x:972:972::/nonexistent:/usr/sbin/nologin")
    user_file(node_dir, "group", "ha-agent:x:972:")
    boot_id(node_dir)
    mount("tmpfs", "/run", "tmpfs", MS_NOSUID, "mode=755")
    os.makedirs("/run/node")
    mount(node_dir, "/run/node", flags=MS_BIND | MS_REC)  # a file system may be mounted on its state_dir
    shutil.copytree(payload, "/run/ha/bin")
    private_dev("/run/dev")
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    return log


def reap(_signum, _frame):
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def main():
    os.umask(0o022)
    hostname, node_dir, payload = sys.argv[1:4]
    log = set_up(hostname, node_dir, payload)
    signal.signal(signal.SIGCHLD, reap)
    print("ready", flush=True)
    with open("/run/node/log/syslog", "a", encoding="utf-8", buffering=1) as out:
        while True:
            line = log.recv(65536).decode("utf-8", "replace").rstrip("\n\0")
            out.write(f"{time.clock_gettime(time.CLOCK_REALTIME):.3f} {line}\n")


main()
