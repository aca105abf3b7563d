import { allDissectors } from '../dissectors/index.gen.ts'
import { CONFIDENCES } from '../lib/fields.ts'
import type { Source, SourceStats } from '../lib/source.ts'
import type { Catalogue } from '../names/catalogue.ts'
import { reasonOf } from '../probe/reason.ts'
import type { RiskLists } from '../risks/risk-lists.ts'
import { LiveTables } from '../tables/live-tables.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { categoryOf, clientEnd, communityIdOf } from '../tables/views/flow-view.ts'
import { formatAddress } from '../wire/address.ts'
import type { LocalNetworks } from '../wire/address-class.ts'
import { MALFORMED } from '../wire/malformed.ts'
import { protocolName } from '../wire/protocols.ts'
import { flagText } from '../wire/tcp-flags.ts'

/** One capture, read whole into tables of its own: no flow ends before the file does. */
export interface Analysis {
  readonly capture: string
  readonly tables: LiveTables
  readonly stats: SourceStats
}

export interface AnalyzeOptions {
  readonly catalogue: Catalogue
  readonly local: LocalNetworks
  readonly riskLists?: RiskLists
  readonly recognise?: boolean
}

export async function analyze(source: Source, capture: string, options: AnalyzeOptions, signal: AbortSignal): Promise<Analysis> {
  const tables = new LiveTables({
    catalogue: options.catalogue,
    dissectors: allDissectors,
    local: options.local,
    seed: (Math.random() * 0x1_0000_0000) | 0,
    count: 'captured',
    recognise: options.recognise !== false,
    ...(options.riskLists && { riskLists: options.riskLists }),
  })
  await source.run({ packets: (batch) => tables.take(batch) }, signal)
  tables.finish()
  return { capture, tables, stats: source.stats() }
}

/** Rows of all flows, in the order of their first packets. */
export function flowRows(tables: LiveTables): Uint32Array {
  const { rows } = tables.flows
  const first = new Float64Array(rows.used)
  const live: number[] = []
  for (let row = 0; row < rows.used; row++) {
    rows.go(row)
    if ((rows.flags & FLOW_LIVE) === 0) continue
    first[row] = rows.firstSeenMs
    live.push(row)
  }
  return Uint32Array.from(live).sort((x, y) => first[x]! - first[y]! || x - y)
}

/** The line of one flow (docs/analyze.md): ends in the order of its first packet, bytes as captured, times in seconds with microseconds. */
export function flowLine({ capture, tables }: Analysis, row: number, explain = false): string {
  const reason = explain ? reasonOf(tables, row) : undefined
  const { naming, options } = tables
  const r = tables.flows.rows.go(row)
  return JSON.stringify({
    type: 'flow',
    capture,
    l4: protocolName((r.meta >>> 8) & 255),
    a: formatAddress(r.a0, r.a1, r.a2, r.a3),
    ap: r.ports >>> 16,
    b: formatAddress(r.b0, r.b1, r.b2, r.b3),
    bp: r.ports & 0xffff,
    vlan: r.meta >>> 16,
    client: clientEnd(r.flags) === 0 ? 'a' : 'b',
    proto: options.catalogue.pairName(r.master, r.app),
    cat: categoryOf(tables, row),
    host: naming.details.serverName(row) || undefined,
    confidence: CONFIDENCES[r.confidence],
    packets: [r.packets(0), r.packets(1)],
    bytes: [r.bytes(0), r.bytes(1)],
    first: seconds(r.firstSeenMs),
    last: seconds(r.lastSeenMs),
    tcpFlags: [flagText(r.tcpFlags(0)), flagText(r.tcpFlags(1))],
    communityId: communityIdOf(tables, row),
    ja4: fieldOf(tables, row, 'ja4'),
    risks: tables.risks.of(row).names,
    reason,
  })
}

const seconds = (ms: number) => Math.round(ms * 1000) / 1_000_000

/** The value of the first dissected field of this name. */
function fieldOf(tables: LiveTables, row: number, name: string): unknown {
  let found: unknown
  tables.naming.details.eachValue(row, (field, value) => {
    if (found === undefined && tables.naming.declaredFields[field]!.name === name) found = value
  })
  return found
}

export function summaryLine({ capture, tables, stats }: Analysis): string {
  return JSON.stringify({
    type: 'summary',
    capture,
    packets: tables.packets,
    bytes: tables.capturedBytes,
    wireBytes: tables.wireBytes,
    flows: tables.flows.rows.live,
    hosts: tables.hosts.rows.live,
    malformed: malformedByName(tables),
    cutShort: stats.cutShort,
  })
}

export function malformedByName(tables: LiveTables): Record<string, number> {
  const counts: Record<string, number> = {}
  tables.decoder.malformed.forEach((n, i) => {
    if (n > 0) counts[MALFORMED[i]!] = n
  })
  return counts
}
