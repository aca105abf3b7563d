# Shared by the recording scripts: network namespaces joined by a bridge or a
# wire, programs started in them, one capture, and nothing left behind.
# shellcheck shell=bash
#
# A script sources this, builds its network, and then goes
#   record http1 client eth0; …traffic…; finish http1 'what it shows'
# Every namespace is named wt<pid>-<host>, every process is stopped by its pid.

set -euo pipefail
export LC_ALL=C TZ=UTC PATH="$PATH:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin"

RECORD_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SAMPLES_DIR=${SAMPLES_DIR:-$(dirname "$RECORD_DIR")}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/wiretop-record.XXXXXX")
chmod 755 "$WORK"
PREFIX=wt$$
HOSTS=()
PIDS=()
EXPECTED=()
PACKAGES=()
CAPTURE_PID=
: >"$WORK/hosts"
: >"$WORK/resolv.conf"
: >"$WORK/log"

note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { note "$*"; tail -n 20 "$WORK/log" >&2; exit 1; }

# Every process started by `start` leads a process group of its own, so that
# a daemon's children end with it.
stop_all() {
  local pid
  for pid in ${CAPTURE_PID:-} "${PIDS[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true; done
  sleep 0.3
  for pid in "${PIDS[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
  PIDS=()
}
cleanup() {
  local status=$? host pid
  trap - EXIT INT TERM
  stop_all
  for host in "${HOSTS[@]}"; do
    # What a daemon left running inside the namespace ends with it.
    for pid in $(ip netns pids "$PREFIX-$host" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns del "$PREFIX-$host" 2>/dev/null || true
  done
  if [[ -n ${KEEP_WORK:-} ]]; then note "kept $WORK"; else rm -rf "$WORK"; fi
  exit "$status"
}
trap cleanup EXIT INT TERM
trap 'note "line $LINENO failed"' ERR

need() {
  local program
  for program in ip tcpdump capinfos ethtool "$@"; do
    command -v "$program" >/dev/null || die "needs $program (Debian packages: see ../README.md)"
  done
}

# --- hosts and links ---------------------------------------------------------

# host NAME: a namespace. IPv6 is off until v6 turns it on, so that a capture
# holds no chatter which it is not about.
host() {
  ip netns add "$PREFIX-$1"
  HOSTS+=("$1")
  ip -n "$PREFIX-$1" link set lo up
  ip netns exec "$PREFIX-$1" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=0
}

# on HOST COMMAND…: runs in that host: its network, its host name, our
# /etc/hosts and /etc/resolv.conf. `exec` all the way: the pid is the program's.
on() {
  local name=$1
  shift
  ip netns exec "$PREFIX-$name" unshare -m -u -- sh -c '
    hostname "$1"; work=$2; shift 2
    mount --bind "$work/hosts" /etc/hosts; mount --bind "$work/resolv.conf" /etc/resolv.conf
    cd "$work"; exec env HOME="$work" USER=alex LOGNAME=alex "$@"' sh "$name" "$WORK" "$@"
}

# start HOST COMMAND…: the same, in the background; $! of it is kept for cleanup.
start() {
  set -m
  on "$@" >>"$WORK/log" 2>&1 </dev/null &
  PIDS+=("$!")
  export STARTED=$!
  set +m
}

# offloads_off HOST DEV: frames as they would be on a wire: whole checksums and
# no segments larger than the MTU.
offloads_off() {
  ip netns exec "$PREFIX-$1" ethtool -K "$2" rx off tx off sg off tso off gso off gro off >/dev/null 2>&1 || true
}

# port HOST DEV PEER_HOST PEER_DEV [MAC]: a cable.
cable() {
  ip link add "$PREFIX-a" type veth peer name "$PREFIX-b"
  ip link set "$PREFIX-a" netns "$PREFIX-$1" name "$2"
  ip link set "$PREFIX-b" netns "$PREFIX-$3" name "$4"
  if [[ -n ${5:-} ]]; then ip -n "$PREFIX-$1" link set "$2" address "$5"; fi
  offloads_off "$1" "$2"
  offloads_off "$3" "$4"
  ip -n "$PREFIX-$1" link set "$2" up
  ip -n "$PREFIX-$3" link set "$4" up
}

address() { # address HOST DEV ADDRESS/LEN…
  local name=$1 dev=$2 one
  shift 2
  for one in "$@"; do
    if [[ $one == *:* ]]; then
      v6 "$name" "$dev"
      ip -n "$PREFIX-$name" -6 addr add "$one" dev "$dev" nodad
    else
      ip -n "$PREFIX-$name" addr add "$one" brd + dev "$dev"
    fi
  done
}
v6() { # v6 HOST DEV
  ip netns exec "$PREFIX-$1" sysctl -qw "net.ipv6.conf.$2.accept_dad=0" "net.ipv6.conf.$2.dad_transmits=0" net.ipv6.conf.all.disable_ipv6=0 "net.ipv6.conf.$2.disable_ipv6=0"
}
route() { # route HOST ARGUMENTS-OF-ip-route-add…
  local name=$1
  shift
  if [[ $* == *:* ]]; then ip -n "$PREFIX-$name" -6 route add "$@"; else ip -n "$PREFIX-$name" route add "$@"; fi
}
forward() { ip netns exec "$PREFIX-$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; }
name() { printf '%s\t%s\n' "$1" "$2" >>"$WORK/hosts"; } # name ADDRESS 'NAME…'

# pair CLIENT_ADDRESS/LEN SERVER_ADDRESS/LEN: two hosts on one cable.
pair() {
  host client
  host server
  cable client eth0 server eth0 3c:22:fb:10:20:30
  ip -n "$PREFIX-server" link set eth0 address 00:1b:21:0a:0b:0c
  address client eth0 "$1"
  address server eth0 "$2"
}

# far_pair CLIENT/LEN SERVER/LEN WIRE-OPTIONS…: two hosts with a user-space wire
# between them, which delays, loses, reorders or tags (see wire.py).
# The client's side of the wire is `switch` port1, the server's port2.
far_pair() {
  host client
  host server
  host switch
  cable client eth0 switch port1 3c:22:fb:10:20:30
  cable server eth0 switch port2 00:1b:21:0a:0b:0c
  address client eth0 "$1"
  address server eth0 "$2"
  shift 2
  start switch python3 "$RECORD_DIR/wire.py" port1 port2 "$@"
  sleep 0.4
}

# lan: a bridge in the host `switch`; join HOST MAC plugs a host into it.
lan() {
  host switch
  ip -n "$PREFIX-switch" link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0
  ip -n "$PREFIX-switch" link set br0 up
}
join() {
  host "$1"
  plug "$1" eth0 "$2"
}
PORTS=0
plug() { # plug HOST DEV MAC
  PORTS=$((PORTS + 1))
  cable "$1" "$2" switch "port$PORTS" "$3"
  ip -n "$PREFIX-switch" link set "port$PORTS" master br0
}

# --- servers -----------------------------------------------------------------

# wait_tcp HOST PORT, wait_udp HOST PORT: until something listens there.
wait_tcp() {
  local i
  for ((i = 0; i < 100; i++)); do
    if on "$1" ss -Hltn "sport = :$2" | grep -q .; then return; fi
    sleep 0.1
  done
  die "nothing listens on TCP $2 of $1"
}
wait_udp() {
  local i
  for ((i = 0; i < 100; i++)); do
    if on "$1" ss -Hlun "sport = :$2" | grep -q .; then return; fi
    sleep 0.1
  done
  die "nothing listens on UDP $2 of $1"
}

# certificate FILE NAME…: FILE.crt and FILE.key, signed by a CA made on the spot.
certificate() {
  local file=$1 names
  shift
  if [[ ! -e $WORK/ca.crt ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/O=Example/CN=Example Lab CA' \
      -keyout "$WORK/ca.key" -out "$WORK/ca.crt" 2>>"$WORK/log"
  fi
  names=$(printf 'DNS:%s,' "$@")
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Example/CN=$1" \
    -keyout "$WORK/$file.key" -out "$WORK/$file.csr" 2>>"$WORK/log"
  openssl x509 -req -in "$WORK/$file.csr" -CA "$WORK/ca.crt" -CAkey "$WORK/ca.key" -CAcreateserial -days 30 \
    -extfile <(printf 'subjectAltName=%s' "${names%,}") -out "$WORK/$file.crt" 2>>"$WORK/log"
  chmod 644 "$WORK/$file.key"
}

# --- the capture -------------------------------------------------------------

record() { # record HOST DEV [TCPDUMP-OPTIONS…]
  local name=$1 dev=$2
  shift 2
  : >"$WORK/tcpdump"
  # --immediate-mode: the last frames are in the file when tcpdump is told to stop.
  ip netns exec "$PREFIX-$name" tcpdump --immediate-mode -n -U -Z root -s 262144 -B 8192 -i "$dev" -w "$WORK/capture" "$@" 2>"$WORK/tcpdump" &
  CAPTURE_PID=$!
  local i
  for ((i = 0; i < 50; i++)); do
    if grep -q 'listening on' "$WORK/tcpdump"; then return; fi
    sleep 0.1
  done
  die "tcpdump did not start: $(<"$WORK/tcpdump")"
}

stop_recording() {
  sleep 0.5
  kill -INT "$CAPTURE_PID"
  wait "$CAPTURE_PID" || true
  CAPTURE_PID=
  if [[ -s $WORK/tcpdump ]] && ! grep -q '^0 packets dropped by kernel' "$WORK/tcpdump"; then die "tcpdump dropped packets"; fi
}

# expect L4 SERVER_PORT PROTOCOL: what really talked; the name as in protocols.
expect() { EXPECTED+=("$1 $2 $3"); }
# talked PACKAGE…: the Debian packages whose programs talked.
talked() { PACKAGES+=("$@"); }

# next PACKAGE…: another capture of the same network follows.
next() { EXPECTED=(); PACKAGES=("$@"); }

# finish FILE 'what it shows': the capture becomes samples/FILE, and its row in
# expected.json and README.md is written.
finish() {
  local file=$1 shows=$2
  if [[ -n $CAPTURE_PID ]]; then stop_recording; fi
  case $file in
    *.gz) gzip -9n <"$WORK/capture" >"$SAMPLES_DIR/$file" ;;
    *.zst) zstd -q -19 <"$WORK/capture" >"$SAMPLES_DIR/$file" ;;
    *) cp "$WORK/capture" "$SAMPLES_DIR/$file" ;;
  esac
  chmod 644 "$SAMPLES_DIR/$file"
  printf '%s\n' "${EXPECTED[@]}" |
    python3 "$RECORD_DIR/catalogue.py" "$SAMPLES_DIR" "$file" "${0##*/}" "$shows" "${PACKAGES[@]}"
  note "$file done"
}
