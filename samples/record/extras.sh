#!/usr/bin/env bash
# Telnet (gzip), STUN and TURN (nanoseconds), RADIUS, Kerberos (zstd): also the other file forms.
source "$(dirname "$0")/lib.sh"
need turnserver turnutils_uclient telnet freeradius radclient krb5kdc kinit zstd
pair 192.168.70.31/24 192.168.70.5/24
name 192.168.70.5 'kdc.example.lan server.example.lan'

# A telnet server needs a super-server; this one passes the connection on.
cat >"$WORK/super.py" <<'PY'
import os, socket
listener = socket.create_server(("192.168.70.5", 23))
while True:
    peer, _ = listener.accept()
    if os.fork() == 0:
        for fd in (0, 1, 2): os.dup2(peer.fileno(), fd)
        os.execv("/usr/sbin/telnetd", ["telnetd", "-h", "-E", "/bin/sh -c 'printf \"switch login: \"; read name; printf \"Password: \"; read word; printf \"\\nswitch> \"; read line; printf \"uptime 12 days\\nswitch> \"; read line; exit 0'"])
    peer.close()
PY
TELNETD=$(command -v telnetd || command -v in.telnetd || true)
sed -i "s|\"/usr/sbin/telnetd\"|\"$TELNETD\"|" "$WORK/super.py"
start server python3 "$WORK/super.py"
wait_tcp server 23
record client eth0
{ sleep 1; for line in operator letmein 'show version' exit; do printf '%s\n' "$line"; sleep 0.5; done; } | on client timeout 8 telnet 192.168.70.5 >>"$WORK/log" 2>&1 || true
talked inetutils-telnetd inetutils-telnet
expect tcp 23 Telnet
finish telnet.pcap.gz 'Telnet with option negotiation and a login in clear text; compressed with gzip'

next coturn
start server turnserver -n --no-cli --no-tls --no-dtls -L 192.168.70.5 -p 3478 --min-port 50000 --max-port 50100 -a -u alex:secret -r example.lan --no-software-attribute --pidfile "$WORK/turn.pid" --log-file stdout --db "$WORK/turn.db"
wait_udp server 3478
record client eth0 --time-stamp-precision=nano
on client timeout 5 turnutils_stunclient -p 3478 192.168.70.5 >>"$WORK/log" 2>&1 || true
on client timeout 10 turnutils_uclient -y -n 6 -l 120 -m 1 -u alex -w secret -L 192.168.70.31 192.168.70.5 >>"$WORK/log" 2>&1 || true
expect udp 3478 STUN
finish stun-nanosecond.pcap 'STUN binding and TURN: allocate, permissions, channel data; time stamps in nanoseconds'

next freeradius freeradius-utils
mkdir "$WORK/radius"
printf 'alex Cleartext-Password := "secret"\n\tReply-Message = "Welcome",\n\tFramed-IP-Address = 192.168.70.99\n' >"$WORK/radius/users"
cat >"$WORK/radius/radiusd.conf" <<CONF
libdir = /usr/lib/freeradius
dictionary = /usr/share/freeradius
logdir = $WORK/radius
run_dir = $WORK/radius
client lab {
  ipaddr = 192.168.70.0/24
  secret = shared
}
modules {
  files {
    filename = $WORK/radius/users
  }
  pap {
  }
  chap {
  }
  always ok {
    rcode = ok
  }
}
server default {
  listen {
    type = auth
    ipaddr = 192.168.70.5
    port = 1812
  }
  listen {
    type = acct
    ipaddr = 192.168.70.5
    port = 1813
  }
  authorize {
    chap
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
    Auth-Type CHAP {
      chap
    }
  }
  accounting {
    ok
  }
}
CONF
chmod -R a+rX "$WORK/radius"
start server freeradius -f -X -d "$WORK/radius"
wait_udp server 1812
record client eth0
radius() { printf '%s\n' 'User-Name = alex' 'NAS-IP-Address = 192.168.70.31' 'Called-Station-Id = "office-wifi"' "$@" | on client radclient 192.168.70.5:1812 auth shared >>"$WORK/log" 2>&1 || true; }
radius 'User-Password = secret'
radius 'CHAP-Password = secret'
radius 'User-Password = wrong'
printf 'User-Name = alex\nAcct-Status-Type = Start\nAcct-Session-Id = 0001\nNAS-IP-Address = 192.168.70.31\n' | on client radclient 192.168.70.5:1813 acct shared >>"$WORK/log" 2>&1 || true
expect udp 1812 Radius
expect udp 1813 Radius
finish radius.pcap 'RADIUS: PAP and CHAP accepted, a reject, accounting'

next krb5-kdc krb5-user
mkdir "$WORK/krb"
cat >"$WORK/krb5.conf" <<CONF
[libdefaults]
default_realm = EXAMPLE.LAN
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
udp_preference_limit = 1465
[realms]
EXAMPLE.LAN = {
 kdc = kdc.example.lan
}
CONF
cat >"$WORK/kdc.conf" <<CONF
[kdcdefaults]
kdc_ports = 88
kdc_tcp_ports = 88
[realms]
EXAMPLE.LAN = {
 database_name = $WORK/krb/principal
 key_stash_file = $WORK/krb/stash
 acl_file = $WORK/krb/acl
}
CONF
export KRB5_CONFIG=$WORK/krb5.conf KRB5_KDC_PROFILE=$WORK/kdc.conf KRB5CCNAME=$WORK/krb/cache
kdb5_util create -s -r EXAMPLE.LAN -P master-secret >>"$WORK/log" 2>&1
for one in 'addprinc -pw secret alex' 'addprinc -pw secret -requires_preauth sam' 'addprinc -randkey host/server.example.lan' 'modprinc +requires_preauth alex'; do kadmin.local -q "$one" >>"$WORK/log" 2>&1; done
start server krb5kdc -n -P "$WORK/krb/pid"
wait_tcp server 88
record client eth0
echo secret | on client kinit alex >>"$WORK/log" 2>&1
on client kvno host/server.example.lan >>"$WORK/log" 2>&1
echo wrong | on client kinit alex >>"$WORK/log" 2>&1 || true
echo secret | on client kinit nobody >>"$WORK/log" 2>&1 || true
sed -i 's/udp_preference_limit.*/udp_preference_limit = 1/' "$WORK/krb5.conf"
echo secret | on client kinit sam >>"$WORK/log" 2>&1
expect udp 88 Kerberos
expect tcp 88 Kerberos
finish kerberos.pcap.zst 'Kerberos over UDP and TCP: tickets, a wrong password, an unknown user; compressed with zstd'
