import type { PortCourse } from '../lib/exporters.ts'
import type { Series, SeriesQuery } from '../lib/live.ts'
import type { TrafficColumn } from '../tables/booking.ts'
import type { SeriesPart } from './merge/part.ts'

const MAX_POINTS = 3600
const DEFAULT_TOP_APPS = 8

const TRAFFIC = [
  ['sent', 'Sent'],
  ['rcvd', 'Received'],
  ['other', 'Within'],
] as const
/** The interface's columns by series. Those of `apps` are the whole of which the applications are parts. */
export const SERIES_COLUMNS: Readonly<Record<SeriesQuery['of'], readonly (readonly [name: TrafficColumn, label: string])[]>> = {
  traffic: [...TRAFFIC, ['packets', 'Packets a second']],
  apps: TRAFFIC,
  'hosts-and-flows': [
    ['flows', 'Flows'],
    ['hosts', 'Hosts'],
  ],
  tcp: [
    ['retransmissions', 'Retransmissions'],
    ['outOfOrder', 'Out of order'],
    ['lost', 'Lost'],
    ['zeroWindow', 'Zero window'],
  ],
  losses: [
    ['dropped', 'Drops'],
    ['packetsWithoutFlow', 'Packets refused'],
    ['hostsRefused', 'Hosts refused'],
    ['clockSteps', 'Clock steps back'],
  ],
}

type Columns = Series['columns']

/** The series that was asked for, from its seconds. */
export function seriesOf({ lastMs, seconds, columns }: SeriesPart, { of, points, top }: SeriesQuery): Series {
  if (seconds === 0) return { times: [], columns: [] }
  const step = Math.max(1, Math.ceil(seconds / Math.min(points ?? MAX_POINTS, MAX_POINTS)))
  const count = Math.ceil(seconds / step)
  const times = Array.from({ length: count }, (_, i) => lastMs - (count - 1 - i) * step * 1000)
  const meansOf = (c: SeriesPart['columns'][number]) => ({ name: c.name, label: c.label, values: means(c.values, count, step) })
  if (of !== 'apps') return { times, columns: columns.map(meansOf) }
  const whole = columns.slice(0, TRAFFIC.length).map(meansOf)
  const apps = columns.slice(TRAFFIC.length).map((column) => ({ column, sum: column.values.reduce((a, b) => a + b, 0) }))
  const first = apps
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum)
    .slice(0, top ?? DEFAULT_TOP_APPS)
  return {
    times,
    columns: withOther(
      whole,
      first.map(({ column }) => meansOf(column)),
    ),
  }
}

const BITS = 8
/** What an exporter's interface carried, as bits a second. */
export function portCourse({ lastMs, ...ways }: PortCourse, points: number): Series {
  const seconds = ways.in.length
  const labelled = (name: 'in' | 'out', label: string) => ({ name, label, values: ways[name].map((bytes) => BITS * bytes) })
  return seriesOf({ lastMs, seconds, columns: [labelled('in', 'In'), labelled('out', 'Out')] }, { of: 'traffic', seconds, points })
}

/** Means over `step` seconds each: `count` of them, the last ends now; the first may have fewer seconds. */
function means(values: Float32Array, count: number, step: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const to = values.length - (count - 1 - i) * step
    const from = Math.max(0, to - step)
    let total = 0
    for (let s = from; s < to; s++) total += values[s]!
    return total / (to - from)
  })
}

/** The applications with most traffic, and the rest of all as Other. */
function withOther(whole: Columns, columns: Columns): Columns {
  const sumAt = (of: Columns, i: number) => of.reduce((sum, { values }) => sum + values[i]!, 0)
  const other = whole[0]!.values.map((_, i) => Math.max(0, sumAt(whole, i) - sumAt(columns, i)))
  return other.some((v) => v > 0.5) ? [...columns, { name: 'Other', label: 'Other', values: other }] : columns
}
