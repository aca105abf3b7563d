/** For tests: frames put into tables as a source would. */
import { allDissectors } from '../dissectors/index.gen.ts'
import { PacketBatch } from '../lib/source.ts'
import { createCatalogue } from '../names/catalogue.ts'
import { parseAddress } from '../wire/address.ts'
import { LocalNetworks } from '../wire/address-class.ts'
import { ascii, type Bytes, be16, be32, DST_MAC, eth, ip4, SRC_MAC, tag, udp } from '../wire/testing.ts'
import { LiveTables, type TableOptions } from './live-tables.ts'

const ETHERNET = 1
export const START_MS = 1_700_000_000_000
export const catalogue = createCatalogue()

export const testTables = (options: Partial<TableOptions> = {}): LiveTables =>
  new LiveTables({
    catalogue,
    dissectors: allDissectors,
    local: LocalNetworks.default(),
    seed: 7,
    flowLimit: 1024,
    hostLimit: 1024,
    count: 'wire',
    ...options,
  })

/** Puts frames in, one a millisecond from `atMs` on unless told otherwise. */
export function feed(tables: LiveTables, frames: readonly Bytes[], atMs = START_MS, stepMs = 1): void {
  const batch = new PacketBatch(Math.max(1, frames.length))
  const buf = Uint8Array.from(frames.flat())
  batch.buf = buf
  batch.count = frames.length
  let at = 0
  frames.forEach((frame, i) => {
    batch.start[i] = at
    batch.capLen[i] = frame.length
    batch.wireLen[i] = frame.length
    batch.tsMs[i] = atMs + i * stepMs
    batch.linkType[i] = ETHERNET
    at += frame.length
  })
  tables.take(batch)
}

export interface Segment {
  readonly from?: string
  readonly to?: string
  readonly srcPort?: number
  readonly dstPort?: number
  readonly seq?: number
  readonly ack?: number
  readonly flags?: number
  readonly window?: number
  readonly payload?: string
  readonly vlan?: number
}

const inFrame = (ip: Bytes, vlan: number | undefined): Bytes => (vlan === undefined ? eth(0x0800, ip) : eth(0x8100, tag(vlan, 0x0800, ip)))

export function tcpFrame(s: Segment): Bytes {
  const header = [
    ...be16(s.srcPort ?? 40_000),
    ...be16(s.dstPort ?? 9),
    ...be32((s.seq ?? 1) >>> 0),
    ...be32((s.ack ?? 1) >>> 0),
    ...[0x50, s.flags ?? 0x10, ...be16(s.window ?? 512), 0, 0, 0, 0],
  ]
  return inFrame(ip4([...header, ...ascii(s.payload ?? '')], { proto: 6, src: s.from ?? '10.0.0.1', dst: s.to ?? '10.0.0.2' }), s.vlan)
}

export const udpFrame = (s: Segment): Bytes =>
  inFrame(
    ip4(udp(s.srcPort ?? 40_000, s.dstPort ?? 9, ascii(s.payload ?? 'x')), { src: s.from ?? '10.0.0.1', dst: s.to ?? '10.0.0.2' }),
    s.vlan,
  )

const ipv4 = (text: string): Bytes => be32(parseAddress(text)![3] >>> 0)

/** Who has `target`? asks `sender` (RFC 826). */
export const arpFrame = (sender: string, target: string): Bytes =>
  eth(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...SRC_MAC, ...ipv4(sender), ...DST_MAC, ...ipv4(target)])
