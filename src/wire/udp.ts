import { u16 } from './bytes.ts'
import { CAPWAP, END, GENEVE, GTP_U, isCut, L2TP, narrow, TEREDO, TZSP, VXLAN, VXLAN_GPE } from './layers.ts'
import { damaged, note, UDP_LENGTH, UDP_TRUNCATED } from './malformed.ts'
import { KIND_IP, type Packet } from './packet.ts'

/* RFC 768 */
const DST_PORT = 2
const LENGTH = 4
const HEADER_LEN = 8
/** Longer payloads than a UDP length can say are jumbograms (RFC 2675 §4), whose length is 0. */
const MAX_LENGTH = 65_535

/** Ports on which tunnels are looked for; what is found there decides. */
export const TUNNEL_PORTS: readonly (readonly [port: number, layer: number])[] = [
  [1701, L2TP],
  [2152, GTP_U],
  [3544, TEREDO],
  [4789, VXLAN],
  [4790, VXLAN_GPE],
  [5247, CAPWAP],
  [6081, GENEVE],
  [8472, VXLAN],
  [37_008, TZSP],
]

// The low seven bits of these ports are all different, so that two loads tell them from the rest.
const SLOT_MASK = 127
const portInSlot = new Uint16Array(SLOT_MASK + 1)
const layerInSlot = new Uint8Array(SLOT_MASK + 1)
for (const [port, layer] of TUNNEL_PORTS) {
  portInSlot[port & SLOT_MASK] = port
  layerInSlot[port & SLOT_MASK] = layer
}
/** The tunnel that uses this UDP port, or END. */
export const tunnelAt = (port: number): number => (portInSlot[port & SLOT_MASK] === port ? layerInSlot[port & SLOT_MASK]! : END)

export function udp(p: Packet): number {
  const b = p.buf
  const at = p.payloadAt
  const captured = p.payloadEnd - at
  if (captured < HEADER_LEN) return isCut(p) ? udpPart(p, b, at, captured) : damaged(p, UDP_TRUNCATED)
  const length = u16(b, at + LENGTH)
  if (length < HEADER_LEN && !(length === 0 && p.payloadWireLen > MAX_LENGTH)) return damaged(p, UDP_LENGTH)
  if (length > p.payloadWireLen) {
    if (!p.moreFragments) note(p, UDP_LENGTH)
  } else if (length !== 0) narrow(p, length)
  p.l4At = at
  const srcPort = u16(b, at)
  const dstPort = u16(b, at + DST_PORT)
  p.srcPort = srcPort
  p.dstPort = dstPort
  p.payloadAt = at + HEADER_LEN
  p.payloadWireLen -= HEADER_LEN
  p.kind = KIND_IP
  return tunnelAt(dstPort) || tunnelAt(srcPort)
}

function udpPart(p: Packet, b: Uint8Array, at: number, captured: number): number {
  if (captured < 4) return damaged(p, UDP_TRUNCATED)
  p.l4At = at
  p.srcPort = u16(b, at)
  p.dstPort = u16(b, at + DST_PORT)
  p.payloadAt = p.payloadEnd
  p.payloadWireLen = Math.max(p.payloadWireLen - HEADER_LEN, 0)
  p.kind = KIND_IP
  return END
}
