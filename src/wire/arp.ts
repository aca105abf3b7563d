import { i32, u16 } from './bytes.ts'
import { END } from './layers.ts'
import { ARP_TRUNCATED, note } from './malformed.ts'
import { KIND_ARP, KIND_NON_IP, type Packet } from './packet.ts'

/*
 * RFC 826
 *  0 hardware type  2 protocol type  4 hardware length  5 protocol length  6 operation
 *  8 sender MAC    14 sender IPv4   18 target MAC      24 target IPv4
 */
const FIXED_LEN = 8
const ARP_LEN = 28
const IPV4 = 0x0800
const MAPPED = 0xffff

export const ARP_REQUEST = 1
export const ARP_REPLY = 2

/** Only IPv4 over six-byte addresses has addresses to show; other ARP is non-IP traffic. */
export function arp(p: Packet): number {
  const { buf: b, payloadAt: at } = p
  const length = p.payloadEnd - at
  p.kind = KIND_NON_IP
  if (length < FIXED_LEN) note(p, ARP_TRUNCATED)
  else if (u16(b, at + 2) === IPV4 && b[at + 4] === 6 && b[at + 5] === 4) {
    if (length < ARP_LEN) note(p, ARP_TRUNCATED)
    else readAddresses(p, b, at)
  }
  return END
}

function readAddresses(p: Packet, b: Uint8Array, at: number): void {
  p.kind = KIND_ARP
  p.src2 = MAPPED
  p.src3 = i32(b, at + 14)
  p.dst2 = MAPPED
  p.dst3 = i32(b, at + 24)
}

/** Operation of a KIND_ARP packet: ARP_REQUEST, ARP_REPLY or another. */
export const arpOperation = (p: Packet): number => u16(p.buf, p.payloadAt + 6)
/** Offset of the sender's MAC in a KIND_ARP packet. */
export const arpSenderMacAt = (p: Packet): number => p.payloadAt + 8
