import { END, ETHERNET, IPV4, IPV6 } from './layers.ts'
import type { Packet } from './packet.ts'

const ETHERNET_HEADER_LEN = 14

/** IPv4 or IPv6 by the version nibble, which must be what `etherType` says unless that is 0. */
export function innerIp(p: Packet, etherType: number): number {
  if (p.payloadEnd - p.payloadAt < 1) return END
  const version = p.buf[p.payloadAt]! >> 4
  const found = version === 4 ? 0x0800 : version === 6 ? 0x86dd : 0
  if (found === 0 || (etherType !== 0 && etherType !== found)) return END
  p.etherType = found
  return version === 4 ? IPV4 : IPV6
}

export const innerEthernet = (p: Packet): number => (p.payloadEnd - p.payloadAt < ETHERNET_HEADER_LEN ? END : ETHERNET)
