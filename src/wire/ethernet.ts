import { arp } from './arp.ts'
import { u16, u24 } from './bytes.ts'
import { BY_ETHERTYPE, END, IPV4, IPV6, isCut, LLC, narrow, skip } from './layers.ts'
import { damaged, ETHERNET_LENGTH, ETHERNET_TRUNCATED, note, VLAN_DEPTH, VLAN_TRUNCATED } from './malformed.ts'
import { mpls } from './mpls.ts'
import { KIND_NON_IP, type Packet } from './packet.ts'
import { pppoe } from './pppoe.ts'

/* IEEE 802.3 §3.1: 0 destination, 6 source, 12 type or length */
export const ETHERNET_HEADER_LEN = 14
const TYPE = 12
/** Smaller values are lengths (IEEE 802.3 §3.2.6). */
const FIRST_TYPE = 1536
const MAX_LENGTH = 1500
/** Provider bridges stack two; four and some room. */
const MAX_TAGS = 8
const TAG_LEN = 4

const LLC_LEN = 3
const SNAP_LEN = 8
const SNAP_SAP = 0xaa
const IP_SAP = 0x06
const UNNUMBERED = 0x03
const OUI_CISCO = 0x00000c
const OUI_BRIDGE_TUNNEL = 0x0000f8

/** Ethernet II or 802.3. */
export function ethernet(p: Packet): number {
  const at = p.payloadAt
  if (p.payloadEnd - at < ETHERNET_HEADER_LEN) return damaged(p, ETHERNET_TRUNCATED)
  // Frames inside tunnels and pseudowires leave the addresses of the outermost one.
  if (p.dstMacAt < 0 && p.tunnel === 0) {
    p.dstMacAt = at
    p.srcMacAt = at + 6
  }
  skip(p, ETHERNET_HEADER_LEN)
  return typeOrLength(p, u16(p.buf, at + TYPE))
}

function typeOrLength(p: Packet, type: number): number {
  p.etherType = type
  if (type >= FIRST_TYPE) return BY_ETHERTYPE
  if (type > MAX_LENGTH || type > p.payloadWireLen) note(p, ETHERNET_LENGTH)
  else narrow(p, type)
  return LLC
}

export function byEtherType(p: Packet): number {
  switch (p.etherType) {
    case 0x0800:
      return IPV4
    case 0x86dd:
      return IPV6
    case 0x0806:
      return arp(p)
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
      return vlan(p)
    case 0x8847:
    case 0x8848:
      return mpls(p)
    case 0x8864:
      return pppoe(p)
    default:
      p.kind = KIND_NON_IP
      return END
  }
}

const isTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200

/** All tags of a stack (IEEE 802.1Q §9.6); the innermost id counts. */
function vlan(p: Packet): number {
  const b = p.buf
  let type = p.etherType
  for (let tags = 0; isTag(type); tags++) {
    if (tags === MAX_TAGS) return damaged(p, VLAN_DEPTH)
    const at = p.payloadAt
    if (p.payloadEnd - at < TAG_LEN) return damaged(p, VLAN_TRUNCATED)
    p.vlan = u16(b, at) & 0xfff
    type = u16(b, at + 2)
    skip(p, TAG_LEN)
  }
  return typeOrLength(p, type)
}

/** IEEE 802.2 LLC, with SNAP inside (RFC 1042). What is not IP is named by its DSAP. */
export function llc(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const length = p.payloadEnd - at
  p.etherType = length > 0 ? b[at]! : 0
  p.kind = KIND_NON_IP
  if (length < LLC_LEN) {
    if (!isCut(p)) note(p, ETHERNET_TRUNCATED)
    return END
  }
  const sap = b[at]!
  if (sap !== b[at + 1] || b[at + 2] !== UNNUMBERED) return END
  if (sap === IP_SAP) {
    p.etherType = 0x0800
    skip(p, LLC_LEN)
    return IPV4
  }
  return sap === SNAP_SAP && length >= SNAP_LEN ? snap(p) : END
}

function snap(p: Packet): number {
  const oui = u24(p.buf, p.payloadAt + 3)
  const type = u16(p.buf, p.payloadAt + 6)
  const isEtherType = oui === 0 || oui === OUI_BRIDGE_TUNNEL
  if (type < FIRST_TYPE || (!isEtherType && oui !== OUI_CISCO)) return END
  p.etherType = type
  skip(p, SNAP_LEN)
  // Cisco's own protocol numbers (CDP 0x2000, DTP 0x2004) name the frame but are no ethertypes to follow.
  return isEtherType ? BY_ETHERTYPE : END
}
