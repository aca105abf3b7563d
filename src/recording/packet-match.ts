/** Which packets a recording takes: decided by the flow of a packet, and for frames without one by the addresses in them. */
import { entities, type Fields } from '../lib/fields.ts'
import { BadQuestion } from '../lib/live.ts'
import type { HostChoice, PacketChoice } from '../lib/recording.ts'
import type { RowPredicate, RowReader } from '../lib/rows.ts'
import type { PacketBatch } from '../lib/source.ts'
import { compileFilter, type Filter, parseFilter } from '../query/filter.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { flowView, rowOfFlowId } from '../tables/views/flow-view.ts'
import { readerOf } from '../tables/views/view.ts'
import { parseAddress } from '../wire/address.ts'
import { Decoder } from '../wire/decode.ts'
import { KIND_ARP, KIND_IP, Packet } from '../wire/packet.ts'
import type { KeptPacket } from './packet-ring.ts'

export interface PacketMatch {
  /** Before the packets of a batch. False: the flow that is meant has left, nothing will match any more. */
  begin(): boolean
  /** `row`: the packet's flow, whose row is still its own. */
  passing(batch: PacketBatch, i: number, row: number): boolean
  /** Of the ring: its flow may have left, and its row be another's. */
  kept(packet: KeptPacket): boolean
}

export function matchOf(tables: LiveTables, { host, flow, filter }: PacketChoice, seed: number): PacketMatch {
  if (flow !== undefined) return new OneFlow(tables, flow)
  if (host !== undefined) return new OneHost(tables, host, seed)
  if (filter !== undefined && filter.trim() !== '') return new FilteredFlows(tables, filter)
  return EVERYTHING
}

const EVERYTHING: PacketMatch = { begin: () => true, passing: () => true, kept: () => true }

const FLOW_ID = /^([0-9a-z]{1,7})-([0-9a-z]{1,7})$/

class OneFlow implements PacketMatch {
  private readonly t: LiveTables
  private readonly row: number
  private readonly serial: number

  constructor(tables: LiveTables, id: string) {
    const [, row, serial] = FLOW_ID.exec(id) ?? []
    if (row === undefined || serial === undefined) throw new BadQuestion('flow', `${JSON.stringify(id.slice(0, 64))} is no id of a flow`)
    this.t = tables
    this.row = Number.parseInt(row, 36)
    this.serial = Number.parseInt(serial, 36)
  }

  begin(): boolean {
    const { rows } = this.t.flows
    return this.row < rows.used && rows.go(this.row).serial === this.serial && (rows.flags & FLOW_LIVE) !== 0
  }
  passing(_batch: PacketBatch, _i: number, row: number): boolean {
    return row === this.row
  }
  kept({ row, serial }: KeptPacket): boolean {
    return row === this.row && serial === this.serial
  }
}

export const isLiveFlow = (tables: LiveTables, id: string): boolean => rowOfFlowId(tables, id) >= 0

const ANY_VLAN = -1

/** All packets whose innermost sender or receiver it is, and ARP that names it. */
class OneHost implements PacketMatch {
  private readonly t: LiveTables
  private readonly w0: number
  private readonly w1: number
  private readonly w2: number
  private readonly w3: number
  private readonly vlan: number
  /** Of its own: what it reads is not counted again. */
  private readonly decoder: Decoder
  private readonly packet = new Packet()

  constructor(tables: LiveTables, { address, vlan }: HostChoice, seed: number) {
    const words = parseAddress(address)
    if (words === undefined) throw new BadQuestion('host', `${JSON.stringify(address.slice(0, 64))} is not an address`)
    ;[this.w0, this.w1, this.w2, this.w3] = words
    this.t = tables
    this.vlan = vlan ?? ANY_VLAN
    this.decoder = new Decoder(seed)
  }

  begin(): boolean {
    return true
  }

  passing(batch: PacketBatch, i: number, row: number): boolean {
    if (row < 0) {
      const start = batch.start[i]!
      return this.inFrame(batch.buf, start, start + batch.capLen[i]!, batch.wireLen[i]!, batch.tsMs[i]!, batch.linkType[i]!)
    }
    const r = this.t.flows.rows.go(row)
    const { w0, w1, w2, w3 } = this
    return (
      ((r.a3 === w3 && r.a2 === w2 && r.a1 === w1 && r.a0 === w0) || (r.b3 === w3 && r.b2 === w2 && r.b1 === w1 && r.b0 === w0)) &&
      (this.vlan === ANY_VLAN || r.meta >>> 16 === this.vlan)
    )
  }

  kept({ bytes, start, capLen, wireLen, tsMs, linkType }: KeptPacket): boolean {
    return this.inFrame(bytes.buf, start, start + capLen, wireLen, tsMs, linkType)
  }

  private inFrame(buf: Uint8Array, start: number, end: number, wireLen: number, tsMs: number, linkType: number): boolean {
    const { packet: p, w0, w1, w2, w3 } = this
    this.decoder.nowMs = tsMs
    this.decoder.decode(buf, start, end, wireLen, linkType, p)
    if (p.kind !== KIND_IP && p.kind !== KIND_ARP) return false
    return (
      ((p.src3 === w3 && p.src2 === w2 && p.src1 === w1 && p.src0 === w0) ||
        (p.dst3 === w3 && p.dst2 === w2 && p.dst1 === w1 && p.dst0 === w0)) &&
      (this.vlan === ANY_VLAN || p.vlan === this.vlan)
    )
  }
}

const PASSES = 1

/** Asks the filter once a flow: again when the flow has got another name, and once a second, because counters and times move on. */
class FilteredFlows implements PacketMatch {
  private readonly t: LiveTables
  private readonly filter: Filter
  private readonly reader: RowReader
  private test: RowPredicate = () => false
  private tickNo = -1
  // Of each row: its name when it was asked about, and the tick with the answer in the lowest bit. A row is another flow's only after a tick, so the
  // answer is never one about the flow before. Rows that no packet touches cost nothing.
  private names = new Int32Array(0)
  private answers = new Int32Array(0)

  constructor(tables: LiveTables, filter: string) {
    const fields: Fields = entities.flows
    const parsed = parseFilter(filter, fields)
    if (!parsed.ok) throw new BadQuestion('filter', parsed.error.message, parsed.error.offset, parsed.error.expected)
    this.t = tables
    this.filter = parsed.filter
    this.reader = readerOf(flowView(tables))
  }

  begin(): boolean {
    const { booking, flows, nowMs } = this.t
    if (booking.tickNo !== this.tickNo) {
      this.tickNo = booking.tickNo
      // "5 minutes ago" counts from now.
      this.test = compileFilter(this.filter, entities.flows, this.reader, nowMs)
    }
    if (this.names.length < flows.rows.capacity) this.grow(flows.rows.capacity)
    return true
  }

  private grow(capacity: number): void {
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(capacity)
      next.set(old)
      return next
    }
    this.names = wider(this.names)
    this.answers = wider(this.answers)
  }

  passing(_batch: PacketBatch, _i: number, row: number): boolean {
    return row >= 0 && this.lets(row)
  }

  kept({ row, serial }: KeptPacket): boolean {
    if (row < 0) return false
    const r = this.t.flows.rows.go(row)
    return r.serial === serial && (r.flags & FLOW_LIVE) !== 0 && this.lets(row)
  }

  private lets(row: number): boolean {
    const r = this.t.flows.rows.go(row)
    const name = (r.master << 16) | r.app
    const answer = this.answers[row]!
    if (this.names[row] === name && answer >> 1 === this.tickNo) return (answer & PASSES) !== 0
    this.t.settleFlow(row)
    const passes = this.test(row)
    this.names[row] = name
    this.answers[row] = (this.tickNo << 1) | (passes ? PASSES : 0)
    return passes
  }
}

/** For people: what was chosen. A flow that has left is known by its id alone. */
export function choiceText(tables: LiveTables, { host, flow, filter }: PacketChoice): string {
  if (flow !== undefined) return flowText(tables, flow)
  if (host !== undefined) return `host ${host.address}${host.vlan === undefined ? '' : ` in VLAN ${host.vlan}`}`
  return filter === undefined || filter.trim() === '' ? 'all packets' : `flows with ${filter}`
}

function flowText(tables: LiveTables, id: string): string {
  const row = rowOfFlowId(tables, id)
  if (row < 0) return `flow ${id}`
  const { read } = flowView(tables)
  const end = (address: string, port: number) => (port === 0 ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`)
  return `${read.app(row)} ${end(read.client(row), read.clientPort(row))} → ${end(read.server(row), read.serverPort(row))}`
}
