#!/usr/bin/env bash
# File and directory services: SMB, LDAP, NFS.
source "$(dirname "$0")/lib.sh"
source "$RECORD_DIR/servers.sh"
need smbd smbclient slapd ldapsearch rpcbind ganesha.nfsd nfs-ls
pair 192.168.20.31/24 192.168.20.45/24
name 192.168.20.45 files.example.lan
certificate files files.example.lan
mkdir -p "$WORK/share" "$WORK/ldap"
seq -f 'Row %g of the budget' 1 500 >"$WORK/share/budget.csv"
chmod -R a+rwX "$WORK/share"

samba_server server
smb() { on client smbclient -s "$WORK/smb.conf" "$@" >>"$WORK/log" 2>&1; }
record client eth0
smb -N -U 'EXAMPLE/alex' -m SMB3 //files.example.lan/share -c "ls; get budget.csv $WORK/got.csv; put $WORK/got.csv copy.csv; rm copy.csv; mkdir Archive; get missing.txt $WORK/none" || true
smb -N -U 'EXAMPLE/alex' -m SMB2_02 -L files.example.lan || true
talked samba smbclient
expect tcp 445 SMBv23
finish smb.pcap 'SMB 2 and 3: negotiation, guest session, list, read, write, delete, a missing file, the list of shares'

next samba smbclient
record client eth0
smb -N -U 'EXAMPLE/alex' -m NT1 --option='client min protocol=NT1' //files.example.lan/share -p 139 -c "ls; get budget.csv $WORK/got.csv" || true
expect tcp 139 SMBv1
finish smb1.pcap 'SMB 1 over NetBIOS (port 139): the old dialect, which a monitor should notice'

next slapd ldap-utils
cat >"$WORK/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $WORK/ldap/pid
TLSCertificateFile $WORK/files.crt
TLSCertificateKeyFile $WORK/files.key
TLSCACertificateFile $WORK/ca.crt
database mdb
maxsize 4194304
suffix "dc=example,dc=lan"
rootdn "cn=admin,dc=example,dc=lan"
rootpw secret
directory $WORK/ldap
CONF
cat >"$WORK/people.ldif" <<'LDIF'
dn: dc=example,dc=lan
objectClass: dcObject
objectClass: organization
o: Example

dn: ou=people,dc=example,dc=lan
objectClass: organizationalUnit
ou: people

dn: uid=alex,ou=people,dc=example,dc=lan
objectClass: inetOrgPerson
cn: Alex Example
sn: Example
mail: alex@example.lan

dn: uid=sam,ou=people,dc=example,dc=lan
objectClass: inetOrgPerson
cn: Sam Example
sn: Example
mail: sam@example.lan
LDIF
start server slapd -d 0 -f "$WORK/slapd.conf" -h ldap://192.168.20.45:389/
wait_tcp server 389
ldap() { local tool=$1; shift; on client env LDAPTLS_CACERT="$WORK/ca.crt" "$tool" -x -H ldap://files.example.lan "$@" >>"$WORK/log" 2>&1; }
ADMIN=(-D 'cn=admin,dc=example,dc=lan' -w secret)
record client eth0
ldap ldapadd "${ADMIN[@]}" -f "$WORK/people.ldif"
ldap ldapsearch -b '' -s base namingContexts
ldap ldapsearch -b dc=example,dc=lan '(&(objectClass=inetOrgPerson)(mail=alex@*))' cn mail
ldap ldapsearch -D 'cn=admin,dc=example,dc=lan' -w wrong -b dc=example,dc=lan || true
ldap ldapdelete "${ADMIN[@]}" uid=sam,ou=people,dc=example,dc=lan
ldap ldapsearch -ZZ -b dc=example,dc=lan '(uid=alex)'
expect tcp 389 LDAP
finish ldap.pcap 'LDAP: bind, add, search, delete, a refused bind, and one connection that goes over to TLS (StartTLS)'

next rpcbind nfs-ganesha libnfs-utils
mkdir -p /var/run/ganesha /var/lib/nfs/ganesha
cat >"$WORK/ganesha.conf" <<CONF
NFS_CORE_PARAM { Protocols = 3, 4; NFS_Port = 2049; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false; Bind_addr = 192.168.20.45; }
NFSv4 { Grace_Period = 1; Lease_Lifetime = 5; RecoveryRoot = $WORK/ganesha; }
EXPORT { Export_Id = 1; Path = /srv; Pseudo = /share; Access_Type = RW; Squash = No_Root_Squash; SecType = sys; Protocols = 3, 4; FSAL { Name = VFS; } }
CONF
mkdir "$WORK/ganesha"
start server rpcbind -f -w
sleep 0.5
start server sh -c "mount --bind '$WORK/share' /srv && exec ganesha.nfsd -F -f '$WORK/ganesha.conf' -L '$WORK/log' -p '$WORK/ganesha.pid' -N EVENT"
wait_tcp server 2049
sleep 2
record client eth0
on client timeout 10 nfs-ls 'nfs://192.168.20.45/srv?version=3' >>"$WORK/log" 2>&1
on client timeout 10 nfs-cat 'nfs://192.168.20.45/srv/budget.csv?version=3' >>"$WORK/log" 2>&1
on client timeout 10 nfs-ls 'nfs://192.168.20.45/share?version=4' >>"$WORK/log" 2>&1 || true
expect tcp 2049 NFS
finish nfs.pcap 'NFS version 3 with portmap and mount, then version 4'
