/** What is known of one name that is asked for, and of several workers' parts of it. */
import { activityOf, bitCount, rangeAsked, type SecondRange } from '../lib/activity.ts'
import type { AggregationAsk, AggregationDetail, AskingHost } from '../lib/aggregations.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { HOUR_S, type SecondSets } from '../tables/second-sets.ts'
import { formatAddress } from '../wire/address.ts'
import { distinctOf } from './merge/askers.ts'

export interface AggregationPart {
  readonly detail: Omit<AggregationDetail, 'activity'>
  readonly bits?: Uint8Array
  /** Of those in `topHosts`, and of the estimate where they are not all: by which several workers know the same ones. */
  readonly hashes: Int32Array
  readonly registers?: Uint8Array
}

export const dayUntil = (nowMs: number): SecondRange => rangeAsked({ address: '', step: 'minute' }, nowMs)

export function aggregationPart(t: LiveTables, ask: AggregationAsk, range: SecondRange): AggregationPart | null {
  const names = t.observation?.names?.table
  const row = names?.find(ask) ?? -1
  if (names === undefined || row < 0) return null
  const kept = names.hosts.top(names.list(row))
  const registers = names.registers(row)
  const topHosts = kept.map(({ words, count, error, firstS, lastS }): AskingHost => {
    const label = t.hostNames.get(...words)
    return {
      address: formatAddress(...words),
      ...(label !== undefined && { label }),
      queries: count,
      uncertain: error,
      firstSeen: 1000 * firstS,
      lastSeen: 1000 * lastS,
    }
  })
  return {
    detail: {
      kind: ask.kind,
      protocol: ask.protocol,
      name: ask.name,
      queries: names.queries(row),
      answered: names.isAnswered(row),
      hosts: names.hostCount(row),
      firstSeen: names.firstMs(row),
      lastSeen: names.lastMs(row),
      topHosts,
    },
    ...(names.activity && { bits: bitsOf(names.activity, row, range) }),
    hashes: Int32Array.from(kept, ({ words }) => names.hashOf(...words)),
    ...(registers && { registers: registers.slice() }),
  }
}

/** A bit a second of the range, lowest first. */
export function bitsOf(
  sets: SecondSets,
  row: number,
  { fromS, toS }: SecondRange,
  bits = new Uint8Array(bitCount({ fromS, toS })),
): Uint8Array {
  for (let hour = Math.floor(fromS / HOUR_S); hour * HOUR_S < toS; hour++)
    sets.each(row, hour, (second) => {
      const at = hour * HOUR_S + second - fromS
      if (at >= 0 && at < toS - fromS) bits[at >> 3]! |= 1 << (at & 7)
    })
  return bits
}

export const aggregationOf = ({ detail, bits }: Pick<AggregationPart, 'bits' | 'detail'>, range: SecondRange): AggregationDetail => ({
  ...detail,
  ...(bits && { activity: activityOf({ address: detail.name, step: 'minute' }, range, bits) }),
})

/** Queries of one host may be on several workers. */
export function joinAggregations(parts: readonly AggregationPart[]): Pick<AggregationPart, 'bits' | 'detail'> {
  const details = parts.map(({ detail }) => detail)
  const hosts = new Map<string, AskingHost>()
  for (const host of details.flatMap(({ topHosts }) => topHosts)) {
    const there = hosts.get(host.address)
    hosts.set(host.address, there === undefined ? host : sumOfHost(there, host))
  }
  const bits = parts.flatMap((part) => part.bits ?? [])
  for (const more of bits.slice(1)) for (let i = 0; i < more.length; i++) bits[0]![i]! |= more[i]!
  return {
    detail: {
      ...details[0]!,
      queries: details.reduce((sum, { queries }) => sum + queries, 0),
      answered: details.some(({ answered }) => answered),
      hosts: distinctOf(
        parts.flatMap((part) => [...part.hashes]),
        parts.flatMap((part) => part.registers ?? []),
      ),
      firstSeen: Math.min(...details.map(({ firstSeen }) => firstSeen)),
      lastSeen: Math.max(...details.map(({ lastSeen }) => lastSeen)),
      topHosts: [...hosts.values()].sort((a, b) => b.queries - a.queries),
    },
    ...(bits[0] && { bits: bits[0] }),
  }
}
const sumOfHost = (a: AskingHost, b: AskingHost): AskingHost => ({
  ...b,
  ...a,
  queries: a.queries + b.queries,
  uncertain: a.uncertain + b.uncertain,
  firstSeen: Math.min(a.firstSeen, b.firstSeen),
  lastSeen: Math.max(a.lastSeen, b.lastSeen),
})
