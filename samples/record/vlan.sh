#!/usr/bin/env bash
# 802.1Q: two VLANs on one trunk; then 802.1ad with a customer tag inside. The
# tags are put on by wire.py, because a kernel may lack the 8021q module.
source "$(dirname "$0")/lib.sh"
need dnsmasq dig curl ping python3
talked curl python3 dnsmasq-base bind9-dnsutils iputils-ping
mkdir "$WORK/www"
seq -f 'Camera log line %g' 1 300 >"$WORK/www/log.txt"

# Two access switches joined by a trunk; every VLAN has its own hosts, with
# the same addresses on both sides of the building.
host left; host right
ip -n "$PREFIX-left" link add br0 type bridge; ip -n "$PREFIX-left" link set br0 up
ip -n "$PREFIX-right" link add br0 type bridge; ip -n "$PREFIX-right" link set br0 up
cable left trunk right trunk
ip -n "$PREFIX-left" link set trunk mtu 1600 master br0
ip -n "$PREFIX-right" link set trunk mtu 1600 master br0
access() { # access SIDE HOST MAC ADDRESS WIRE-TAGS…
  host "$2"
  cable "$2" eth0 "$1" "$2-access" "$3"
  address "$2" eth0 "$4"
  ip -n "$PREFIX-$1" link add "$2-in" type veth peer name "$2-br"
  offloads_off "$1" "$2-in"
  offloads_off "$1" "$2-br"
  ip -n "$PREFIX-$1" link set "$2-in" mtu 1600 up
  ip -n "$PREFIX-$1" link set "$2-br" mtu 1600 up master br0 # room for two tags
  start "$1" python3 "$RECORD_DIR/wire.py" "$2-access" "$2-in" "${@:5}"
}
access left desk 3c:22:fb:00:10:01 10.1.0.11/24 --tag 0x8100:10
access right files 00:1b:21:00:10:02 10.1.0.45/24 --tag 0x8100:10
access left camera b8:27:eb:00:20:01 10.1.0.11/24 --tag 0x8100:20:5
access right store 00:1b:21:00:20:02 10.1.0.45/24 --tag 0x8100:20:5
serve() {
  start "$1" dnsmasq -k --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root --listen-address="$2" --bind-interfaces --host-record="$1.example.lan,$2"
  start "$1" python3 -m http.server --bind "$2" --directory "$WORK/www" 80
  wait_tcp "$1" 80
}
serve files 10.1.0.45
serve store 10.1.0.45
traffic() { # traffic CLIENT SERVER
  on "$1" ping -q -c 2 -i 0.2 10.1.0.45 >/dev/null
  on "$1" dig +tries=1 @10.1.0.45 "$2.example.lan" >/dev/null
  on "$1" curl -sS --resolve "$2.example.lan:80:10.1.0.45" "http://$2.example.lan/log.txt" >/dev/null
}
record left trunk
traffic desk files &
FIRST=$!
traffic camera store
wait "$FIRST"
expect icmp 0 ICMP
expect udp 53 DNS
expect tcp 80 HTTP
finish vlan.pcap 'Two 802.1Q VLANs (10, and 20 with priority 5) on a trunk, with the same IP addresses in both'

next curl python3 dnsmasq-base bind9-dnsutils iputils-ping
access left branch 3c:22:fb:00:30:01 10.3.0.11/24 --tag 0x88a8:300 --tag 0x8100:10
access right centre 00:1b:21:00:30:02 10.3.0.45/24 --tag 0x88a8:300 --tag 0x8100:10
serve centre 10.3.0.45
record left trunk
on branch ping -q -c 2 -i 0.2 10.3.0.45 >/dev/null
on branch dig +tries=1 @10.3.0.45 centre.example.lan >/dev/null
on branch curl -sS http://10.3.0.45/log.txt >/dev/null
expect icmp 0 ICMP
expect udp 53 DNS
expect tcp 80 HTTP
finish qinq.pcap 'Stacked tags: service VLAN 300 (802.1ad) with customer VLAN 10 inside'
