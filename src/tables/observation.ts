import type { AggregationMode } from '../lib/aggregations.ts'
import type { Packet } from '../wire/packet.ts'
import { AggregatedNames } from './aggregated-names.ts'
import { AS_CLIENT, AS_SERVER, HostDays, type HostTest, NO_ROW, type Role } from './host-days.ts'
import { HOST_LOCAL } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'
import { FLOW_CLIENT_IS_B, FLOW_CONTACT_ELSEWHERE } from './tcp-analysis.ts'

/** What is noted of hosts beyond their counters. Left out: nothing, at no cost. */
export interface ObserveOptions {
  /** Hosts whose contacts are counted. Active seconds are those of local hosts. */
  readonly contactsOf: 'local' | 'all'
  /** Names that are asked for: not, or with who asks, or also with the seconds in which each was asked for. */
  readonly aggregations: AggregationMode
  /** Of hashes of those who ask for names: workers that have the same one can join how many there are, also over a restart. Left out: drawn. */
  readonly salt?: number
}

const DEFAULT_LIMIT = 65_536

/** What hosts did over the last day. It is told once a host and second, and once a flow, when that is booked: never a packet. */
export class Observation {
  private readonly t: LiveTables
  private readonly contactsOf: ObserveOptions['contactsOf']
  readonly days: HostDays
  readonly names: AggregatedNames | undefined

  constructor(tables: LiveTables, { contactsOf, aggregations, salt }: ObserveOptions) {
    const { hostLimit, seed } = tables.options
    this.t = tables
    this.contactsOf = contactsOf
    this.days = new HostDays(Math.min(DEFAULT_LIMIT, hostLimit ?? DEFAULT_LIMIT), seed ^ 0x2545f491)
    this.names =
      aggregations === 0 ? undefined : new AggregatedNames(tables, tables.options.dissectors, aggregations === 2, salt ?? seed ^ 0x1b873593)
  }

  /** The host on which the rows stand has traffic for the first time in the running second. */
  hostIsActive(): void {
    const h = this.t.hosts.rows
    if ((h.flags & HOST_LOCAL) !== 0) this.days.active(h.a0, h.a1, h.a2, h.a3, h.vlan, this.t.tickSecond)
  }
  /** It has had traffic over so many seconds until `nowMs`, as an exporter tells. */
  hostWasActive(nowMs: number, seconds: number): void {
    const h = this.t.hosts.rows
    const last = Math.floor(nowMs / 1000)
    if ((h.flags & HOST_LOCAL) !== 0) this.days.activeFrom(h.a0, h.a1, h.a2, h.a3, h.vlan, last - seconds + 1, last)
  }

  /** The flow on which the rows stand is booked for the first time. May leave the rows of hosts anywhere. */
  flowBegan(): void {
    const r = this.t.flows.rows
    const clientIsB = (r.flags & FLOW_CLIENT_IS_B) !== 0
    this.contact(r.host(0), clientIsB ? AS_SERVER : AS_CLIENT, r.b0, r.b1, r.b2, r.b3)
    this.contact(r.host(1), clientIsB ? AS_CLIENT : AS_SERVER, r.a0, r.a1, r.a2, r.a3)
  }
  /** A flow that gets no row, told whole. */
  flowWithoutRow(p: Packet, from: number, to: number, clientIsReceiver: boolean): void {
    this.contact(from, clientIsReceiver ? AS_SERVER : AS_CLIENT, p.dst0, p.dst1, p.dst2, p.dst3)
    this.contact(to, clientIsReceiver ? AS_CLIENT : AS_SERVER, p.src0, p.src1, p.src2, p.src3)
  }
  /** The flow in the row lies on another worker too, which has seen it first: its contact is counted there. Once a flow. */
  countedElsewhere(row: number): void {
    const r = this.t.flows.rows.go(row)
    if (r.appRow < 0 || (r.flags & FLOW_CONTACT_ELSEWHERE) !== 0) return
    r.flags |= FLOW_CONTACT_ELSEWHERE
    const clientIsB = (r.flags & FLOW_CLIENT_IS_B) !== 0
    this.takeBack(r.host(0), clientIsB ? AS_SERVER : AS_CLIENT, r.b0, r.b1, r.b2, r.b3)
    this.takeBack(r.host(1), clientIsB ? AS_CLIENT : AS_SERVER, r.a0, r.a1, r.a2, r.a3)
  }
  private takeBack(host: number, role: Role, w0: number, w1: number, w2: number, w3: number): void {
    if (host < 0) return
    const h = this.t.hosts.rows.go(host)
    const row = this.days.find(h.a0, h.a1, h.a2, h.a3, h.vlan)
    if (row !== NO_ROW) this.days.takeBack(row, role, w0, w1, w2, w3)
  }
  private contact(host: number, role: Role, w0: number, w1: number, w2: number, w3: number): void {
    if (host < 0) return
    const h = this.t.hosts.rows.go(host)
    if (this.contactsOf === 'local' && (h.flags & HOST_LOCAL) === 0) return
    const second = this.t.tickSecond
    const row = this.days.upsert(h.a0, h.a1, h.a2, h.a3, h.vlan, second)
    if (row !== NO_ROW) this.days.contact(row, role, w0, w1, w2, w3, second)
  }

  /** Nothing that was noted of hosts that are meant is known any more. Names are noted in no VLAN: `anyVlan` says whether all are meant. */
  forgetHosts(isMeant: HostTest, anyVlan: boolean): void {
    this.days.forgetHosts(isMeant)
    if (anyVlan) this.names?.table.forgetHosts((w0, w1, w2, w3) => isMeant(w0, w1, w2, w3, 0))
  }

  /** A second is over. */
  tick(): void {
    this.days.tick(this.t.nowMs)
    this.names?.table.tick(this.t.nowMs)
  }

  get bytesInUse(): number {
    return this.days.bytesInUse + (this.names?.table.bytesInUse ?? 0)
  }
}
