#!/usr/bin/env bash
# Mail: Postfix and Dovecot, with and without STARTTLS.
source "$(dirname "$0")/lib.sh"
need postfix swaks dovecot curl openssl
far_pair 192.168.20.31/24 192.168.20.25/24 --delay-ms 3 --jitter-ms 1
name 192.168.20.25 mail.example.lan
certificate mail mail.example.lan

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
inet_interfaces = 192.168.20.25
inet_protocols = ipv4
mynetworks = 192.168.20.0/24
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
on server postfix -c "$WORK/postfix" check >>"$WORK/log" 2>&1 || true
start server postfix -c "$WORK/postfix" start-fg
wait_tcp server 25
send() { on client swaks --server mail.example.lan --helo laptop.example.lan --from alex@example.lan --to sam@example.lan --header 'Message-Id: <1@laptop.example.lan>' "$@" >>"$WORK/log" 2>&1; }
seq -f 'Paragraph %g of the minutes.' 1 150 >"$WORK/minutes.txt"

record client eth0
send --header 'Subject: Minutes' --body "@$WORK/minutes.txt"
send --to nobody@elsewhere.example.org --header 'Subject: Hello' --body 'A short one.'
send --to 'not an address' || true
expect tcp 25 SMTP
talked postfix swaks
finish smtp.pcap 'SMTP without TLS: two messages and a refused recipient'

next postfix swaks
record client eth0
send --tls --header 'Subject: Minutes' --body "@$WORK/minutes.txt"
send --tls --tls-protocol tlsv1_2 --header 'Subject: Hello' --body 'A short one.'
expect tcp 25 SMTPS
finish smtp-starttls.pcap 'SMTP with STARTTLS: TLS 1.3, then TLS 1.2'

cat >"$WORK/dovecot/dovecot.conf" <<CONF
protocols = imap pop3
base_dir = $WORK/dovecot/run
state_dir = $WORK/dovecot/state
log_path = $WORK/log
listen = 192.168.20.25
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
start server dovecot -F -c "$WORK/dovecot/dovecot.conf"
wait_tcp server 143
wait_tcp server 110
fetch() { on client curl -sS --cacert "$WORK/ca.crt" -u sam:secret "$@" >>"$WORK/log" 2>&1; }

next dovecot-imapd curl
record client eth0
fetch imap://mail.example.lan/ -X 'LIST "" "*"'
fetch 'imap://mail.example.lan/INBOX;UID=1'
fetch imap://mail.example.lan/INBOX -X 'SEARCH SUBJECT Minutes'
fetch -u sam:wrong imap://mail.example.lan/ || true
expect tcp 143 IMAP
finish imap.pcap 'IMAP without TLS: a list, a message, a search, a refused password'

next dovecot-imapd curl openssl
record client eth0
fetch --ssl-reqd 'imap://mail.example.lan/INBOX;UID=2'
printf 'a login sam secret\r\nb select INBOX\r\nc logout\r\n' | on client openssl s_client -quiet -connect mail.example.lan:143 -starttls imap -servername mail.example.lan -tls1_2 >>"$WORK/log" 2>&1 || true
sleep 1
expect tcp 143 IMAPS
finish imap-starttls.pcap 'IMAP with STARTTLS: TLS 1.3 from curl, TLS 1.2 from openssl s_client'

next dovecot-pop3d curl
record client eth0
fetch pop3://mail.example.lan/
fetch pop3://mail.example.lan/1
fetch -u sam:wrong pop3://mail.example.lan/ || true
expect tcp 110 POP3
finish pop3.pcap 'POP3 without TLS: a list, a message, a refused password'

next dovecot-pop3d curl
record client eth0
fetch --ssl-reqd pop3://mail.example.lan/
fetch --ssl-reqd pop3://mail.example.lan/2
expect tcp 110 POPS
finish pop3-starttls.pcap 'POP3 with STLS'
