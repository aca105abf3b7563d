// Written by tools/gen-dissectors.ts from the folder: npm run gen. Not to be edited.
import type { Dissector } from './dissector.ts'
import d_activision from './activision.ts'
import d_afp from './afp.ts'
import d_ajp from './ajp.ts'
import d_alicloud from './alicloud.ts'
import d_among_us from './among-us.ts'
import d_amqp from './amqp.ts'
import d_ansi_c1222 from './ansi-c1222.ts'
import d_armagetron from './armagetron.ts'
import d_atg from './atg.ts'
import d_avast from './avast.ts'
import d_bacnet from './bacnet.ts'
import d_beckhoff_ads from './beckhoff-ads.ts'
import d_bfcp from './bfcp.ts'
import d_bfd from './bfd.ts'
import d_bgp from './bgp.ts'
import d_bitcoin from './bitcoin.ts'
import d_bittorrent from './bittorrent.ts'
import d_bjnp from './bjnp.ts'
import d_capwap from './capwap.ts'
import d_cassandra from './cassandra.ts'
import d_ceph from './ceph.ts'
import d_checkmk from './checkmk.ts'
import d_cip from './cip.ts'
import d_cisco_skinny from './cisco-skinny.ts'
import d_cisco_vpn from './cisco-vpn.ts'
import d_citrix from './citrix.ts'
import d_cloudflare_warp from './cloudflare-warp.ts'
import d_cnp_ip from './cnp-ip.ts'
import d_coap from './coap.ts'
import d_cod_mobile from './cod-mobile.ts'
import d_collectd from './collectd.ts'
import d_controller_area_network from './controller-area-network.ts'
import d_corba from './corba.ts'
import d_cpha from './cpha.ts'
import d_crossfire from './crossfire.ts'
import d_cry_network from './cry-network.ts'
import d_dcerpc from './dcerpc.ts'
import d_dhcp from './dhcp.ts'
import d_dhcpv6 from './dhcpv6.ts'
import d_diameter from './diameter.ts'
import d_ding_talk from './ding-talk.ts'
import d_dingtalk from './dingtalk.ts'
import d_discord from './discord.ts'
import d_dlep from './dlep.ts'
import d_dnp3 from './dnp3.ts'
import d_dns from './dns.ts'
import d_dnscrypt from './dnscrypt.ts'
import d_dofus from './dofus.ts'
import d_drda from './drda.ts'
import d_dropbox from './dropbox.ts'
import d_dtls from './dtls.ts'
import d_eaq from './eaq.ts'
import d_edonkey from './edonkey.ts'
import d_egp from './egp.ts'
import d_elasticsearch from './elasticsearch.ts'
import d_epic_games from './epic-games.ts'
import d_ether_s_bus from './ether-s-bus.ts'
import d_ethereum from './ethereum.ts'
import d_ethernet_global_data from './ethernet-global-data.ts'
import d_ethernet_ip from './ethernet-ip.ts'
import d_ethersio from './ethersio.ts'
import d_fastcgi from './fastcgi.ts'
import d_fins from './fins.ts'
import d_fix from './fix.ts'
import d_flute from './flute.ts'
import d_ftp_control from './ftp-control.ts'
import d_ftp_data from './ftp-data.ts'
import d_gaijin_entertainment from './gaijin-entertainment.ts'
import d_gearman from './gearman.ts'
import d_genshin_impact from './genshin-impact.ts'
import d_git from './git.ts'
import d_gnutella from './gnutella.ts'
import d_gre from './gre.ts'
import d_gtp from './gtp.ts'
import d_guildwars from './guildwars.ts'
import d_h323 from './h323.ts'
import d_half_life2 from './half-life2.ts'
import d_haproxy from './haproxy.ts'
import d_hart_ip from './hart-ip.ts'
import d_heroes_of_the_storm from './heroes-of-the-storm.ts'
import d_hislip from './hislip.ts'
import d_hl7 from './hl7.ts'
import d_hp_virtgrp from './hp-virtgrp.ts'
import d_hsrp from './hsrp.ts'
import d_http from './http.ts'
import d_http2 from './http2.ts'
import d_iax from './iax.ts'
import d_icecast from './icecast.ts'
import d_icmp from './icmp.ts'
import d_icmpv6 from './icmpv6.ts'
import d_iec60870 from './iec60870.ts'
import d_iec62056 from './iec62056.ts'
import d_ieee_c37118 from './ieee-c37118.ts'
import d_igmp from './igmp.ts'
import d_imap from './imap.ts'
import d_imo from './imo.ts'
import d_ip_in_ip from './ip-in-ip.ts'
import d_ipsec from './ipsec.ts'
import d_iqiyi from './iqiyi.ts'
import d_irc from './irc.ts'
import d_jabber from './jabber.ts'
import d_jrmi from './jrmi.ts'
import d_json_rpc from './json-rpc.ts'
import d_kafka from './kafka.ts'
import d_kcp from './kcp.ts'
import d_kerberos from './kerberos.ts'
import d_kismet from './kismet.ts'
import d_knxnet_ip from './knxnet-ip.ts'
import d_ldap from './ldap.ts'
import d_ldp from './ldp.ts'
import d_line_call from './line-call.ts'
import d_lisp from './lisp.ts'
import d_llmnr from './llmnr.ts'
import d_lol_wild_rift from './lol-wild-rift.ts'
import d_lotus_notes from './lotus-notes.ts'
import d_lustre from './lustre.ts'
import d_maplestory from './maplestory.ts'
import d_mdns from './mdns.ts'
import d_megaco from './megaco.ts'
import d_memcached from './memcached.ts'
import d_meraki_cloud from './meraki-cloud.ts'
import d_mgcp from './mgcp.ts'
import d_mining from './mining.ts'
import d_mms from './mms.ts'
import d_modbus from './modbus.ts'
import d_monero from './monero.ts'
import d_mongodb from './mongodb.ts'
import d_mpeg_ts from './mpeg-ts.ts'
import d_mqtt from './mqtt.ts'
import d_ms_sql_tds from './ms-sql-tds.ts'
import d_mumble from './mumble.ts'
import d_munin from './munin.ts'
import d_mysql from './mysql.ts'
import d_nano from './nano.ts'
import d_nat_pmp from './nat-pmp.ts'
import d_nats from './nats.ts'
import d_nest_log_sink from './nest-log-sink.ts'
import d_netbios from './netbios.ts'
import d_netflow from './netflow.ts'
import d_nfs from './nfs.ts'
import d_nintendo from './nintendo.ts'
import d_noe from './noe.ts'
import d_nomachine from './nomachine.ts'
import d_ntp from './ntp.ts'
import d_oicq from './oicq.ts'
import d_ookla from './ookla.ts'
import d_opc_ua from './opc-ua.ts'
import d_openflow from './openflow.ts'
import d_openvpn from './openvpn.ts'
import d_openwire from './openwire.ts'
import d_oracle from './oracle.ts'
import d_ospf from './ospf.ts'
import d_path_of_exile from './path-of-exile.ts'
import d_pfcp from './pfcp.ts'
import d_pgm from './pgm.ts'
import d_pim from './pim.ts'
import d_pop3 from './pop3.ts'
import d_postgresql from './postgresql.ts'
import d_pptp from './pptp.ts'
import d_protobuf from './protobuf.ts'
import d_ptpv2 from './ptpv2.ts'
import d_qq from './qq.ts'
import d_quic from './quic.ts'
import d_radius from './radius.ts'
import d_radmin from './radmin.ts'
import d_raft from './raft.ts'
import d_raknet from './raknet.ts'
import d_rdp from './rdp.ts'
import d_resp from './resp.ts'
import d_riot_games from './riot-games.ts'
import d_ripe_atlas from './ripe-atlas.ts'
import d_rmcp from './rmcp.ts'
import d_roughtime from './roughtime.ts'
import d_rsh from './rsh.ts'
import d_rsync from './rsync.ts'
import d_rtcp from './rtcp.ts'
import d_rtmp from './rtmp.ts'
import d_rtp from './rtp.ts'
import d_rtps from './rtps.ts'
import d_rtsp from './rtsp.ts'
import d_rx from './rx.ts'
import d_s7comm from './s7comm.ts'
import d_sctp from './sctp.ts'
import d_sd_rtn from './sd-rtn.ts'
import d_service_location_protocol from './service-location-protocol.ts'
import d_sflow from './sflow.ts'
import d_sip from './sip.ts'
import d_smbv1 from './smbv1.ts'
import d_smbv23 from './smbv23.ts'
import d_smpp from './smpp.ts'
import d_smtp from './smtp.ts'
import d_snmp from './snmp.ts'
import d_socks from './socks.ts'
import d_softether from './softether.ts'
import d_someip from './someip.ts'
import d_sonos from './sonos.ts'
import d_source_engine from './source-engine.ts'
import d_spotify from './spotify.ts'
import d_ssdp from './ssdp.ts'
import d_ssh from './ssh.ts'
import d_starcraft from './starcraft.ts'
import d_steam_datagram_relay from './steam-datagram-relay.ts'
import d_steam from './steam.ts'
import d_stomp from './stomp.ts'
import d_stun from './stun.ts'
import d_syncthing from './syncthing.ts'
import d_syslog from './syslog.ts'
import d_tailscale from './tailscale.ts'
import d_teamspeak from './teamspeak.ts'
import d_teamviewer from './teamviewer.ts'
import d_telegram from './telegram.ts'
import d_telnet from './telnet.ts'
import d_tencent_games from './tencent-games.ts'
import d_teredo from './teredo.ts'
import d_tes_online from './tes-online.ts'
import d_tftp from './tftp.ts'
import d_threema from './threema.ts'
import d_thrift from './thrift.ts'
import d_tinc from './tinc.ts'
import d_tivo_connect from './tivo-connect.ts'
import d_tls from './tls.ts'
import d_toca_boca from './toca-boca.ts'
import d_tplink_shp from './tplink-shp.ts'
import d_trdp from './trdp.ts'
import d_tuya_lp from './tuya-lp.ts'
import d_ubntac2 from './ubntac2.ts'
import d_uftp from './uftp.ts'
import d_usenet from './usenet.ts'
import d_vhua from './vhua.ts'
import d_viber from './viber.ts'
import d_vmware from './vmware.ts'
import d_vnc from './vnc.ts'
import d_vrrp from './vrrp.ts'
import d_vxlan from './vxlan.ts'
import d_warcraft3 from './warcraft3.ts'
import d_webex from './webex.ts'
import d_websocket from './websocket.ts'
import d_whatsapp from './whatsapp.ts'
import d_whois_das from './whois-das.ts'
import d_wireguard from './wireguard.ts'
import d_world_of_warcraft from './world-of-warcraft.ts'
import d_wsd from './wsd.ts'
import d_xbox from './xbox.ts'
import d_xdmcp from './xdmcp.ts'
import d_xiaomi from './xiaomi.ts'
import d_yojimbo from './yojimbo.ts'
import d_z3950 from './z3950.ts'
import d_zabbix from './zabbix.ts'
import d_zattoo from './zattoo.ts'
import d_zeromq from './zeromq.ts'
import d_zoom from './zoom.ts'

export const dissectors = [
  d_activision,
  d_afp,
  d_ajp,
  d_alicloud,
  d_among_us,
  d_amqp,
  d_ansi_c1222,
  d_armagetron,
  d_atg,
  d_avast,
  d_bacnet,
  d_beckhoff_ads,
  d_bfcp,
  d_bfd,
  d_bgp,
  d_bitcoin,
  d_bittorrent,
  d_bjnp,
  d_capwap,
  d_cassandra,
  d_ceph,
  d_checkmk,
  d_cip,
  d_cisco_skinny,
  d_cisco_vpn,
  d_citrix,
  d_cloudflare_warp,
  d_cnp_ip,
  d_coap,
  d_cod_mobile,
  d_collectd,
  d_controller_area_network,
  d_corba,
  d_cpha,
  d_crossfire,
  d_cry_network,
  d_dcerpc,
  d_dhcp,
  d_dhcpv6,
  d_diameter,
  d_ding_talk,
  d_dingtalk,
  d_discord,
  d_dlep,
  d_dnp3,
  d_dns,
  d_dnscrypt,
  d_dofus,
  d_drda,
  d_dropbox,
  d_dtls,
  d_eaq,
  d_edonkey,
  d_egp,
  d_elasticsearch,
  d_epic_games,
  d_ether_s_bus,
  d_ethereum,
  d_ethernet_global_data,
  d_ethernet_ip,
  d_ethersio,
  d_fastcgi,
  d_fins,
  d_fix,
  d_flute,
  d_ftp_control,
  d_ftp_data,
  d_gaijin_entertainment,
  d_gearman,
  d_genshin_impact,
  d_git,
  d_gnutella,
  d_gre,
  d_gtp,
  d_guildwars,
  d_h323,
  d_half_life2,
  d_haproxy,
  d_hart_ip,
  d_heroes_of_the_storm,
  d_hislip,
  d_hl7,
  d_hp_virtgrp,
  d_hsrp,
  d_http,
  d_http2,
  d_iax,
  d_icecast,
  d_icmp,
  d_icmpv6,
  d_iec60870,
  d_iec62056,
  d_ieee_c37118,
  d_igmp,
  d_imap,
  d_imo,
  d_ip_in_ip,
  d_ipsec,
  d_iqiyi,
  d_irc,
  d_jabber,
  d_jrmi,
  d_json_rpc,
  d_kafka,
  d_kcp,
  d_kerberos,
  d_kismet,
  d_knxnet_ip,
  d_ldap,
  d_ldp,
  d_line_call,
  d_lisp,
  d_llmnr,
  d_lol_wild_rift,
  d_lotus_notes,
  d_lustre,
  d_maplestory,
  d_mdns,
  d_megaco,
  d_memcached,
  d_meraki_cloud,
  d_mgcp,
  d_mining,
  d_mms,
  d_modbus,
  d_monero,
  d_mongodb,
  d_mpeg_ts,
  d_mqtt,
  d_ms_sql_tds,
  d_mumble,
  d_munin,
  d_mysql,
  d_nano,
  d_nat_pmp,
  d_nats,
  d_nest_log_sink,
  d_netbios,
  d_netflow,
  d_nfs,
  d_nintendo,
  d_noe,
  d_nomachine,
  d_ntp,
  d_oicq,
  d_ookla,
  d_opc_ua,
  d_openflow,
  d_openvpn,
  d_openwire,
  d_oracle,
  d_ospf,
  d_path_of_exile,
  d_pfcp,
  d_pgm,
  d_pim,
  d_pop3,
  d_postgresql,
  d_pptp,
  d_protobuf,
  d_ptpv2,
  d_qq,
  d_quic,
  d_radius,
  d_radmin,
  d_raft,
  d_raknet,
  d_rdp,
  d_resp,
  d_riot_games,
  d_ripe_atlas,
  d_rmcp,
  d_roughtime,
  d_rsh,
  d_rsync,
  d_rtcp,
  d_rtmp,
  d_rtp,
  d_rtps,
  d_rtsp,
  d_rx,
  d_s7comm,
  d_sctp,
  d_sd_rtn,
  d_service_location_protocol,
  d_sflow,
  d_sip,
  d_smbv1,
  d_smbv23,
  d_smpp,
  d_smtp,
  d_snmp,
  d_socks,
  d_softether,
  d_someip,
  d_sonos,
  d_source_engine,
  d_spotify,
  d_ssdp,
  d_ssh,
  d_starcraft,
  d_steam_datagram_relay,
  d_steam,
  d_stomp,
  d_stun,
  d_syncthing,
  d_syslog,
  d_tailscale,
  d_teamspeak,
  d_teamviewer,
  d_telegram,
  d_telnet,
  d_tencent_games,
  d_teredo,
  d_tes_online,
  d_tftp,
  d_threema,
  d_thrift,
  d_tinc,
  d_tivo_connect,
  d_tls,
  d_toca_boca,
  d_tplink_shp,
  d_trdp,
  d_tuya_lp,
  d_ubntac2,
  d_uftp,
  d_usenet,
  d_vhua,
  d_viber,
  d_vmware,
  d_vnc,
  d_vrrp,
  d_vxlan,
  d_warcraft3,
  d_webex,
  d_websocket,
  d_whatsapp,
  d_whois_das,
  d_wireguard,
  d_world_of_warcraft,
  d_wsd,
  d_xbox,
  d_xdmcp,
  d_xiaomi,
  d_yojimbo,
  d_z3950,
  d_zabbix,
  d_zattoo,
  d_zeromq,
  d_zoom,
] as const
export type DissectorName = (typeof dissectors)[number]['name']
export const allDissectors = dissectors as unknown as readonly Dissector[]
