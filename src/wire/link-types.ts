import { BY_ETHERTYPE, ETHERNET, IPV4, IPV6, type Layer, PPP, WIFI } from './layers.ts'
import { ciscoHdlc, linuxCooked, linuxCooked2, loopback, loopbackNetworkOrder, perPacketInformation, prism, rawIp } from './link-headers.ts'
import { damaged, LINK_UNKNOWN } from './malformed.ts'
import type { Packet } from './packet.ts'
import { pppoe } from './pppoe.ts'
import { radiotap } from './radiotap.ts'

export const LINK_ETHERNET = 1

/** LINKTYPE_ values (tcpdump.org/linktypes.html), and 12 and 14, which some systems' captures hold for raw IP. */
const TABLE: readonly (readonly [linkType: number, name: string, header: Layer])[] = [
  [0, 'BSD loopback', loopback],
  [LINK_ETHERNET, 'Ethernet', () => ETHERNET],
  [9, 'PPP', () => PPP],
  [12, 'Raw IP', rawIp],
  [14, 'Raw IP', rawIp],
  [50, 'PPP in HDLC-like framing', () => PPP],
  [51, 'PPPoE', pppoe],
  [101, 'Raw IP', rawIp],
  [104, 'Cisco HDLC', ciscoHdlc],
  [105, 'IEEE 802.11', () => WIFI],
  [108, 'OpenBSD loopback', loopbackNetworkOrder],
  [113, 'Linux cooked v1', linuxCooked],
  [119, 'Prism header and IEEE 802.11', prism],
  [127, 'Radiotap and IEEE 802.11', radiotap],
  [192, 'Per-packet information', perPacketInformation],
  [219, 'MPLS', (p) => ip(p, 0x8847, BY_ETHERTYPE)],
  [228, 'IPv4', (p) => ip(p, 0x0800, IPV4)],
  [229, 'IPv6', (p) => ip(p, 0x86dd, IPV6)],
  [276, 'Linux cooked v2', linuxCooked2],
]

function ip(p: Packet, etherType: number, layer: number): number {
  p.etherType = etherType
  return layer
}

/** Link types whose frames can be read, with their names. */
export const LINK_TYPES: ReadonlyMap<number, string> = new Map(TABLE.map(([linkType, name]) => [linkType, name]))
export const isKnownLinkType = (linkType: number): boolean => LINK_TYPES.has(linkType)

const HEADERS: ReadonlyMap<number, Layer> = new Map(TABLE.map(([linkType, , header]) => [linkType, header]))

/** The first header of a frame of this link type, at payloadAt. */
export function linkHeader(p: Packet, linkType: number): number {
  if (linkType === LINK_ETHERNET) return ETHERNET
  const header = HEADERS.get(linkType)
  return header === undefined ? damaged(p, LINK_UNKNOWN) : header(p)
}
