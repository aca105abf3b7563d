#!/usr/bin/env bash
# A telephone call: two baresip phones; SIP over UDP, RTP with G.711, RTCP.
source "$(dirname "$0")/lib.sh"
source "$RECORD_DIR/servers.sh"
need baresip nc
talked baresip-core
far_pair 10.50.0.11/24 10.50.0.12/24 --delay-ms 5 --jitter-ms 2
phone server sam 10.50.0.12 auto
phone client alex 10.50.0.11 manual
wait_udp server 5060
wait_tcp client 4444
record client eth0 not arp
press client dial sip:sam@10.50.0.12
sleep 1.2
press client hangup
sleep 1
stop_recording
expect udp 5060 SIP
expect_media 10.50.0.12
finish sip-rtp.pcap 'A call: SIP with SDP, RTP (G.711 both ways), RTCP'
