# Servers that more than one script starts. Sourced after lib.sh.
# shellcheck shell=bash disable=SC2154

# postfix_server HOST ADDRESS: takes mail for everybody and drops it.
# Wants certificate mail.
postfix_server() {
  mkdir -p "$WORK/postfix" "$WORK/spool" "$WORK/data" "$WORK/dovecot"
  chown postfix "$WORK/data"
  cat >"$WORK/postfix/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $WORK/spool
data_directory = $WORK/data
maillog_file = /dev/stdout
maillog_file_prefixes = /dev
myhostname = mail.example.lan
mydestination =
inet_interfaces = $2
inet_protocols = ipv4
mynetworks = ${2%.*}.0/24
default_transport = discard
relay_domains = example.lan
transport_maps =
relay_transport = discard
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_cert_file = $WORK/mail.crt
smtpd_tls_key_file = $WORK/mail.key
smtpd_peername_lookup = no
smtpd_client_port_logging = no
CONF
  cat >"$WORK/postfix/master.cf" <<'CONF'
smtp      inet  n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
anvil     unix  - - n - 1 anvil
discard   unix  - - n - - discard
proxymap  unix  - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
CONF
  on "$1" postfix -c "$WORK/postfix" check >>"$WORK/log" 2>&1 || true
  start "$1" postfix -c "$WORK/postfix" start-fg
  wait_tcp "$1" 25
}

# dovecot_server HOST ADDRESS: IMAP and POP3 for sam, password secret, three mails.
# Wants certificate mail and $WORK/minutes.txt.
dovecot_server() {
  local n
  mkdir -p "$WORK/dovecot"
  cat >"$WORK/dovecot/dovecot.conf" <<CONF
protocols = imap pop3
base_dir = $WORK/dovecot/run
state_dir = $WORK/dovecot/state
log_path = $WORK/log
listen = $2
ssl = yes
ssl_cert = <$WORK/mail.crt
ssl_key = <$WORK/mail.key
disable_plaintext_auth = no
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
mail_location = maildir:$WORK/dovecot/mail/%u
first_valid_uid = 1
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=1 gid=1 home=$WORK/dovecot/home/%u
}
CONF
  mkdir -p "$WORK/dovecot/run" "$WORK/dovecot/state" "$WORK/dovecot/home" "$WORK/dovecot/mail/sam/new" "$WORK/dovecot/mail/sam/cur" "$WORK/dovecot/mail/sam/tmp"
  for n in 1 2 3; do
    { printf 'From: alex@example.lan\r\nTo: sam@example.lan\r\nSubject: Minutes %s\r\nMessage-Id: <%s@example.lan>\r\n\r\n' "$n" "$n"; head -n $((n * 20)) "$WORK/minutes.txt"; } >"$WORK/dovecot/mail/sam/new/100000000$n.M1.mail"
  done
  chown -R 1:1 "$WORK/dovecot/home" "$WORK/dovecot/mail"
  start "$1" dovecot -F -c "$WORK/dovecot/dovecot.conf"
}

# samba_server HOST: shares $WORK/share with guests, as FILES in EXAMPLE.
samba_server() {
  mkdir -p "$WORK/samba/private"
  cat >"$WORK/smb.conf" <<CONF
[global]
netbios name = FILES
workgroup = EXAMPLE
server string = Files
map to guest = Bad User
private dir = $WORK/samba/private
lock directory = $WORK/samba
state directory = $WORK/samba
cache directory = $WORK/samba
pid directory = $WORK/samba
ncalrpc dir = $WORK/samba/ncalrpc
log file = $WORK/samba/log
disable spoolss = yes
load printers = no
server min protocol = NT1
[share]
path = $WORK/share
guest ok = yes
read only = no
force user = nobody
CONF
  start "$1" smbd --foreground --no-process-group -s "$WORK/smb.conf"
  wait_tcp "$1" 445
}

phone() { # phone HOST USER ADDRESS MODE
  mkdir -p "$WORK/$2"
  cat >"$WORK/$2/config" <<CONF
sip_listen $3:5060
sip_trans_def udp
audio_player aubridge,pipe
audio_source ausine,440
audio_alert aubridge,alert
ausrc_srate 48000
ausrc_channels 2
rtp_ports 16384-16390
rtcp_mux no
jitter_buffer_delay 5-10
net_interface eth0
module_path /usr/lib/baresip/modules
module stdio.so
module g711.so
module ausine.so
module aubridge.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:4444
CONF
  printf '<sip:%s@%s>;regint=0;answermode=%s;audio_codecs=PCMU/8000/1\n' "$2" "$3" "$4" >"$WORK/$2/accounts"
  : >"$WORK/$2/contacts"
  start "$1" sh -c "sleep 40 | exec baresip -f '$WORK/$2'"
}
press() { # press HOST COMMAND [PARAMETERS]: the control port takes netstrings
  local json
  json=$(printf '{"command":"%s","params":"%s"}' "$2" "${3:-}")
  printf '%d:%s,' "${#json}" "$json" | on "$1" timeout 2 nc -q 1 127.0.0.1 4444 >>"$WORK/log" || true
}

# expect_media ADDRESS: the RTP and RTCP ports which that phone used.
expect_media() {
  local port
  while read -r port; do
    if ((port % 2)); then expect udp "$port" RTCP; else expect udp "$port" RTP; fi
  done < <(tcpdump -nr "$WORK/capture" "udp and src host $1 and src portrange 16384-16390" 2>/dev/null | grep -oE "IP $1\.163[0-9]+" | grep -oE '[0-9]+$' | sort -u)
}

avahi() { # avahi HOST SERVICES-DIR: with a system bus of its own
  mkdir -p "$WORK/run-$1/dbus" "$WORK/run-$1/avahi-daemon" "$2"
  chmod 755 "$WORK/run-$1"; chown avahi "$WORK/run-$1/avahi-daemon"
  cat >"$WORK/avahi-$1.conf" <<CONF
[server]
host-name=$1
domain-name=local
use-ipv4=yes
use-ipv6=no
allow-interfaces=eth0
[publish]
publish-hinfo=yes
publish-workstation=no
[reflector]
[rlimits]
CONF
  start "$1" sh -c "mount --bind '$WORK/run-$1' /run && mount --bind '$2' /etc/avahi/services && dbus-daemon --system --fork --nopidfile && exec avahi-daemon -f '$WORK/avahi-$1.conf' --no-chroot --no-drop-root --no-rlimits"
}
