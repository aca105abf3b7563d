import { FLOW_DECIDED } from '../dissectors/recognised-flow.ts'
import {
  copyRecord,
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
  FLOW_RECORD_GOES_ON,
  type FlowBatch,
  type FlowExtras,
  type FlowProcess,
  type FlowWriter,
} from '../lib/flow-batch.ts'
import type { Program } from '../lib/programs.ts'
import { countryCode } from '../names/address-owners.ts'
import { PROTO_ICMP, PROTO_ICMPV6 } from '../wire/packet.ts'
import type { LiveTables } from './live-tables.ts'
import { FLOW_COLLECTED, FLOW_LIVE } from './tcp-analysis.ts'
import { exporterName } from './views/exporter-view.ts'
import { categoryOf, clientEnd, countryAt, systemAt } from './views/flow-view.ts'
import { macOrder } from './views/mac-view.ts'

const FIRST_ROWS = 1024
const SECOND_MS = 1000
const SILENT_MS = 5000
const MAX_PATHS = 1000
/** So many flows are told up to now without a pause: some 20 ms. */
const FLOWS_AT_ONCE = 4096
/** A flow without a name may get one still; until then it is not told of early. */
const NAMELESS_MS = 5000
const NO_SERIAL = 0xffff_ffff

export interface FlowRecordsOptions {
  /** Seconds between two records of a flow that lasts. */
  readonly everySeconds: number
  /** What this wiretop is called where records go on to others. */
  readonly instance: string
  /** Somebody may look at them, and wants them up to now. */
  readonly isLookedAt: boolean
}

/**
 * Makes records of the flows of the tables: when one is over, and every so often while it lasts, of what it gained since its last record. So records add up to what was
 * counted. The client is src. Flows that were told as over and have no row go on as they came.
 */
export class FlowRecords {
  private readonly t: LiveTables
  private readonly out: FlowWriter
  private readonly everyS: number
  private readonly isLookedAt: boolean
  private second = 0
  /** Rows from here on have not been told up to now yet, as somebody wants it; past the last one: nobody does. */
  private behind = Number.POSITIVE_INFINITY

  /** What the last record of each row's flow had told up to: bytes and packets each way, and when. Another serial: nothing yet. */
  private told = new Float64Array(4 * FIRST_ROWS)
  private toldMs = new Float64Array(FIRST_ROWS)
  private toldApp = new Uint32Array(FIRST_ROWS)
  private serial = new Uint32Array(FIRST_ROWS).fill(NO_SERIAL)

  /** What the path of a record that came from nowhere else is: this instance. */
  private readonly here: readonly string[]
  /** Paths that end here, by the path that came. */
  private readonly paths = new Map<string, readonly string[]>()

  constructor(tables: LiveTables, out: FlowWriter, { everySeconds, instance, isLookedAt }: FlowRecordsOptions) {
    this.t = tables
    this.out = out
    this.everyS = everySeconds
    this.here = [instance]
    this.isLookedAt = isLookedAt
  }

  /** The flow leaves its row. All it gained is booked. */
  over(row: number): void {
    this.record(row, FLOW_RECORD_ENDED)
  }

  /** A second is over: of the flows that last, those whose turn it is. Each second has its share of the rows. */
  tick(): void {
    const { rows } = this.t.flows
    const { everyS } = this
    this.second = (this.second + 1) % everyS
    for (let row = this.second; row < rows.used; row += everyS) {
      if ((rows.go(row).flags & FLOW_LIVE) !== 0 && this.isDue(row)) this.record(row, 0)
    }
    this.catchUp()
    this.out.flush()
  }

  /** Somebody looks: flows that last are told up to now, the first of them at once and the others at the next ticks. */
  bringUp(): void {
    if (!this.isLookedAt) return
    this.t.settle()
    this.behind = 0
    this.catchUp()
    this.out.flush()
  }
  private catchUp(): void {
    const { rows } = this.t.flows
    for (let left = FLOWS_AT_ONCE; left > 0 && this.behind < rows.used; this.behind++) {
      rows.go(this.behind)
      if ((rows.flags & FLOW_LIVE) === 0) continue
      if ((rows.flags & FLOW_DECIDED) === 0 && this.t.nowMs - rows.firstSeenMs < NAMELESS_MS) continue
      this.record(this.behind, 0)
      left--
    }
  }
  /** One that is silent may be over: its next record would be its last, and waits, but not for ever. */
  private isDue(row: number): boolean {
    const { rows } = this.t.flows
    const everyMs = this.everyS * SECOND_MS
    const waitedMs = this.t.nowMs - (this.serial[row] === rows.serial ? this.toldMs[row]! : rows.firstSeenMs)
    return waitedMs >= everyMs && (this.t.nowMs - rows.lastSeenMs <= SILENT_MS || waitedMs >= 2 * everyMs)
  }

  /** A collected record without a row goes on as it came. */
  rowless(from: FlowBatch, i: number): void {
    const at = this.out.begin(from.exporter[i]!)
    copyRecord(from, i, this.out.batch, at)
    const extras = from.extras[i]
    const exporter = exporterName(this.t, from.exporter[i]!)
    this.out.batch.extras[at] = { ...extras, ...(exporter !== undefined && { exporter }), path: this.path(extras?.path) }
  }

  private path(before: readonly string[] | undefined): readonly string[] {
    if (before === undefined || before.length === 0) return this.here
    const key = before.join('\n')
    let path = this.paths.get(key)
    if (path === undefined) {
      path = [...before, ...this.here]
      if (this.paths.size < MAX_PATHS) this.paths.set(key, path)
    }
    return path
  }

  private record(row: number, flags: number): void {
    if (row >= this.serial.length) this.widen(row)
    const { t, told } = this
    const r = t.flows.rows.go(row)
    const four = 4 * row
    const isFirst = this.serial[row] !== r.serial
    if (isFirst) {
      this.serial[row] = r.serial
      told.fill(0, four, four + 4)
      this.toldMs[row] = r.firstSeenMs
    }
    const c = clientEnd(r.flags)
    const s = (1 - c) as 0 | 1
    const packets = r.packets(0) + r.packets(1) - told[four + 2]! - told[four + 3]!
    const app = ((r.master << 16) | r.app) >>> 0
    // A flow that got its name after all it did is told once more, of no packets.
    const isLateName = flags !== 0 && !isFirst && app !== this.toldApp[row]
    if (packets <= 0 && !isLateName) return
    this.toldApp[row] = app
    const i = this.out.begin(0)
    const { batch } = this.out
    batch.bytes[2 * i] = r.bytes(c) - told[four + c]!
    batch.bytes[2 * i + 1] = r.bytes(s) - told[four + s]!
    batch.packets[2 * i] = r.packets(c) - told[four + 2 + c]!
    batch.packets[2 * i + 1] = r.packets(s) - told[four + 2 + s]!
    for (const end of [0, 1] as const) {
      told[four + end] = r.bytes(end)
      told[four + 2 + end] = r.packets(end)
    }
    batch.firstMs[i] = this.toldMs[row]!
    batch.lastMs[i] = Math.max(this.toldMs[row]!, r.lastSeenMs)
    this.toldMs[row] = batch.lastMs[i]!
    this.columns(row, batch, i, isFirst ? flags : flags | FLOW_RECORD_GOES_ON)
    this.owners(row, batch, i)
    this.origins(row, batch, i)
    batch.extras[i] = this.extras(row)
  }

  private columns(row: number, batch: FlowBatch, i: number, flags: number): void {
    const r = this.t.flows.rows.go(row)
    const c = clientEnd(r.flags)
    const s = (1 - c) as 0 | 1
    const four = 4 * i
    const [src, dst] = c === 0 ? [batch.src, batch.dst] : [batch.dst, batch.src]
    src[four] = r.a0
    src[four + 1] = r.a1
    src[four + 2] = r.a2
    src[four + 3] = r.a3
    dst[four] = r.b0
    dst[four + 1] = r.b1
    dst[four + 2] = r.b2
    dst[four + 3] = r.b3
    const isV4 = r.a0 === 0 && r.a1 === 0 && r.a2 === 0xffff
    batch.ipVersion[i] = isV4 ? 4 : 6
    batch.proto[i] = (r.meta >>> 8) & 255
    batch.vlan[i] = r.meta >>> 16
    batch.srcPort[i] = c === 0 ? r.ports >>> 16 : r.ports & 0xffff
    batch.dstPort[i] = c === 0 ? r.ports & 0xffff : r.ports >>> 16
    batch.tcpFlags[2 * i] = r.tcpFlags(c)
    batch.tcpFlags[2 * i + 1] = r.tcpFlags(s)
    const isIcmp = batch.proto[i] === PROTO_ICMP || batch.proto[i] === PROTO_ICMPV6
    if (isIcmp) batch.icmp[i] = r.nextSeq(0)
    const isCaptured = (r.flags & FLOW_COLLECTED) === 0
    batch.flags[i] = flags | FLOW_RECORD_BIFLOW | FLOW_RECORD_CLIENT_IS_SRC | (isCaptured ? FLOW_RECORD_FRAME_BYTES : 0)
    const [clientMac, serverMac] = [r.mac(c), r.mac(s)]
    batch.srcMac[i] = macOrder(this.t, clientMac)
    batch.dstMac[i] = macOrder(this.t, serverMac)
    r.go(row)
    batch.latencyUs[2 * i] = r.clientLatencyUs
    batch.latencyUs[2 * i + 1] = r.serverLatencyUs
    batch.score[i] = this.t.risks.of(row).score
  }

  private owners(row: number, batch: FlowBatch, i: number): void {
    const c = clientEnd(this.t.flows.rows.go(row).flags)
    batch.srcAs[i] = systemAt(this.t, row, c)
    batch.dstAs[i] = systemAt(this.t, row, (1 - c) as 0 | 1)
    batch.country[2 * i] = countryCode(countryAt(this.t, row, c))
    batch.country[2 * i + 1] = countryCode(countryAt(this.t, row, (1 - c) as 0 | 1))
  }

  /** What exporters had said of it. */
  private origins(row: number, batch: FlowBatch, i: number): void {
    const { collected, flows } = this.t
    const r = flows.rows.go(row)
    if (collected === undefined || (r.flags & FLOW_COLLECTED) === 0) return
    const { origins } = collected
    const way = 2 * row + clientEnd(r.flags)
    const back = way ^ 1
    batch.inIf[i] = origins.inIf[way] || origins.outIf[back]!
    batch.outIf[i] = origins.outIf[way] || origins.inIf[back]!
    batch.srcMask[i] = origins.mask[way]!
    batch.dstMask[i] = origins.mask[back]!
    batch.tos[i] = origins.tos[way]!
    batch.sampling[i] = origins.sampling[row]!
    for (let word = 0; word < 4; word++) batch.nextHop[4 * i + word] = origins.nextHop[4 * row + word]!
    batch.exporter[i] = Math.max(0, ((origins.who[way] || origins.who[back]!) >>> 1) - 1)
  }

  private extras(row: number): FlowExtras | undefined {
    const { t } = this
    const { flows, options, naming, collected, programs } = t
    const r = flows.rows.go(row)
    const isCollected = (r.flags & FLOW_COLLECTED) !== 0
    const c = clientEnd(r.flags)
    const app = r.master === 0 && r.app === 0 ? undefined : options.catalogue.pairName(r.master, r.app)
    const serverName = naming.details.serverName(row) || undefined
    const info = naming.details.info(row) || undefined
    const fields = this.fields(row)
    const risks = t.risks.of(row).names
    const srcProcess = processOf(programs.of(row, c))
    const dstProcess = processOf(programs.of(row, 1 - c))
    const path = this.path(isCollected ? collected?.path(row) : undefined)
    const exporter = isCollected ? exporterName(t, this.out.batch.exporter[this.out.batch.count - 1]!) : undefined
    return {
      ...(app !== undefined && { app }),
      category: categoryOf(t, row),
      ...(serverName !== undefined && { serverName }),
      ...(info !== undefined && { info }),
      ...(fields !== undefined && { fields }),
      ...(risks.length > 0 && { risks }),
      ...(srcProcess && { srcProcess }),
      ...(dstProcess && { dstProcess }),
      path,
      ...(exporter !== undefined && { exporter }),
    }
  }

  /** What dissectors read, as `DNS.query`, and what exporters told. */
  private fields(row: number): Readonly<Record<string, string | number>> | undefined {
    const { naming, collected } = this.t
    let found: Record<string, string | number> | undefined
    naming.details.eachValue(row, (index, value) => {
      const { protocol, name } = naming.declaredFields[index]!
      found ??= {}
      found[`${protocol}.${name}`] = typeof value === 'number' || typeof value === 'string' ? value : textOf(value)
    })
    const told = collected?.fields(row)
    return told === undefined ? found : { ...told, ...found }
  }

  private widen(row: number): void {
    const rows = Math.max(row + 1, Math.min(2 * this.serial.length, this.t.flows.rows.capacity))
    const told = new Float64Array(4 * rows)
    told.set(this.told)
    this.told = told
    const toldMs = new Float64Array(rows)
    toldMs.set(this.toldMs)
    this.toldMs = toldMs
    const toldApp = new Uint32Array(rows)
    toldApp.set(this.toldApp)
    this.toldApp = toldApp
    const serial = new Uint32Array(rows).fill(NO_SERIAL)
    serial.set(this.serial)
    this.serial = serial
  }
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))

function processOf(program: Program | undefined): FlowProcess | undefined {
  if (program === undefined) return undefined
  const { pid, name, user, container } = program
  return {
    ...(name !== '' && { name }),
    ...(pid !== undefined && { pid }),
    ...(user !== '' && { user }),
    ...(container !== undefined && { container }),
  }
}
