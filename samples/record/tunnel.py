#!/usr/bin/env python3
"""One end of a tunnel in user space, for kernels without the tunnel modules.

tunnel.py KIND DEVICE LOCAL REMOTE: what is routed to DEVICE leaves as GRE
(RFC 2784, with a key by RFC 2890), IPIP (RFC 2003) or SIT (IPv6 in IPv4, RFC
4213) from LOCAL to REMOTE, and the other way round. The kernel writes the
outer IPv4 header.
"""
import fcntl
import os
import select
import socket
import struct
import sys

kind, device, local, remote = sys.argv[1:5]
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
PROTOCOL = {"ipip": 4, "sit": 41, "gre": 47}[kind]
KEY_PRESENT, KEY = 0x2000, 42

tun = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, PROTOCOL)
raw.bind((local, 0))

while True:
    ready, _, _ = select.select([tun, raw], [], [])
    if tun in ready:
        packet = os.read(tun, 65535)
        if kind == "gre":
            ethertype = 0x86DD if packet[0] >> 4 == 6 else 0x0800
            packet = struct.pack("!HHI", KEY_PRESENT, ethertype, KEY) + packet
        raw.sendto(packet, (remote, 0))
    if raw in ready:
        packet, (sender, _) = raw.recvfrom(65535)
        if sender != remote:
            continue
        at = (packet[0] & 15) * 4 + (8 if kind == "gre" else 0)
        os.write(tun, packet[at:])
