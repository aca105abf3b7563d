import type { Dissector, FlowField, NameSource } from '../dissectors/dissector.ts'
import type { Effects } from '../dissectors/recogniser.ts'
import type { RiskName } from '../lib/risks.gen.ts'
import type { Catalogue } from '../names/catalogue.ts'
import { type Packet, PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import { Expectations } from './expectations.ts'
import { FlowDetails, MAX_VALUES } from './flow-details.ts'
import type { FlowRow } from './rows.gen.ts'
import type { TallyTable } from './tally-table.ts'
import { FLOW_CLIENT_IS_B, FLOW_NEWS } from './tcp-analysis.ts'

// Indexes of CONFIDENCES in lib/fields.ts: why a flow has its application, weakest first.
export const BY_NOTHING = 0
export const BY_PORT = 1
export const BY_ADDRESS = 2
export const BY_INSIDE = 3
export const BY_SERVER_NAME = 4
export const BY_PAYLOAD = 5

/** A dissected field, by the index under which values are kept. */
export interface DeclaredField {
  readonly protocol: string
  readonly name: string
  readonly field: FlowField
}

/** Host counters that one dissector declares. */
export interface DeclaredCounter {
  readonly protocol: string
  readonly name: string
  readonly label: string
}

export type NameLearner = (w0: number, w1: number, w2: number, w3: number, name: string, from: NameSource) => void
/** Of the flow on which the rows stand. */
export type RiskRaiser = (risk: RiskName, evidence: string) => void

/**
 * What dissectors say of flows and hosts, put where it belongs. Always about the flow on which `rows` stands and the packet that `begin` was given.
 */
export class Naming implements Effects {
  readonly declaredFields: readonly DeclaredField[]
  readonly counters: readonly DeclaredCounter[]
  private readonly fieldIndex: readonly ReadonlyMap<string, number>[]
  private readonly counterIndex: readonly ReadonlyMap<string, number>[]
  private readonly appOfDissector: Uint16Array
  readonly details = new FlowDetails()
  private readonly tallies: TallyTable
  readonly expectations = new Expectations()
  /** Whom risks that dissectors raise are told. */
  raiser: RiskRaiser = () => undefined
  private readonly catalogue: Catalogue
  private readonly rows: FlowRow
  private readonly learn: NameLearner
  private readonly setFields = new Int32Array(MAX_VALUES)
  private readonly setTo: unknown[] = new Array<unknown>(MAX_VALUES).fill(undefined)
  private packet: Packet | undefined
  private direction = 0
  private nowMs = 0

  constructor(dissectors: readonly Dissector[], catalogue: Catalogue, rows: FlowRow, tallies: TallyTable, learn: NameLearner) {
    this.tallies = tallies
    this.catalogue = catalogue
    this.rows = rows
    this.learn = learn
    const fields: DeclaredField[] = []
    const counters: DeclaredCounter[] = []
    this.fieldIndex = dissectors.map((d) => {
      const own = Object.entries(d.fields ?? {})
      return new Map(own.map(([name, field]) => [name, fields.push({ protocol: d.name, name, field }) - 1]))
    })
    this.counterIndex = dissectors.map((d) => {
      const own = Object.entries(d.counters ?? {})
      return new Map(own.map(([name, label]) => [name, counters.push({ protocol: d.name, name, label }) - 1]))
    })
    this.declaredFields = fields
    this.counters = counters
    this.appOfDissector = Uint16Array.from(dissectors, (d) => catalogue.idOf(d.name))
  }

  begin(p: Packet, direction: number, nowMs: number): void {
    this.packet = p
    this.direction = direction
    this.nowMs = nowMs
  }

  matched(dissector: number, outer: number): void {
    const { rows } = this
    rows.flags |= FLOW_NEWS
    const found = this.appOfDissector[dissector]!
    if (outer < 0) {
      rows.master = found
      rows.confidence = BY_PAYLOAD
    } else if (rows.app === 0 && found !== rows.master && rows.master === this.appOfDissector[outer]) {
      // A name that the outer one took by `becomes` (SMTPS) says of both.
      rows.app = found
      rows.confidence = BY_PAYLOAD
    }
  }

  /** No dissector knows it: what was expected here, else what usually has this port. */
  gaveUp(): void {
    const { rows } = this
    rows.flags |= FLOW_NEWS
    if (rows.master !== 0) return
    const meta = rows.meta
    const ports = rows.ports
    const guess = this.catalogue.guessByPort((meta >>> 8) & 255, ports >>> 16, ports & 0xffff)
    if (guess === 0) return
    rows.master = guess
    rows.confidence = BY_PORT
  }

  becomes(name: string): void {
    const id = this.catalogue.idOf(name)
    if (id === 0) return
    this.rows.master = id
    this.rows.flags |= FLOW_NEWS
  }

  inside(app: string): void {
    const id = this.catalogue.idOf(app)
    if (id === 0) return
    this.rows.app = id === this.rows.master ? 0 : id
    this.rows.confidence = BY_INSIDE
    this.rows.flags |= FLOW_NEWS
  }

  serverName(name: string): void {
    if (name === '') return
    const { catalogue, details, rows } = this
    const { row } = rows
    rows.flags |= FLOW_NEWS
    details.setServerName(row, name)
    details.setCategory(row, catalogue.categoryOfServer(name))
    if (rows.confidence === BY_INSIDE) return
    const app = catalogue.applicationOfServer(name)
    if (app <= 0 || app === rows.master) return
    rows.app = app
    rows.confidence = BY_SERVER_NAME
  }

  info(text: string, rest: string): void {
    this.details.setInfo(this.rows.row, text, rest)
  }

  fields(dissector: number, out: Readonly<Record<string, unknown>>): void {
    const { setFields, setTo } = this
    const indexes = this.fieldIndex[dissector]!
    let n = 0
    for (const name in out) {
      const value = out[name]
      if (value === undefined || n === MAX_VALUES) continue
      setFields[n] = indexes.get(name)!
      setTo[n++] = value
    }
    if (n === 0) return
    this.details.setValues(this.rows.row, setFields, setTo, n)
    this.rows.flags |= FLOW_NEWS
  }

  raise(risk: RiskName, evidence: string): void {
    this.raiser(risk, evidence)
  }

  tally(dissector: number, counter: string, n: number): void {
    const index = this.counterIndex[dissector]!.get(counter)
    if (index === undefined) return
    const sender = this.rows.host(this.direction)
    const receiver = this.rows.host(1 - this.direction)
    if (sender >= 0) this.tallies.add(sender, index, n, 0)
    if (receiver >= 0) this.tallies.add(receiver, index, 0, n)
  }

  nameAddress(b: Uint8Array, at: number, length: 4 | 16, name: string, from: NameSource): void {
    if (length === 4) this.learn(0, 0, 0xffff, word(b, at), name, from)
    else this.learn(word(b, at), word(b, at + 4), word(b, at + 8), word(b, at + 12), name, from)
  }

  nameHost(end: 'sender' | 'receiver' | 'client' | 'server', name: string, from: NameSource): void {
    const p = this.packet!
    if (this.isSender(end)) this.learn(p.src0, p.src1, p.src2, p.src3, name, from)
    else this.learn(p.dst0, p.dst1, p.dst2, p.dst3, name, from)
  }

  /** Whether this end of the flow sent the packet. */
  private isSender(end: 'sender' | 'receiver' | 'client' | 'server'): boolean {
    if (end === 'sender' || end === 'receiver') return end === 'sender'
    const clientIsB = (this.rows.flags & FLOW_CLIENT_IS_B) !== 0
    const senderIsB = this.direction === 1
    return (clientIsB === senderIsB) === (end === 'client')
  }

  expect(proto: number, b: Uint8Array, at: number, length: 4 | 16, port: number, app: string, seconds: number): void {
    if (length === 4) this.await(0, 0, 0xffff, word(b, at), proto, port, app, seconds)
    else this.await(word(b, at), word(b, at + 4), word(b, at + 8), word(b, at + 12), proto, port, app, seconds)
  }

  expectAt(proto: number, end: 'client' | 'server' | 'sender' | 'receiver', port: number, app: string, seconds: number): void {
    const p = this.packet!
    if (this.isSender(end)) this.await(p.src0, p.src1, p.src2, p.src3, proto, port, app, seconds)
    else this.await(p.dst0, p.dst1, p.dst2, p.dst3, proto, port, app, seconds)
  }

  private await(w0: number, w1: number, w2: number, w3: number, proto: number, port: number, app: string, seconds: number): void {
    const id = this.catalogue.idOf(app)
    if (id === 0 || port === 0) return
    this.expectations.add({ w0, w1, w2, w3, port, proto, app: id, sinceMs: this.nowMs, untilMs: this.nowMs + seconds * 1000 })
  }

  /** The application that was announced for a new flow, or 0. */
  expected(p: Packet, nowMs: number): number {
    const { expectations } = this
    if (expectations.isEmpty || (p.proto !== PROTO_TCP && p.proto !== PROTO_UDP)) return 0
    return (
      expectations.find(p.dst0, p.dst1, p.dst2, p.dst3, p.dstPort, p.proto, nowMs) ||
      expectations.find(p.src0, p.src1, p.src2, p.src3, p.srcPort, p.proto, nowMs)
    )
  }
}

const word = (b: Uint8Array, at: number) => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!
