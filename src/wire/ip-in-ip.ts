import { END, skip } from './layers.ts'
import { mpls } from './mpls.ts'
import type { Packet } from './packet.ts'
import { innerEthernet, innerIp } from './tunnel-inner.ts'

/** RFC 2003. */
export const ipv4InIp = (p: Packet): number => innerIp(p, 0x0800)
/** RFC 4213 §3.5, RFC 2473. */
export const ipv6InIp = (p: Packet): number => innerIp(p, 0x86dd)
/** RFC 4023. */
export const mplsInIp = (p: Packet): number => mpls(p)

/** RFC 3378: four bits of version 3, twelve zero bits, an Ethernet frame. */
export function etherIp(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  if (p.payloadEnd - at < 2 || b[at] !== 0x30 || b[at + 1] !== 0) return END
  skip(p, 2)
  return innerEthernet(p)
}
