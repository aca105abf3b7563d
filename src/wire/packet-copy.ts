import type { Packet } from './packet.ts'

/** Takes over all that the headers of `from` say. */
export function copyPacket(from: Packet, to: Packet): void {
  to.buf = from.buf
  to.start = from.start
  to.end = from.end
  to.wireLen = from.wireLen
  to.kind = from.kind
  to.malformed = from.malformed
  to.srcMacAt = from.srcMacAt
  to.dstMacAt = from.dstMacAt
  to.etherType = from.etherType
  to.vlan = from.vlan
  to.ipVersion = from.ipVersion
  to.proto = from.proto
  to.src0 = from.src0
  to.src1 = from.src1
  to.src2 = from.src2
  to.src3 = from.src3
  to.dst0 = from.dst0
  to.dst1 = from.dst1
  to.dst2 = from.dst2
  to.dst3 = from.dst3
  to.srcPort = from.srcPort
  to.dstPort = from.dstPort
  to.ipAt = from.ipAt
  to.l4At = from.l4At
  to.ttl = from.ttl
  to.dscp = from.dscp
  to.fragmentOffset = from.fragmentOffset
  to.moreFragments = from.moreFragments
  to.payloadAt = from.payloadAt
  to.payloadEnd = from.payloadEnd
  to.payloadWireLen = from.payloadWireLen
  to.tcpFlags = from.tcpFlags
  to.tcpSeq = from.tcpSeq
  to.tcpAck = from.tcpAck
  to.tcpWindow = from.tcpWindow
  to.tunnel = from.tunnel
}

/** Begins a frame: nothing is known of it, all of it is payload. */
export function resetPacket(p: Packet, buf: Uint8Array, start: number, end: number, wireLen: number): void {
  const capLen = end - start
  p.buf = buf
  p.start = start
  p.end = end
  p.wireLen = Math.max(wireLen, capLen)
  p.kind = 0
  p.malformed = 0
  p.srcMacAt = p.dstMacAt = -1
  p.etherType = 0
  p.vlan = 0
  p.tunnel = 0
  p.dscp = p.ttl = 0
  p.payloadAt = start
  p.payloadEnd = end
  p.payloadWireLen = p.wireLen
  forgetIp(p)
}

/** Forgets the IP packet and what is in it; the next one inside a tunnel begins anew. */
export function forgetIp(p: Packet): void {
  p.ipVersion = 0
  p.proto = 0
  p.src0 = p.src1 = p.src2 = p.src3 = 0
  p.dst0 = p.dst1 = p.dst2 = p.dst3 = 0
  p.srcPort = p.dstPort = 0
  p.ipAt = p.l4At = -1
  p.fragmentOffset = 0
  p.moreFragments = false
  p.tcpFlags = p.tcpSeq = p.tcpAck = p.tcpWindow = 0
}
