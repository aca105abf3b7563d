#!/usr/bin/env bash
# Tunnels between two sites: GRE, IP in IP, IPv6 in IPv4, VXLAN; then WireGuard and
# OpenVPN, seen from outside. GRE, IPIP and SIT ends are tunnel.py; VXLAN is the kernel's.
source "$(dirname "$0")/lib.sh"
need python3 ping dig dnsmasq curl wireguard-go wg openvpn dumpcap
host client; host server
cable client eth0 server eth0 3c:22:fb:10:20:30
address client eth0 198.51.100.1/24
address server eth0 198.51.100.2/24
mkdir "$WORK/www" "$WORK/run"
seq 1 900 >"$WORK/www/numbers.txt"
start server dnsmasq -k --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root --host-record=branch.example.lan,10.77.0.2,fd00:77::2
start server python3 -m http.server --bind :: --directory "$WORK/www" 80
wait_tcp server 80
ends() { # ends KIND
  local end
  start client python3 "$RECORD_DIR/tunnel.py" "$1" tun0 198.51.100.1 198.51.100.2
  start server python3 "$RECORD_DIR/tunnel.py" "$1" tun0 198.51.100.2 198.51.100.1
  for end in client server; do
    until ip -n "$PREFIX-$end" link set tun0 mtu 1400 up 2>/dev/null; do sleep 0.1; done
  done
}
gone() { # the last two programs, the tunnel's ends, stop
  kill -TERM -- "-${PIDS[-1]}" "-${PIDS[-2]}" 2>/dev/null || true
  PIDS=("${PIDS[@]:0:${#PIDS[@]}-2}")
  sleep 0.3
}
traffic() { # traffic ADDRESS
  local url=http://$1/numbers.txt
  [[ $1 != *:* ]] || url="http://[$1]/numbers.txt"
  on client ping -q -c 2 -i 0.2 "$1" >/dev/null
  on client dig +tries=1 "@$1" branch.example.lan >/dev/null
  on client curl -sS --max-time 5 "$url" >/dev/null
}
inner() { expect icmp 0 ICMP; expect udp 53 DNS; expect tcp 80 HTTP; }
PROGRAMS=(python3 iputils-ping bind9-dnsutils dnsmasq-base curl)

next "${PROGRAMS[@]}"
ends gre
address client tun0 10.77.0.1/24
address server tun0 10.77.0.2/24
record client eth0 not arp
traffic 10.77.0.2
inner
finish gre.pcap 'GRE with a key between two sites: echo, DNS and HTTP inside'
gone

next "${PROGRAMS[@]}"
ends ipip
address client tun0 10.77.0.1/24
address server tun0 10.77.0.2/24
record client eth0 not arp
traffic 10.77.0.2
inner
finish ipip.pcap 'IP in IP between two sites: echo, DNS and HTTP inside'
gone

next "${PROGRAMS[@]}"
on client ip link add vx0 type vxlan id 42 local 198.51.100.1 remote 198.51.100.2 dstport 4789
on server ip link add vx0 type vxlan id 42 local 198.51.100.2 remote 198.51.100.1 dstport 4789
on client ip link set vx0 address 02:42:00:00:00:01
on server ip link set vx0 address 02:42:00:00:00:02
for one in client server; do offloads_off "$one" vx0; ip -n "$PREFIX-$one" link set vx0 mtu 1450 up; done
address client vx0 10.78.0.1/24
address server vx0 10.78.0.2/24
record client eth0
traffic 10.78.0.2
inner
finish vxlan.pcap 'VXLAN (network 42): ARP, echo, DNS and HTTP inside'
for one in client server; do on "$one" ip link del vx0; done

# One file, two interfaces: the cable (Ethernet) and the inside of the tunnel (raw IP).
next "${PROGRAMS[@]}" wireshark-common
ends gre
address client tun0 10.77.0.1/24
address server tun0 10.77.0.2/24
start client dumpcap -q -n -i eth0 -i tun0 -w "$WORK/capture"
DUMPCAP=$STARTED
sleep 1.5
traffic 10.77.0.2
sleep 0.5
kill -INT -- "-$DUMPCAP"
PIDS=("${PIDS[@]:0:${#PIDS[@]}-1}")
sleep 0.5
# dumpcap notes this machine's processor and kernel in the section header (options 2 and 3, and 12 of an interface).
python3 - "$WORK/capture" <<'PY'
import struct, sys
with open(sys.argv[1], "r+b") as file:
    data = bytearray(file.read())
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        option = at + {0x0A0D0D0A: 24, 1: 16}.get(kind, length)
        while option + 4 <= at + length - 4:
            code, size = struct.unpack_from("<HH", data, option)
            if code == 0:
                break
            if (kind, code) in ((0x0A0D0D0A, 2), (0x0A0D0D0A, 3), (1, 12)):
                data[option + 4 : option + 4 + size] = b"x86 PC" [:size].ljust(size) if code == 2 else b"Linux"[:size].ljust(size)
            option += 4 + (size + 3) // 4 * 4
        at += length
    file.seek(0)
    file.write(data)
PY
inner
finish two-interfaces.pcapng 'pcapng with two interfaces of different link types: the cable (Ethernet, GRE) and the tunnel inside (raw IP)'
gone

next "${PROGRAMS[@]}"
ends sit
address client tun0 fd00:77::1/64
address server tun0 fd00:77::2/64
record client eth0 not arp
traffic fd00:77::2
expect icmpv6 0 ICMPV6
expect udp 53 DNS
expect tcp 80 HTTP
finish 6in4.pcap 'IPv6 in IPv4 between two sites: echo, DNS and HTTP inside'
gone

next wireguard-go wireguard-tools iputils-ping curl
for one in client server; do
  wg genkey >"$WORK/$one.key" 2>>"$WORK/log"
  chmod 600 "$WORK/$one.key"
  wg pubkey <"$WORK/$one.key" >"$WORK/$one.pub"
  start "$one" sh -c "mount --bind '$WORK/run' /var/run; exec wireguard-go -f wg$one"
done
sleep 1
control() { on "$1" sh -c 'mount --bind "$0" /var/run; shift 0; exec wg "$@"' "$WORK/run" "${@:2}"; }
control server set wgserver listen-port 51820 private-key "$WORK/server.key" peer "$(<"$WORK/client.pub")" allowed-ips 10.79.0.1/32
control client set wgclient listen-port 40123 private-key "$WORK/client.key" peer "$(<"$WORK/server.pub")" allowed-ips 10.79.0.2/32 endpoint 198.51.100.2:51820 persistent-keepalive 2
for one in client server; do ip -n "$PREFIX-$one" link set "wg$one" up; done
record client eth0 not arp
address client wgclient 10.79.0.1/24
address server wgserver 10.79.0.2/24
on client ping -q -c 2 -i 0.3 10.79.0.2 >/dev/null
on client curl -sS --max-time 5 http://10.79.0.2/numbers.txt >/dev/null
sleep 5
expect udp 51820 WireGuard
finish wireguard.pcap 'WireGuard: handshake, data, keep-alive'
gone

next openvpn iputils-ping curl
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=vpn.example.lan' -keyout "$WORK/vpn.key" -out "$WORK/vpn.crt" 2>>"$WORK/log"
FINGERPRINT=$(openssl x509 -in "$WORK/vpn.crt" -noout -fingerprint -sha256 | cut -d= -f2)
vpn() { # vpn HOST OPTIONS…
  start "$1" openvpn --dev tun --topology p2p --proto udp4 --cert "$WORK/vpn.crt" --key "$WORK/vpn.key" --peer-fingerprint "$FINGERPRINT" --ping 3 --dh none --disable-dco "${@:2}"
}
vpn server --tls-server --port 1194 --ifconfig 10.80.0.2 10.80.0.1
record client eth0 not arp
vpn client --tls-client --remote 198.51.100.2 1194 --nobind --ifconfig 10.80.0.1 10.80.0.2
sleep 4
on client ping -q -c 2 -i 0.3 10.80.0.2 >/dev/null
on client curl -sS --max-time 5 http://10.80.0.2/numbers.txt >/dev/null
sleep 3
expect udp 1194 OpenVPN
finish openvpn.pcap 'OpenVPN over UDP: TLS handshake, data, pings'
