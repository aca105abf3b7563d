import { capwap } from './capwap.ts'
import { geneve } from './geneve.ts'
import { gre } from './gre.ts'
import { gtpU } from './gtp-u.ts'
import { etherIp, ipv4InIp, ipv6InIp, mplsInIp } from './ip-in-ip.ts'
import { l2tp } from './l2tp.ts'
import {
  CAPWAP,
  END,
  ERSPAN,
  ETHER_IP,
  GENEVE,
  GRE,
  GTP_U,
  IPV4_IN_IP,
  IPV6_IN_IP,
  L2TP,
  type Layer,
  MPLS_IN_IP,
  TEREDO,
  TUNNEL,
  TZSP,
  VXLAN,
  VXLAN_GPE,
} from './layers.ts'
import type { Packet } from './packet.ts'
import { teredo } from './teredo.ts'
import { tzsp } from './tzsp.ts'
import { vxlan, vxlanGpe } from './vxlan.ts'

const TABLE: readonly (readonly [layer: number, name: string, header: Layer])[] = [
  [IPV4_IN_IP, 'IP-in-IP', ipv4InIp],
  [IPV6_IN_IP, '6in4', ipv6InIp],
  [GRE, 'GRE', gre],
  [ERSPAN, 'ERSPAN', gre],
  [VXLAN, 'VXLAN', vxlan],
  [VXLAN_GPE, 'VXLAN-GPE', vxlanGpe],
  [GENEVE, 'Geneve', geneve],
  [GTP_U, 'GTP', gtpU],
  [TEREDO, 'Teredo', teredo],
  [L2TP, 'L2TP', l2tp],
  [TZSP, 'TZSP', tzsp],
  [CAPWAP, 'CAPWAP', capwap],
  [ETHER_IP, 'EtherIP', etherIp],
  [MPLS_IN_IP, 'MPLS-in-IP', mplsInIp],
]

const names: string[] = ['']
const headers: Layer[] = []
for (const [layer, name, header] of TABLE) {
  names[layer - TUNNEL] = name
  headers[layer - TUNNEL] = header
}

/** Names of tunnels; Packet.tunnel is an index. Index 0 is none. */
export const TUNNELS: readonly string[] = names

/** Moves behind the tunnel's header and says what follows; END when the header is none, and then where `p` stands means nothing. */
export function tunnelHeader(p: Packet, layer: number): number {
  const header = headers[layer - TUNNEL]
  return header === undefined ? END : header(p)
}
