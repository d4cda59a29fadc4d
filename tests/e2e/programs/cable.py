#!/usr/bin/python3
"""A bad cable: carries frames between two interfaces, and loses, delays or refuses them on the way.
Usage: cable.py HOST_SIDE SWITCH_SIDE LOSS DELAY [from-host|to-host]
LOSS is a part of one, DELAY in seconds; a direction that is named carries nothing. Ends with either interface.
Many kernels lack netem, so this is a process: its packet sockets keep what a frame's checksum still needs."""
import heapq
import random
import selectors
import socket
import sys
import time

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
ETH_P_ALL = 3
LARGEST = 70000


def tap(interface):
    """Everything that comes in by the interface, and a way out by it."""
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    end.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    end.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    end.bind((interface, 0))
    end.setblocking(False)
    return end


def main():
    host, switch = tap(sys.argv[1]), tap(sys.argv[2])
    loss, delay, refused = float(sys.argv[3]), float(sys.argv[4]), sys.argv[5] if len(sys.argv) > 5 else ""
    ways = {host: (switch, refused == "from-host"), switch: (host, refused == "to-host")}
    ready = selectors.DefaultSelector()
    for end in ways:
        ready.register(end, selectors.EVENT_READ)
    print("ready", flush=True)
    late, number = [], 0  # (when, number, the way out, frame): those on their way
    while True:
        for key, _events in ready.select(max(0.0, late[0][0] - time.monotonic()) if late else None):
            out, nothing = ways[key.fileobj]
            frame = key.fileobj.recv(LARGEST)
            if not nothing and random.random() >= loss:
                number += 1
                heapq.heappush(late, (time.monotonic() + delay, number, out, frame))
        while late and late[0][0] <= time.monotonic():
            _when, _number, out, frame = heapq.heappop(late)
            try:
                out.send(frame)
            except BlockingIOError:
                pass  # as a full queue: lost


try:
    main()
except OSError as error:
    sys.exit(f"the cable ends: {error}")
