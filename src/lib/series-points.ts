/** Series that are kept: what there is of them, how they go to a store, and how they are asked for. */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** As `--timeseries` says it: `rrd` has files of rrdtool besides those that the console reads. */
export const SERIES_KEEPINGS = ['files', 'rrd', 'none'] as const
export type SeriesKeeping = (typeof SERIES_KEEPINGS)[number]

/** How finely series are kept, and for how long. The latest hour is known by the second besides (tables/series.ts). */
export const SERIES_TIERS = [
  { name: 'minute', stepMs: MINUTE_MS, keptMs: DAY_MS },
  { name: 'five-minutes', stepMs: 5 * MINUTE_MS, keptMs: 90 * DAY_MS },
  { name: 'hour', stepMs: HOUR_MS, keptMs: 730 * DAY_MS },
] as const
export type SeriesTier = (typeof SERIES_TIERS)[number]['name']
export const tierOf = (name: SeriesTier): (typeof SERIES_TIERS)[number] => SERIES_TIERS.find((tier) => tier.name === name)!

/** How the value of a longer time follows from those of its parts: what was counted adds up, what was measured does not. */
export type RollUpRule = 'sum' | 'average' | 'min' | 'max'
export interface Metric {
  readonly name: string
  readonly unit: 'bytes' | 'packets' | 'bps' | 'count'
  readonly rule: RollUpRule
}
interface KindOfSeries {
  readonly metrics: readonly Metric[]
  /** The finest tier that it is in. */
  readonly finest: SeriesTier
}
const counted = (unit: Metric['unit'], ...names: string[]): Metric[] => names.map((name) => ({ name, unit, rule: 'sum' }))
const measured = (unit: Metric['unit'], rule: RollUpRule, ...names: string[]): Metric[] => names.map((name) => ({ name, unit, rule }))
const minutes = (...metrics: readonly Metric[]): KindOfSeries => ({ metrics, finest: 'minute' })

const CLIENT_SERVER = [...counted('bytes', 'bytesC2s', 'bytesS2c'), ...counted('packets', 'packetsC2s', 'packetsS2c')]
const SENT_RCVD = counted('bytes', 'bytesSent', 'bytesRcvd')

/** What has series. Those of an interface as a whole (interface, tcp, drops, alerts) have the name ''. */
export const SERIES_KINDS = {
  interface: minutes(
    ...counted('bytes', 'bytes', 'bytesSent', 'bytesRcvd'),
    ...counted('packets', 'packets'),
    ...measured('count', 'average', 'flows', 'hosts'),
    ...measured('bps', 'max', 'peakBps'),
  ),
  /** Of local hosts: `address` or `address@vlan`. */
  host: minutes(
    ...SENT_RCVD,
    ...counted('packets', 'packetsSent', 'packetsRcvd'),
    ...counted('bytes', 'tcpSent', 'tcpRcvd', 'udpSent', 'udpRcvd', 'icmpSent', 'icmpRcvd'),
    ...measured('count', 'average', 'flows'),
  ),
  /** `host application`: there are many. */
  'host-app': { metrics: SENT_RCVD, finest: 'five-minutes' },
  app: minutes(...CLIENT_SERVER),
  l4: minutes(...CLIENT_SERVER),
  vlan: minutes(...CLIENT_SERVER),
  /** Hosts by who owns their addresses: number of an autonomous system, two letters of a country. */
  as: minutes(...SENT_RCVD),
  country: minutes(...SENT_RCVD),
  network: minutes(...SENT_RCVD),
  /** An exporter's interface: `exporter ifIndex`. */
  port: minutes(...counted('bytes', 'bytesIn', 'bytesOut')),
  tcp: minutes(...counted('packets', 'retransmissions', 'outOfOrder', 'lost', 'zeroWindow')),
  drops: minutes(...counted('packets', 'dropped', 'packetsWithoutFlow'), ...counted('count', 'hostsRefused', 'clockSteps')),
  alerts: minutes(...counted('count', 'raised')),
} as const satisfies Record<string, KindOfSeries>
/** What is of the interface as a whole: its one series has the name ''. */
export const WHOLE_KINDS: readonly string[] = ['interface', 'tcp', 'drops', 'alerts']
export type SeriesKind = keyof typeof SERIES_KINDS
export const metricsOf = (kind: SeriesKind): readonly Metric[] => SERIES_KINDS[kind].metrics

/** Values of many series of one kind, of one stretch of time. */
export interface PointTable {
  readonly kind: SeriesKind
  /** How long the stretch was. */
  readonly stepMs: number
  /** One a line. */
  readonly names: string
  readonly count: number
  /** Series by series, and in each as the kind has its metrics. NaN: not known. */
  readonly values: Float64Array
}
/** What one interface tells at the end of a minute. */
export interface SeriesPoints {
  /** Epoch ms, a whole minute. */
  readonly endMs: number
  readonly tables: readonly PointTable[]
  /** The interface by the second, oldest first: the last ends at its own `endMs`, which is before that of a minute that was cut short. */
  readonly seconds: { readonly endMs: number; readonly bytes: Float64Array; readonly packets: Float64Array }
}
export interface InterfacePoints {
  /** What the interface reads, as `-i` names it: the same after a restart. */
  readonly interfaceKey: string
  readonly interfaceName: string
  readonly points: SeriesPoints
}
/** To be given to postMessage. */
export const buffersOfPoints = ({ tables, seconds }: SeriesPoints): ArrayBuffer[] =>
  [...tables.map(({ values }) => values), seconds.bytes, seconds.packets].map(({ buffer }) => buffer as ArrayBuffer)
export const namesOf = ({ names, count }: PointTable): string[] => (count === 0 ? [] : names.split('\n'))
/** A name fits into a line and is not too long. */
export const MAX_NAME = 200
export const seriesName = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?').slice(0, MAX_NAME)

export interface SeriesKey {
  readonly interfaceKey: string
  readonly kind: SeriesKind
  readonly name: string
}
export interface PointQuery {
  readonly keys: readonly SeriesKey[]
  /** Epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  /** Left out: as fine as is kept for all of that time and gives no more than `maxPoints`. */
  readonly stepMs?: number
  readonly maxPoints?: number
}
export interface PointAnswer {
  /** Values are of [fromMs + i × stepMs, fromMs + (i + 1) × stepMs). */
  readonly fromMs: number
  readonly stepMs: number
  readonly tier: SeriesTier
  /** In the order of the keys: a column a metric. NaN: not known. */
  readonly series: readonly { readonly key: SeriesKey; readonly columns: Readonly<Record<string, Float64Array>> }[]
  /** What could not be read, one line each. */
  readonly faults: readonly string[]
}
/** Names that begin so, in order. */
export interface NamesQuery {
  readonly interfaceKey: string
  readonly kind: SeriesKind
  readonly prefix: string
  readonly limit: number
}
export interface SeriesStats {
  readonly kind: string
  readonly bytes: number
  readonly files: number
  /** Series in the running hour, and points that could not be kept. */
  readonly series: number
  readonly lost: number
  readonly faults: readonly string[]
}

/** Where series are kept. Not for two threads. */
export interface SeriesStore {
  readonly kind: string
  /** Is safe from a death of the process when it resolves. Points of the same series and time add up. */
  write(points: InterfacePoints): Promise<void>
  read(query: PointQuery): Promise<PointAnswer>
  /** Names that begin so, in order, `limit` of them. */
  names(query: NamesQuery): Promise<readonly string[]>
  /**
   * Removes what there is of hosts that are meant, by their names (`address`, `address@vlan`), and leaves nothing of them in any file. With `isTrial` it is only
   * counted. `fault`: where there may be more, one line.
   */
  deleteHosts?(isMeant: (host: string) => boolean, isTrial: boolean, fault: (why: string) => void): Promise<DeletedSeries>
  stats(): SeriesStats
  close(): Promise<void>
}
export interface DeletedSeries {
  readonly series: number
  readonly rrdFiles: number
}
/** Kinds whose series have the name of a host, alone or before a space. */
const HOST_KINDS: readonly SeriesKind[] = ['host', 'host-app']
export const hostOfSeries = (kind: SeriesKind, name: string): string | undefined =>
  HOST_KINDS.includes(kind) ? name.split(' ', 1)[0] : undefined

/** Series of the past as the API and the probes see them. */
export interface SeriesHistory {
  /** The points belong to it from then on. Never waits: what cannot be taken is counted as lost. */
  sendPoints(points: InterfacePoints): void
  /** Rejects with a HistoryFault. */
  read(query: PointQuery): Promise<PointAnswer>
  names(query: NamesQuery): Promise<readonly string[]>
  /** Undefined: none are kept. */
  seriesStats(): SeriesStats | undefined
}

/** Two values of the same time; NaN: not known. */
export function combined(rule: RollUpRule, a: number, b: number): number {
  if (Number.isNaN(a)) return b
  if (Number.isNaN(b)) return a
  if (rule === 'max') return Math.max(a, b)
  if (rule === 'min') return Math.min(a, b)
  return rule === 'sum' ? a + b : (a + b) / 2
}

/** Values of `per` parts each; NaN where none of them is known. The last may have fewer. */
export function rolledUp(values: Float64Array, rule: RollUpRule, per: number): Float64Array {
  const out = new Float64Array(Math.ceil(values.length / per)).fill(Number.NaN)
  for (let i = 0; i < out.length; i++) {
    let known = 0
    let sum = Number.NaN
    const end = Math.min(values.length, (i + 1) * per)
    for (let at = i * per; at < end; at++) {
      const value = values[at]!
      if (Number.isNaN(value)) continue
      known++
      sum = rule === 'average' ? (known === 1 ? value : sum + value) : combined(rule, sum, value)
    }
    out[i] = rule === 'average' ? sum / known : sum
  }
  return out
}

const DEFAULT_POINTS = 3000
/** Files go some time after what is in them is too old: a range of just as long as a tier is kept, asked for a little late, is still in it. */
const SLACK_MS = 10 * MINUTE_MS
/** Which tier answers, and with what step: a multiple of the tier's. */
export function chooseTier(query: PointQuery, nowMs: number): { tier: SeriesTier; stepMs: number } {
  const { keys, fromMs, toMs, maxPoints = DEFAULT_POINTS } = query
  const wanted = Math.max(query.stepMs ?? 0, (toMs - fromMs) / maxPoints)
  const finest = Math.max(...keys.map(({ kind }) => tierOf(SERIES_KINDS[kind].finest).stepMs), 0)
  const fit = SERIES_TIERS.filter(
    ({ stepMs, keptMs }) => stepMs >= finest && (fromMs >= nowMs - keptMs - SLACK_MS || keptMs === SERIES_TIERS.at(-1)!.keptMs),
  )
  const stepIn = (tierMs: number) => tierMs * Math.max(1, Math.ceil(wanted / tierMs))
  // The coarsest that is no coarser than what is wanted costs least.
  const tier = fit.findLast(({ stepMs }) => stepMs <= stepIn(fit[0]!.stepMs))!
  return { tier: tier.name, stepMs: stepIn(tier.stepMs) }
}
