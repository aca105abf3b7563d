import type { LiveTables } from '../live-tables.ts'
import { FLOW_LIVE } from '../tcp-analysis.ts'
import { clientEnd, flowView } from './flow-view.ts'
import type { View } from './view.ts'

/** Pairs that are told apart in one answer. */
const MAX_PAIRS = 65_536

interface Pair {
  /** One of its flows: what names the two ends. */
  readonly flow: number
  bytesC2s: number
  bytesS2c: number
  packetsC2s: number
  packetsS2c: number
  bps: number
  flows: number
}

/** Live flows added up by client and server, afresh at each call; `skip`: flows that are left out. */
export function talkerView(t: LiveTables, skip?: (row: number) => boolean): View<'talkers'> {
  const flows = flowView(t)
  const pairs = pairsOf(t, flows.read.bps, skip)
  const at = (row: number) => pairs[row]!
  return {
    entity: 'talkers',
    used: () => pairs.length,
    isLive: () => true,
    bytes: (row) => at(row).bytesC2s + at(row).bytesS2c,
    order: {
      client: (row) => flows.order!['client']!(at(row).flow),
      server: (row) => flows.order!['server']!(at(row).flow),
    },
    keys: { vlan: (row) => flows.read.vlan(at(row).flow) },
    words: {
      client: (row, w) => flows.words['client']!(at(row).flow, w),
      server: (row, w) => flows.words['server']!(at(row).flow, w),
    },
    read: {
      client: (row) => flows.read.client(at(row).flow),
      clientLabel: (row) => flows.read.clientLabel(at(row).flow),
      server: (row) => flows.read.server(at(row).flow),
      serverLabel: (row) => flows.read.serverLabel(at(row).flow),
      bytes: (row) => at(row).bytesC2s + at(row).bytesS2c,
      bytesC2s: (row) => at(row).bytesC2s,
      bytesS2c: (row) => at(row).bytesS2c,
      packets: (row) => at(row).packetsC2s + at(row).packetsS2c,
      packetsC2s: (row) => at(row).packetsC2s,
      packetsS2c: (row) => at(row).packetsS2c,
      bps: (row) => at(row).bps,
      flows: (row) => at(row).flows,
    },
  }
}

function pairsOf(t: LiveTables, bps: (row: number) => number, skip: ((row: number) => boolean) | undefined): Pair[] {
  const { rows } = t.flows
  const pairs = new Map<number, Pair>()
  for (let row = 0; row < rows.used; row++) {
    rows.go(row)
    if ((rows.flags & FLOW_LIVE) === 0 || skip?.(row)) continue
    const c = clientEnd(rows.flags)
    const client = rows.host(c)
    const server = rows.host(1 - c)
    if (client < 0 || server < 0) continue
    const key = client * 0x8000000 + server
    let pair = pairs.get(key)
    if (pair === undefined) {
      if (pairs.size >= MAX_PAIRS) continue
      pair = { flow: row, bytesC2s: 0, bytesS2c: 0, packetsC2s: 0, packetsS2c: 0, bps: 0, flows: 0 }
      pairs.set(key, pair)
    }
    pair.bytesC2s += rows.bytes(c)
    pair.bytesS2c += rows.bytes(1 - c)
    pair.packetsC2s += rows.packets(c)
    pair.packetsS2c += rows.packets(1 - c)
    pair.bps += bps(row)
    pair.flows += 1
  }
  return [...pairs.values()]
}
