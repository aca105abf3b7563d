import { TRENDS } from '../../lib/fields.ts'
import type { Totals } from '../../lib/live.ts'
import { trendOf } from '../../tables/rate.ts'
import type { Crew } from './crew.ts'
import type { PartAnswer } from './part.ts'
import { type NumberColumn, tableOf } from './table.ts'

export interface Limits {
  readonly flowLimit: number
  readonly hostLimit: number
}

/** Rows that several workers have are counted once. */
export interface Distinct {
  readonly hosts: number
  readonly localHosts: number
  readonly macs: number
  /** How often a flow was counted as one more. */
  readonly flowsTooMany: number
}

export async function mergedTotals(crew: Crew, limits: Limits): Promise<Totals> {
  const [parts, hosts, macs, { flows }] = await Promise.all([
    crew.all('partTotals', () => ({})),
    crew.columns('hosts', ['local']),
    crew.columns('macs', []),
    crew.split(),
  ])
  const table = tableOf('hosts', hosts)
  const local = table.columns['local'] as NumberColumn | undefined
  return mergeTotals(parts, limits, {
    hosts: table.joined.count,
    localHosts: local === undefined ? 0 : local.values.reduce((n, is) => n + is, 0),
    macs: tableOf('macs', macs).joined.count,
    flowsTooMany: flows.reduce((n, flow) => n + flow.parts.length - 1, 0),
  })
}

export function mergeTotals(parts: readonly PartAnswer<'partTotals'>[], limits: Limits, distinct: Distinct): Totals {
  const all = parts.map(({ totals }) => totals)
  const sum = (of: (t: Totals) => number) => all.reduce((total, t) => total + of(t), 0)
  const max = (of: (t: Totals) => number) => Math.max(...all.map(of))
  const begun = all.map((t) => t.firstSeenMs).filter((ms) => ms > 0)
  const bps = sum((t) => t.bps)
  return {
    nowMs: max((t) => t.nowMs),
    firstSeenMs: begun.length === 0 ? 0 : Math.min(...begun),
    packets: sum((t) => t.packets),
    bytes: sum((t) => t.bytes),
    bytesSent: sum((t) => t.bytesSent),
    bytesRcvd: sum((t) => t.bytesRcvd),
    bps,
    bpsSent: sum((t) => t.bpsSent),
    bpsRcvd: sum((t) => t.bpsRcvd),
    pps: sum((t) => t.pps),
    trend:
      TRENDS[
        trendOf(
          bps,
          parts.reduce((total, p) => total + p.bpsBefore, 0),
        )
      ],
    flows: sum((t) => t.flows) - distinct.flowsTooMany,
    flowsLimit: limits.flowLimit,
    flowsTotal: sum((t) => t.flowsTotal) - distinct.flowsTooMany,
    hosts: distinct.hosts,
    hostsLimit: limits.hostLimit,
    localHosts: distinct.localHosts,
    macs: distinct.macs,
    packetsWithoutFlow: sum((t) => t.packetsWithoutFlow),
    hostsRefused: sum((t) => t.hostsRefused),
    dropped: sum((t) => t.dropped),
    malformed: sum((t) => t.malformed),
    nonIpPackets: sum((t) => t.nonIpPackets),
    nonIpBytes: sum((t) => t.nonIpBytes),
    // Each worker sees the clock jump; a late packet is seen by the one that takes it.
    clockGaps: max((t) => t.clockGaps),
    clockSteps: sum((t) => t.clockSteps),
    tcp: {
      retransmissions: sum((t) => t.tcp.retransmissions),
      outOfOrder: sum((t) => t.tcp.outOfOrder),
      lost: sum((t) => t.tcp.lost),
      zeroWindow: sum((t) => t.tcp.zeroWindow),
    },
  }
}
