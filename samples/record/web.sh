#!/usr/bin/env bash
# HTTP/1.1, HTTP/2 in clear text, TLS 1.2 and TLS 1.3 with HTTP/2: curl against nginx.
source "$(dirname "$0")/lib.sh"
need nginx curl nghttp openssl
talked nginx-light curl
name 192.168.20.80 'www.example.lan intranet.example.lan api.example.lan'
far_pair 192.168.20.31/24 192.168.20.80/24 --delay-ms 4 --jitter-ms 1

certificate web www.example.lan intranet.example.lan api.example.lan
mkdir -p "$WORK/www" "$WORK/nginx"
printf '<!doctype html><title>Example intranet</title><h1>Welcome</h1>\n' >"$WORK/www/index.html"
seq -f 'Line %g of the staff handbook.' 1 400 >"$WORK/www/handbook.txt"
printf '{"status":"ok","queue":3}\n' >"$WORK/www/status.json"
cat >"$WORK/nginx.conf" <<NGINX
daemon off; master_process off; worker_processes 1; pid $WORK/nginx.pid; error_log $WORK/log;
events {}
http {
  access_log off; server_tokens on; default_type text/plain;
  types { text/html html; text/plain txt; application/json json; }
  client_body_temp_path $WORK/nginx; proxy_temp_path $WORK/nginx; fastcgi_temp_path $WORK/nginx; uwsgi_temp_path $WORK/nginx; scgi_temp_path $WORK/nginx;
  server {
    listen 80; server_name www.example.lan; root $WORK/www; keepalive_timeout 5s;
    location = /old { return 301 /handbook.txt; }
    location = /orders { return 201 '{"order":1042}'; }
    location = /private { auth_basic staff; auth_basic_user_file /dev/null; }
  }
  server { listen 8080 http2; server_name api.example.lan; root $WORK/www; location = /orders { return 201 '{"order":1043}'; } }
  server {
    listen 443 ssl http2; server_name www.example.lan intranet.example.lan; root $WORK/www;
    ssl_certificate $WORK/web.crt; ssl_certificate_key $WORK/web.key; ssl_protocols TLSv1.2 TLSv1.3;
  }
}
NGINX
start server nginx -c "$WORK/nginx.conf" -p "$WORK"
wait_tcp server 443
fetch() { on client curl -sS --cacert "$WORK/ca.crt" --resolve '*:80:192.168.20.80' --resolve '*:8080:192.168.20.80' --resolve '*:443:192.168.20.80' "$@" >/dev/null; }

record client eth0
fetch http://www.example.lan/ http://www.example.lan/handbook.txt http://www.example.lan/status.json
fetch -A 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' -L http://www.example.lan/old
fetch -d 'item=toner&count=2' http://www.example.lan/orders
fetch http://www.example.lan/missing.html
fetch -I http://www.example.lan/handbook.txt
fetch --compressed -r 100-299 http://www.example.lan/handbook.txt
fetch -u alex:wrong http://www.example.lan/private
expect tcp 80 HTTP
finish http1.pcap 'HTTP/1.1: GET with keep-alive, POST, HEAD, a redirect, a range, 404 and 401'

next nginx-light curl nghttp2-client
record client eth0
fetch --http2-prior-knowledge http://api.example.lan:8080/status.json
fetch --http2-prior-knowledge http://api.example.lan:8080/missing
fetch --http2-prior-knowledge --json '{"item":"toner"}' http://api.example.lan:8080/orders
# Several streams on one connection; this curl fails when it uses such a connection again.
on client nghttp -n http://api.example.lan:8080/ http://api.example.lan:8080/handbook.txt http://api.example.lan:8080/status.json
expect tcp 8080 HTTP2
finish http2-cleartext.pcap 'HTTP/2 with prior knowledge, without TLS, on port 8080'

next nginx-light curl
record client eth0
fetch --tls-max 1.2 --http1.1 https://www.example.lan/ https://www.example.lan/status.json
fetch --tls-max 1.2 --ciphers ECDHE-ECDSA-CHACHA20-POLY1305 --http1.1 https://intranet.example.lan/handbook.txt
# Refused by the client: the alert is on the wire.
on client curl -sS --tls-max 1.2 --resolve 'www.example.lan:443:192.168.20.80' https://www.example.lan/ >/dev/null 2>&1 || true
expect tcp 443 TLS
finish tls12.pcap 'TLS 1.2 (HTTP/1.1 inside): two server names, two ciphers, and a client that refuses the certificate'

next nginx-light curl openssl
record client eth0
fetch --tlsv1.3 https://www.example.lan/ https://www.example.lan/status.json
fetch --tlsv1.3 https://intranet.example.lan/handbook.txt
printf 'GET / HTTP/1.1\r\nHost: www.example.lan\r\nConnection: close\r\n\r\n' |
  on client openssl s_client -quiet -connect 192.168.20.80:443 -servername www.example.lan -CAfile "$WORK/ca.crt" -alpn http/1.1 -curves X25519:P-256 >/dev/null 2>&1 || true
expect tcp 443 TLS
finish tls13-http2.pcap 'TLS 1.3 with HTTP/2 by ALPN, and one openssl s_client with HTTP/1.1'
