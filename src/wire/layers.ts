import type { Packet } from './packet.ts'

/**
 * What stands at buf[payloadAt .. payloadEnd). A header's function checks and reads it there, moves payloadAt behind it, narrows payloadEnd
 * and payloadWireLen to what it says, and returns the layer that follows, or END when p.kind says all.
 */
export type Layer = (p: Packet) => number

export const END = 0
export const ETHERNET = 1
/** Whatever p.etherType says. */
export const BY_ETHERTYPE = 2
export const LLC = 3
export const PPP = 4
export const WIFI = 5
export const IPV4 = 6
export const IPV6 = 7
/** IPv6 extension headers, or what follows them: p.proto says which. */
export const IPV6_EXTENSION = 8
/** A fragment: of IPv4 with its id in the header at ipAt; of IPv6 with its id in the four bytes before payloadAt. */
export const FRAGMENT = 9
/** Layer 4 by p.proto. */
export const BY_PROTO = 10

// Tunnels: their index in TUNNELS (tunnels.ts) is the layer less TUNNEL.
export const TUNNEL = 31
export const IPV4_IN_IP = 32
export const IPV6_IN_IP = 33
export const GRE = 34
export const VXLAN = 35
export const VXLAN_GPE = 36
export const GENEVE = 37
export const GTP_U = 38
export const TEREDO = 39
export const L2TP = 40
export const TZSP = 41
export const CAPWAP = 42
export const ETHER_IP = 43
export const MPLS_IN_IP = 44
export const ERSPAN = 45

/** More bytes of this layer were on the wire than lie in the buffer: cut by the snap length, or the rest is in later fragments. */
export const isCut = (p: Packet): boolean => p.moreFragments || p.payloadWireLen > p.payloadEnd - p.payloadAt

/** Moves behind `n` bytes of header that the caller has checked. */
export function skip(p: Packet, n: number): void {
  p.payloadAt += n
  p.payloadWireLen -= n
}

/** What follows ends after `n` bytes at most. */
export function narrow(p: Packet, n: number): void {
  if (n < p.payloadEnd - p.payloadAt) p.payloadEnd = p.payloadAt + n
  if (n < p.payloadWireLen) p.payloadWireLen = n
}
