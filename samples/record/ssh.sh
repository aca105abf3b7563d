#!/usr/bin/env bash
# OpenSSH: a command, a refused password-less login, a small copy with scp (sftp).
source "$(dirname "$0")/lib.sh"
need sshd ssh scp ssh-keygen
talked openssh-server openssh-client
far_pair 10.20.0.31/24 10.20.0.22/24 --delay-ms 8 --jitter-ms 2
mkdir -p "$WORK/ssh" /run/sshd
ssh-keygen -q -t ed25519 -N '' -C host -f "$WORK/ssh/host"
ssh-keygen -q -t ed25519 -N '' -C alex -f "$WORK/ssh/alex"
# Named after nobody: the only account that logs in is root, by key.
cp "$WORK/ssh/alex.pub" "$WORK/ssh/authorized"
chmod 600 "$WORK/ssh/authorized"
cat >"$WORK/ssh/sshd_config" <<CONF
Port 22
HostKey $WORK/ssh/host
AuthorizedKeysFile $WORK/ssh/authorized
PasswordAuthentication no
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
CONF
start server /usr/sbin/sshd -D -e -f "$WORK/ssh/sshd_config"
wait_tcp server 22
OPTIONS=(-F none -o StrictHostKeyChecking=no -o "UserKnownHostsFile=$WORK/ssh/known" -o LogLevel=ERROR -o IdentitiesOnly=yes -l root)
seq 1 900 >"$WORK/report.csv"

record client eth0
on client ssh "${OPTIONS[@]}" -i "$WORK/ssh/alex" 10.20.0.22 'uname -s; seq 1 200' >/dev/null
on client ssh "${OPTIONS[@]}" -i /dev/null 10.20.0.22 true 2>/dev/null || true
on client scp -q "${OPTIONS[@]:0:10}" -i "$WORK/ssh/alex" "$WORK/report.csv" root@10.20.0.22:"$WORK/copy.csv"
expect tcp 22 SSH
finish ssh.pcap 'SSH: a command, a refused login, a file copied by sftp'
