import { FLOW_DECIDED, FLOW_LOOKS_DENSE, FLOW_LOOKS_RANDOM, FLOW_MID_STREAM } from '../dissectors/recognised-flow.ts'
import type { RiskFlow } from '../risks/risk-flow.ts'
import type { RiskLists } from '../risks/risk-lists.ts'
import { formatAddress, isIpv4 } from '../wire/address.ts'
import { isBroadcast, isMulticast } from '../wire/address-class.ts'
import { PROTO_UDP } from '../wire/packet.ts'
import type { LiveTables } from './live-tables.ts'
import { BY_ADDRESS } from './naming.ts'
import { FLOW_CLIENT_IS_B, FLOW_SAMPLED } from './tcp-analysis.ts'

/** After this time what has not come is missing. */
export const SETTLED_MS = 10_000

/** A row of the flow table as the checks of risks see it. */
export class FlowFacts implements RiskFlow {
  private readonly t: LiveTables
  readonly lists: RiskLists
  private row = 0
  private client: 0 | 1 = 0
  /** Dissectors give fields of the same meaning the same name: its number, and that of each declared field's name. */
  private readonly names = new Map<string, number>()
  private readonly nameOf: Int32Array
  /** Several checks ask for it. */
  private name: string | undefined
  master = ''
  app = ''
  proto = 0
  clientPort = 0
  serverPort = 0
  isOver = false

  constructor(tables: LiveTables, lists: RiskLists) {
    this.t = tables
    this.lists = lists
    this.nameOf = Int32Array.from(tables.naming.declaredFields, ({ name }) => this.numberOf(name))
  }
  private numberOf(name: string): number {
    const known = this.names.get(name)
    if (known !== undefined) return known
    this.names.set(name, this.names.size)
    return this.names.size - 1
  }

  begin(row: number, isOver: boolean): this {
    const r = this.t.flows.rows.go(row)
    const { catalogue } = this.t.options
    this.row = row
    this.name = undefined
    this.master = catalogue.nameOf(r.master)
    this.app = r.app === 0 ? '' : catalogue.nameOf(r.app)
    this.client = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    this.proto = (r.meta >>> 8) & 255
    const { ports } = r
    this.clientPort = this.client === 0 ? ports >>> 16 : ports & 0xffff
    this.serverPort = this.client === 0 ? ports & 0xffff : ports >>> 16
    this.isOver = isOver
    return this
  }
  private get r() {
    return this.t.flows.rows.go(this.row)
  }

  get category(): string {
    const { catalogue } = this.t.options
    const { master, app } = this.r
    return catalogue.categories[catalogue.pairCategoryId(master, app, this.t.naming.details.category(this.row))] ?? ''
  }
  get isRecognised(): boolean {
    return this.r.confidence > BY_ADDRESS
  }
  get isDecided(): boolean {
    return (this.r.flags & FLOW_DECIDED) !== 0
  }
  get serverName(): string {
    return (this.name ??= this.t.naming.details.serverName(this.row))
  }
  private get server(): readonly [number, number, number, number] {
    const { r } = this
    return this.client === 0 ? [r.b0, r.b1, r.b2, r.b3] : [r.a0, r.a1, r.a2, r.a3]
  }
  get serverAddress(): string {
    return formatAddress(...this.server)
  }
  get serverListed(): string | undefined {
    return this.lists.hasNetworks ? this.lists.listedNetwork(this.server) : undefined
  }
  get toMany(): boolean {
    const { r } = this
    return this.client === 0 ? isToMany(r.b0, r.b1, r.b2, r.b3) : isToMany(r.a0, r.a1, r.a2, r.a3)
  }
  get packetsC2s(): number {
    return this.r.packets(this.client)
  }
  get packetsS2c(): number {
    return this.r.packets(1 - this.client)
  }
  get bytesC2s(): number {
    return this.r.bytes(this.client)
  }
  get bytesS2c(): number {
    return this.r.bytes(1 - this.client)
  }
  get flagsC2s(): number {
    return this.r.tcpFlags(this.client)
  }
  get flagsS2c(): number {
    return this.r.tcpFlags(1 - this.client)
  }
  get midStream(): boolean {
    return (this.r.flags & FLOW_MID_STREAM) !== 0
  }
  get isSampled(): boolean {
    return (this.r.flags & FLOW_SAMPLED) !== 0
  }
  get looksRandom(): boolean {
    return (this.r.flags & FLOW_LOOKS_RANDOM) !== 0
  }
  get looksDense(): boolean {
    return (this.r.flags & FLOW_LOOKS_DENSE) !== 0
  }
  get firstSeenMs(): number {
    return this.r.firstSeenMs
  }
  get lastSeenMs(): number {
    return this.r.lastSeenMs
  }
  get isSettled(): boolean {
    return this.isOver || this.t.nowMs - this.r.firstSeenMs >= SETTLED_MS
  }
  get hasUsualPorts(): boolean {
    const { master, app } = this.r
    return this.portsOf(master).length > 0 || this.portsOf(app).length > 0
  }
  isUsualPort(port: number): boolean {
    const { master, app } = this.r
    return this.portsOf(master).includes(port) || this.portsOf(app).includes(port)
  }
  private portsOf(id: number): readonly number[] {
    const application = this.t.options.catalogue.applications[id]
    return (this.proto === PROTO_UDP ? application?.udpPorts : application?.tcpPorts) ?? []
  }

  private field(name: string): unknown {
    const number = this.names.get(name)
    return number === undefined ? undefined : this.t.naming.details.valueNamed(this.row, this.nameOf, number)
  }
  text(name: string): string {
    const value = this.field(name)
    return typeof value === 'string' ? value : ''
  }
  texts(name: string): readonly string[] {
    const value = this.field(name)
    return Array.isArray(value) ? (value as string[]) : NONE
  }
  number(name: string): number | undefined {
    const value = this.field(name)
    return typeof value === 'number' ? value : undefined
  }
  flag(name: string): boolean {
    return this.field(name) === true
  }
}

const NONE: readonly string[] = []
/** The last address of a network is its broadcast; of most networks it ends in 255. */
const isToMany = (w0: number, w1: number, w2: number, w3: number): boolean =>
  isMulticast(w0, w1, w2, w3) || isBroadcast(w0, w1, w2, w3) || (isIpv4(w0, w1, w2) && (w3 & 255) === 255)
