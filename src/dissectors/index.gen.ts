// Written by tools/gen-dissectors.ts from the folder: npm run gen. Not to be edited.
import type { Dissector } from './dissector.ts'
import d_ajp from './ajp.ts'
import d_amqp from './amqp.ts'
import d_bacnet from './bacnet.ts'
import d_bfcp from './bfcp.ts'
import d_bfd from './bfd.ts'
import d_bgp from './bgp.ts'
import d_bittorrent from './bittorrent.ts'
import d_cassandra from './cassandra.ts'
import d_cisco_skinny from './cisco-skinny.ts'
import d_coap from './coap.ts'
import d_collectd from './collectd.ts'
import d_corba from './corba.ts'
import d_dhcp from './dhcp.ts'
import d_dhcpv6 from './dhcpv6.ts'
import d_diameter from './diameter.ts'
import d_ding_talk from './ding-talk.ts'
import d_discord from './discord.ts'
import d_dnp3 from './dnp3.ts'
import d_dns from './dns.ts'
import d_dnscrypt from './dnscrypt.ts'
import d_dtls from './dtls.ts'
import d_egp from './egp.ts'
import d_fastcgi from './fastcgi.ts'
import d_fix from './fix.ts'
import d_ftp_control from './ftp-control.ts'
import d_ftp_data from './ftp-data.ts'
import d_git from './git.ts'
import d_gnutella from './gnutella.ts'
import d_gre from './gre.ts'
import d_gtp from './gtp.ts'
import d_h323 from './h323.ts'
import d_haproxy from './haproxy.ts'
import d_hsrp from './hsrp.ts'
import d_http from './http.ts'
import d_http2 from './http2.ts'
import d_iax from './iax.ts'
import d_icmp from './icmp.ts'
import d_icmpv6 from './icmpv6.ts'
import d_iec60870 from './iec60870.ts'
import d_igmp from './igmp.ts'
import d_imap from './imap.ts'
import d_imo from './imo.ts'
import d_ip_in_ip from './ip-in-ip.ts'
import d_ipsec from './ipsec.ts'
import d_iqiyi from './iqiyi.ts'
import d_irc from './irc.ts'
import d_jabber from './jabber.ts'
import d_kafka from './kafka.ts'
import d_kerberos from './kerberos.ts'
import d_kismet from './kismet.ts'
import d_ldap from './ldap.ts'
import d_ldp from './ldp.ts'
import d_line_call from './line-call.ts'
import d_llmnr from './llmnr.ts'
import d_mdns from './mdns.ts'
import d_megaco from './megaco.ts'
import d_memcached from './memcached.ts'
import d_mgcp from './mgcp.ts'
import d_mining from './mining.ts'
import d_modbus from './modbus.ts'
import d_monero from './monero.ts'
import d_mongodb from './mongodb.ts'
import d_mpeg_ts from './mpeg-ts.ts'
import d_mqtt from './mqtt.ts'
import d_ms_sql_tds from './ms-sql-tds.ts'
import d_mumble from './mumble.ts'
import d_mysql from './mysql.ts'
import d_nat_pmp from './nat-pmp.ts'
import d_nats from './nats.ts'
import d_netbios from './netbios.ts'
import d_netflow from './netflow.ts'
import d_nfs from './nfs.ts'
import d_ntp from './ntp.ts'
import d_oicq from './oicq.ts'
import d_openvpn from './openvpn.ts'
import d_oracle from './oracle.ts'
import d_ospf from './ospf.ts'
import d_pfcp from './pfcp.ts'
import d_pgm from './pgm.ts'
import d_pim from './pim.ts'
import d_pop3 from './pop3.ts'
import d_postgresql from './postgresql.ts'
import d_pptp from './pptp.ts'
import d_ptpv2 from './ptpv2.ts'
import d_qq from './qq.ts'
import d_quic from './quic.ts'
import d_radius from './radius.ts'
import d_raknet from './raknet.ts'
import d_rdp from './rdp.ts'
import d_resp from './resp.ts'
import d_rmcp from './rmcp.ts'
import d_rsh from './rsh.ts'
import d_rsync from './rsync.ts'
import d_rtcp from './rtcp.ts'
import d_rtmp from './rtmp.ts'
import d_rtp from './rtp.ts'
import d_rtsp from './rtsp.ts'
import d_s7comm from './s7comm.ts'
import d_sctp from './sctp.ts'
import d_sd_rtn from './sd-rtn.ts'
import d_service_location_protocol from './service-location-protocol.ts'
import d_sflow from './sflow.ts'
import d_sip from './sip.ts'
import d_smbv1 from './smbv1.ts'
import d_smbv23 from './smbv23.ts'
import d_smtp from './smtp.ts'
import d_snmp from './snmp.ts'
import d_socks from './socks.ts'
import d_sonos from './sonos.ts'
import d_spotify from './spotify.ts'
import d_ssdp from './ssdp.ts'
import d_ssh from './ssh.ts'
import d_stun from './stun.ts'
import d_syncthing from './syncthing.ts'
import d_syslog from './syslog.ts'
import d_teamspeak from './teamspeak.ts'
import d_teamviewer from './teamviewer.ts'
import d_telegram from './telegram.ts'
import d_telnet from './telnet.ts'
import d_tftp from './tftp.ts'
import d_threema from './threema.ts'
import d_tinc from './tinc.ts'
import d_tls from './tls.ts'
import d_usenet from './usenet.ts'
import d_vhua from './vhua.ts'
import d_viber from './viber.ts'
import d_vnc from './vnc.ts'
import d_vrrp from './vrrp.ts'
import d_webex from './webex.ts'
import d_websocket from './websocket.ts'
import d_whatsapp from './whatsapp.ts'
import d_whois_das from './whois-das.ts'
import d_wireguard from './wireguard.ts'
import d_zabbix from './zabbix.ts'
import d_zattoo from './zattoo.ts'
import d_zeromq from './zeromq.ts'
import d_zoom from './zoom.ts'

export const dissectors = [
  d_ajp,
  d_amqp,
  d_bacnet,
  d_bfcp,
  d_bfd,
  d_bgp,
  d_bittorrent,
  d_cassandra,
  d_cisco_skinny,
  d_coap,
  d_collectd,
  d_corba,
  d_dhcp,
  d_dhcpv6,
  d_diameter,
  d_ding_talk,
  d_discord,
  d_dnp3,
  d_dns,
  d_dnscrypt,
  d_dtls,
  d_egp,
  d_fastcgi,
  d_fix,
  d_ftp_control,
  d_ftp_data,
  d_git,
  d_gnutella,
  d_gre,
  d_gtp,
  d_h323,
  d_haproxy,
  d_hsrp,
  d_http,
  d_http2,
  d_iax,
  d_icmp,
  d_icmpv6,
  d_iec60870,
  d_igmp,
  d_imap,
  d_imo,
  d_ip_in_ip,
  d_ipsec,
  d_iqiyi,
  d_irc,
  d_jabber,
  d_kafka,
  d_kerberos,
  d_kismet,
  d_ldap,
  d_ldp,
  d_line_call,
  d_llmnr,
  d_mdns,
  d_megaco,
  d_memcached,
  d_mgcp,
  d_mining,
  d_modbus,
  d_monero,
  d_mongodb,
  d_mpeg_ts,
  d_mqtt,
  d_ms_sql_tds,
  d_mumble,
  d_mysql,
  d_nat_pmp,
  d_nats,
  d_netbios,
  d_netflow,
  d_nfs,
  d_ntp,
  d_oicq,
  d_openvpn,
  d_oracle,
  d_ospf,
  d_pfcp,
  d_pgm,
  d_pim,
  d_pop3,
  d_postgresql,
  d_pptp,
  d_ptpv2,
  d_qq,
  d_quic,
  d_radius,
  d_raknet,
  d_rdp,
  d_resp,
  d_rmcp,
  d_rsh,
  d_rsync,
  d_rtcp,
  d_rtmp,
  d_rtp,
  d_rtsp,
  d_s7comm,
  d_sctp,
  d_sd_rtn,
  d_service_location_protocol,
  d_sflow,
  d_sip,
  d_smbv1,
  d_smbv23,
  d_smtp,
  d_snmp,
  d_socks,
  d_sonos,
  d_spotify,
  d_ssdp,
  d_ssh,
  d_stun,
  d_syncthing,
  d_syslog,
  d_teamspeak,
  d_teamviewer,
  d_telegram,
  d_telnet,
  d_tftp,
  d_threema,
  d_tinc,
  d_tls,
  d_usenet,
  d_vhua,
  d_viber,
  d_vnc,
  d_vrrp,
  d_webex,
  d_websocket,
  d_whatsapp,
  d_whois_das,
  d_wireguard,
  d_zabbix,
  d_zattoo,
  d_zeromq,
  d_zoom,
] as const
export type DissectorName = (typeof dissectors)[number]['name']
export const allDissectors = dissectors as unknown as readonly Dissector[]
