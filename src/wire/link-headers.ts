import { i32, i32le, u16, u16le } from './bytes.ts'
import { BY_ETHERTYPE, END, ETHERNET, IPV4, IPV6, LLC, skip, WIFI } from './layers.ts'
import { damaged, LINK_HEADER, LINK_TRUNCATED } from './malformed.ts'
import { KIND_NON_IP, type Packet } from './packet.ts'

/** Behind `headerLen` bytes of link header stands a packet of this ethertype. */
function typed(p: Packet, headerLen: number, etherType: number): number {
  skip(p, headerLen)
  p.etherType = etherType
  return BY_ETHERTYPE
}

function nonIp(p: Packet): number {
  p.kind = KIND_NON_IP
  return END
}

const FAMILY_LEN = 4
/** AF_INET6 of NetBSD and OpenBSD, FreeBSD, macOS, Linux. */
const AF_INET = 2
const AF_INET6 = [24, 28, 30, 10]

/** LINKTYPE_NULL: the address family in the byte order of the machine that captured. */
export function loopback(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < FAMILY_LEN) return damaged(p, LINK_TRUNCATED)
  const little = i32le(p.buf, p.payloadAt)
  return family(p, little >>> 16 === 0 ? little : i32(p.buf, p.payloadAt))
}

/** LINKTYPE_LOOP: in network order. */
export function loopbackNetworkOrder(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < FAMILY_LEN) return damaged(p, LINK_TRUNCATED)
  return family(p, i32(p.buf, p.payloadAt))
}

function family(p: Packet, af: number): number {
  if (af === AF_INET) return typed(p, FAMILY_LEN, 0x0800)
  if (AF_INET6.includes(af)) return typed(p, FAMILY_LEN, 0x86dd)
  skip(p, FAMILY_LEN)
  return nonIp(p)
}

/** LINKTYPE_RAW: the version nibble says which. */
export function rawIp(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < 1) return damaged(p, LINK_TRUNCATED)
  const version = p.buf[p.payloadAt]! >> 4
  if (version !== 4 && version !== 6) return damaged(p, LINK_HEADER)
  p.etherType = version === 4 ? 0x0800 : 0x86dd
  return version === 4 ? IPV4 : IPV6
}

/** RFC 1547 §4.3.1: address, control, ethertype. */
export function ciscoHdlc(p: Packet): number {
  if (p.payloadEnd - p.payloadAt < 4) return damaged(p, LINK_TRUNCATED)
  return typed(p, 4, u16(p.buf, p.payloadAt + 2))
}

const ARPHRD_NETLINK = 824
const ARPHRD_IPGRE = 778
const ARPHRD_RADIOTAP = 803
const LINUX_802_3 = 1
const LINUX_802_2 = 4

/** LINKTYPE_LINUX_SLL: 0 packet type, 2 ARPHRD, 4 address length, 6 sender's address, 14 protocol. */
export function linuxCooked(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < 16) return damaged(p, LINK_TRUNCATED)
  if (u16(b, at + 4) === 6) p.srcMacAt = at + 6
  return cooked(p, 16, u16(b, at + 2), u16(b, at + 14))
}

/** LINKTYPE_LINUX_SLL2: 0 protocol, 4 interface, 8 ARPHRD, 10 packet type, 11 address length, 12 sender's address. */
export function linuxCooked2(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < 20) return damaged(p, LINK_TRUNCATED)
  if (b[at + 11] === 6) p.srcMacAt = at + 12
  return cooked(p, 20, u16(b, at + 8), u16(b, at))
}

function cooked(p: Packet, headerLen: number, arphrd: number, protocol: number): number {
  // These put other numbers, or nothing of the network, where the ethertype is.
  const isOther = arphrd === ARPHRD_NETLINK || arphrd === ARPHRD_IPGRE || arphrd === ARPHRD_RADIOTAP
  if (!isOther && protocol !== LINUX_802_2) return typed(p, headerLen, protocol === LINUX_802_3 ? 0 : protocol)
  skip(p, headerLen)
  return isOther ? nonIp(p) : LLC
}

const PPI_HEADER_LEN = 8

/** LINKTYPE_PPI: 0 version, 1 flags, 2 length of all its headers, 4 link type; numbers are little-endian. */
export function perPacketInformation(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < PPI_HEADER_LEN) return damaged(p, LINK_TRUNCATED)
  const length = u16le(b, at + 2)
  if (b[at] !== 0 || length < PPI_HEADER_LEN) return damaged(p, LINK_HEADER)
  if (length > captured) return damaged(p, LINK_TRUNCATED)
  const linkType = i32le(b, at + 4)
  skip(p, length)
  if (linkType === 1) return ETHERNET
  return linkType === 105 ? WIFI : nonIp(p)
}

const PRISM_MIN_LEN = 24

/** LINKTYPE_IEEE802_11_PRISM: a message code, its length in the driver's byte order; AVS has the same two first words. */
export function prism(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const captured = p.payloadEnd - at
  if (captured < 8) return damaged(p, LINK_TRUNCATED)
  const little = i32le(b, at + 4)
  const length = little >>> 16 === 0 ? little : i32(b, at + 4)
  if (length < PRISM_MIN_LEN) return damaged(p, LINK_HEADER)
  if (length > captured) return damaged(p, LINK_TRUNCATED)
  skip(p, length)
  return WIFI
}
