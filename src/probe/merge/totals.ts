import { TRENDS } from '../../lib/fields.ts'
import type { Totals } from '../../lib/live.ts'
import { trendOf } from '../../tables/rate.ts'
import type { Crew } from './crew.ts'
import type { PartAnswer } from './part.ts'

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
  const { distinct } = crew
  const parts = await distinct.update(crew)
  const { hosts, macs, flows } = distinct
  return mergeTotals(parts, limits, {
    hosts: hosts.distinct,
    localHosts: hosts.local,
    macs: macs.distinct,
    flowsTooMany: flows.tooMany,
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
    flowsGivenUp: sum((t) => t.flowsGivenUp),
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
