#!/usr/bin/env bash
# FTP: vsftpd and tnftp; passive, extended passive and active data connections.
source "$(dirname "$0")/lib.sh"
need vsftpd tnftp curl
talked vsftpd tnftp curl
far_pair 192.168.20.31/24 192.168.20.21/24 --delay-ms 3
mkdir -p "$WORK/ftp/pub" "$WORK/ftp/incoming" "$WORK/empty"
chmod 555 "$WORK/ftp" "$WORK/empty"
chmod 777 "$WORK/ftp/incoming"
seq -f 'invoice %g' 1 700 >"$WORK/ftp/pub/invoices.txt"
echo 'Toner is out.' >"$WORK/note.txt"
cat >"$WORK/vsftpd.conf" <<CONF
listen=YES
background=NO
anonymous_enable=YES
anon_root=$WORK/ftp
local_enable=NO
write_enable=YES
anon_upload_enable=YES
secure_chroot_dir=$WORK/empty
ftpd_banner=Example file server
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
connect_from_port_20=YES
ftp_username=daemon
pasv_min_port=50021
pasv_max_port=50025
CONF
start server vsftpd "$WORK/vsftpd.conf"
wait_tcp server 21

record client eth0
printf '%s\n' 'user anonymous alex@example.lan' binary 'cd pub' ls "get invoices.txt $WORK/got" 'cd ../incoming' "put $WORK/note.txt note.txt" 'get missing.txt' bye |
  on client tnftp -n -v -p 192.168.20.21 >>"$WORK/log" 2>&1
on client curl -sS --disable-epsv ftp://192.168.20.21/pub/ >>"$WORK/log"
on client curl -sS -P - ftp://192.168.20.21/pub/invoices.txt >>"$WORK/log"
on client curl -sS --disable-eprt -P - ftp://192.168.20.21/incoming/ >>"$WORK/log"
on client curl -sS -u alex:secret ftp://192.168.20.21/ >>"$WORK/log" 2>&1 || true
stop_recording
expect tcp 21 FTP_CONTROL
expect tcp 20 FTP_DATA
for data in 50021 50022 50023 50024 50025; do if tcpdump -nr "$WORK/capture" "tcp port $data" 2>/dev/null | grep -q .; then expect tcp "$data" FTP_DATA; fi; done
finish ftp.pcap 'FTP: passive, extended passive and active transfers, an upload, a missing file, a refused login'
