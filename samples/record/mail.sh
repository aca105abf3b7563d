#!/usr/bin/env bash
# Mail: Postfix and Dovecot, with and without STARTTLS.
source "$(dirname "$0")/lib.sh"
source "$RECORD_DIR/servers.sh"
need postfix swaks dovecot curl openssl
far_pair 192.168.20.31/24 192.168.20.25/24 --delay-ms 3 --jitter-ms 1
name 192.168.20.25 mail.example.lan
certificate mail mail.example.lan

postfix_server server 192.168.20.25
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

dovecot_server server 192.168.20.25
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
