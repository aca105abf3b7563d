import type { ExportProtocol } from '../../lib/exporters.ts'
import type { CollectorParts, DatagramDecoder } from '../collect/decoder.ts'
import type { Exporter, Exporters } from '../collect/exporters.ts'
import { u16, u32 } from './bytes.ts'
import { ExporterClock } from './exporter-clock.ts'
import { readV5, V5_HEADER, V5_RECORD, v5Count, v5Engine, v5ExportMs, v5Sampling, v5Sequence } from './netflow-v5.ts'
import { type MessageContext, RecordDecoder } from './record-decoder.ts'
import { restoreScopes, saveScopes } from './saved-templates.ts'
import {
  readOptionsTemplate,
  readTemplate,
  readV9OptionsTemplate,
  type Template,
  type TemplateLayout,
  type TemplateRead,
} from './template.ts'
import { type HeldSet, type ScopeBudget, TemplateScope } from './template-store.ts'

const V9_HEADER = 20
const IPFIX_HEADER = 16
const SET_HEADER = 4
const FIRST_DATA_ID = 256
/** Set numbers of templates and of options templates (RFC 3954 §5.2, RFC 7011 §3.3.2). */
const V9_TEMPLATES = 0
const V9_OPTIONS = 1
const IPFIX_TEMPLATES = 2
const IPFIX_OPTIONS = 3
const TEMPLATE_LIFETIME_MS = 30 * 60_000
const EXPIRE_EVERY_MS = 10_000

export interface NetflowOptions {
  /** What `save` gave before. */
  readonly saved?: unknown
  /** Templates that are not told again within are forgotten (RFC 7011 §8.4). */
  readonly templateLifetimeMs?: number
  /** Each `port` is a connection, whose templates hold until `closed`. */
  readonly isByConnection?: boolean
}

interface Peer {
  readonly scope: TemplateScope
  readonly clock: ExporterClock
}

/** Reads NetFlow v5, v9 and IPFIX, told apart by the version of each message. */
export class NetflowDecoder implements DatagramDecoder {
  private readonly parts: CollectorParts
  private readonly records: RecordDecoder
  private readonly lifetimeMs: number
  /** By number of the exporter. */
  private readonly peers: Peer[] = []
  private readonly budget: ScopeBudget = { heldBytes: 0, fields: 0 }
  private readonly isByConnection: boolean
  private expiredMs = 0
  /** Where fields of a record of options lie: offset and length, two a field. */
  private places = new Int32Array(64)

  constructor(parts: CollectorParts, { saved, templateLifetimeMs = TEMPLATE_LIFETIME_MS, isByConnection = false }: NetflowOptions = {}) {
    this.parts = parts
    this.lifetimeMs = templateLifetimeMs
    this.isByConnection = isByConnection
    this.records = new RecordDecoder(parts.flows, parts.instance)
    if (saved !== undefined) restoreScopes(saved, parts.exporters, (exporter) => this.peerOf(exporter).scope)
  }

  datagram(b: Uint8Array, from: string, port: number, nowMs: number): void {
    if (b.length < 2) return this.strange(from, 'datagram cut short', nowMs)
    const version = u16(b, 0)
    if (version === 9) this.v9(b, from, port, nowMs)
    else if (version === 10) this.ipfix(b, from, port, nowMs)
    else if (version === 5) this.v5(b, from, nowMs)
    else this.strange(from, 'unsupported version', nowMs)
  }

  /** Nothing that tells who speaks, and of an unknown version not even how. */
  private strange(from: string, cause: string, nowMs: number, protocol: ExportProtocol = 'NetFlow v5'): void {
    this.exporterOf(from, protocol, 0, nowMs)?.fault(cause)
  }

  /** What a connection brought beside messages; `domain`: of its latest message. */
  connectionFault(from: string, domain: number, cause: string): void {
    this.parts.exporters.of(from, 'IPFIX', domain, Date.now())?.fault(cause)
  }
  /** A connection is over, and its templates with it (RFC 7011 §8.1). */
  closed(from: string, port: number): void {
    for (const peer of this.peers) if (peer?.scope.exporter.address === from) peer.scope.forget(port)
  }

  private exporterOf(...of: Parameters<Exporters['of']>): Exporter | undefined {
    const exporter = this.parts.exporters.of(...of)
    if (exporter === undefined) return undefined
    exporter.lastSeen = of[3]
    exporter.datagrams++
    return exporter
  }
  private peerOf(exporter: Exporter): Peer {
    return (this.peers[exporter.number] ??= {
      scope: new TemplateScope(exporter, this.budget, this.isByConnection),
      clock: new ExporterClock(exporter),
    })
  }

  private v5(b: Uint8Array, from: string, nowMs: number): void {
    if (b.length < V5_HEADER) return this.strange(from, 'datagram cut short', nowMs)
    const exporter = this.exporterOf(from, 'NetFlow v5', v5Engine(b), nowMs)
    if (exporter === undefined) return
    exporter.bytesReceived += b.length
    const told = v5Count(b)
    const there = Math.floor((b.length - V5_HEADER) / V5_RECORD)
    if (told !== there) exporter.fault(told > there ? 'fewer records than told' : 'more bytes than records')
    const { clock } = this.peerOf(exporter)
    clock.header(v5ExportMs(b), nowMs)
    const count = Math.min(told, there)
    exporter.sequence(v5Sequence(b), told)
    readV5(b, count, this.v5Rate(exporter, v5Sampling(b)), exporter, clock, this.parts.flows)
  }
  private v5Rate(exporter: Exporter, told: number): number {
    const byUser = this.parts.samplingOf(exporter.address)
    if (byUser !== undefined) exporter.sampled(byUser, 'user')
    else if (told > 1) exporter.sampled(told, 'records')
    return byUser ?? Math.max(1, told)
  }

  private v9(b: Uint8Array, from: string, port: number, nowMs: number): void {
    if (b.length < V9_HEADER) return this.strange(from, 'datagram cut short', nowMs, 'NetFlow v9')
    const exporter = this.exporterOf(from, 'NetFlow v9', u32(b, 16), nowMs)
    if (exporter === undefined) return
    exporter.bytesReceived += b.length
    exporter.sequence(u32(b, 12), 1)
    const context = this.contextOf(exporter, u32(b, 8) * 1000, u32(b, 4), nowMs)
    this.sets(b, V9_HEADER, b.length, port, false, context)
  }

  /** A message of IPFIX; over TCP `port` is that of the connection. */
  ipfix(b: Uint8Array, from: string, port: number, nowMs: number): void {
    if (b.length < IPFIX_HEADER) return this.strange(from, 'datagram cut short', nowMs, 'IPFIX')
    const exporter = this.exporterOf(from, 'IPFIX', u32(b, 12), nowMs)
    if (exporter === undefined) return
    exporter.bytesReceived += b.length
    const length = u16(b, 2)
    if (length !== b.length) exporter.fault(length > b.length ? 'message longer than its datagram' : 'message shorter than its datagram')
    const context = this.contextOf(exporter, u32(b, 4) * 1000, Number.NaN, nowMs)
    const end = Math.max(IPFIX_HEADER, Math.min(length, b.length))
    const sequence = u32(b, 8)
    const count = this.sets(b, IPFIX_HEADER, end, port, true, context)
    exporter.sequence(sequence, Math.max(0, count))
    // Records that could not be counted are in the next number (RFC 7011 §3.1).
    if (count < 0) exporter.unsure()
  }

  private contextOf(exporter: Exporter, exportMs: number, uptimeMs: number, nowMs: number): MessageContext {
    const { scope, clock } = this.peerOf(exporter)
    clock.header(exportMs, nowMs)
    const userRate = this.parts.samplingOf(exporter.address)
    if (userRate !== undefined) exporter.sampled(userRate, 'user')
    return { scope, clock, exportMs, uptimeMs, nowMs, userRate }
  }

  /** Returns how many records of data there were; -1 when some could not be counted. */
  private sets(b: Uint8Array, from: number, end: number, port: number, isIpfix: boolean, context: MessageContext): number {
    const { exporter } = context.scope
    let count = 0
    let isSure = true
    for (let at = from; at < end; ) {
      if (end - at < SET_HEADER) {
        exporter.fault('bytes behind the last set')
        break
      }
      const id = u16(b, at)
      const length = u16(b, at + 2)
      if (length < SET_HEADER || length > end - at) {
        exporter.fault(length < SET_HEADER ? 'set length below 4' : 'set longer than its message')
        isSure = false
        break
      }
      const records = this.set(b, id, at + SET_HEADER, at + length, port, isIpfix, context)
      if (records < 0) isSure = false
      else count += records
      at += length
    }
    return isSure ? count : -1
  }

  private set(b: Uint8Array, id: number, from: number, end: number, port: number, isIpfix: boolean, context: MessageContext): number {
    const { scope } = context
    if (id >= FIRST_DATA_ID) {
      const template = scope.find(port, id, context.nowMs)
      if (template !== undefined) return this.data(b, from, end, template.layout, context)
      const { exportMs, uptimeMs, nowMs } = context
      scope.hold({ id, bytes: b.slice(from, end), exportMs, uptimeMs, receivedMs: nowMs })
      return -1
    }
    const [templates, options] = isIpfix ? [IPFIX_TEMPLATES, IPFIX_OPTIONS] : [V9_TEMPLATES, V9_OPTIONS]
    if (id === templates) this.templates(b, from, end, port, isIpfix, context, (at) => readTemplate(b, at, end, isIpfix))
    else if (id === options)
      this.templates(b, from, end, port, isIpfix, context, (at) =>
        isIpfix ? readOptionsTemplate(b, at, end) : readV9OptionsTemplate(b, at, end),
      )
    else scope.exporter.fault('set of a reserved number')
    return 0
  }

  private templates(
    b: Uint8Array,
    from: number,
    end: number,
    port: number,
    isIpfix: boolean,
    context: MessageContext,
    read: (at: number) => TemplateRead,
  ): void {
    const { scope, nowMs } = context
    let at = from
    // What is shorter than a header is padding.
    while (end - at >= 4 && u16(b, at) >= (isIpfix ? 2 : 1)) {
      const found = read(at)
      if (typeof found === 'string') return scope.exporter.fault(found)
      at = found.next
      if ('withdrawn' in found) this.withdraw(scope, port, found.withdrawn)
      else if (scope.put(port, found.template, nowMs))
        for (const held of scope.release(found.template.id)) this.late(held, found.template, context)
    }
  }
  /** All of a kind are withdrawn by the number of their set (RFC 7011 §8.1). */
  private withdraw(scope: TemplateScope, port: number, id: number): void {
    if (id === IPFIX_TEMPLATES || id === IPFIX_OPTIONS) scope.withdrawAll(port, id === IPFIX_OPTIONS)
    else scope.withdraw(port, id)
  }

  private late({ bytes, exportMs, uptimeMs }: HeldSet, template: Template, context: MessageContext): void {
    this.data(bytes, 0, bytes.length, template.layout, { ...context, exportMs, uptimeMs })
  }

  private data(b: Uint8Array, from: number, end: number, template: TemplateLayout, context: MessageContext): number {
    const { exporter } = context.scope
    const { minLength, isFlow, scopes } = template
    let count = 0
    let at = from
    while (end - at >= minLength) {
      const next = isFlow ? this.records.flow(b, at, end, template, context) : this.place(b, at, end, template)
      if (next < 0) {
        exporter.fault('record cut short')
        break
      }
      if (scopes > 0) context.scope.options.take(b, template, this.places)
      else if (!isFlow) exporter.count('recordsWithoutTraffic', 1)
      count++
      at = next
    }
    return count
  }

  /** Notes where the fields of a record lie; returns where it ends, or -1 when the set ends within it. */
  private place(b: Uint8Array, from: number, end: number, { fields }: TemplateLayout): number {
    if (this.places.length < 2 * fields.length) this.places = new Int32Array(2 * fields.length)
    let at = from
    for (let i = 0; i < fields.length; i++) {
      let { length } = fields[i]!
      if (length < 0) {
        if (at >= end) return -1
        length = b[at++]!
        if (length === 255) {
          if (end - at < 2) return -1
          length = u16(b, at)
          at += 2
        }
      }
      if (length > end - at) return -1
      this.places[2 * i] = at
      this.places[2 * i + 1] = length
      at += length
    }
    return at
  }

  tick(nowMs: number): void {
    if (nowMs - this.expiredMs < EXPIRE_EVERY_MS) return
    this.expiredMs = nowMs
    for (const peer of this.peers) peer?.scope.expire(nowMs, this.lifetimeMs)
  }

  /** Templates and options of all exporters, to be given to another decoder after a restart; undefined: nothing has changed since. */
  save(): unknown {
    const scopes = this.peers.flatMap((peer) => (peer === undefined ? [] : [peer.scope]))
    if (!scopes.some(({ isChanged }) => isChanged)) return undefined
    for (const scope of scopes) scope.isChanged = false
    return saveScopes(scopes)
  }
}
