#!/usr/bin/env python3
"""A wire between two interfaces of a namespace, in user space.

Kernels without netem and 802.1Q modules can still record delayed, lossy and
tagged traffic: each frame that arrives on one port leaves on the other.
The end towards PORT2 may carry VLAN tags: they are pushed on frames from PORT1
and popped from frames from PORT2.
"""
import argparse
import heapq
import random
import select
import socket
import struct
import time

parser = argparse.ArgumentParser()
parser.add_argument("port1")
parser.add_argument("port2")
parser.add_argument("--delay-ms", type=float, default=0, help="one way")
parser.add_argument("--jitter-ms", type=float, default=0)
parser.add_argument("--lose-every", type=int, default=0, help="drop about one frame in N of 200 bytes or more")
parser.add_argument("--reorder-every", type=int, default=0, help="hold back about one such frame in N")
parser.add_argument("--duplicate-every", type=int, default=0)
parser.add_argument("--tag", action="append", default=[], help="TPID:VLAN[:PRIORITY], outermost first")
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

SOL_PACKET, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING, PACKET_ADD_MEMBERSHIP = 263, 8, 23, 1
PACKET_MR_PROMISC, ETH_P_ALL = 1, 3
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 1 << 4, 1 << 6


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    port.bind((name, 0))
    port.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    port.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    index = socket.if_nametoindex(name)
    port.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("iHH8s", index, PACKET_MR_PROMISC, 0, b""))
    return port


def receive(port):
    """The frame with its outermost tag, which the kernel hands over apart from it."""
    frame, ancillary, _, _ = port.recvmsg(65600, 64)
    for level, kind, data in ancillary:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
            if status & TP_STATUS_VLAN_VALID:
                tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
    return frame


tags = b""
for tag in options.tag:
    tpid, vlan, *priority = tag.split(":")
    tci = int(priority[0] if priority else 0) << 13 | int(vlan)
    tags += struct.pack("!HH", int(tpid, 16), tci)

port1, port2 = open_port(options.port1), open_port(options.port2)
chance = random.Random(options.seed)
queue, order, last_due = [], 0, {port1: 0.0, port2: 0.0}


def one_in(n):
    return n > 0 and chance.randrange(n) == 0


def send_later(out, frame, now, extra=0.0):
    global order
    due = now + options.delay_ms / 1000 + chance.random() * options.jitter_ms / 1000
    if extra == 0.0:  # jitter alone does not reorder
        due = last_due[out] = max(due, last_due[out])
    order += 1
    heapq.heappush(queue, (due + extra, order, out, frame))


while True:
    timeout = max(0.0, queue[0][0] - time.monotonic()) if queue else None
    ready, _, _ = select.select([port1, port2], [], [], timeout)
    now = time.monotonic()
    for port in ready:
        frame = receive(port)
        if port is port1:
            out, frame = port2, frame[:12] + tags + frame[12:]
        else:
            out = port1
            if tags:
                if frame[12 : 12 + len(tags)] != tags:
                    continue
                frame = frame[:12] + frame[12 + len(tags) :]
        large = len(frame) >= 200
        if large and one_in(options.lose_every):
            continue
        held = large and one_in(options.reorder_every)
        send_later(out, frame, now, 0.004 if held else 0.0)
        if large and one_in(options.duplicate_every):
            send_later(out, frame, now, 0.001)
    while queue and queue[0][0] <= time.monotonic():
        _, _, out, frame = heapq.heappop(queue)
        out.send(frame)
