#!/usr/bin/env bash
# dig against BIND.
source "$(dirname "$0")/lib.sh"
need named dig
talked bind9 bind9-dnsutils
far_pair 192.168.20.31/24 192.168.20.53/24 --delay-ms 2 --jitter-ms 1
name 192.168.20.53 ns1.example.lan

mkdir "$WORK/named"
cat >"$WORK/named/example.lan" <<'ZONE'
$TTL 3600
@        SOA   ns1 hostmaster 2024051401 7200 900 1209600 300
         NS    ns1
         MX    10 mail
         MX    20 mail2
         TXT   "v=spf1 mx -all"
         CAA   0 issue "ca.example.lan"
ns1      A     192.168.20.53
www      A     192.168.20.80
         AAAA  fd00:20::80
intranet CNAME www
mail     A     192.168.20.25
mail2    A     192.168.20.26
_ldap._tcp SRV 0 5 389 files
files    A     192.168.20.45
big      TXT   ( "This text is long enough that it does not fit into a plain answer of 512 octets when it is repeated often enough: " "one one one one one one one one one one one one one one one one one one one one one one one one one one one one" "two two two two two two two two two two two two two two two two two two two two two two two two two two two two" "three three three three three three three three three three three three three three three three three three" "four four four four four four four four four four four four four four four four four four four four four" )
ZONE
cat >"$WORK/named/reverse" <<'ZONE'
$TTL 3600
@  SOA ns1.example.lan. hostmaster.example.lan. 2024051401 7200 900 1209600 300
   NS  ns1.example.lan.
80 PTR www.example.lan.
25 PTR mail.example.lan.
ZONE
cat >"$WORK/named/named.conf" <<NAMED
options { directory "$WORK/named"; listen-on { any; }; listen-on-v6 { none; }; recursion no; pid-file none; version "none";
  session-keyfile none; allow-transfer { any; }; minimal-responses no; dnssec-validation no; notify no; };
controls { };
zone "example.lan" { type primary; file "example.lan"; };
zone "20.168.192.in-addr.arpa" { type primary; file "reverse"; };
NAMED
start server named -g -n 1 -c "$WORK/named/named.conf"
wait_tcp server 53
ask() { on client dig +tries=1 +time=2 @192.168.20.53 "$@" >/dev/null; }

record client eth0
for type in A AAAA; do ask www.example.lan "$type"; done
ask example.lan MX
ask example.lan TXT
ask example.lan NS
ask example.lan SOA
ask example.lan CAA
ask intranet.example.lan A
ask _ldap._tcp.example.lan SRV
ask -x 192.168.20.80
ask -x 192.168.20.25
ask printer.example.lan A
ask www.example.com A
ask +noedns files.example.lan ANY
ask +noedns +ignore big.example.lan TXT
ask +noedns big.example.lan TXT
ask +tcp www.example.lan A
ask +dnssec +subnet=10.1.2.0/24 +cookie mail.example.lan A
ask example.lan AXFR
ask +header-only +opcode=STATUS
expect udp 53 DNS
expect tcp 53 DNS
finish dns.pcap 'DNS: A, AAAA, MX, TXT, SRV, CAA, PTR, CNAME, NXDOMAIN, REFUSED, truncation and the retry over TCP, EDNS, a zone transfer'
