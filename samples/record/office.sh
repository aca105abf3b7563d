#!/usr/bin/env bash
# A small office for some minutes: thirteen hosts on one switch, a router, and
# behind it an "internet" that exists only in a namespace. The capture is the switch's.
source "$(dirname "$0")/lib.sh"
source "$RECORD_DIR/servers.sh"
need dnsmasq dhclient udhcpc nginx curl gtlsserver gtlsclient chronyd mosquitto sshd scp smbd smbclient postfix swaks dovecot avahi-daemon baresip snmpd ippeveprinter
talked dnsmasq-base isc-dhcp-client udhcpc bind9-dnsutils nginx-light curl ngtcp2-client ngtcp2-server chrony mosquitto mosquitto-clients \
  openssh-server openssh-client samba smbclient postfix swaks dovecot-imapd avahi-daemon avahi-utils baresip-core snmpd snmp cups-ipp-utils iputils-ping traceroute rsyslog bsdutils
RANDOM=11
RESERVED=()
SECONDS_OF_TRAFFIC=${SECONDS_OF_TRAFFIC:-170}

# --- the network -------------------------------------------------------------
# name, MAC (of a real vendor's range), the address that DHCP always gives
HOSTS_OF_OFFICE='files 00:11:32:4a:10:01 192.168.1.10
mail f8:bc:12:4a:10:02 192.168.1.25
laser-printer 00:80:77:4a:10:03 192.168.1.20
alex-laptop 3c:22:fb:4a:10:04 192.168.1.101
sam-desktop 00:1b:21:4a:10:05 192.168.1.102
kim-laptop 54:ee:75:4a:10:06 192.168.1.103
lee-phone 8c:f5:a3:4a:10:07 192.168.1.104
meeting-room-tv a8:23:fe:4a:10:08 192.168.1.105
home-hub b8:27:eb:4a:10:09 192.168.1.30
kitchen-sensor 24:0a:c4:4a:10:0a 192.168.1.31
door-camera 44:19:b6:4a:10:0b 192.168.1.32
desk-phone-1 80:5e:c0:4a:10:0c 192.168.1.41
desk-phone-2 80:5e:c0:4a:10:0d 192.168.1.42'
mac_of() { awk -v h="$1" '$1 == h { print $2 }' <<<"$HOSTS_OF_OFFICE"; }
address_of() { awk -v h="$1" '$1 == h { print $3 }' <<<"$HOSTS_OF_OFFICE"; }

lan
join router 00:0d:b9:4a:10:00
address router eth0 192.168.1.1/24 fd00:1::1/64
host line
host internet
cable router wan line port1
cable internet eth0 line port2
address router wan 198.51.100.2/30 2001:db8:ffff::2/64
address internet eth0 198.51.100.1/30 2001:db8:ffff::1/64
start line python3 "$RECORD_DIR/wire.py" port1 port2 --delay-ms 9 --jitter-ms 4 --lose-every 120
forward router
route router default via 198.51.100.1
route router default via 2001:db8:ffff::1
route internet 192.168.1.0/24 via 198.51.100.2
route internet fd00:1::/64 via 2001:db8:ffff::2
sed 's/#.*//' >"$WORK/sites" <<'SITES'
203.0.113.10  2001:db8:10::10 www.wikipedia.org upload.wikimedia.org
203.0.113.20  -               github.com objects.githubusercontent.com
203.0.113.30  2001:db8:30::30 www.youtube.com rr3---sn-4g5e6nz7.googlevideo.com
198.51.100.40 2001:db8:40::40 outlook.office365.com
198.51.100.50 -               zoom.us
203.0.113.60  -               api.openai.com
198.51.100.70 2001:db8:70::70 www.netflix.com api-global.netflix.com
203.0.113.80  2001:db8:80::80 www.google.com
203.0.113.90  -               slack.com
203.0.113.95  -               deb.debian.org
203.0.113.97  -               ads.tracker.example
SITES
RECORDS=()
while read -r four six names; do
  ip -n "$PREFIX-internet" addr add "$four/32" dev lo
  if [[ $six == - ]]; then six=; else ip -n "$PREFIX-internet" -6 addr add "$six/128" dev lo nodad; fi
  for one in $names; do RECORDS+=("--host-record=$one,$four${six:+,$six}"); done
done <"$WORK/sites"
printf '127.0.0.1\tlocalhost\n' >"$WORK/hosts"
printf 'nameserver 192.168.1.1\nsearch example.lan\noptions timeout:2 attempts:2\n' >"$WORK/resolv.conf"

# The leases alone: the address and the default route.
cat >"$WORK/lease" <<'SH'
#!/bin/sh
[ -n "$new_ip_address" ] || exit 0
ip addr replace "$new_ip_address/24" brd + dev "$interface"
ip route replace default via 192.168.1.1
SH
cat >"$WORK/udhcpc-lease" <<'SH'
#!/bin/sh
[ "$1" = bound ] || exit 0
ip addr replace "$ip/24" brd + dev "$interface"
ip route replace default via 192.168.1.1
SH
chmod 755 "$WORK/lease" "$WORK/udhcpc-lease"
while read -r one mac _; do
  join "$one" "$mac"
  RESERVED+=("--dhcp-host=$mac,$one,$(address_of "$one")")
done <<<"$HOSTS_OF_OFFICE"

# --- servers of the internet, and the router's --------------------------------
mkdir -p "$WORK/www" "$WORK/nginx" "$WORK/dhcp" "$WORK/share" "$WORK/chrony" "$WORK/ssh" "$WORK/snmp" "$WORK/spool-ipp" "$WORK/none" /run/sshd
printf '<!doctype html><title>Page</title>\n' >"$WORK/www/index.html"
head -c 900 /dev/urandom | base64 >"$WORK/www/page.html"
head -c 2600 /dev/urandom >"$WORK/www/image.jpg"
head -c 5000 /dev/urandom >"$WORK/www/clip.bin"
head -c 9000 /dev/urandom >"$WORK/www/release.tar.gz"
{
  printf 'daemon off; master_process off; pid %s/nginx.pid; error_log %s/log crit;\nevents {}\nhttp {\naccess_log off; server_tokens off; ssl_protocols TLSv1.2 TLSv1.3;\ntypes { text/html html; image/jpeg jpg; application/json json; }\n' "$WORK" "$WORK"
  for one in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s/nginx;\n' "$one" "$WORK"; done
  printf 'server { listen 80 default_server; listen [::]:80; root %s/www; location = /api { return 200 "{}"; } }\n' "$WORK"
  while read -r _ _ names; do
    first=${names%% *}
    # shellcheck disable=SC2086
    certificate "$first" $names
    printf 'server { listen 443 ssl http2; listen [::]:443 ssl http2; server_name %s; root %s/www; ssl_certificate %s/%s.crt; ssl_certificate_key %s/%s.key; location /v1 { return 200 "{\\"choices\\":[]}"; } error_page 405 =200 $uri; }\n' \
      "$names" "$WORK" "$WORK" "$first" "$WORK" "$first"
  done <"$WORK/sites"
  printf '}\n'
} >"$WORK/nginx.conf"
start internet nginx -c "$WORK/nginx.conf" -p "$WORK"
for site in 203.0.113.30:www.youtube.com 203.0.113.80:www.google.com; do
  start internet gtlsserver -q -d "$WORK/www" "${site%:*}" 443 "$WORK/${site#*:}.key" "$WORK/${site#*:}.crt"
done
ssh-keygen -q -t ed25519 -N '' -C host -f "$WORK/ssh/host"
ssh-keygen -q -t ed25519 -N '' -C alex -f "$WORK/ssh/alex"
cp "$WORK/ssh/alex.pub" "$WORK/ssh/authorized"
chmod 600 "$WORK/ssh/authorized"
printf 'HostKey %s/ssh/host\nAuthorizedKeysFile %s/ssh/authorized\nPasswordAuthentication no\nPermitRootLogin yes\nStrictModes no\nUsePAM no\nPidFile none\nSubsystem sftp internal-sftp\n' "$WORK" "$WORK" >"$WORK/ssh/sshd_config"
start internet /usr/sbin/sshd -D -e -f "$WORK/ssh/sshd_config" -o ListenAddress=203.0.113.20
start router dnsmasq -k --conf-file=/dev/null --pid-file --no-resolv --no-hosts --user=root --interface=eth0 --bind-interfaces --dhcp-leasefile="$WORK/leases" \
  --domain=example.lan --expand-hosts --local=/lan/ --dhcp-authoritative --no-ping --dhcp-range=192.168.1.100,192.168.1.150,1h "${RESERVED[@]}" \
  --dhcp-option=option:ntp-server,192.168.1.1 --enable-ra --dhcp-range=fd00:1::,ra-only,64,1h "${RECORDS[@]}" --host-record=router.example.lan,192.168.1.1,fd00:1::1
printf 'allow all\nlocal stratum 2\ncmdport 0\npidfile %s/chrony/pid\nbindcmdaddress /\n' "$WORK" >"$WORK/chrony/conf"
start router chronyd -d -x -u root -f "$WORK/chrony/conf"
wait_tcp internet 443
wait_udp router 67

# --- the office wakes up -------------------------------------------------------
record switch br0
wake() { # wake HOST: asks for its address as that kind of device does
  local class=
  case $1 in
    kitchen-sensor | door-camera | home-hub | meeting-room-tv) on "$1" udhcpc -i eth0 -n -q -s "$WORK/udhcpc-lease" -x "hostname:$1" -V "${2:-udhcp 1.36}" >>"$WORK/log" 2>&1; return ;;
    sam-desktop | kim-laptop) class='send vendor-class-identifier "MSFT 5.0";' ;;
    lee-phone) class='send vendor-class-identifier "android-dhcp-14";' ;;
  esac
  printf 'send host-name "%s"; %s\nrequest subnet-mask, routers, domain-name-servers, domain-name, ntp-servers;\n' "$1" "$class" >"$WORK/dhcp/$1.conf"
  on "$1" dhclient -4 -1 -cf "$WORK/dhcp/$1.conf" -sf "$WORK/lease" -lf "$WORK/dhcp/$1" -pf "$WORK/dhcp/$1.pid" eth0 >>"$WORK/log" 2>&1
}
for one in files mail laser-printer home-hub; do wake "$one"; sleep 0.2; done
for one in alex-laptop sam-desktop meeting-room-tv; do v6 "$one" eth0; done

printf 'port 1883\nlistener 1883 192.168.1.30\nallow_anonymous true\nuser nobody\n' | tail -n +2 >"$WORK/mosquitto.conf"
start home-hub mosquitto -c "$WORK/mosquitto.conf"
start files /usr/sbin/sshd -D -e -f "$WORK/ssh/sshd_config"
seq -f 'Row %g of the budget' 1 120 >"$WORK/share/budget.csv"
chmod -R a+rwX "$WORK/share"
samba_server files
certificate mail mail.example.lan
seq -f 'Paragraph %g of the minutes.' 1 60 >"$WORK/minutes.txt"
postfix_server mail 192.168.1.25
dovecot_server mail 192.168.1.25
cat >"$WORK/snmp/snmpd.conf" <<'CONF'
agentaddress udp:192.168.1.20:161
rocommunity public
sysName laser-printer.example.lan
sysDescr Brother HL-L2350DW series
sysLocation Hall
sysContact it@example.lan
CONF
start laser-printer env SNMP_PERSISTENT_DIR="$WORK/snmp" snmpd -f -Lf "$WORK/snmp/log" -C -c "$WORK/snmp/snmpd.conf" -p "$WORK/snmp/pid"
for one in laser-printer alex-laptop; do route "$one" 224.0.0.0/4 dev eth0; done
avahi laser-printer "$WORK/none"
sleep 1
# ippeveprinter announces itself through Avahi, and wants to listen on IPv6 too.
printf '192.168.1.20 laser-printer.example.lan\nfd00:1::20 laser-printer.example.lan\n' >"$WORK/printer-hosts"
address laser-printer eth0 fd00:1::20/64
start laser-printer sh -c "mount --bind '$WORK/run-laser-printer' /run && mount --bind '$WORK/printer-hosts' /etc/hosts && \
  exec ippeveprinter -r _print -p 631 -d '$WORK/spool-ipp' -k -M Brother -m HL-L2350DW -f text/plain,application/pdf -n laser-printer.example.lan 'Laser in the hall'"

for one in alex-laptop kitchen-sensor door-camera sam-desktop desk-phone-1 kim-laptop desk-phone-2 lee-phone meeting-room-tv; do wake "$one"; sleep 0.$((RANDOM % 9 + 1)); done
avahi alex-laptop "$WORK/none"
phone desk-phone-1 alex 192.168.1.41 manual
phone desk-phone-2 sam 192.168.1.42 auto

# An IPP Print-Job (RFC 8010): ipptool would name this machine's kernel.
python3 - "$WORK/minutes.txt" >"$WORK/job.ipp" <<'PY'
import struct, sys
def attribute(tag, name, value):
    return struct.pack("!BH", tag, len(name)) + name + struct.pack("!H", len(value)) + value
CHARSET, LANGUAGE, URI, NAME, MIME = 0x47, 0x48, 0x45, 0x42, 0x49
sys.stdout.buffer.write(struct.pack("!BBHIB", 2, 0, 0x0002, 1, 1)
    + attribute(CHARSET, b"attributes-charset", b"utf-8") + attribute(LANGUAGE, b"attributes-natural-language", b"en")
    + attribute(URI, b"printer-uri", b"ipp://laser-printer.example.lan:631/ipp/print") + attribute(NAME, b"requesting-user-name", b"alex")
    + attribute(NAME, b"job-name", b"Minutes") + attribute(MIME, b"document-format", b"text/plain") + b"\3" + open(sys.argv[1], "rb").read())
PY

# --- what they do ----------------------------------------------------------------
FIREFOX='Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0'
CHROME='Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
ANDROID='Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36'
web() { local who=$1; shift; on "$who" curl -sS --max-time 15 --cacert "$WORK/ca.crt" "$@" >/dev/null 2>>"$WORK/log" || true; }
h3() { local who=$1 site=$2; shift 2; on "$who" timeout 15 gtlsclient -q --exit-on-all-streams-close "$site" 443 "$@" >>"$WORK/log" 2>&1 || true; }
clock() { on "$1" timeout 12 chronyd -Q -t 6 'server 192.168.1.1 iburst' >>"$WORK/log" 2>&1 || true; }
pause() { sleep "$((RANDOM % (2 * $2) + 2 * $1)).$((RANDOM % 10))"; } # pause LEAST SPREAD, in units of two seconds
SSH_OPTIONS=(-F none -o StrictHostKeyChecking=no -o "UserKnownHostsFile=$WORK/ssh/known" -o LogLevel=ERROR -o IdentitiesOnly=yes -o ConnectTimeout=5 -i "$WORK/ssh/alex")
smb() { local who=$1; shift; on "$who" timeout 15 smbclient -s "$WORK/smb.conf" -N -U 'EXAMPLE/guest' -m SMB3 //files.example.lan/share -c "$*" >>"$WORK/log" 2>&1 || true; }
imap() { on "$1" curl -sS --max-time 10 --cacert "$WORK/ca.crt" --ssl-reqd -u sam:secret "imap://mail.example.lan/INBOX;UID=$2" >>"$WORK/log" 2>&1 || true; }

alex() {
  clock alex-laptop
  web alex-laptop -4 -A "$FIREFOX" https://www.wikipedia.org/page.html https://upload.wikimedia.org/image.jpg
  pause 2 4
  on alex-laptop ssh "${SSH_OPTIONS[@]}" git@github.com true >>"$WORK/log" 2>&1 || true
  web alex-laptop -A "$FIREFOX" https://github.com/page.html https://objects.githubusercontent.com/release.tar.gz
  pause 3 5
  on alex-laptop ssh "${SSH_OPTIONS[@]}" root@files.example.lan 'seq 1 150' >>"$WORK/log" 2>&1 || true
  imap alex-laptop 1
  pause 5 8
  web alex-laptop --json '{"model":"example","messages":[]}' https://api.openai.com/v1/chat/completions
  web alex-laptop -6 -A "$FIREFOX" https://www.wikipedia.org/page.html
  pause 4 6
  on alex-laptop sh -c "mount --bind '$WORK/run-alex-laptop' /run && timeout 4 avahi-browse -t -r _ipp._tcp" >>"$WORK/log" 2>&1 || true
  web alex-laptop -A 'CUPS/2.4.2 (Darwin 23.5.0; arm64) IPP/2.0' -H 'Content-Type: application/ipp' --data-binary "@$WORK/job.ipp" http://laser-printer.example.lan:631/ipp/print
  pause 8 6
  web alex-laptop -A "$FIREFOX" https://slack.com/page.html
  on alex-laptop scp -q "${SSH_OPTIONS[@]}" "$WORK/www/clip.bin" "root@files.example.lan:$WORK/none/clip.bin" >>"$WORK/log" 2>&1 || true
  pause 8 6
  web alex-laptop -6 -A "$FIREFOX" https://www.google.com/index.html https://www.google.com/image.jpg
  on alex-laptop ping -q -c 3 www.wikipedia.org >/dev/null || true
}
sam() {
  clock sam-desktop
  imap sam-desktop 2
  web sam-desktop -A "$CHROME" https://outlook.office365.com/page.html
  pause 3 4
  smb sam-desktop "ls; get budget.csv $WORK/none/budget.csv; put $WORK/none/budget.csv plan.csv"
  pause 6 6
  h3 sam-desktop www.google.com https://www.google.com/index.html https://www.google.com/image.jpg
  web sam-desktop -6 -A "$CHROME" https://outlook.office365.com/index.html
  on sam-desktop swaks --server mail.example.lan --helo sam-desktop.example.lan --from sam@example.lan --to alex@example.lan --tls --header 'Subject: Plan' --body "@$WORK/minutes.txt" >>"$WORK/log" 2>&1 || true
  pause 8 8
  on sam-desktop env SNMPCONFPATH=/nowhere SNMP_PERSISTENT_DIR="$WORK/snmp" snmpwalk -v2c -c public laser-printer.example.lan .1.3.6.1.2.1.1 >>"$WORK/log" 2>&1 || true
  web sam-desktop -u admin:admin http://door-camera.example.lan/index.html
  pause 8 8
  web sam-desktop -A "$CHROME" https://zoom.us/page.html https://zoom.us/image.jpg
  smb sam-desktop "ls; del plan.csv"
  on sam-desktop traceroute -n -q 1 -N 1 www.netflix.com >/dev/null 2>&1 || true
  pause 10 8
  web sam-desktop -A "$CHROME" https://outlook.office365.com/page.html
}
kim() {
  pause 4 4
  web kim-laptop -A "$CHROME" http://ads.tracker.example/index.html
  for n in 1 2 3 4 5; do on kim-laptop dig +tries=1 +time=1 "update-$RANDOM$n.malware.example.lan" >/dev/null || true; done
  web kim-laptop -A "$CHROME" https://zoom.us/page.html
  pause 15 10
  # Looks for open doors: a scan of the file server, which an alert should notice.
  on kim-laptop python3 -c '
import socket
for port in [21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 1433, 3306, 3389, 5432, 5900, 8080]:
    s = socket.socket(); s.settimeout(0.3)
    try: s.connect(("192.168.1.10", port))
    except OSError: pass
    s.close()' || true
  pause 10 10
  imap kim-laptop 3
  pause 15 10
  web kim-laptop -k --tls-max 1.2 -A "$CHROME" https://slack.com/index.html
}
lee() {
  pause 6 3
  h3 lee-phone www.youtube.com https://www.youtube.com/page.html
  web lee-phone -A "$ANDROID" https://slack.com/page.html
  pause 12 10
  h3 lee-phone rr3---sn-4g5e6nz7.googlevideo.com https://rr3---sn-4g5e6nz7.googlevideo.com/clip.bin
  pause 20 10
  web lee-phone -A "$ANDROID" --json '{"model":"example","messages":[]}' https://api.openai.com/v1/responses
  on lee-phone ping -q -c 2 192.168.1.1 >/dev/null || true
  pause 10 10
  web lee-phone -A "$ANDROID" https://www.wikipedia.org/page.html
}
tv() {
  clock meeting-room-tv
  pause 8 4
  web meeting-room-tv -6 -A 'Netflix/8 (webOS)' https://www.netflix.com/page.html
  web meeting-room-tv -4 -A 'Netflix/8 (webOS)' https://api-global.netflix.com/clip.bin --limit-rate 1k
  pause 10 6
  web meeting-room-tv -A 'Mozilla/5.0 (Web0S; Linux/SmartTV)' https://www.youtube.com/page.html
}
things() {
  local n
  start home-hub mosquitto_sub -h 192.168.1.30 -i dashboard -t 'office/#' -k 20
  for ((n = 0; n < 7; n++)); do
    on kitchen-sensor mosquitto_pub -h home-hub.example.lan -i kitchen-sensor -t office/kitchen/temperature -m "{\"celsius\":2$((n % 4)).5}" -q 1 >>"$WORK/log" 2>&1 || true
    [[ $((n % 3)) != 0 ]] || on door-camera logger -n 192.168.1.30 -d --rfc3164 -p local3.info -t camera "motion detected, event $n" || true
    sleep 17
  done
}
maintenance() {
  pause 40 5
  web home-hub -A 'Debian APT-HTTP/1.3 (2.6.1)' http://deb.debian.org/page.html http://deb.debian.org/image.jpg
  clock files
  for one in 101 102 20; do on files dig +tries=1 +time=2 -x "192.168.1.$one" >/dev/null || true; done
  web files http://deb.debian.org/clip.bin --limit-rate 1k
}
call() {
  sleep 55
  press desk-phone-1 dial sip:sam@192.168.1.42
  press desk-phone-1 hangup
}
start door-camera python3 -m http.server --directory "$WORK/www" 80
CREW=()
for one in alex sam kim lee tv things maintenance call; do
  (trap - EXIT INT TERM ERR; "$one") &
  CREW+=("$!")
done
for ((n = 0; n < SECONDS_OF_TRAFFIC; n++)); do sleep 1; done
for one in "${CREW[@]}"; do kill "$one" 2>/dev/null || true; wait "$one" 2>/dev/null || true; done
stop_recording

for one in 'udp 53 DNS' 'udp 67 DHCP' 'udp 123 NTP' 'udp 5353 MDNS' 'udp 443 QUIC' 'udp 161 SNMP' 'udp 514 Syslog' 'udp 5060 SIP' 'tcp 443 TLS' 'tcp 80 HTTP' \
  'tcp 22 SSH' 'tcp 445 SMBv23' 'tcp 25 SMTPS' 'tcp 143 IMAPS' 'tcp 631 IPP' 'tcp 1883 MQTT' 'icmp 0 ICMP' 'icmpv6 0 ICMPV6' 'igmp 0 IGMP'; do read -r l4 port protocol <<<"$one"; expect "$l4" "$port" "$protocol"; done
expect_media 192.168.1.42
finish office.pcap 'A small office over some minutes: DHCP, DNS, web and QUIC to well-known names, mail, files, printing, telephones, MQTT, a port scan'
