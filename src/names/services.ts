/** The usual name of a server port, for people who read lists of ports. Not evidence of what is spoken there. */
const SERVICES = `
  7 echo, 9 discard, 13 daytime, 17 qotd, 19 chargen, 20/tcp ftp-data, 21/tcp ftp, 22 ssh, 23/tcp telnet, 25/tcp smtp, 37 time, 43/tcp whois,
  49 tacacs, 53 domain, 67/udp dhcp-server, 68/udp dhcp-client, 69/udp tftp, 70/tcp gopher, 79/tcp finger, 80 http, 88 kerberos, 102/tcp iso-tsap,
  104/tcp dicom, 109/tcp pop2, 110/tcp pop3, 111 rpcbind, 113/tcp ident, 119/tcp nntp, 123/udp ntp, 135 msrpc, 137/udp netbios-ns, 138/udp netbios-dgm,
  139/tcp netbios-ssn, 143/tcp imap, 161/udp snmp, 162/udp snmp-trap, 177/udp xdmcp, 179/tcp bgp, 194 irc, 201 appletalk, 264/tcp bgmp, 318/tcp tsp,
  319/udp ptp-event, 320/udp ptp-general, 381 hp-openview, 389 ldap, 427 slp, 443/tcp https, 443/udp quic, 444 snpp, 445/tcp microsoft-ds, 464 kpasswd,
  465/tcp smtps, 497 retrospect, 500/udp isakmp, 502/tcp modbus, 512/tcp exec, 513/tcp login, 513/udp who, 514/tcp shell, 514/udp syslog,
  515/tcp printer, 520/udp rip, 521/udp ripng, 523 db2-discovery, 530 rpc, 540/tcp uucp, 543/tcp klogin, 544/tcp kshell, 546/udp dhcpv6-client,
  547/udp dhcpv6-server, 548/tcp afp, 554 rtsp, 563/tcp nntps, 587/tcp submission, 593/tcp http-rpc, 601/tcp syslog, 623/udp ipmi, 631 ipp, 636/tcp ldaps,
  639 msdp, 646 ldp, 655 tinc, 666 doom, 691/tcp ms-exchange, 749 kerberos-adm, 853/tcp dns-over-tls, 853/udp dns-over-quic, 860/tcp iscsi, 873/tcp rsync,
  902 vmware-auth, 989/tcp ftps-data, 990/tcp ftps, 992/tcp telnets, 993/tcp imaps, 995/tcp pop3s, 1025 blackjack, 1080/tcp socks, 1099/tcp java-rmi,
  1194 openvpn, 1214 kazaa, 1241/tcp nessus, 1311 dell-openmanage, 1352/tcp lotus-notes, 1414 ibm-mq, 1433/tcp ms-sql, 1434/udp ms-sql-monitor,
  1494/tcp citrix-ica, 1521/tcp oracle, 1589 cisco-vqp, 1645/udp radius-old, 1646/udp radius-acct-old, 1701/udp l2tp, 1719/udp h323-ras, 1720/tcp h323,
  1723/tcp pptp, 1741/tcp ciscoworks, 1755 ms-streaming, 1812/udp radius, 1813/udp radius-acct, 1883/tcp mqtt, 1900/udp ssdp, 1935/tcp rtmp,
  1985/udp hsrp, 2000/tcp cisco-sccp, 2049 nfs, 2055/udp netflow, 2082/tcp cpanel, 2083/tcp cpanels, 2123/udp gtp-control, 2152/udp gtp-user,
  2181/tcp zookeeper, 2222/tcp ethernet-ip, 2375/tcp docker, 2376/tcp dockers, 2377/tcp docker-swarm, 2379/tcp etcd, 2380/tcp etcd-peer,
  2404/tcp iec-104, 2483/tcp oracle, 2484/tcp oracles, 2598/tcp citrix-cgp, 2944/udp megaco, 3000/tcp http-dev, 3128/tcp http-proxy, 3260/tcp iscsi,
  3268/tcp ldap-gc, 3269/tcp ldaps-gc, 3306/tcp mysql, 3389 rdp, 3478 stun, 3479/udp stun, 3483/udp slimdevices, 3493/tcp nut, 3544/udp teredo, 3690 svn,
  3702/udp ws-discovery, 3724 blizzard, 3784/udp bfd, 3868 diameter, 4000/tcp nomachine, 4190/tcp sieve, 4369/tcp epmd, 4433/tcp https-test,
  4443/tcp https-alt, 4444/tcp krb524, 4500/udp ipsec-nat, 4569/udp iax, 4662/tcp edonkey, 4672/udp emule, 4739 ipfix, 4789/udp vxlan, 4840/tcp opc-ua,
  5000/tcp upnp, 5001 iperf, 5004/udp rtp, 5005/udp rtcp, 5044/tcp beats, 5060 sip, 5061/tcp sips, 5201 iperf3, 5222/tcp xmpp-client, 5223/tcp apple-push,
  5228/tcp google-fcm, 5246/udp capwap-control, 5247/udp capwap-data, 5269/tcp xmpp-server, 5280/tcp xmpp-bosh, 5349/tcp stuns, 5351/udp nat-pmp,
  5353/udp mdns, 5355 llmnr, 5432/tcp postgresql, 5555/tcp adb, 5601/tcp kibana, 5671/tcp amqps, 5672/tcp amqp, 5683/udp coap, 5684/udp coaps, 5800/tcp vnc-http,
  5900/tcp vnc, 5901/tcp vnc, 5938 teamviewer, 5984/tcp couchdb, 5985/tcp winrm, 5986/tcp winrms, 6000/tcp x11, 6081/udp geneve, 6343/udp sflow,
  6379/tcp redis, 6443/tcp kubernetes, 6514/tcp syslogs, 6566/tcp sane, 6633/tcp openflow, 6653/tcp openflow, 6660/tcp irc, 6667/tcp irc, 6697/tcp ircs,
  6881 bittorrent, 6969 bittorrent-tracker, 7000/tcp cassandra, 7070/tcp anydesk, 7199/tcp cassandra-jmx, 7474/tcp neo4j, 7547/tcp tr-069, 7680/tcp windows-update,
  7687/tcp neo4j-bolt, 8000/tcp http-alt, 8008/tcp http-alt, 8009/tcp ajp, 8080/tcp http-proxy, 8081/tcp http-alt, 8086/tcp influxdb, 8088/tcp http-alt,
  8089/tcp splunk, 8123/tcp clickhouse, 8140/tcp puppet, 8161/tcp activemq-web, 8200/tcp vault, 8291/tcp winbox, 8333/tcp bitcoin, 8443/tcp https-alt,
  8500/tcp consul, 8530/tcp wsus, 8531/tcp wsuss, 8728/tcp mikrotik-api, 8805/udp pfcp, 8883/tcp mqtts, 8888/tcp http-alt, 9000/tcp http-alt,
  9042/tcp cassandra-cql, 9090/tcp prometheus, 9092/tcp kafka, 9093/tcp alertmanager, 9100/tcp jetdirect, 9160/tcp cassandra-thrift, 9200/tcp elasticsearch,
  9300/tcp elasticsearch-peer, 9418/tcp git, 9987/udp teamspeak, 9995/udp netflow, 9996/udp netflow, 9999/tcp kasa, 10000/tcp webmin, 10050/tcp zabbix-agent,
  10051/tcp zabbix, 10250/tcp kubelet, 11211 memcached, 11371/tcp hkp, 15672/tcp rabbitmq-web, 17500 dropbox-lan, 19302/udp google-stun, 20000 dnp3,
  25565/tcp minecraft, 25826/udp collectd, 27015 source-engine, 27017/tcp mongodb, 30303 ethereum, 32400/tcp plex, 34964/udp profinet, 41641/udp tailscale,
  44818 ethernet-ip, 47808/udp bacnet, 51413 bittorrent, 51820/udp wireguard, 55443/tcp yeelight, 61613/tcp stomp, 61616/tcp openwire, 62078/tcp iphone-sync, 64738 mumble`

const byPort = new Map<string, string>()
for (const entry of SERVICES.split(',')) {
  const [port = '', name = ''] = entry.trim().split(' ')
  for (const key of port.includes('/') ? [port] : [`${port}/tcp`, `${port}/udp`]) byPort.set(key, name)
}

/** Of `proto` 'tcp', 'udp' or 'sctp' (the last as tcp); undefined when the port has no usual name. */
export const serviceName = (port: number, proto: string): string | undefined => byPort.get(`${port}/${proto === 'sctp' ? 'tcp' : proto}`)

/** All ports with a name, for completion and search: "443/tcp" → "https". */
export const services: ReadonlyMap<string, string> = byPort
