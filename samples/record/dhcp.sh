#!/usr/bin/env bash
# DHCP: a LAN with dnsmasq, dhclient and udhcpc; then DHCPv6 and router advertisements.
source "$(dirname "$0")/lib.sh"
need dnsmasq dhclient udhcpc rdisc6
lan
host router; join_router() { plug router eth0 00:0d:b9:11:22:33; }; join_router
host laptop; plug laptop eth0 3c:22:fb:44:55:66
host camera; plug camera eth0 b8:27:eb:77:88:99
address router eth0 192.168.30.1/24
mkdir "$WORK/dhcp"
# dhclient-script would change the namespace's files; the leases alone are wanted here.
printf '#!/bin/sh\n[ -z "$new_ip_address" ] || ip addr replace "$new_ip_address/24" dev "$interface"\n[ -z "$new_ip6_address" ] || ip -6 addr replace "$new_ip6_address/128" dev "$interface"\nexit 0\n' >"$WORK/lease"
printf '#!/bin/sh\n[ "$1" != bound ] || ip addr replace "$ip/24" dev "$interface"\n' >"$WORK/udhcpc-lease"
chmod 755 "$WORK/lease" "$WORK/udhcpc-lease"
start router dnsmasq -k --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root --interface=eth0 --bind-interfaces --dhcp-leasefile="$WORK/leases" \
  --domain=example.lan --dhcp-range=192.168.30.100,192.168.30.150,1h --dhcp-option=option:ntp-server,192.168.30.1 --dhcp-authoritative --no-ping
wait_udp router 67

record switch br0
cat >"$WORK/dhclient.conf" <<'CONF'
send host-name "alex-laptop"; send vendor-class-identifier "MSFT 5.0";
request subnet-mask, routers, domain-name-servers, domain-name, ntp-servers, domain-search;
CONF
dhclient4() { on laptop dhclient -4 -1 -cf "$WORK/dhclient.conf" -sf "$WORK/lease" -lf "$WORK/dhcp/laptop" -pf "$WORK/dhcp/laptop.pid" "$@" eth0 >>"$WORK/log" 2>&1; }
dhclient4
on camera udhcpc -i eth0 -n -q -s "$WORK/udhcpc-lease" -x hostname:front-camera -V 'udhcp door camera' >>"$WORK/log" 2>&1
on camera ping -q -c 1 192.168.30.1 >/dev/null
sed 's/fixed-address .*/fixed-address 192.168.99.7;/' "$WORK/dhcp/laptop" >"$WORK/dhcp/elsewhere"
dhclient4 -r
# A lease from another network is refused: DHCPNAK, then a new DISCOVER.
cp "$WORK/dhcp/elsewhere" "$WORK/dhcp/laptop"
dhclient4
talked dnsmasq-base isc-dhcp-client udhcpc
expect udp 67 DHCP
finish dhcp.pcap 'DHCP: discover, offer, request, ack, release and a refused address; host names and vendor classes'

next dnsmasq-base isc-dhcp-client ndisc6
stop_all
for one in router laptop; do v6 "$one" eth0; done
on router sysctl -qw net.ipv6.conf.all.forwarding=1
address router eth0 fd00:30::1/64
start router dnsmasq -k --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root --interface=eth0 --bind-interfaces --dhcp-leasefile="$WORK/leases6" \
  --domain=example.lan --enable-ra --dhcp-range=fd00:30::100,fd00:30::1ff,slaac,64,1h --dhcp-option=option6:dns-server,[fd00:30::1]
wait_udp router 547
record switch br0
on laptop rdisc6 -1 eth0 >>"$WORK/log" 2>&1
printf 'send fqdn.fqdn "alex-laptop.example.lan."; request dhcp6.name-servers, dhcp6.domain-search;\n' >"$WORK/dhclient6.conf"
on laptop timeout 20 dhclient -6 -1 -cf "$WORK/dhclient6.conf" -sf "$WORK/lease" -lf "$WORK/dhcp/laptop6" -pf "$WORK/dhcp/laptop6.pid" eth0 >>"$WORK/log" 2>&1
on laptop ping -6 -q -c 2 fd00:30::1 >/dev/null
on laptop timeout 20 dhclient -6 -r -cf "$WORK/dhclient6.conf" -sf "$WORK/lease" -lf "$WORK/dhcp/laptop6" -pf "$WORK/dhcp/laptop6.pid" eth0 >>"$WORK/log" 2>&1 || true
expect udp 547 DHCPV6
expect icmpv6 0 ICMPV6
finish dhcpv6.pcap 'DHCPv6 with a host name, and router solicitation and advertisement (SLAAC)'
