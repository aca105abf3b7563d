import {
  FLOW_RECORD_BIFLOW,
  FLOW_RECORD_CLIENT_IS_DST,
  FLOW_RECORD_CLIENT_IS_SRC,
  FLOW_RECORD_EGRESS,
  FLOW_RECORD_ENDED,
  FLOW_RECORD_FRAME_BYTES,
  type FlowBatch,
  type FlowExtras,
  type FlowProcess,
  type FlowWriter,
} from '../../lib/flow-batch.ts'
import { formatAddress } from '../../wire/address.ts'
import { WENT_IN_A_CIRCLE } from '../collect/decoder.ts'
import { i32, text, u32, uint } from './bytes.ts'
import { compiledTemplate, type ReadFields } from './compiled-template.ts'
import { type Element, OP } from './elements.ts'
import type { ExporterClock } from './exporter-clock.ts'
import { intervalRate } from './options-data.ts'
import type { TemplateLayout } from './template.ts'
import type { TemplateScope } from './template-store.ts'

const MAX_TEXT = 512
const MAPPED = 0xffff
/** Seconds from 1900, where NTP begins, to 1970 (RFC 5905 §6). */
const NTP_EPOCH_S = 2_208_988_800
const FRACTION = 0x1_0000_0000
/** flowEndReason (RFC 5102 §5.11.3): idle, and end of flow detected. */
const IDLE = 1
const END_OF_FLOW = 3
const EGRESS = 1
const INITIATOR = 1
const REVERSE_INITIATOR = 2
const MAX_SHARED = 20_000
const MAX_RATE = 0xffff_ffff
const CISCO_HOST_HEADER = 6

/** The message that records stand in. */
export interface MessageContext {
  readonly scope: TemplateScope
  readonly clock: ExporterClock
  /** When it was sent, by the exporter's clock, and what its uptime was then; NaN where that is not told. */
  readonly exportMs: number
  readonly uptimeMs: number
  readonly nowMs: number
  /** One packet of so many was counted, as the user says. */
  readonly userRate: number | undefined
}

/** Reads records of data by their templates, field by field, into the columns of a batch. */
export class RecordDecoder {
  private readonly flows: FlowWriter
  private readonly instance: string
  /** Extras that say the same are one object. */
  private readonly byApp = new Map<string, FlowExtras>()

  // Of the record that is read; what its template has not stays as it is.
  firstMs = 0
  private lastMs = 0
  firstUptime = -1
  lastUptime = -1
  private durationMs = -1
  private initMs = 0
  private sampling = 0
  samplerId = -1
  private packetInterval = 0
  private packetSpace = 0
  private totalBytes = -1
  private totalPackets = -1
  private outBytes = -1
  private outPackets = -1
  hasBytes = false
  private app: string | undefined
  private extras: FlowExtras | undefined

  /** `instance`: what this wiretop is called; '': nothing. */
  constructor(flows: FlowWriter, instance = '') {
    this.flows = flows
    this.instance = instance
  }

  /** Reads one record from `from`; returns where it ends, or -1 when the set ends within it. */
  flow(b: Uint8Array, from: number, end: number, template: TemplateLayout, context: MessageContext): number {
    const i = this.flows.begin(context.scope.exporter.number)
    const { batch } = this.flows
    if (template !== this.template) this.turnTo(template)
    this.beginRecord()
    let next = from + template.minLength
    if (this.read !== undefined) this.read(b, from, batch, i, this, context)
    else next = this.fields(b, from, end, template, i, context)
    if (next < 0) batch.count--
    else if (this.extras?.path?.includes(this.instance)) {
      context.scope.exporter.fault(WENT_IN_A_CIRCLE)
      batch.count--
    } else this.finish(batch, i, template, context)
    return next
  }

  private template: TemplateLayout | undefined
  private read: ReadFields | undefined
  private turnTo(template: TemplateLayout): void {
    this.template = template
    if (template.read === undefined) template.read = compiledTemplate(template) ?? 'by fields'
    this.read = template.read === 'by fields' ? undefined : template.read
    this.firstUptime = this.lastUptime = this.durationMs = -1
    this.initMs = 0
    this.sampling = 0
    this.samplerId = -1
    this.packetInterval = this.packetSpace = 0
    this.totalBytes = this.totalPackets = this.outBytes = this.outPackets = -1
    this.hasBytes = false
  }
  private beginRecord(): void {
    this.firstMs = this.lastMs = 0
    this.app = undefined
    this.extras = undefined
  }

  /** Field by field, as far as the set goes. */
  private fields(
    b: Uint8Array,
    from: number,
    end: number,
    { ops, lengths, elements }: TemplateLayout,
    i: number,
    context: MessageContext,
  ): number {
    const { batch } = this.flows
    let at = from
    for (let f = 0; f < ops.length; f++) {
      let length = lengths[f]!
      if (length < 0) {
        if (at >= end) return -1
        length = b[at++]!
        if (length === 255) {
          if (end - at < 2) return -1
          length = (b[at]! << 8) | b[at + 1]!
          at += 2
        }
      }
      if (length > end - at) return -1
      const op = ops[f]!
      if (op !== OP.skip && length > 0) this.field(op, b, at, length, batch, i, elements[f]!, context)
      at += length
    }
    return at
  }

  /** One thought: what each operation does with its bytes. */
  field(
    op: number,
    b: Uint8Array,
    at: number,
    length: number,
    batch: FlowBatch,
    i: number,
    element: Element,
    context: MessageContext,
  ): void {
    switch (op) {
      case OP.bytes:
        batch.bytes[2 * i] = uint(b, at, length)
        this.hasBytes = true
        return
      case OP.packets:
        batch.packets[2 * i] = uint(b, at, length)
        return
      case OP.proto:
        batch.proto[i] = uint(b, at, length)
        return
      case OP.tos:
        batch.tos[i] = uint(b, at, length)
        return
      case OP.tcpFlags:
        batch.tcpFlags[2 * i] = b[at + length - 1]!
        return
      case OP.srcPort:
        batch.srcPort[i] = uint(b, at, length)
        return
      case OP.dstPort:
        batch.dstPort[i] = uint(b, at, length)
        return
      // Some templates have addresses of both versions, and zeros in those that the flow is not of.
      case OP.src4:
        if (u32(b, at) !== 0) address4(batch.src, i, b, at)
        return
      case OP.dst4:
        if (u32(b, at) !== 0) address4(batch.dst, i, b, at)
        return
      case OP.src6:
        if (address6(batch.src, i, b, at)) batch.ipVersion[i] = 6
        return
      case OP.dst6:
        if (address6(batch.dst, i, b, at)) batch.ipVersion[i] = 6
        return
      case OP.srcMask:
        if (b[at + length - 1] !== 0) batch.srcMask[i] = uint(b, at, length)
        return
      case OP.dstMask:
        if (b[at + length - 1] !== 0) batch.dstMask[i] = uint(b, at, length)
        return
      case OP.inIf:
        batch.inIf[i] = uint(b, at, length)
        return
      case OP.outIf:
        batch.outIf[i] = uint(b, at, length)
        return
      case OP.nextHop4:
        if (u32(b, at) !== 0) address4(batch.nextHop, i, b, at)
        return
      case OP.nextHop6:
        address6(batch.nextHop, i, b, at)
        return
      case OP.srcAs:
        batch.srcAs[i] = uint(b, at, length)
        return
      case OP.dstAs:
        batch.dstAs[i] = uint(b, at, length)
        return
      case OP.firstUptime:
        this.firstUptime = uint(b, at, length)
        return
      case OP.lastUptime:
        this.lastUptime = uint(b, at, length)
        return
      case OP.firstMs:
        this.firstMs = uint(b, at, length)
        return
      case OP.lastMs:
        // The way back has times of its own.
        this.lastMs = Math.max(this.lastMs, uint(b, at, length))
        return
      case OP.sampling:
        this.sampling = uint(b, at, length) || -1
        return
      case OP.samplerId:
        this.samplerId = uint(b, at, length)
        return
      case OP.direction:
        if (uint(b, at, length) === EGRESS) batch.flags[i]! |= FLOW_RECORD_EGRESS
        return
      case OP.appId:
        this.app ??= length <= 8 ? context.scope.options.applications.get(uint(b, at, length)) : undefined
        return
      default:
        this.rarer(op, b, at, length, batch, i, element, context)
    }
  }

  private rarer(
    op: number,
    b: Uint8Array,
    at: number,
    length: number,
    batch: FlowBatch,
    i: number,
    element: Element,
    { exportMs }: MessageContext,
  ): void {
    switch (op) {
      case OP.totalBytes:
        this.totalBytes = uint(b, at, length)
        return
      case OP.totalPackets:
        this.totalPackets = uint(b, at, length)
        return
      case OP.frameBytes:
        batch.bytes[2 * i] = uint(b, at, length)
        batch.flags[i]! |= FLOW_RECORD_FRAME_BYTES
        this.hasBytes = true
        return
      case OP.bytesBack:
        batch.bytes[2 * i + 1] = uint(b, at, length)
        batch.flags[i]! |= FLOW_RECORD_BIFLOW
        return
      case OP.packetsBack:
        batch.packets[2 * i + 1] = uint(b, at, length)
        batch.flags[i]! |= FLOW_RECORD_BIFLOW
        return
      case OP.tcpFlagsBack:
        batch.tcpFlags[2 * i + 1] = b[at + length - 1]!
        return
      case OP.outBytes:
        this.outBytes = uint(b, at, length)
        return
      case OP.outPackets:
        this.outPackets = uint(b, at, length)
        return
      case OP.srcMac:
        batch.srcMac[i] = uint(b, at, length)
        return
      case OP.dstMac:
        batch.dstMac[i] = uint(b, at, length)
        return
      case OP.vlan:
        batch.vlan[i] = uint(b, at, length) & 0xfff
        return
      case OP.postVlan:
        if (batch.vlan[i] === 0) batch.vlan[i] = uint(b, at, length) & 0xfff
        return
      case OP.icmp:
        batch.icmp[i] = uint(b, at, length)
        return
      case OP.icmpType:
        batch.icmp[i] = (batch.icmp[i]! & 0xff) | (uint(b, at, length) << 8)
        return
      case OP.icmpCode:
        batch.icmp[i] = (batch.icmp[i]! & 0xff00) | uint(b, at, length)
        return
      case OP.firstSeconds:
        this.firstMs = uint(b, at, length) * 1000
        return
      case OP.lastSeconds:
        this.lastMs = Math.max(this.lastMs, uint(b, at, length) * 1000)
        return
      case OP.firstNtp:
        this.firstMs = ntpMs(b, at)
        return
      case OP.lastNtp:
        this.lastMs = Math.max(this.lastMs, ntpMs(b, at))
        return
      case OP.firstDeltaUs:
        this.firstMs = exportMs - uint(b, at, length) / 1000
        return
      case OP.lastDeltaUs:
        this.lastMs = exportMs - uint(b, at, length) / 1000
        return
      case OP.durationMs:
        this.durationMs = uint(b, at, length)
        return
      case OP.durationUs:
        this.durationMs = uint(b, at, length) / 1000
        return
      case OP.observedMs:
        this.lastMs ||= uint(b, at, length)
        return
      case OP.observedSeconds:
        this.lastMs ||= uint(b, at, length) * 1000
        return
      case OP.initMs:
        this.initMs = uint(b, at, length)
        return
      case OP.packetInterval:
        this.packetInterval = uint(b, at, length)
        return
      case OP.packetSpace:
        this.packetSpace = uint(b, at, length)
        return
      case OP.endReason: {
        const reason = uint(b, at, length)
        if (reason === IDLE || reason === END_OF_FLOW) batch.flags[i]! |= FLOW_RECORD_ENDED
        return
      }
      case OP.biflowDirection: {
        const who = uint(b, at, length)
        if (who === INITIATOR) batch.flags[i]! |= FLOW_RECORD_CLIENT_IS_SRC
        else if (who === REVERSE_INITIATOR) batch.flags[i]! |= FLOW_RECORD_CLIENT_IS_DST
        return
      }
      default:
        this.named(op, b, at, length, element)
    }
  }

  /** What few records have. */
  private named(op: number, b: Uint8Array, at: number, length: number, { name = '' }: Element): void {
    if (op === OP.appName) {
      this.app = text(b, at, length, MAX_TEXT) || this.app
      return
    }
    if (op === OP.path) {
      const path = pathOf(b, at, length)
      if (path.length > 0) this.extras = { ...this.extras, path }
      return
    }
    this.extras ??= {}
    const { extras } = this
    switch (op) {
      case OP.ndpiId: {
        const id = uint(b, at, length)
        if (id !== 0) extras.appId = id
        return
      }
      case OP.serverName:
        extras.serverName = text(b, at, length, MAX_TEXT) || extras.serverName!
        return
      case OP.ciscoHost: {
        // Ids of the engine stand in front of the name.
        const skip = b[at]! < 32 ? Math.min(length, CISCO_HOST_HEADER) : 0
        extras.serverName = text(b, at + skip, length - skip, MAX_TEXT)
        return
      }
      case OP.info:
        extras.info = text(b, at, length, MAX_TEXT) || extras.info!
        return
      case OP.srcProcess:
        extras.srcProcess = withField(extras.srcProcess, name, b, at, length)
        return
      case OP.dstProcess:
        extras.dstProcess = withField(extras.dstProcess, name, b, at, length)
        return
      case OP.number:
        this.keep(extras, name, uint(b, at, length))
        return
      case OP.text:
        this.keep(extras, name, text(b, at, length, MAX_TEXT))
        return
      case OP.address:
        this.keep(extras, name, addressText(b, at, length))
    }
  }
  private keep(extras: FlowExtras, name: string, value: string | number): void {
    if (value === '' || value === 0 || value === '0.0.0.0' || value === '::') return
    const fields = (extras.fields ??= {})
    fields[name] = value
  }

  private finish(batch: FlowBatch, i: number, template: TemplateLayout, context: MessageContext): void {
    const { exporter } = context.scope
    this.counters(batch, i, template)
    this.times(batch, i, context)
    const rate = this.rate(batch.inIf[i]!, context)
    if (rate !== 1) scale(batch, i, rate)
    if (batch.ipVersion[i] === 4) {
      batch.src[4 * i + 2] = MAPPED
      batch.dst[4 * i + 2] = MAPPED
    }
    batch.extras[i] = this.extrasOf()
    exporter.records++
    exporter.traffic(
      batch.inIf[i]!,
      batch.outIf[i]!,
      batch.bytes[2 * i]!,
      batch.bytes[2 * i + 1]!,
      (batch.flags[i]! & FLOW_RECORD_EGRESS) !== 0,
      batch.firstMs[i]!,
      batch.lastMs[i]!,
    )
  }

  private counters(batch: FlowBatch, i: number, { outIsBack, hasForward }: TemplateLayout): void {
    if (this.totalBytes >= 0 && !this.hasBytes) batch.bytes[2 * i] = this.totalBytes
    if (this.totalPackets >= 0 && batch.packets[2 * i] === 0) batch.packets[2 * i] = this.totalPackets
    const way = outIsBack && hasForward ? 1 : hasForward ? -1 : 0
    if (this.outBytes < 0 || way < 0) return
    batch.bytes[2 * i + way] = this.outBytes
    batch.packets[2 * i + way] = Math.max(0, this.outPackets)
    if (way === 1) batch.flags[i]! |= FLOW_RECORD_BIFLOW
  }

  private times(batch: FlowBatch, i: number, { exportMs, uptimeMs, clock, scope }: MessageContext): void {
    let first = this.firstMs
    let last = this.lastMs
    if (first === 0 && last === 0 && this.lastUptime >= 0) {
      const initMs = this.initMs || scope.options.systemInitMs
      // 32 bits of milliseconds go round after 49 days: a difference does not.
      if (initMs > 0) last = initMs + this.lastUptime
      else last = Number.isNaN(uptimeMs) ? exportMs : exportMs - ((uptimeMs - this.lastUptime) | 0)
      first = this.firstUptime < 0 ? last : last - Math.max(0, (this.lastUptime - this.firstUptime) | 0)
    }
    if (last === 0) last = first === 0 ? exportMs : this.durationMs >= 0 ? first + this.durationMs : Math.max(first, exportMs)
    if (first === 0) first = this.durationMs >= 0 ? last - this.durationMs : last
    batch.lastMs[i] = clock.ours(last)
    batch.firstMs[i] = Math.min(batch.lastMs[i]!, clock.ours(first))
  }

  /** The user's word, else the record's, else what options say of its sampler, its interface, all. */
  private rate(inIf: number, { scope, userRate }: MessageContext): number {
    if (userRate !== undefined) return userRate
    const told = this.packetInterval > 0 ? intervalRate(this.packetInterval, this.packetSpace) : this.sampling
    if (told === 0) return Math.max(1, scope.options.rate(this.samplerId, inIf))
    if (told < 0) scope.exporter.fault('sampling of 0')
    const rate = Math.min(MAX_RATE, Math.max(1, told))
    if (rate !== this.latestRate) {
      this.latestRate = rate
      scope.exporter.sampled(rate, 'records')
    }
    return rate
  }
  private latestRate = 0

  private extrasOf(): FlowExtras | undefined {
    const { app, extras } = this
    if (extras !== undefined) {
      if (app !== undefined) extras.app = app
      return Object.keys(extras).length === 0 ? undefined : extras
    }
    if (app === undefined) return undefined
    let shared = this.byApp.get(app)
    if (shared === undefined) {
      shared = { app }
      if (this.byApp.size < MAX_SHARED) this.byApp.set(app, shared)
    }
    return shared
  }
}

function scale(batch: FlowBatch, i: number, rate: number): void {
  batch.sampling[i] = Math.round(rate)
  for (let way = 2 * i; way < 2 * i + 2; way++) {
    batch.bytes[way]! *= rate
    batch.packets[way]! *= rate
  }
}

function address4(words: Int32Array, i: number, b: Uint8Array, at: number): void {
  words[4 * i + 2] = MAPPED
  words[4 * i + 3] = i32(b, at)
}
/** False: all zeros, which is no address. */
function address6(words: Int32Array, i: number, b: Uint8Array, at: number): boolean {
  const w0 = i32(b, at)
  const w1 = i32(b, at + 4)
  const w2 = i32(b, at + 8)
  const w3 = i32(b, at + 12)
  if ((w0 | w1 | w2 | w3) === 0) return false
  words[4 * i] = w0
  words[4 * i + 1] = w1
  words[4 * i + 2] = w2
  words[4 * i + 3] = w3
  return true
}
const addressText = (b: Uint8Array, at: number, length: number): string =>
  length === 4 ? formatAddress(0, 0, MAPPED, i32(b, at)) : formatAddress(i32(b, at), i32(b, at + 4), i32(b, at + 8), i32(b, at + 12))

const ntpMs = (b: Uint8Array, at: number): number => (u32(b, at) - NTP_EPOCH_S + u32(b, at + 4) / FRACTION) * 1000

const OBSERVATION_DOMAIN_NAME = 300
const LIST_HEAD = 5
const VARIABLE = 0xffff
const MAX_PATH = 16
const MAX_NAME = 64
/** A basicList (RFC 6313 §4.5.1) of names: instances of wiretop that the record has passed. Other lists are none. */
function pathOf(b: Uint8Array, at: number, length: number): readonly string[] {
  const end = at + length
  const isNames = length >= LIST_HEAD && uint(b, at + 1, 2) === OBSERVATION_DOMAIN_NAME && uint(b, at + 3, 2) === VARIABLE
  const names: string[] = []
  for (let next = at + LIST_HEAD; isNames && next < end && names.length < MAX_PATH; ) {
    const size = b[next]!
    if (size === 255 || size > end - next - 1) break
    names.push(text(b, next + 1, size, MAX_NAME))
    next += 1 + size
  }
  return names
}

const PROCESS_TEXTS: readonly string[] = ['name', 'user', 'fatherName']
/** Told in hundredths. */
const HUNDREDTHS: readonly string[] = ['cpu', 'ioWait']
function withField(process: FlowProcess | undefined, name: string, b: Uint8Array, at: number, length: number): FlowProcess {
  if (PROCESS_TEXTS.includes(name)) return { ...process, [name]: text(b, at, length, MAX_TEXT) }
  const value = uint(b, at, length)
  return { ...process, [name]: HUNDREDTHS.includes(name) ? value / 100 : value }
}
