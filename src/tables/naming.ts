import type { Dissector, FlowField, NameSource } from '../dissectors/dissector.ts'
import { type Effects, FLOW_MID_STREAM, type RecognisedFlow } from '../dissectors/recognised-flow.ts'
import type { FlowExtras } from '../lib/flow-batch.ts'
import type { RiskName } from '../lib/risks.gen.ts'
import type { End } from '../names/address-prefixes.ts'
import type { Catalogue } from '../names/catalogue.ts'
import type { HostNames } from '../names/host-names.ts'
import { type Packet, PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import type { AggregatedNames } from './aggregated-names.ts'
import { FlowEvidence } from './evidence.ts'
import { Expectations } from './expectations.ts'
import { FlowDetails, MAX_VALUES } from './flow-details.ts'
import type { HostSystems } from './host-systems.ts'
import type { FlowRow } from './rows.gen.ts'
import type { TallyTable } from './tally-table.ts'
import { FLOW_CLIENT_IS_B, FLOW_NAME_STANDS, FLOW_NEWS } from './tcp-analysis.ts'

// Indexes of CONFIDENCES in lib/fields.ts: why a flow has its application, weakest first.
export const BY_NOTHING = 0
export const BY_PORT = 1
export const BY_ADDRESS = 2
export const BY_EARLIER_FLOW = 3
export const BY_INSIDE = 4
export const BY_SERVER_NAME = 5
export const BY_EXPORTER = 6
export const BY_PAYLOAD = 7
export const BY_RULE = 8

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

/** Dissectors agree on this name for what a client says of its own program. */
const USER_AGENT = 'userAgent'

const NO_PAIR = [0, 0] as const

/** What is said of a flow that another one announced. */
export const ANNOUNCED = 'announced'

/** The application that an address tells, or 0. */
type OfAddress = (w0: number, w1: number, w2: number, w3: number) => number

/** For so long after an address was looked up, flows to it are taken to be meant for that name. */
const LOOKUP_HOLDS_MS = 3_600_000

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
  /** 1 for an application whose payload some dissector knows. */
  private readonly hasSignature: Uint8Array
  readonly details = new FlowDetails()
  readonly evidence = new FlowEvidence()
  private readonly tallies: TallyTable
  readonly expectations = new Expectations()
  /** Whom risks that dissectors raise are told. */
  raiser: RiskRaiser = () => undefined
  private readonly catalogue: Catalogue
  private readonly rows: FlowRow
  private readonly hostNames: HostNames
  private readonly systems: HostSystems
  private readonly setFields = new Int32Array(MAX_VALUES)
  private readonly setTo: unknown[] = new Array<unknown>(MAX_VALUES).fill(undefined)
  /** Called when a flow may have got its name while another one's packet was looked at. May leave the rows anywhere. */
  named: (row: number) => void = () => undefined
  /** Who adds up names, where somebody does. */
  names: AggregatedNames | undefined
  private packet: Packet | undefined
  private direction = 0
  private nowMs = 0

  constructor(
    dissectors: readonly Dissector[],
    catalogue: Catalogue,
    rows: FlowRow,
    tallies: TallyTable,
    hostNames: HostNames,
    systems: HostSystems,
  ) {
    this.tallies = tallies
    this.catalogue = catalogue
    this.rows = rows
    this.hostNames = hostNames
    this.systems = systems
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
    this.hasSignature = new Uint8Array(catalogue.applications.length)
    for (const [i, d] of dissectors.entries()) if (d.signature !== undefined) this.hasSignature[this.appOfDissector[i]!] = 1
  }

  begin(p: Packet, direction: number, nowMs: number): void {
    this.packet = p
    this.direction = direction
    this.nowMs = nowMs
  }

  matched(dissector: number, outer: number, b: Uint8Array, at: number, end: number): void {
    const { rows } = this
    rows.flags |= FLOW_NEWS
    const found = this.appOfDissector[dissector]!
    if (outer < 0) this.evidence.setMatch(rows.row, dissector, this.packetNumber, this.direction, b, at, end)
    if (rows.confidence === BY_RULE) {
      if (outer < 0) this.protocolOfRuled(found)
    } else if (outer < 0) {
      rows.master = found
      rows.confidence = BY_PAYLOAD
    } else if (
      (rows.flags & FLOW_NAME_STANDS) === 0 &&
      rows.app === 0 &&
      found !== rows.master &&
      rows.master === this.appOfDissector[outer]
    ) {
      // A name that the outer one took by `becomes` (SMTPS) says of both.
      this.said('')
      rows.app = found
      rows.confidence = BY_PAYLOAD
    }
  }
  /** The packet now says something of what is inside. */
  private said(why: string): void {
    this.evidence.setSaid(this.rows.row, this.packetNumber, this.direction, why)
  }
  /** Of the packet now, in its flow. */
  private get packetNumber(): number {
    const { rows } = this
    return rows.packets(0) + rows.packets(1) + rows.pendingPackets(0) + rows.pendingPackets(1)
  }

  /**
   * No dissector knows it: what was expected here, else what usually has this port. Where the payload has shown that it is not that, or the port says
   * nothing, what the server was looked up as, or whose address it has.
   */
  gaveUp(): void {
    const { rows } = this
    rows.flags |= FLOW_NEWS
    if (rows.confidence === BY_RULE) return this.gaveUpRuled()
    if (rows.master !== 0) return
    const proto = (rows.meta >>> 8) & 255
    const byPort = this.guessByPort()
    const hasServer = proto === PROTO_TCP || proto === PROTO_UDP
    if (byPort !== 0 && !this.isRefuted(byPort)) this.guess(byPort, BY_PORT)
    else if (hasServer && this.guess(this.ofServer(this.appOfLookup), BY_EARLIER_FLOW)) return
    else if (hasServer && this.guess(this.ofServer(this.appOfAddress), BY_ADDRESS)) return
    else this.guess(byPort, BY_PORT)
  }
  private guess(app: number, confidence: number): boolean {
    if (app <= 0) return false
    this.rows.master = app
    this.rows.confidence = confidence
    return true
  }

  /** A connection of which both ends have spoken from its beginning: the dissector of this application would have known it. */
  private isRefuted(app: number): boolean {
    const { rows } = this
    const isWhole = ((rows.meta >>> 8) & 255) === PROTO_TCP && (rows.flags & FLOW_MID_STREAM) === 0
    return isWhole && this.hasSignature[app] === 1 && rows.trials(0) > 0 && rows.trials(1) > 0
  }

  /** What an address says, the server's or else the client's; 0 when neither says anything. */
  private ofServer(says: OfAddress): number {
    const { a0, a1, a2, a3, b0, b1, b2, b3, flags } = this.rows
    const ofA = says(a0, a1, a2, a3)
    const ofB = says(b0, b1, b2, b3)
    return (flags & FLOW_CLIENT_IS_B) !== 0 ? ofA || ofB : ofB || ofA
  }
  /** The name under which this end of a flow that began at `beganMs` was looked up. */
  lookupOf(w0: number, w1: number, w2: number, w3: number, beganMs: number): string | undefined {
    return this.hostNames.lookedUp(w0, w1, w2, w3, beganMs - LOOKUP_HOLDS_MS)
  }
  private readonly appOfLookup: OfAddress = (w0, w1, w2, w3) => {
    const name = this.lookupOf(w0, w1, w2, w3, this.rows.firstSeenMs)
    return name === undefined ? 0 : Math.max(0, this.catalogue.applicationOfServer(name))
  }
  private readonly appOfAddress: OfAddress = (w0, w1, w2, w3) => this.catalogue.applicationOfAddress(w0, w1, w2, w3)
  /** A rule that looks at the port says all that the port tells; beside another one the port may tell the protocol. */
  private gaveUpRuled(): void {
    const { rows } = this
    if (rows.app !== 0 || this.ruleOfPort() >= 0) return
    const guess = this.guessByPort()
    if (guess === 0 || guess === rows.master) return
    rows.app = rows.master
    rows.master = guess
  }
  private guessByPort(): number {
    const { meta, ports } = this.rows
    return this.catalogue.guessByPort((meta >>> 8) & 255, ports >>> 16, ports & 0xffff)
  }

  becomes(name: string): void {
    const id = this.catalogue.idOf(name)
    if (id === 0) return
    if (this.rows.confidence === BY_RULE && this.rows.app === id) this.rows.app = 0
    this.rows.master = id
    this.rows.flags |= FLOW_NEWS
  }

  inside(app: string, why: string): void {
    const id = this.catalogue.idOf(app)
    const { rows } = this
    if (id === 0 || rows.confidence === BY_RULE) return
    if (id === rows.master) {
      rows.flags |= FLOW_NAME_STANDS
      rows.app = 0
      return
    }
    // Some say it with every message: the first counts.
    if (rows.confidence === BY_INSIDE && rows.app === id) return
    this.said(why)
    rows.app = id
    rows.confidence = BY_INSIDE
    rows.flags |= FLOW_NEWS
    // What the server's name says of its category is said of another application.
    this.setCategory(-1)
  }

  category(name: string): void {
    this.setCategory(this.catalogue.categoryId(name))
  }
  /** Unless a user gave one. */
  private setCategory(id: number): void {
    if (!this.details.isCategoryGiven(this.rows.row)) this.details.setCategory(this.rows.row, id)
  }

  serverName(name: string): void {
    if (name === '') return
    const { catalogue, details, rows } = this
    const { row } = rows
    rows.flags |= FLOW_NEWS
    if (this.names !== undefined && details.serverName(row) === '') this.names.serverName(name)
    details.setServerName(row, name)
    const rule = catalogue.rules?.ofServer(name) ?? -1
    if (rule >= 0) {
      this.categoryByName(row, name)
      return this.ruled(catalogue.rules!.appOf(rule))
    }
    if (rows.confidence === BY_INSIDE || rows.confidence === BY_RULE || (rows.flags & FLOW_NAME_STANDS) !== 0) {
      if (catalogue.customCategories !== undefined) this.categoryByName(row, name)
      return
    }
    this.categoryByName(row, name)
    const app = catalogue.applicationOfServer(name)
    if (app <= 0) return
    if (app === rows.master) {
      rows.confidence = Math.max(rows.confidence, BY_SERVER_NAME)
      return
    }
    if (rows.app !== app) this.said('')
    rows.app = app
    rows.confidence = BY_SERVER_NAME
  }

  /** An exporter says so of the flow on which the rows stand; where it names no application of ours, the port does. */
  told({ app, serverName, info }: FlowExtras): void {
    const { rows, catalogue } = this
    const [master, inside] = app === undefined ? NO_PAIR : catalogue.pairNamed(app)
    if (master !== 0 && rows.confidence !== BY_RULE) {
      rows.master = master
      rows.app = inside
      rows.confidence = BY_EXPORTER
    }
    this.gaveUp()
    if (serverName !== undefined && inside === 0) this.serverName(serverName)
    else if (serverName !== undefined) {
      this.details.setServerName(rows.row, serverName)
      this.categoryByName(rows.row, serverName)
    }
    if (info !== undefined) this.info(info, '')
    rows.flags |= FLOW_NEWS
  }

  /** What a user says of an address holds against what is known of names by itself. */
  private categoryByName(row: number, name: string): void {
    const { catalogue, details } = this
    const given = catalogue.customCategories?.ofServer(name) ?? -1
    if (given < 0 && details.isCategoryGiven(row)) return
    details.setCategory(row, given >= 0 ? given : catalogue.categoryOfServer(name), given >= 0)
  }

  /** What rules and lists of users say of the flow's ends and port: once a flow. */
  byCustomNames(): void {
    const { rules, customCategories } = this.catalogue
    if (rules === undefined && customCategories === undefined) return
    const rule = this.ruleOfEnds()
    if (rule >= 0) this.ruled(rules!.appOf(rule))
    this.categoryByEnds()
  }
  private categoryByEnds(): void {
    const category = this.catalogue.customCategories?.ofEnds(this.end(this.serverEnd), this.end(1 - this.serverEnd)) ?? -1
    if (category >= 0) this.details.setCategory(this.rows.row, category, true)
  }

  /** Users say something else now: a flow whose payload has not named it is named afresh, and each gets the category that it has now. */
  byNewCustomNames(isDecided: boolean): void {
    const { rows, details } = this
    const { row } = rows
    if (details.isCategoryGiven(row)) details.setCategory(row, -1)
    this.categoryByEnds()
    const name = details.serverName(row)
    if (name !== '') this.categoryByName(row, name)
    if (rows.dissector !== 0 || this.evidence.said(row)?.why === ANNOUNCED) return
    rows.master = 0
    rows.app = 0
    rows.confidence = BY_NOTHING
    this.byCustomNames()
    if (isDecided) this.gaveUp()
  }

  /** The rule that its addresses match, else that of the server's port; -1: none. */
  ruleOfEnds(): number {
    const { rules } = this.catalogue
    if (rules === undefined) return -1
    const { serverEnd } = this
    const server = this.end(serverEnd)
    const rule = rules.ofEnds(server, this.end(1 - serverEnd))
    return rule >= 0 ? rule : this.ruleOfPort()
  }
  private ruleOfPort(): number {
    const proto = (this.rows.meta >>> 8) & 255
    if (proto !== PROTO_TCP && proto !== PROTO_UDP) return -1
    const { ports } = this.rows
    return this.catalogue.rules?.ofPort(proto, this.serverEnd === 1 ? ports & 0xffff : ports >>> 16) ?? -1
  }

  /** A rule calls the flow so. It is the protocol until one is known, and from then on what is inside. */
  private ruled(app: number): void {
    const { rows } = this
    const isProtocolKnown = rows.master !== 0 && (rows.confidence !== BY_RULE || rows.app !== 0 || rows.dissector !== 0)
    if (!isProtocolKnown) rows.master = app
    else rows.app = app === rows.master ? 0 : app
    rows.confidence = BY_RULE
  }

  /** The payload of a flow that a rule names is of this protocol. Where the rule says the same, all that the protocol tells holds. */
  private protocolOfRuled(found: number): void {
    const { rows } = this
    const named = rows.app === 0 ? rows.master : rows.app
    rows.master = found
    rows.app = named === found ? 0 : named
    if (named === found) rows.confidence = BY_PAYLOAD
  }

  private get serverEnd(): number {
    return (this.rows.flags & FLOW_CLIENT_IS_B) === 0 ? 1 : 0
  }
  private end(i: number): End {
    const { rows } = this
    const { ports } = rows
    return i === 0
      ? { w0: rows.a0, w1: rows.a1, w2: rows.a2, w3: rows.a3, port: ports >>> 16 }
      : { w0: rows.b0, w1: rows.b1, w2: rows.b2, w3: rows.b3, port: ports & 0xffff }
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
      if (name === USER_AGENT) this.learnSystem(value as string)
    }
    if (n === 0) return
    this.names?.fields(dissector, out)
    this.details.setValues(this.rows.row, setFields, setTo, n)
    this.rows.flags |= FLOW_NEWS
  }

  raise(risk: RiskName, evidence: string): void {
    this.raiser(risk, evidence)
  }

  private learnSystem(userAgent: string): void {
    const host = this.rows.host((this.rows.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0)
    if (host >= 0) this.systems.agent(host, userAgent)
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
    if (length === 4) this.hostNames.set(0, 0, 0xffff, word(b, at), name, from)
    else this.hostNames.set(word(b, at), word(b, at + 4), word(b, at + 8), word(b, at + 12), name, from)
  }

  nameHost(end: 'sender' | 'receiver' | 'client' | 'server', name: string, from: NameSource): void {
    const p = this.packet!
    if (this.isSender(end)) this.hostNames.set(p.src0, p.src1, p.src2, p.src3, name, from)
    else this.hostNames.set(p.dst0, p.dst1, p.dst2, p.dst3, name, from)
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

  elsewhere(row: number, act: (flow: RecognisedFlow) => void): void {
    const here = this.rows.row
    act(this.rows.go(row))
    this.named(row)
    this.rows.go(here)
  }

  announced(): string {
    const app = this.expected(this.packet!, this.nowMs)
    return app === 0 ? '' : this.catalogue.nameOf(app)
  }

  /** Another flow has announced this one. */
  nameAnnounced(app: number): void {
    this.guess(app, BY_EARLIER_FLOW)
    this.evidence.setSaid(this.rows.row, 1, 0, ANNOUNCED)
  }

  /** The application that was announced for a flow of this packet, or 0. */
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
