import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { HistoryFault } from '../../lib/history.ts'
import {
  type DeletedSeries,
  type InterfacePoints,
  metricsOf,
  type NamesQuery,
  namesOf,
  type PointAnswer,
  type PointQuery,
  type PointTable,
  type SeriesKey,
  type SeriesStats,
  type SeriesStore,
} from '../../lib/series-points.ts'
import type { InterfaceIds } from '../interface-ids.ts'
import { oneName, pathPart, RRD } from './file-names.ts'
import { RrdFolder } from './rrd-folder.ts'
import type { RrdLayout } from './rrd-layout.ts'
import { BOTH_WAYS, COUNTER, INTERFACE_SECONDS } from './schemas-1-2.ts'

export interface RrdSeriesOptions {
  readonly folder: string
  /** Shared with whoever else keeps something of interfaces. */
  readonly ids: InterfaceIds
  /** Of all files: beyond that no new ones are made. */
  readonly maxBytes: number
}

const FIVE_MINUTES_S = 300
const MAX_FAULTS = 8
const TURN_MS = 20
const MAX_POINTS = 1_000_000
/** Files of a host that are no applications, and the metrics that they have; of an interface. */
const HOST_FILES: Readonly<Record<string, readonly [string, string]>> = {
  bytes: ['bytesSent', 'bytesRcvd'],
  tcp: ['tcpSent', 'tcpRcvd'],
  udp: ['udpSent', 'udpRcvd'],
  icmp: ['icmpSent', 'icmpRcvd'],
}
const INTERFACE_FILES = ['bytes', 'packets'] as const

/** By the path of the file. */
type Gains = Map<string, { readonly layout: RrdLayout; readonly values: Float64Array }>

/** What has come since the last five minutes that were written. */
interface Pending {
  readonly folder: RrdFolder
  gains: Gains
  /** Epoch seconds of the end of the running five minutes. */
  endS: number
}

/**
 * Series as RRD files, where ntopng 1.2 had them (`<folder>/<interface>/rrd/…`) and with its archives: the interface by the second, its applications, and local hosts with theirs, every five
 * minutes. Everything else is not kept here. What came within the running five minutes is lost with the process.
 */
export class RrdSeriesStore implements SeriesStore {
  readonly kind = 'rrd'
  private readonly options: RrdSeriesOptions
  private readonly interfaces = new Map<string, Pending>()
  private faults: string[] = []
  private lost = 0
  private bytes = 0
  private files = 0
  /** Resolves when all that was to be written is in its files. */
  private flushed: Promise<void> = Promise.resolve()

  constructor(options: RrdSeriesOptions) {
    this.options = options
    for (const key of options.ids.all.keys()) this.bytes += this.of(key).folder.size()
  }

  private of(interfaceKey: string): Pending {
    let pending = this.interfaces.get(interfaceKey)
    if (pending === undefined) {
      const folder = new RrdFolder(join(this.options.folder, String(this.options.ids.idOf(interfaceKey)), 'rrd'), {
        fault: (why) => this.fault(why),
        lost: (count) => {
          this.lost += count
        },
        takeRoom: (bytes) => this.takeRoom(bytes),
      })
      pending = { folder, gains: new Map(), endS: 0 }
      this.interfaces.set(interfaceKey, pending)
    }
    return pending
  }
  private takeRoom(bytes: number): boolean {
    if (this.bytes + bytes > this.options.maxBytes) {
      this.fault(`no more RRD files are made: there are ${this.bytes} bytes of them; allow more, or remove those of hosts that are gone`)
      return false
    }
    this.bytes += bytes
    this.files++
    return true
  }
  private fault(why: string): void {
    if (!this.faults.includes(why)) this.faults = [...this.faults, why].slice(-MAX_FAULTS)
  }

  async write({ interfaceKey, points }: InterfacePoints): Promise<void> {
    const pending = this.of(interfaceKey)
    const endS = Math.floor(points.endMs / 1000)
    const periodS = Math.ceil(endS / FIVE_MINUTES_S) * FIVE_MINUTES_S
    if (pending.endS !== 0 && periodS > pending.endS) this.flush(pending)
    pending.endS = periodS
    const { seconds, tables } = points
    const secondsEndS = Math.floor(seconds.endMs / 1000)
    for (const name of INTERFACE_FILES)
      if (seconds[name].length > 0)
        pending.folder.add(`${name}${RRD}`, INTERFACE_SECONDS, secondsEndS - seconds[name].length + 1, 1, seconds[name])
    for (const table of tables) this.take(pending, table)
    if (endS === periodS) this.flush(pending)
    await this.flushed
  }

  private take(pending: Pending, table: PointTable): void {
    const metrics = metricsOf(table.kind).map(({ name }) => name)
    const wide = metrics.length
    const at = (name: string) => metrics.indexOf(name)
    const { values } = table
    for (const [i, name] of namesOf(table).entries()) {
      const value = (metric: number) => values[i * wide + metric]!
      if (table.kind === 'app') gain(pending, appPath(name), COUNTER, value(at('bytesC2s')) + value(at('bytesS2c')))
      else if (table.kind === 'host-app') gain(pending, hostAppPath(name), BOTH_WAYS, value(0), value(1))
      else if (table.kind === 'host')
        for (const [file, [sent, rcvd]] of Object.entries(HOST_FILES))
          gain(pending, hostPath(name, file), BOTH_WAYS, value(at(sent)), value(at(rcvd)))
    }
  }
  private flush(pending: Pending): void {
    const { folder, gains, endS } = pending
    pending.gains = new Map()
    this.flushed = this.flushed.then(() => addAll(folder, gains, endS))
  }

  async read(query: PointQuery): Promise<PointAnswer> {
    const stepMs = Math.max(FIVE_MINUTES_S * 1000, query.stepMs ?? 0)
    const fromMs = Math.floor(query.fromMs / stepMs) * stepMs
    const slots = Math.max(0, Math.ceil((query.toMs - fromMs) / stepMs))
    if (!(slots * query.keys.length <= MAX_POINTS)) throw new HistoryFault('that is too much of too many series at once: ask for less')
    const before = this.faults
    this.faults = []
    const series = query.keys.map((key) => ({ key, columns: this.columns(key, fromMs / 1000, stepMs / 1000, slots) }))
    const { faults } = this
    this.faults = before
    return { fromMs, stepMs, tier: 'five-minutes', series, faults }
  }
  private columns(key: SeriesKey, fromS: number, stepS: number, slots: number): Record<string, Float64Array> {
    const columns = Object.fromEntries(metricsOf(key.kind).map(({ name }) => [name, new Float64Array(slots).fill(Number.NaN)]))
    const folder = this.interfaces.get(key.interfaceKey)?.folder
    for (const [path, metrics] of filesOf(key)) {
      const fetched = folder?.read(path, (file) => file.fetch('AVERAGE', fromS, fromS + slots * stepS - 1, Math.min(stepS, FIVE_MINUTES_S)))
      if (fetched === undefined) continue
      for (const [m, metric] of metrics.entries())
        for (const [i, rate] of fetched.columns[m]!.entries()) {
          const slot = Math.floor((fetched.startS + i * fetched.stepS - fromS) / stepS)
          const column = columns[metric]!
          if (slot >= 0 && slot < slots && !Number.isNaN(rate))
            column[slot] = (Number.isNaN(column[slot]!) ? 0 : column[slot]!) + rate * fetched.stepS
        }
    }
    return columns
  }

  async names({ interfaceKey, kind, prefix, limit }: NamesQuery): Promise<readonly string[]> {
    const folder = this.interfaces.get(interfaceKey)?.folder
    const all =
      kind === 'app'
        ? folder?.list('', 'files').filter((name) => !(INTERFACE_FILES as readonly string[]).includes(name))
        : kind === 'host'
          ? folder?.list('', 'folders')
          : []
    return (all ?? [])
      .filter((name) => name.startsWith(prefix))
      .sort()
      .slice(0, limit)
  }

  async deleteHosts(isMeant: (host: string) => boolean, isTrial: boolean, fault: (why: string) => void): Promise<DeletedSeries> {
    let rrdFiles = 0
    await this.flushed
    for (const { folder, gains } of this.interfaces.values())
      try {
        const gone = folder.removeHosts(isMeant, isTrial)
        rrdFiles += gone.files
        if (isTrial) continue
        this.bytes -= gone.bytes
        for (const path of gains.keys()) if (isMeant(path.slice(0, path.indexOf('/')))) gains.delete(path)
      } catch (error) {
        fault(`RRD files of hosts may still be there: ${(error as Error).message}`)
      }
    return { series: 0, rrdFiles }
  }

  stats(): SeriesStats {
    return { kind: this.kind, bytes: this.bytes, files: this.files, series: this.files, lost: this.lost, faults: this.faults }
  }
  close(): Promise<void> {
    return this.flushed
  }
}

/** Of many files now and then others have a turn. */
async function addAll(folder: RrdFolder, gains: Gains, endS: number): Promise<void> {
  let turnMs = performance.now()
  for (const [path, { layout, values }] of gains) {
    folder.add(path, layout, endS, FIVE_MINUTES_S, values)
    if (performance.now() - turnMs < TURN_MS) continue
    await setImmediate()
    turnMs = performance.now()
  }
}

const appPath = (app: string): string => `${pathPart(oneName(app), INTERFACE_FILES)}${RRD}`
const hostPath = (host: string, file: string): string => `${pathPart(host)}/${file}${RRD}`
function hostAppPath(name: string): string {
  const space = name.indexOf(' ')
  return hostPath(name.slice(0, space), pathPart(oneName(name.slice(space + 1)), Object.keys(HOST_FILES)))
}
/** Files that a series is in, and the metrics that their data sources are. */
function filesOf({ kind, name }: SeriesKey): [path: string, metrics: readonly string[]][] {
  if (kind === 'interface') return INTERFACE_FILES.map((file) => [`${file}${RRD}`, [file]])
  if (kind === 'host') return Object.entries(HOST_FILES).map(([file, metrics]) => [hostPath(name, file), metrics])
  return kind === 'host-app' ? [[hostAppPath(name), ['bytesSent', 'bytesRcvd']]] : []
}

function gain({ gains }: Pending, path: string, layout: RrdLayout, ...values: number[]): void {
  let there = gains.get(path)
  if (there === undefined) {
    there = { layout, values: new Float64Array(values.length) }
    gains.set(path, there)
  }
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) there.values[i]! += values[i]!
}
