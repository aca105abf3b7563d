import { END, isCut } from './layers.ts'
import { damaged } from './malformed.ts'
import { KIND_IP, type Packet } from './packet.ts'

/** A layer-4 message without ports. Its header stays in the payload: the dissector reads all of it. */
export function message(p: Packet, headerLen: number, truncated: number): number {
  if (p.payloadEnd - p.payloadAt < headerLen && !isCut(p)) return damaged(p, truncated)
  p.l4At = p.payloadAt
  p.kind = KIND_IP
  return END
}
