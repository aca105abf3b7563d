/**
 * Protocols of the catalogue by category with their usual server ports, as the field knows them: `tcp/80 udp/53 ip/47` after a name, separated by
 * white space; a plain name has none. A dissector's own declaration comes before what stands here, so that only protocols without one,
 * variants (IMAPS, DoH_DoT) and applications that are found inside others (WhatsAppCall) need a line. Ports serve as a last guess.
 */
export const protocols: Readonly<Record<string, string>> = {
  Chat: `
    IRC tcp/194 udp/194
    OICQ udp/8000`,
  Cloud: `
    Dropbox udp/17500
    LISP udp/4342 udp/4341
    NestLogSink tcp/11095`,
  Collaborative: `
    Git tcp/9418
    LotusNotes tcp/1352
    WebDAV`,
  Crypto_Currency: `
    BITCOIN tcp/8333
    ETHEREUM tcp/30303
    Monero
    Nano tcp/7075
    ZUG`,
  DataTransfer: `
    AFP tcp/548 udp/548
    Ceph tcp/3300 tcp/6789
    CHECKMK tcp/6556
    Lustre
    NFS tcp/2049 udp/2049
    RSYNC tcp/873
    TFTP udp/69`,
  Database: `
    Cassandra tcp/7000 tcp/9042
    DRDA
    MongoDB tcp/27017
    MsSQL-TDS tcp/1433 tcp/1434
    MySQL tcp/3306
    Oracle tcp/1521
    PostgreSQL tcp/5432
    RESP tcp/6379`,
  Download: `
    BitTorrent tcp/51413 tcp/53646 udp/6771 udp/51413
    eDonkey
    FLUTE
    FTP_CONTROL tcp/21
    FTP_DATA tcp/20
    FTPS
    Gnutella
    SMPP
    UFTP udp/1044`,
  Email: `
    IMAP tcp/143
    IMAPS tcp/993
    POP3 tcp/110
    POPS tcp/995
    SMTP tcp/25 tcp/587
    SMTPS tcp/465`,
  Game: `
    AmongUs udp/22023
    Armagetron
    CryNetwork
    Dofus
    GaijinEntertainment udp/20011
    GenshinImpact udp/22102
    Guildwars
    HalfLife2
    i3D
    LoLWildRift
    MapleStory
    RakNet
    Source_Engine udp/27015
    Starcraft tcp/1119 udp/1119
    SteamDatagramRelay
    TocaBoca udp/5055
    Warcraft3
    WorldOfKungFu
    Yojimbo`,
  'IoT-Scada': `
    ANSI_C1222 tcp/1153 udp/1153
    ATG
    BACnet udp/47808
    BeckhoffADS tcp/48898
    CIP udp/2222
    CNP-IP
    DNP3 tcp/20000
    Ether-S-Bus udp/5050
    EthernetGlobalData
    EtherSIO udp/6060
    FINS tcp/9600 udp/9600
    HART-IP tcp/5094
    HiSLIP tcp/4880
    IEC60870 tcp/2404
    IEC62056 tcp/4059 udp/4059
    IEEE-C37118 tcp/4712 udp/4713
    ISO9506-1-MMS
    KNXnet_IP tcp/3671 udp/3671
    Modbus tcp/502
    OPC-UA tcp/4840
    PROFINET_IO
    S7Comm
    S7CommPlus
    TPLINK_SHP tcp/9999 udp/9999
    TRDP tcp/17225 udp/17224 udp/17225
    TuyaLP udp/6667
    UMAS`,
  Media: `
    HLS
    IceCast
    MPEG_TS
    MpegDash
    RTMP tcp/1935
    RTP
    RTSP tcp/554 udp/554
    SD-RTN
    SRTP`,
  Mining: `
    Mining`,
  Network: `
    AVAST
    AVASTSecureDNS
    BFD udp/3784 udp/3785
    BGP tcp/179 tcp/2605
    CAPWAP udp/5246 udp/5247
    Citrix tcp/1494 tcp/2598
    CPHA udp/8116
    DHCP udp/67 udp/68
    DHCPV6
    Diameter tcp/3868
    DLEP tcp/854 udp/854
    DNS tcp/53 udp/53
    DNScrypt
    DoH_DoT tcp/853 udp/784 udp/853
    EAQ udp/6000
    EGP ip/8
    EthernetIP tcp/44818
    FastCGI
    GRE ip/47
    GTP udp/2152 udp/2123
    GTP_C
    GTP_PRIME
    GTP_U
    HP_VIRTGRP
    HSRP udp/1985
    ICMP ip/1
    ICMPV6 ip/58
    IGMP ip/2
    IP_in_IP ip/4
    IP_PIM ip/103
    KCP
    Kerberos tcp/88 udp/88
    Kismet
    LDP tcp/646 udp/646
    LLMNR tcp/5355 udp/5355
    MDNS udp/5353 udp/5354
    Memcached tcp/11211 udp/11211
    MerakiCloud
    NAT-PMP udp/5351
    NetFlow udp/2055
    OpenFlow tcp/6653
    OSPF tcp/2604 ip/89
    PFCP udp/8805
    PGM ip/113
    Protobuf
    Radius tcp/1812 tcp/1813 udp/1812 udp/1813
    Raft
    RipeAtlas
    SAP tcp/3201
    SCTP ip/132
    sFlow udp/6343
    SNMP udp/161 udp/162
    STUN udp/3478
    TargusDataspeed tcp/5001 tcp/5201 udp/5001 udp/5201
    Teredo
    TiVoConnect tcp/2190 udp/2190
    UBNTAC2 udp/10001
    VRRP ip/112
    VXLAN udp/4789
    Whois-DAS tcp/43 tcp/4343
    WSD udp/3702
    Z3950 tcp/210
    Zabbix tcp/10050 tcp/10051`,
  RPC: `
    AMQP
    COAP udp/5683 udp/5684
    Corba
    Crossfire
    DCERPC tcp/135 udp/135
    FIX
    Gearman tcp/4730
    HL7 tcp/2575
    JRMI tcp/1099
    JSON-RPC
    Kafka tcp/9092
    MQTT tcp/1883 tcp/8883
    MS-RPCH
    Nats
    OpenWire tcp/61616
    RTPS udp/7401
    RX
    Service_Location_Protocol tcp/427 udp/427
    SOAP
    SOMEIP tcp/30491 tcp/30501 udp/30491 udp/30501 udp/30490
    STOMP tcp/61613
    Thrift
    ZeroMQ`,
  RemoteAccess: `
    NoMachine tcp/4000 udp/4000
    Radmin tcp/4899
    RDP tcp/3389 udp/3389
    RSH
    SSH tcp/22
    TeamViewer tcp/5938 udp/5938
    Telnet tcp/23
    VMware tcp/903 udp/902 udp/903
    VNC tcp/5900 tcp/5901 tcp/5800
    XDMCP tcp/177 udp/177`,
  System: `
    BJNP udp/8612
    collectd udp/25826
    Controller_Area_Network
    Elasticsearch
    IPP
    LDAP tcp/389 udp/389
    Munin tcp/4949
    NetBIOS tcp/139 udp/137 udp/138 udp/139
    NTP udp/123
    PTPv2 udp/319 udp/320
    RMCP udp/623
    Roughtime tcp/2002 udp/2002
    SMBv1
    SMBv23 tcp/445
    SSDP
    Syslog tcp/514 tcp/601 tcp/6514 udp/514`,
  VPN: `
    CiscoVPN tcp/10000 tcp/8008 udp/10000
    FortiClient tcp/8013 tcp/8014
    IPSec tcp/500 udp/500 udp/4500 ip/50 ip/51
    OpenVPN tcp/1194 udp/1194
    PPTP
    Tailscale udp/41641
    TINC tcp/655 udp/655
    UltraSurf
    WireGuard udp/51820`,
  Video: `
    BFCP`,
  VoIP: `
    CiscoSkinny tcp/2000
    FacebookVoip
    GoogleCall
    H323 tcp/1719 tcp/1720 udp/1719 udp/1720
    IAX tcp/4569 udp/4569
    IMO
    KakaoTalk_Voice
    LineCall
    Megaco udp/2944
    MGCP
    NOE
    RTCP
    SignalVoip
    SIP tcp/5060 tcp/5061 udp/5060 udp/5061
    Skype_TeamsCall
    SnapchatCall
    TeamSpeak
    TelegramVoip
    TruPhone
    VHUA udp/58267
    Viber tcp/7985 tcp/5242 tcp/5243 tcp/4244 udp/7985 udp/7987 udp/5242 udp/5243 udp/4244
    ViberVoip
    WhatsAppCall`,
  Web: `
    AJP tcp/8009 tcp/8010
    DTLS
    HAProxy
    HTTP tcp/80
    HTTP2
    HTTP_Connect
    HTTP_Proxy tcp/8080 tcp/3128
    Jabber
    QUIC udp/443
    SOCKS tcp/1080 udp/1080
    TLS tcp/443
    Usenet
    WebSocket`,
}
