#!/usr/bin/env bash
# IPv6 through a router: neighbour discovery, echo, DNS, HTTP, traceroute, unreachable.
source "$(dirname "$0")/lib.sh"
need dnsmasq dig curl traceroute python3
talked iputils-ping traceroute dnsmasq-base bind9-dnsutils curl python3
host client; host router; host server
cable client eth0 router eth0 3c:22:fb:10:20:30
cable server eth0 router eth1 00:1b:21:0a:0b:0c
forward router
address client eth0 fd00:60:1::31/64
address router eth0 fd00:60:1::1/64
address router eth1 fd00:60:2::1/64
address server eth0 fd00:60:2::80/64
forward router
route client default via fd00:60:1::1
route server default via fd00:60:2::1
mkdir "$WORK/www"
seq 1 3000 >"$WORK/www/numbers.txt"
start server dnsmasq -k --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root --host-record=www.example.lan,192.168.60.80,fd00:60:2::80
start server python3 -m http.server --bind :: --directory "$WORK/www" 80
wait_tcp server 80
sleep 2
record client eth0
on client ping -6 -q -c 3 -i 0.3 fd00:60:2::80 >/dev/null
on client dig +tries=1 @fd00:60:2::80 www.example.lan AAAA >/dev/null
on client dig +tries=1 @fd00:60:2::80 -x fd00:60:2::80 >/dev/null
on client curl -sS --resolve 'www.example.lan:80:[fd00:60:2::80]' http://www.example.lan/numbers.txt >/dev/null
on client traceroute -6 -n -q 1 -N 1 fd00:60:2::80 >/dev/null
on client ping -6 -q -c 1 -W 1 fd00:99::1 >/dev/null || true
on client curl -sS -g 'http://[fd00:60:2::80]:8080/' >/dev/null 2>&1 || true
on client ping -6 -q -c 2 -i 0.3 ff02::1%eth0 >/dev/null || true
sleep 5
expect udp 53 DNS
expect tcp 80 HTTP
expect icmpv6 0 ICMPV6
finish ipv6.pcap 'IPv6: neighbour discovery, echo, DNS, HTTP, traceroute, no route, a refused connection'
