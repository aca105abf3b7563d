import { END } from './layers.ts'
import { KIND_NONE, type Packet } from './packet.ts'

const names: string[] = ['']
const abouts: string[] = ['']
function damage(layer: string, cause: string, about: string): number {
  abouts.push(about)
  return names.push(`${layer}-${cause}`) - 1
}

export const LINK_UNKNOWN = damage('link', 'unknown', 'The link type of the capture is not known')
export const LINK_TRUNCATED = damage('link', 'truncated', 'The frame ends inside the link header')
export const LINK_HEADER = damage('link', 'header', 'A length or version in the link header cannot be')
export const ETHERNET_TRUNCATED = damage('ethernet', 'truncated', 'The frame ends inside the Ethernet or LLC header')
export const ETHERNET_LENGTH = damage('ethernet', 'length', 'The 802.3 length is none or goes past the end of the frame')
export const VLAN_TRUNCATED = damage('vlan', 'truncated', 'The frame ends inside a VLAN tag')
export const VLAN_DEPTH = damage('vlan', 'depth', 'More VLAN tags than are followed')
export const MPLS_TRUNCATED = damage('mpls', 'truncated', 'The frame ends inside the label stack')
export const MPLS_DEPTH = damage('mpls', 'depth', 'More MPLS labels than are followed')
export const PPPOE_TRUNCATED = damage('pppoe', 'truncated', 'The frame ends inside the PPPoE header')
export const PPPOE_HEADER = damage('pppoe', 'header', 'The PPPoE version or length cannot be')
export const PPP_TRUNCATED = damage('ppp', 'truncated', 'The frame ends inside the PPP header')
export const WIFI_TRUNCATED = damage('wifi', 'truncated', 'The frame ends inside the 802.11 header')
export const ARP_TRUNCATED = damage('arp', 'truncated', 'The frame ends inside the ARP packet')
export const HEADER_DEPTH = damage('header', 'depth', 'More headers in one frame than are followed')

export const IPV4_TRUNCATED = damage('ipv4', 'truncated', 'The packet ends inside the IPv4 header')
export const IPV4_VERSION = damage('ipv4', 'version', 'The version is not 4')
export const IPV4_HEADER_LENGTH = damage('ipv4', 'header-length', 'The header length is below 20 bytes')
export const IPV4_TOTAL_LENGTH = damage('ipv4', 'total-length', 'The total length is below the header or past the end of the packet')
export const IPV6_TRUNCATED = damage('ipv6', 'truncated', 'The packet ends inside the IPv6 header')
export const IPV6_VERSION = damage('ipv6', 'version', 'The version is not 6')
export const IPV6_PAYLOAD_LENGTH = damage('ipv6', 'payload-length', 'The payload length goes past the end of the packet')
export const IPV6_EXTENSION_TRUNCATED = damage('ipv6', 'extension-truncated', 'The packet ends inside an extension header')
export const IPV6_EXTENSION_LOOP = damage('ipv6', 'extension-loop', 'More extension headers than are followed')

export const TCP_TRUNCATED = damage('tcp', 'truncated', 'The packet ends inside the TCP header')
export const TCP_HEADER_LENGTH = damage('tcp', 'header-length', 'The data offset is below 20 bytes or past the end of the packet')
export const UDP_TRUNCATED = damage('udp', 'truncated', 'The packet ends inside the UDP header')
export const UDP_LENGTH = damage('udp', 'length', 'The UDP length is below 8 or past the end of the packet')
export const SCTP_TRUNCATED = damage('sctp', 'truncated', 'The packet ends inside the SCTP header')
export const ICMP_TRUNCATED = damage('icmp', 'truncated', 'The packet ends inside the ICMP header')
export const IGMP_TRUNCATED = damage('igmp', 'truncated', 'The packet ends inside the IGMP header')
export const ESP_TRUNCATED = damage('esp', 'truncated', 'The packet ends inside the ESP header')
export const AH_TRUNCATED = damage('ah', 'truncated', 'The packet ends inside the authentication header')
export const TUNNEL_DEPTH = damage('tunnel', 'depth', 'More tunnels inside each other than are opened')

/** What can be wrong with a frame, as layer-cause; Packet.malformed is an index. Index 0 is soundness. */
export const MALFORMED: readonly string[] = names
/** One sentence each, for people. */
export const MALFORMED_ABOUT: readonly string[] = abouts

/** Notes the first damage of the frame; decoding goes on. */
export function note(p: Packet, cause: number): void {
  if (p.malformed === 0) p.malformed = cause
}

/** The frame cannot be counted beyond this damage. */
export function damaged(p: Packet, cause: number): number {
  note(p, cause)
  p.kind = KIND_NONE
  return END
}
