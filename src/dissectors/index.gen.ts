// Written by tools/gen-dissectors.ts from the folder: npm run gen. Not to be edited.
import type { Dissector } from './dissector.ts'
import d_dhcp from './dhcp.ts'
import d_dhcpv6 from './dhcpv6.ts'
import d_dns from './dns.ts'
import d_http from './http.ts'
import d_kerberos from './kerberos.ts'
import d_ldap from './ldap.ts'
import d_llmnr from './llmnr.ts'
import d_mdns from './mdns.ts'
import d_mysql from './mysql.ts'
import d_netbios from './netbios.ts'
import d_ntp from './ntp.ts'
import d_postgresql from './postgresql.ts'
import d_quic from './quic.ts'
import d_smbv1 from './smbv1.ts'
import d_smbv23 from './smbv23.ts'
import d_snmp from './snmp.ts'
import d_tls from './tls.ts'

export const dissectors = [
  d_dhcp,
  d_dhcpv6,
  d_dns,
  d_http,
  d_kerberos,
  d_ldap,
  d_llmnr,
  d_mdns,
  d_mysql,
  d_netbios,
  d_ntp,
  d_postgresql,
  d_quic,
  d_smbv1,
  d_smbv23,
  d_snmp,
  d_tls,
] as const
export type DissectorName = (typeof dissectors)[number]['name']
export const allDissectors = dissectors as unknown as readonly Dissector[]
