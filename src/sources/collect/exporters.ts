import {
  type CounterCourse,
  type CounterTeller,
  type ExporterInfo,
  type ExporterInterface,
  type ExporterRow,
  type ExportProtocol,
  type KnownInterface,
  type NamedBy,
  OPER_STATUS,
  type PortCourse,
  type SamplingFrom,
} from '../../lib/exporters.ts'
import { PORT_IN, PORT_OUT, PortSeries, PortSeriesRoom, type PortTrack, type PortWay, secondsOf } from '../../tables/port-series.ts'
import { COURSE_STEP_MS, CounterCourses, CourseRoom } from './counter-courses.ts'

/** So many are told apart: 16 bits in a record, and more than a carrier has. */
export const MAX_EXPORTERS = 65_535
const MAX_INTERFACES = 4096
const MAX_SAMPLINGS = 16
const MAX_FAULT_KINDS = 64
const MAX_COUNTERS = 1024
const MAX_COUNTERS_OF_PORT = 64
/** A sequence number so far behind the one expected is a restart, not a datagram that was overtaken. */
const MAX_OVERTAKEN = 64
/** A sequence number that went round its 32 bits, and left out more than so many on the way, did not go round but began anew. */
const MAX_LEFT_OUT = 1_000_000

const newRooms = () => ({ ports: new PortSeriesRoom(), courses: new CourseRoom() })

/** An interface of an exporter, as it counts. */
export class ExporterPort {
  readonly ifIndex: number
  private readonly told: { name?: string | undefined; alias?: string | undefined; speedBps?: number | undefined } = {}
  private readonly toldBy: NamedBy
  private readonly track: PortTrack | undefined
  /** From elsewhere, which goes before what the exporter tells. */
  known: KnownInterface | undefined
  bytesIn = 0
  bytesOut = 0
  readonly counters: CounterCourses
  /** When they came last, epoch ms. */
  countersAt: number | undefined

  constructor(ifIndex: number, track?: PortTrack, toldBy: NamedBy = 'options', room?: CourseRoom) {
    this.ifIndex = ifIndex
    this.counters = new CounterCourses(MAX_COUNTERS_OF_PORT, room)
    this.track = track
    this.toldBy = toldBy
  }

  /** Set by what the exporter itself tells. */
  get name(): string | undefined {
    return this.known?.name ?? this.told.name
  }
  set name(name: string | undefined) {
    this.told.name = name
  }
  get alias(): string | undefined {
    return this.known?.alias ?? this.told.alias
  }
  set alias(alias: string | undefined) {
    this.told.alias = alias
  }
  get speedBps(): number | undefined {
    return this.known?.speedBps ?? this.told.speedBps
  }
  set speedBps(speedBps: number | undefined) {
    this.told.speedBps = speedBps
  }

  /** `bytes` came in by it, or went out, in `seconds` that have just ended (1 to MAX_SPREAD_S). */
  carried(way: PortWay, bytes: number, seconds: number): void {
    if (way === PORT_IN) this.bytesIn += bytes
    else this.bytesOut += bytes
    this.track?.add(way, bytes, seconds)
  }

  /** What it has counted itself: OctetCounters. */
  counted(from: CounterTeller, atMs: number, inOctets: number, outOctets: number, bits: 32 | 64, epoch = 0): void {
    this.track?.counters({ from, atMs, inOctets, outOctets, bits, epoch }, this.speedBps)
  }

  get info(): ExporterInterface {
    const { ifIndex, name, alias, speedBps, bytesIn, bytesOut, counters, countersAt, known } = this
    const operStatus = known?.operStatus ?? OPER_STATUS[(counters.value('ifOperStatus') ?? 0) - 1]
    return {
      ifIndex,
      ...(name !== undefined && { name, namedBy: known?.name === undefined ? this.toldBy : known.namedBy }),
      ...(operStatus !== undefined && { operStatus }),
      ...(alias !== undefined && { alias }),
      ...(speedBps !== undefined && { speedBps }),
      bytesIn,
      bytesOut,
      ...(counters.size > 0 && { counters: counters.values }),
      ...(countersAt !== undefined && { countersAt }),
    }
  }
}

/** One exporter, and what is counted of it. Its decoders write here; nothing of it grows without a bound. */
export class Exporter implements ExporterRow {
  readonly number: number
  readonly address: string
  readonly protocol: ExportProtocol
  readonly domain: number
  readonly firstSeen: number
  lastSeen: number
  datagrams = 0
  records = 0
  bytesReceived = 0
  missed = 0
  sequenceResets = 0
  templates = 0
  setsWaiting = 0
  setsUndecoded = 0
  clockOffsetMs = 0
  faultCount = 0
  recordsPerSecond = 0
  alias: string | undefined
  samplingFrom: SamplingFrom = 'none'
  /** Who sent its latest datagram, where that is another address than it tells. */
  sender: string | undefined
  readonly ports = new Map<number, ExporterPort>()
  readonly portSeries: PortSeries
  private known: ReadonlyMap<number, KnownInterface> = new Map()
  private readonly samplings = new Set<number>()
  private readonly faults = new Map<string, number>()
  private readonly counters: CounterCourses
  private readonly courseRoom: CourseRoom
  private minute = 0
  private recordsAtTick = 0
  private expected = -1
  private latest = -1

  /** `rooms`: shared with other exporters of its collector. */
  constructor(number: number, address: string, protocol: ExportProtocol, domain: number, nowMs: number, rooms = newRooms()) {
    this.portSeries = new PortSeries(rooms.ports)
    this.courseRoom = rooms.courses
    this.counters = new CounterCourses(MAX_COUNTERS, rooms.courses)
    this.number = number
    this.address = address
    this.protocol = protocol
    this.domain = domain
    this.firstSeen = nowMs
    this.lastSeen = nowMs
  }

  /** Something was wrong with what it sent; `cause` is one of few constant texts, as 'set length below 4'. */
  fault(cause: string, times = 1): void {
    this.faultCount += times
    const before = this.faults.get(cause)
    if (before !== undefined || this.faults.size < MAX_FAULT_KINDS) this.faults.set(cause, (before ?? 0) + times)
  }

  /** The value now of a counter of the exporter itself; a gauge goes up and down. */
  counter(name: string, value: number, isGauge = false): void {
    this.counters.tell(name, value, isGauge)
  }
  /** `n` more of what is counted here. */
  count(name: string, n: number): void {
    this.counters.tell(name, (this.counters.value(name) ?? 0) + n)
  }

  /** One packet of `rate` was counted. */
  sampled(rate: number, from: SamplingFrom): void {
    // What the user says holds, whatever else is told.
    if (from !== 'user' && this.samplingFrom === 'user') return
    if (from === 'user' && this.samplingFrom !== 'user') this.samplings.clear()
    this.samplingFrom = from
    if (this.samplings.size < MAX_SAMPLINGS) this.samplings.add(rate)
  }

  /** Takes a sequence number (32 bits), and how much it grows until the next datagram. Counts gaps and steps back. */
  sequence(number: number, grows: number): void {
    const ahead = this.expected < 0 || this.countsItself(number, grows) ? 0 : (number - this.expected) | 0
    const beganAnew = ahead > MAX_LEFT_OUT && number < this.expected
    if (ahead > 0 && !beganAnew) this.missed += ahead
    else if (ahead !== 0) {
      // What overtook this one had been counted as missed.
      if (!beganAnew && ahead >= -MAX_OVERTAKEN * Math.max(1, grows) && this.missed >= grows) {
        this.missed -= grows
        return
      }
      this.sequenceResets++
    }
    this.latest = number
    this.expected = (number + grows) >>> 0
  }
  /** Some number a datagram by all that was sent with it, not before it (softflowd): then nothing is missing either. */
  private countsItself(number: number, grows: number): boolean {
    return ((number - this.latest) | 0) === grows
  }

  /** The interface with this index; undefined when it has too many. */
  port(ifIndex: number): ExporterPort | undefined {
    let port = this.ports.get(ifIndex)
    if (port === undefined && this.ports.size < MAX_INTERFACES) {
      port = new ExporterPort(ifIndex, this.portSeries.track(ifIndex), this.protocol === 'sFlow v5' ? 'sflow' : 'options', this.courseRoom)
      port.known = this.known.get(ifIndex)
      this.ports.set(ifIndex, port)
    }
    return port
  }

  private tellsEgress = false
  private latestIn: ExporterPort | undefined
  private latestOut: ExporterPort | undefined
  /**
   * Bytes that came in and went out by its interfaces from `firstMs` to `lastMs`, 0 where that is not told; `back`: those of the other direction. Who tells both
   * ways counts each where it is seen.
   */
  traffic(inIf: number, outIf: number, bytes: number, back: number, isEgress: boolean, firstMs = 0, lastMs = firstMs): void {
    const seconds = secondsOf(firstMs, lastMs)
    if (isEgress) this.tellsEgress = true
    if (inIf !== 0 && !isEgress) {
      if (this.latestIn?.ifIndex !== inIf) this.latestIn = this.port(inIf)
      if (this.latestIn !== undefined) {
        this.latestIn.carried(PORT_IN, bytes, seconds)
        if (back !== 0) this.latestIn.carried(PORT_OUT, back, seconds)
      }
    }
    if (outIf !== 0 && (isEgress || !this.tellsEgress)) {
      if (this.latestOut?.ifIndex !== outIf) this.latestOut = this.port(outIf)
      if (this.latestOut !== undefined) {
        this.latestOut.carried(PORT_OUT, bytes, seconds)
        if (back !== 0) this.latestOut.carried(PORT_IN, back, seconds)
      }
    }
  }

  /** How much was sent is not known: the next sequence number is taken as it comes. */
  unsure(): void {
    this.expected = -1
  }

  /** All that is known of its interfaces from elsewhere, in place of what was; those that no record has named are waited for. */
  know(interfaces: readonly KnownInterface[]): void {
    this.known = new Map(interfaces.slice(0, MAX_INTERFACES).map((known) => [known.ifIndex, known]))
    for (const port of this.ports.values()) {
      port.known = this.known.get(port.ifIndex)
      const counters = port.known?.counters
      if (counters !== undefined)
        port.counted(counters.from, counters.atMs, counters.inOctets, counters.outOctets, counters.bits, counters.epoch)
    }
  }

  /** A second is over. */
  tick(seconds: number, nowMs = Date.now()): void {
    this.portSeries.tick(nowMs)
    this.recordsPerSecond = Math.round((this.records - this.recordsAtTick) / Math.max(1, seconds))
    this.recordsAtTick = this.records
    const minute = Math.floor(nowMs / COURSE_STEP_MS)
    if (minute === this.minute) return
    // Where the clock stepped back, what was told since is the reading of one minute.
    const passed = this.minute === 0 ? 1 : Math.max(1, minute - this.minute)
    this.minute = minute
    this.counters.minutesPassed(passed)
    for (const { counters } of this.ports.values()) counters.minutesPassed(passed)
  }

  counterCourses(ifIndex?: number): readonly CounterCourse[] | undefined {
    return ifIndex === undefined ? this.counters.courses : this.ports.get(ifIndex)?.counters.courses
  }

  /** Rates in force, smallest first. */
  get sampling(): readonly number[] {
    return this.samplings.size === 0 ? [1] : [...this.samplings].sort((a, b) => a - b)
  }

  /** What came in by an interface and went out, second by second; undefined: it has no series. */
  portCourse(ifIndex: number, seconds?: number): PortCourse | undefined {
    return this.portSeries.series(ifIndex, seconds)
  }

  get info(): ExporterInfo {
    return {
      number: this.number,
      ...(this.alias !== undefined && { alias: this.alias }),
      address: this.address,
      ...(this.sender !== undefined && { sender: this.sender }),
      protocol: this.protocol,
      domain: this.domain,
      firstSeen: this.firstSeen,
      lastSeen: this.lastSeen,
      datagrams: this.datagrams,
      records: this.records,
      bytesReceived: this.bytesReceived,
      recordsPerSecond: this.recordsPerSecond,
      missed: this.missed,
      sequenceResets: this.sequenceResets,
      templates: this.templates,
      setsWaiting: this.setsWaiting,
      setsUndecoded: this.setsUndecoded,
      sampling: this.sampling,
      samplingFrom: this.samplingFrom,
      clockOffsetMs: this.clockOffsetMs,
      faults: Object.fromEntries(this.faults),
      ...(this.counters.size > 0 && { counters: this.counters.values }),
      interfaces: [...this.ports.values()]
        .sort((a, b) => a.ifIndex - b.ifIndex)
        .map(({ info }) => ({ ...info, ...this.portSeries.figures(info.ifIndex, info.speedBps) })),
    }
  }
}

/** All exporters of one collector. */
export class Exporters {
  readonly all: Exporter[] = []
  private readonly byKey = new Map<string, Exporter>()
  private readonly known = new Map<string, readonly KnownInterface[]>()
  private aliases: ReadonlyMap<string, string> = new Map()
  /** Which interfaces have series. */
  readonly rooms = newRooms()
  /** Datagrams of exporters for which there was no room. */
  refused = 0

  /** The exporter that speaks so, made when it is new; undefined when there are too many, which is counted. */
  of(address: string, protocol: ExportProtocol, domain: number, nowMs: number): Exporter | undefined {
    const key = `${address} ${protocol} ${domain}`
    const known = this.byKey.get(key)
    if (known !== undefined) return known
    if (this.all.length === MAX_EXPORTERS) {
      this.refused++
      return undefined
    }
    const exporter = new Exporter(this.all.length, address, protocol, domain, nowMs, this.rooms)
    exporter.know(this.known.get(address) ?? [])
    exporter.alias = this.aliases.get(address)
    this.all.push(exporter)
    this.byKey.set(key, exporter)
    return exporter
  }

  /** What users call exporters, by address, in place of what was. */
  callThem(aliases: Readonly<Record<string, string>>): void {
    this.aliases = new Map(Object.entries(aliases))
    for (const exporter of this.all) exporter.alias = this.aliases.get(exporter.address)
  }

  /** What is known of the interfaces of all exporters at an address, in place of what was. */
  know(address: string, interfaces: readonly KnownInterface[]): void {
    if (this.known.size < MAX_EXPORTERS || this.known.has(address)) this.known.set(address, interfaces)
    for (const exporter of this.all) if (exporter.address === address) exporter.know(interfaces)
  }

  tick(seconds: number, nowMs = Date.now()): void {
    for (const exporter of this.all) exporter.tick(seconds, nowMs)
  }
}
