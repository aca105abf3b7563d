/** Captures that fill the tables: DNS flows, each of a client of its own or of few, and then packets of those flows without end. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { capture, dns, udp } from '../test/frames.ts'

const RESOLVERS = 2048
const START_MS = 1_700_000_000_000
const FILE_HEADER_LEN = 24
const FRAMES_A_WRITE = 4096

/** 10.x.y.z; the resolvers stand in 172.16/16. */
const clientOf = (i: number) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
const resolverOf = (i: number) => `172.16.${(i % RESOLVERS) >> 8}.${(i % RESOLVERS) & 255}`

export interface Filling {
  readonly flows: number
  /** Hosts that the flows come from, beside the resolvers that they go to. */
  readonly clients: number
  /** Packets after those that open the flows. */
  readonly more?: number
}

/** Each flow asks for a name of its own, so that it has details to be kept and sorted by. */
function frameOf(i: number, { flows, clients }: Filling): Uint8Array {
  const flow = i % flows
  const from = { ip: clientOf(flow % clients), port: 1024 + Math.floor(flow / clients) }
  return udp(from, { ip: resolverOf(flow), port: 53 }, dns(`host-${flow}.example${flow % 97}.com`, flow & 0xffff))
}

export function writeFilling(path: string, filling: Filling): void {
  const count = filling.flows + (filling.more ?? 0)
  const fd = openSync(path, 'w')
  for (let from = 0; from < count; from += FRAMES_A_WRITE) {
    const frames = Array.from({ length: Math.min(FRAMES_A_WRITE, count - from) }, (_, i) => frameOf(from + i, filling))
    const bytes = capture(frames, START_MS + from / 10)
    writeSync(fd, bytes, from === 0 ? 0 : FILE_HEADER_LEN)
  }
  closeSync(fd)
}
