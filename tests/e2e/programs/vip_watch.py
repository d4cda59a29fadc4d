#!/usr/bin/python3
"""When an address comes to and goes from each host, to the instant the kernel tells of it.
Usage: vip_watch.py ADDRESS RECORD NAMESPACE… (names of `ip netns`). RECORD gets lines
"MONOTONIC NAMESPACE add|del". Prints "ready" when it listens everywhere."""
import ctypes
import os
import select
import socket
import struct
import sys
import time

RTMGRP_IPV4_IFADDR = 0x10
RTM_NEWADDR, RTM_DELADDR = 20, 21
IFA_LOCAL = 2
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def listen_in(namespace):
    """A route socket belongs to the namespace that it was made in, and stays there."""
    with open(f"/run/netns/{namespace}", "rb") as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    listener.bind((0, RTMGRP_IPV4_IFADDR))
    return listener


def messages(data):
    """(type, address) of each address message in the datagram."""
    while len(data) >= 16:
        length, kind = struct.unpack_from("=IH", data)
        attributes = data[16 + 8:length]
        while len(attributes) >= 4:
            size, name = struct.unpack_from("=HH", attributes)
            if size < 4:
                break
            if name == IFA_LOCAL and kind in (RTM_NEWADDR, RTM_DELADDR):
                yield kind, socket.inet_ntoa(attributes[4:8])
            attributes = attributes[(size + 3) & ~3:]
        data = data[(length + 3) & ~3:]


def main():
    wanted, record, namespaces = sys.argv[1], sys.argv[2], sys.argv[3:]
    listeners = {listen_in(name): name for name in namespaces}
    out = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    print("ready", flush=True)
    while True:
        for listener in select.select(list(listeners), [], [])[0]:
            data = listener.recv(65536)
            now = time.monotonic()
            for kind, address in messages(data):
                if address == wanted:
                    word = "add" if kind == RTM_NEWADDR else "del"
                    os.write(out, f"{now:.6f} {listeners[listener]} {word}\n".encode())


main()
