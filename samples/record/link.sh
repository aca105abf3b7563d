#!/usr/bin/env bash
# The lower layers: ARP alone, ICMP, IPv6, fragments, VLAN tags and stacked tags.
source "$(dirname "$0")/lib.sh"
need arping ping traceroute curl python3
lan
joined() { join "$1" "$2"; address "$1" eth0 "${@:3}"; }
joined desk1 3c:22:fb:00:01:01 192.168.40.11/24
joined desk2 00:1b:21:00:01:02 192.168.40.12/24
joined printer 00:80:77:00:01:03 192.168.40.20/24
joined router 00:0d:b9:00:01:04 192.168.40.1/24
host site
cable router eth1 site eth0
address router eth1 10.40.0.1/30
address site eth0 10.40.0.2/30 172.16.40.9/32
forward router
forward site
route site default via 10.40.0.1
route site unreachable 172.16.40.0/24
route router 172.16.40.0/24 via 10.40.0.2
for one in desk1 desk2 printer; do route "$one" default via 192.168.40.1; done

record switch br0 arp
on desk1 ping -q -c 1 192.168.40.12 >/dev/null
on printer arping -q -U -c 1 -I eth0 192.168.40.20 || true
on desk2 arping -q -c 2 -I eth0 192.168.40.20
on desk2 arping -q -D -c 1 -w 1 -I eth0 192.168.40.77 || true
# Somebody asks for every address near their own.
SWEEP=()
for n in $(seq 13 2 39); do
  on desk1 arping -q -c 1 -w 1 -I eth0 "192.168.40.$n" >/dev/null &
  SWEEP+=("$!")
done
wait "${SWEEP[@]}" || true
on printer ping -q -c 1 192.168.40.1 >/dev/null
talked iputils-arping iputils-ping
finish arp.pcap 'A LAN where only ARP is seen: resolution, an announcement, a probe for a duplicate address, a sweep'

next iputils-ping traceroute
record switch br0
on desk1 ping -q -c 3 -i 0.3 172.16.40.9 >/dev/null
on desk1 ping -q -c 1 -s 1200 -Q 0xb8 192.168.40.20 >/dev/null
on desk1 ping -q -c 1 -W 1 192.168.40.99 >/dev/null || true     # nobody: only ARP
on desk1 ping -q -c 1 -W 1 172.16.40.77 >/dev/null || true      # the site has no such host
on desk1 ping -q -c 1 -W 1 10.99.0.1 >/dev/null || true         # the router has no such network
on desk1 traceroute -n -q 1 -N 1 172.16.40.9 >/dev/null              # UDP, ends in port unreachable
on desk1 traceroute -n -q 1 -N 1 -I 172.16.40.9 >/dev/null
ip -n "$PREFIX-router" link set eth1 mtu 1000
on desk1 ping -q -c 1 -M 'do' -s 1100 -W 1 172.16.40.9 >/dev/null || true # fragmentation needed
ip -n "$PREFIX-router" link set eth1 mtu 1500
expect icmp 0 ICMP
finish icmp.pcap 'ICMP: echo, net, host and port unreachable, time exceeded (traceroute), fragmentation needed'

next iputils-ping
on desk1 ip route flush cache
record switch br0
on desk1 ping -q -c 2 -i 0.3 -s 4000 192.168.40.12 >/dev/null
on desk2 python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"fragments " * 700, ("192.168.40.11", 40000))'
for one in desk1 desk2; do address "$one" eth0 "fd00:40::${one#desk}/64"; done
sleep 1
on desk1 ping -6 -q -c 2 -i 0.3 -s 3000 fd00:40::2 >/dev/null
expect icmp 0 ICMP
expect icmpv6 0 ICMPV6
finish fragments.pcap 'IPv4 and IPv6 fragments: large echoes, and one UDP datagram to a closed port'
stop_all
