// Written by tools/gen-dissectors.ts from the folder: npm run gen. Not to be edited.
import type { Dissector } from './dissector.ts'
import d_activision from './activision.ts'
import d_ajp from './ajp.ts'
import d_among_us from './among-us.ts'
import d_amqp from './amqp.ts'
import d_armagetron from './armagetron.ts'
import d_bacnet from './bacnet.ts'
import d_bfd from './bfd.ts'
import d_bgp from './bgp.ts'
import d_bittorrent from './bittorrent.ts'
import d_cassandra from './cassandra.ts'
import d_coap from './coap.ts'
import d_cod_mobile from './cod-mobile.ts'
import d_collectd from './collectd.ts'
import d_corba from './corba.ts'
import d_crossfire from './crossfire.ts'
import d_cry_network from './cry-network.ts'
import d_dhcp from './dhcp.ts'
import d_dhcpv6 from './dhcpv6.ts'
import d_diameter from './diameter.ts'
import d_dnp3 from './dnp3.ts'
import d_dns from './dns.ts'
import d_dnscrypt from './dnscrypt.ts'
import d_dofus from './dofus.ts'
import d_dtls from './dtls.ts'
import d_edonkey from './edonkey.ts'
import d_egp from './egp.ts'
import d_epic_games from './epic-games.ts'
import d_fastcgi from './fastcgi.ts'
import d_fix from './fix.ts'
import d_flute from './flute.ts'
import d_ftp_control from './ftp-control.ts'
import d_ftp_data from './ftp-data.ts'
import d_gaijin_entertainment from './gaijin-entertainment.ts'
import d_genshin_impact from './genshin-impact.ts'
import d_git from './git.ts'
import d_gnutella from './gnutella.ts'
import d_gre from './gre.ts'
import d_gtp from './gtp.ts'
import d_guildwars from './guildwars.ts'
import d_half_life2 from './half-life2.ts'
import d_haproxy from './haproxy.ts'
import d_heroes_of_the_storm from './heroes-of-the-storm.ts'
import d_hsrp from './hsrp.ts'
import d_http from './http.ts'
import d_http2 from './http2.ts'
import d_icmp from './icmp.ts'
import d_icmpv6 from './icmpv6.ts'
import d_iec60870 from './iec60870.ts'
import d_igmp from './igmp.ts'
import d_imap from './imap.ts'
import d_ip_in_ip from './ip-in-ip.ts'
import d_ipsec from './ipsec.ts'
import d_irc from './irc.ts'
import d_jabber from './jabber.ts'
import d_kafka from './kafka.ts'
import d_kcp from './kcp.ts'
import d_kerberos from './kerberos.ts'
import d_kismet from './kismet.ts'
import d_ldap from './ldap.ts'
import d_ldp from './ldp.ts'
import d_llmnr from './llmnr.ts'
import d_lol_wild_rift from './lol-wild-rift.ts'
import d_maplestory from './maplestory.ts'
import d_mdns from './mdns.ts'
import d_memcached from './memcached.ts'
import d_mining from './mining.ts'
import d_modbus from './modbus.ts'
import d_monero from './monero.ts'
import d_mongodb from './mongodb.ts'
import d_mpeg_ts from './mpeg-ts.ts'
import d_mqtt from './mqtt.ts'
import d_ms_sql_tds from './ms-sql-tds.ts'
import d_mysql from './mysql.ts'
import d_nat_pmp from './nat-pmp.ts'
import d_nats from './nats.ts'
import d_netbios from './netbios.ts'
import d_netflow from './netflow.ts'
import d_nfs from './nfs.ts'
import d_nintendo from './nintendo.ts'
import d_ntp from './ntp.ts'
import d_openvpn from './openvpn.ts'
import d_oracle from './oracle.ts'
import d_ospf from './ospf.ts'
import d_path_of_exile from './path-of-exile.ts'
import d_pfcp from './pfcp.ts'
import d_pgm from './pgm.ts'
import d_pim from './pim.ts'
import d_pop3 from './pop3.ts'
import d_postgresql from './postgresql.ts'
import d_pptp from './pptp.ts'
import d_ptpv2 from './ptpv2.ts'
import d_quic from './quic.ts'
import d_radius from './radius.ts'
import d_raknet from './raknet.ts'
import d_rdp from './rdp.ts'
import d_resp from './resp.ts'
import d_riot_games from './riot-games.ts'
import d_rmcp from './rmcp.ts'
import d_rsh from './rsh.ts'
import d_rsync from './rsync.ts'
import d_rtcp from './rtcp.ts'
import d_rtmp from './rtmp.ts'
import d_rtp from './rtp.ts'
import d_rtsp from './rtsp.ts'
import d_s7comm from './s7comm.ts'
import d_sctp from './sctp.ts'
import d_service_location_protocol from './service-location-protocol.ts'
import d_sflow from './sflow.ts'
import d_sip from './sip.ts'
import d_smbv1 from './smbv1.ts'
import d_smbv23 from './smbv23.ts'
import d_smpp from './smpp.ts'
import d_smtp from './smtp.ts'
import d_snmp from './snmp.ts'
import d_socks from './socks.ts'
import d_source_engine from './source-engine.ts'
import d_spotify from './spotify.ts'
import d_ssdp from './ssdp.ts'
import d_ssh from './ssh.ts'
import d_starcraft from './starcraft.ts'
import d_steam_datagram_relay from './steam-datagram-relay.ts'
import d_steam from './steam.ts'
import d_stun from './stun.ts'
import d_syncthing from './syncthing.ts'
import d_syslog from './syslog.ts'
import d_teamspeak from './teamspeak.ts'
import d_teamviewer from './teamviewer.ts'
import d_telnet from './telnet.ts'
import d_tencent_games from './tencent-games.ts'
import d_tftp from './tftp.ts'
import d_tinc from './tinc.ts'
import d_tls from './tls.ts'
import d_toca_boca from './toca-boca.ts'
import d_usenet from './usenet.ts'
import d_vnc from './vnc.ts'
import d_vrrp from './vrrp.ts'
import d_warcraft3 from './warcraft3.ts'
import d_websocket from './websocket.ts'
import d_whatsapp from './whatsapp.ts'
import d_whois_das from './whois-das.ts'
import d_wireguard from './wireguard.ts'
import d_world_of_warcraft from './world-of-warcraft.ts'
import d_xbox from './xbox.ts'
import d_yojimbo from './yojimbo.ts'
import d_zabbix from './zabbix.ts'
import d_zeromq from './zeromq.ts'

export const dissectors = [
  d_activision,
  d_ajp,
  d_among_us,
  d_amqp,
  d_armagetron,
  d_bacnet,
  d_bfd,
  d_bgp,
  d_bittorrent,
  d_cassandra,
  d_coap,
  d_cod_mobile,
  d_collectd,
  d_corba,
  d_crossfire,
  d_cry_network,
  d_dhcp,
  d_dhcpv6,
  d_diameter,
  d_dnp3,
  d_dns,
  d_dnscrypt,
  d_dofus,
  d_dtls,
  d_edonkey,
  d_egp,
  d_epic_games,
  d_fastcgi,
  d_fix,
  d_flute,
  d_ftp_control,
  d_ftp_data,
  d_gaijin_entertainment,
  d_genshin_impact,
  d_git,
  d_gnutella,
  d_gre,
  d_gtp,
  d_guildwars,
  d_half_life2,
  d_haproxy,
  d_heroes_of_the_storm,
  d_hsrp,
  d_http,
  d_http2,
  d_icmp,
  d_icmpv6,
  d_iec60870,
  d_igmp,
  d_imap,
  d_ip_in_ip,
  d_ipsec,
  d_irc,
  d_jabber,
  d_kafka,
  d_kcp,
  d_kerberos,
  d_kismet,
  d_ldap,
  d_ldp,
  d_llmnr,
  d_lol_wild_rift,
  d_maplestory,
  d_mdns,
  d_memcached,
  d_mining,
  d_modbus,
  d_monero,
  d_mongodb,
  d_mpeg_ts,
  d_mqtt,
  d_ms_sql_tds,
  d_mysql,
  d_nat_pmp,
  d_nats,
  d_netbios,
  d_netflow,
  d_nfs,
  d_nintendo,
  d_ntp,
  d_openvpn,
  d_oracle,
  d_ospf,
  d_path_of_exile,
  d_pfcp,
  d_pgm,
  d_pim,
  d_pop3,
  d_postgresql,
  d_pptp,
  d_ptpv2,
  d_quic,
  d_radius,
  d_raknet,
  d_rdp,
  d_resp,
  d_riot_games,
  d_rmcp,
  d_rsh,
  d_rsync,
  d_rtcp,
  d_rtmp,
  d_rtp,
  d_rtsp,
  d_s7comm,
  d_sctp,
  d_service_location_protocol,
  d_sflow,
  d_sip,
  d_smbv1,
  d_smbv23,
  d_smpp,
  d_smtp,
  d_snmp,
  d_socks,
  d_source_engine,
  d_spotify,
  d_ssdp,
  d_ssh,
  d_starcraft,
  d_steam_datagram_relay,
  d_steam,
  d_stun,
  d_syncthing,
  d_syslog,
  d_teamspeak,
  d_teamviewer,
  d_telnet,
  d_tencent_games,
  d_tftp,
  d_tinc,
  d_tls,
  d_toca_boca,
  d_usenet,
  d_vnc,
  d_vrrp,
  d_warcraft3,
  d_websocket,
  d_whatsapp,
  d_whois_das,
  d_wireguard,
  d_world_of_warcraft,
  d_xbox,
  d_yojimbo,
  d_zabbix,
  d_zeromq,
] as const
export type DissectorName = (typeof dissectors)[number]['name']
export const allDissectors = dissectors as unknown as readonly Dissector[]
