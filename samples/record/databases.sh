#!/usr/bin/env bash
# Databases and brokers, each with its own client: PostgreSQL, MariaDB, Redis, memcached, Mosquitto.
source "$(dirname "$0")/lib.sh"
PG=$(dirname "$(find /usr/lib/postgresql -path "*/bin/postgres" | sort -V | tail -n 1)")
need "$PG/postgres" psql mariadbd mariadb redis-server redis-cli memcached memccat nc mosquitto mosquitto_pub
pair 10.10.0.31/24 10.10.0.50/24
name 10.10.0.50 db.example.lan
certificate db db.example.lan
as() { local user=$1; shift; on server setpriv --reuid="$user" --regid="$user" --clear-groups "$@"; }

# PostgreSQL refuses to run as root.
install -d -o postgres "$WORK/pg"
install -o postgres -m 600 "$WORK/db.key" "$WORK/pg.key"
printf 'secret\n' >"$WORK/pg.password"
chmod 644 "$WORK/pg.password"
as postgres "$PG/initdb" -D "$WORK/pg/data" -A scram-sha-256 -U shop --pwfile="$WORK/pg.password" -E UTF8 --no-sync >>"$WORK/log" 2>&1
printf 'hostnossl all all 10.10.0.0/24 scram-sha-256\nhostssl all all 10.10.0.0/24 scram-sha-256\n' >>"$WORK/pg/data/pg_hba.conf"
start server setpriv --reuid=postgres --regid=postgres --clear-groups "$PG/postgres" -D "$WORK/pg/data" -c listen_addresses=10.10.0.50 -c unix_socket_directories= \
  -c ssl=on -c "ssl_cert_file=$WORK/db.crt" -c "ssl_key_file=$WORK/pg.key"
wait_tcp server 5432
psql_() { on client env PGPASSWORD="${PASSWORD:-secret}" PGSSLMODE="$1" PGAPPNAME=shop psql -qX -h db.example.lan -U shop "${@:2}" >>"$WORK/log" 2>&1; }
record client eth0
psql_ disable postgres -c 'create table orders (id int primary key, item text, price numeric)' -c "insert into orders select g, 'item ' || g, g * 1.5 from generate_series(1, 60) g" \
  -c 'select item, price from orders where id <= 20' -c 'select * from missing' || true
psql_ disable postgres -c '\copy orders to /dev/null' -c 'begin; update orders set price = 2; rollback'
PASSWORD=wrong psql_ disable postgres -c 'select 1' || true
psql_ prefer postgres -c 'select count(*) from orders'
talked postgresql-15 postgresql-client-15
expect tcp 5432 PostgreSQL
finish postgres.pcap 'PostgreSQL: SCRAM login, queries, an error, COPY, a refused password, and one connection that goes over to TLS'

next mariadb-server mariadb-client
install -d -o mysql "$WORK/my"
mariadb-install-db --no-defaults --datadir="$WORK/my" --user=mysql --auth-root-authentication-method=normal >>"$WORK/log" 2>&1
start server mariadbd --no-defaults --user=mysql --datadir="$WORK/my" --socket="$WORK/my/sock" --pid-file="$WORK/my/pid" --bind-address=10.10.0.50 --port=3306 --skip-name-resolve \
  --innodb-buffer-pool-size=16M --innodb-log-file-size=8M
wait_tcp server 3306
on server mariadb --no-defaults -S "$WORK/my/sock" -e "create database shop; create user alex@'%' identified by 'secret'; grant all on shop.* to alex@'%'" >>"$WORK/log" 2>&1 ||
  on server mariadb --no-defaults -h 10.10.0.50 -e 'select 1' >>"$WORK/log" 2>&1
my() { on client mariadb --no-defaults -h db.example.lan -u alex "$@" >>"$WORK/log" 2>&1; }
record client eth0
my -psecret shop -e "create table orders (id int primary key, item varchar(40)); insert into orders values (1,'toner'),(2,'paper'),(3,'staples'); select * from orders; show tables; select version()"
my -psecret shop -e 'select * from missing' || true
my -pwrong shop -e 'select 1' || true
expect tcp 3306 MySQL
finish mysql.pcap 'MariaDB: login, statements, an error, a refused password'

next redis-server redis-tools netcat-openbsd
start server redis-server --bind 10.10.0.50 --port 6379 --save '' --dir "$WORK" --protected-mode no --requirepass ''
wait_tcp server 6379
redis() { on client redis-cli -h db.example.lan "$@" >>"$WORK/log" 2>&1; }
record client eth0
redis set session:42 '{"user":"alex"}' EX 60
redis get session:42
redis hset cart:7 toner 2 paper 5
redis lpush queue a b c
redis lrange queue 0 -1
redis lpush session:42 x
redis info clients
# Several commands in one segment, in the form for people at a terminal.
printf 'INCR visits\r\nGET missing\r\nPING\r\nQUIT\r\n' | on client nc -N 10.10.0.50 6379 >>"$WORK/log"
redis -3 hgetall cart:7
timeout 1 ip netns exec "$PREFIX-client" redis-cli -h 10.10.0.50 subscribe news >>"$WORK/log" 2>&1 & SUBSCRIBER=$!
sleep 0.4
redis publish news 'hello'
wait "$SUBSCRIBER" || true
expect tcp 6379 RESP
finish redis.pcap 'Redis: RESP2 and RESP3, strings, hashes, lists, an error, publish and subscribe'

next memcached libmemcached-tools netcat-openbsd
start server memcached -u nobody -l 10.10.0.50 -p 11211 -U 11211
wait_tcp server 11211
seq 1 40 >"$WORK/menu"
record client eth0
(cd "$WORK" && on client memccp --servers=db.example.lan "$WORK/menu") >>"$WORK/log" 2>&1
on client memccat --servers=db.example.lan menu >>"$WORK/log" 2>&1
on client memccp --binary --servers=db.example.lan "$WORK/menu" >>"$WORK/log" 2>&1 || true
printf 'get missing\r\nset a 0 60 5\r\nhello\r\nget a\r\nincr a 1\r\nstats\r\nversion\r\nquit\r\n' | on client nc -N 10.10.0.50 11211 >>"$WORK/log"
printf '\0\1\0\0\0\1\0\0get a\r\n' | on client nc -u -w 1 10.10.0.50 11211 >>"$WORK/log"
expect tcp 11211 Memcached
expect udp 11211 Memcached
finish memcached.pcap 'memcached: text and binary protocol over TCP, and text over UDP'

next mosquitto mosquitto-clients
cat >"$WORK/mosquitto.conf" <<CONF
listener 1883 10.10.0.50
allow_anonymous true
user nobody
CONF
start server mosquitto -c "$WORK/mosquitto.conf"
wait_tcp server 1883
record client eth0
start client mosquitto_sub -h db.example.lan -i dashboard -t 'office/+/temperature' -q 1 -k 5
sleep 0.3
for room in meeting kitchen server; do on client mosquitto_pub -h db.example.lan -i "sensor-$room" -t "office/$room/temperature" -m '{"celsius":21.5}' -q 1; done
on client mosquitto_pub -V mqttv5 -h db.example.lan -i sensor-roof -t office/roof/temperature -m 9.1 -q 2 -r --will-topic office/roof/gone --will-payload bye
sleep 6
expect tcp 1883 MQTT
finish mqtt.pcap 'MQTT 3.1.1 and 5: subscribe, publish with QoS 1 and 2, a will, keep-alive pings'
