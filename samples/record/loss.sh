#!/usr/bin/env bash
# TCP over a bad line: loss, reordering, duplicates, a refused port, a reset.
source "$(dirname "$0")/lib.sh"
need python3 curl
talked python3 curl
far_pair 192.168.20.31/24 203.0.113.80/24 --delay-ms 20 --jitter-ms 5 --lose-every 9 --reorder-every 11 --duplicate-every 13 --seed 7
route client 203.0.113.0/24 dev eth0
route server 192.168.20.0/24 dev eth0
mkdir "$WORK/www"
seq 1 7000 >"$WORK/www/numbers.txt"
start server python3 -m http.server --bind 203.0.113.80 --directory "$WORK/www" 80
wait_tcp server 80
record client eth0
on client timeout 30 curl -sS http://203.0.113.80/numbers.txt >/dev/null
on client curl -sS http://203.0.113.80:81/ >/dev/null 2>&1 || true
# The client goes away in the middle of a transfer: RST.
on client timeout 10 python3 -c '
import socket, struct
s = socket.create_connection(("203.0.113.80", 80))
s.sendall(b"GET /numbers.txt HTTP/1.0\r\n\r\n")
s.recv(1000)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.close()'
sleep 1
expect tcp 80 HTTP
finish tcp-loss.pcap 'TCP over a line with loss, reordering and duplicates; a refused connection; a reset'
