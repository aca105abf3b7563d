#!/usr/bin/env bash
# mDNS: two hosts announce themselves and their services with Avahi; one browses.
source "$(dirname "$0")/lib.sh"
source "$RECORD_DIR/servers.sh"
need avahi-daemon avahi-browse dbus-daemon
talked avahi-daemon avahi-utils
lan
join laptop 3c:22:fb:00:01:01; address laptop eth0 192.168.60.11/24
join printer 00:80:77:00:01:03; address printer eth0 192.168.60.20/24
for one in laptop printer; do ip -n "$PREFIX-$one" link set eth0 multicast on; route "$one" 224.0.0.0/4 dev eth0; done
mkdir -p "$WORK/services"
cat >"$WORK/services/printer.service" <<'XML'
<?xml version="1.0" standalone='no'?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name replace-wildcards="yes">Laser in the hall</name>
<service><type>_ipp._tcp</type><port>631</port><txt-record>ty=Brother HL-L2350DW</txt-record><txt-record>rp=ipp/print</txt-record></service>
<service><type>_http._tcp</type><port>80</port></service></service-group>
XML
record switch br0
avahi printer "$WORK/services"
sleep 1.5
mkdir -p "$WORK/none"
avahi laptop "$WORK/none"
sleep 2
on laptop sh -c "mount --bind '$WORK/run-laptop' /run && timeout 4 avahi-browse -t -r _ipp._tcp; timeout 3 avahi-resolve -4 -n printer.local" >>"$WORK/log" 2>&1 || true
sleep 1
expect udp 5353 MDNS
expect igmp 0 IGMP
finish mdns.pcap 'mDNS: probes, announcements, browsing for a printer, a goodbye'
