#!/usr/bin/env bash
# Small services over UDP: SNMP, NTP, syslog, TFTP.
source "$(dirname "$0")/lib.sh"
need snmpd snmpget snmpwalk chronyd rsyslogd logger in.tftpd tftp
pair 192.168.50.31/24 192.168.50.1/24

mkdir -p "$WORK/snmp"
cat >"$WORK/snmp/snmpd.conf" <<'CONF'
agentaddress udp:192.168.50.1:161
rocommunity public
sysName router.example.lan
sysDescr Example router 5.2
sysLocation Rack 2
sysContact it@example.lan
createUser operator SHA "operator-secret" AES "operator-private"
rouser operator priv
CONF
start server env SNMP_PERSISTENT_DIR="$WORK/snmp" snmpd -f -Lf "$WORK/snmp/log" -C -c "$WORK/snmp/snmpd.conf" -p "$WORK/snmp/pid"
wait_udp server 161
snmp() { local tool=$1; shift; on client env SNMPCONFPATH=/nowhere SNMP_PERSISTENT_DIR="$WORK/snmp" "$tool" -t 1 -r 1 "$@" >>"$WORK/log" 2>&1; }
record client eth0
snmp snmpget -v1 -c public 192.168.50.1 .1.3.6.1.2.1.1.1.0 .1.3.6.1.2.1.1.5.0
snmp snmpgetnext -v1 -c public 192.168.50.1 .1.3.6.1.2.1.1.3.0
snmp snmpwalk -v2c -c public 192.168.50.1 .1.3.6.1.2.1.1
snmp snmpbulkget -v2c -c public -Cr8 192.168.50.1 .1.3.6.1.2.1.2.2.1
snmp snmpget -v2c -c wrong 192.168.50.1 .1.3.6.1.2.1.1.1.0 || true
snmp snmpget -v3 -u operator -l authPriv -a SHA -A operator-secret -x AES -X operator-private 192.168.50.1 .1.3.6.1.2.1.1.6.0
snmp snmpset -v2c -c public 192.168.50.1 .1.3.6.1.2.1.1.6.0 s elsewhere || true
on client snmptrap -v2c -c public 192.168.50.1:162 '' .1.3.6.1.6.3.1.1.5.3 .1.3.6.1.2.1.2.2.1.1.2 i 2 >>"$WORK/log" 2>&1
talked snmpd snmp
expect udp 161 SNMP
expect udp 162 SNMP
finish snmp.pcap 'SNMP v1, v2c and v3: get, next, walk, bulk, a refused set, a wrong community, a trap'

next chrony
mkdir -p "$WORK/chrony"
printf 'allow all\nlocal stratum 2\ncmdport 0\npidfile %s/chrony/server.pid\nbindcmdaddress /\n' "$WORK" >"$WORK/chrony/server.conf"
printf 'server 192.168.50.1 iburst minpoll 1 maxpoll 1\ncmdport 0\npidfile %s/chrony/client.pid\nbindcmdaddress /\n' "$WORK" >"$WORK/chrony/client.conf"
start server chronyd -d -x -u root -f "$WORK/chrony/server.conf"
wait_udp server 123
record client eth0
start client chronyd -d -x -u root -f "$WORK/chrony/client.conf"
sleep 9
expect udp 123 NTP
finish ntp.pcap 'NTP: a chrony client polls a server of stratum 2'

stop_all
next rsyslog bsdutils
cat >"$WORK/rsyslog.conf" <<CONF
module(load="imudp") module(load="imtcp")
input(type="imudp" port="514") input(type="imtcp" port="514")
*.* $WORK/messages
CONF
start server rsyslogd -n -i "$WORK/rsyslog.pid" -f "$WORK/rsyslog.conf"
wait_tcp server 514
say() { on client logger -n 192.168.50.1 "$@"; }
record client eth0
say -d --rfc3164 -p auth.warning -t sshd 'Failed password for invalid user guest from 192.168.50.77 port 50122 ssh2'
say -d --rfc3164 -p daemon.info -t dhcpd 'DHCPACK on 192.168.50.120 to 3c:22:fb:10:20:30'
say -d --rfc5424=notq -p local0.notice -t shop --msgid ORDER --sd-id 'order@32473' --sd-param 'number="1042"' 'Order taken'
say -T -P 514 --rfc5424=notq -p kern.crit -t kernel 'Out of memory: killed process 812'
say -T -P 514 --octet-count --rfc5424=notq -p local7.debug -t app 'A message with its length before it'
expect udp 514 Syslog
expect tcp 514 Syslog
finish syslog.pcap 'Syslog over UDP and TCP, in the forms of RFC 3164 and RFC 5424'
stop_all

next tftpd-hpa tftp-hpa
mkdir "$WORK/tftp"
seq -f 'boot option %g' 1 300 >"$WORK/tftp/boot.cfg"
chmod -R a+rX "$WORK/tftp"
: >"$WORK/tftp/upload.cfg"
chmod 666 "$WORK/tftp/upload.cfg"
start server in.tftpd -L -4 -u nobody -a 192.168.50.1:69 -s "$WORK/tftp"
wait_udp server 69
record client eth0
on client tftp -4 -m binary 192.168.50.1 -c get boot.cfg >>"$WORK/log" 2>&1
on client tftp -4 -m binary 192.168.50.1 -c put boot.cfg upload.cfg >>"$WORK/log" 2>&1
on client tftp -4 192.168.50.1 -c get missing.cfg >>"$WORK/log" 2>&1 || true
on client curl -sS --tftp-blksize 1024 tftp://192.168.50.1/boot.cfg >>"$WORK/log"
talked curl
expect udp 69 TFTP
finish tftp.pcap 'TFTP: read, write, a missing file, and a read with the blksize option'
