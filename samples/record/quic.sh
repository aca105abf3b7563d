#!/usr/bin/env bash
# QUIC version 1 and HTTP/3: gtlsclient against gtlsserver (ngtcp2 with GnuTLS).
source "$(dirname "$0")/lib.sh"
need gtlsserver gtlsclient
talked ngtcp2-server ngtcp2-client
far_pair 192.168.20.31/24 192.168.20.80/24 --delay-ms 6 --jitter-ms 2
certificate web www.example.lan video.example.lan
name 192.168.20.80 'www.example.lan video.example.lan'
mkdir "$WORK/www"
echo '<h1>Welcome</h1>' >"$WORK/www/index.html"
head -c 14000 /dev/zero | tr '\0' v >"$WORK/www/clip.bin"
start server gtlsserver -q -d "$WORK/www" 192.168.20.80 443 "$WORK/web.key" "$WORK/web.crt"
wait_udp server 443
get() { on client timeout 10 gtlsclient -q --exit-on-all-streams-close "$@" >>"$WORK/log" 2>&1; }
record client eth0
get www.example.lan 443 https://www.example.lan/index.html
get video.example.lan 443 https://video.example.lan/clip.bin https://video.example.lan/index.html
# Nobody listens there: port unreachable.
get --timeout=1s www.example.lan 4433 https://www.example.lan:4433/ || true
expect udp 443 QUIC
finish quic.pcap 'QUIC v1 with HTTP/3: two server names, two streams on one connection, and a port where nobody answers'
