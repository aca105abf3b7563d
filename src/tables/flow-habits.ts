import { PROTO_TCP, PROTO_UDP, TCP_RST, TCP_SYN } from '../wire/packet.ts'
import { BoundedMap } from './bounded-map.ts'
import { mix } from './hash.ts'
import type { LiveTables } from './live-tables.ts'
import { RecentSlots } from './recent-slots.ts'
import { FLOW_CLIENT_IS_B, FLOW_SAMPLED } from './tcp-analysis.ts'

/** Told of the flow on which the rows stand. */
export type Raise = (name: 'Periodic Flow' | 'Probing Attempt', evidence: string) => void

const MAX_REMEMBERED = 32_768
/** Below the first a client merely has much to ask, above the second nobody can tell. */
const MIN_PERIOD_MS = 5_000
const MAX_PERIOD_MS = 3_600_000
/** Times of the same length in a row that make a period. */
const MIN_TURNS = 5
const TOLERANCE = 0.05

const PROBE_WINDOW_MS = 60_000
/** Different ends that a client tried in vain within the window. */
const MIN_PROBES = 20

interface Probes {
  sinceMs: number
  readonly ends: Set<number>
}

/** What flows show only together: that a client comes again after the same time, and that it tries many ends in vain. Bounded; what is oldest goes first. */
export class FlowHabits {
  private readonly t: LiveTables
  /** Visits of a client to a server's port: the time of the latest, of the one before to it, and how often it was the same. */
  private readonly visits = new RecentSlots(MAX_REMEMBERED)
  private readonly lastMs = new Float64Array(MAX_REMEMBERED)
  private readonly periodMs = new Float64Array(MAX_REMEMBERED)
  private readonly turns = new Uint8Array(MAX_REMEMBERED)
  private readonly probes = new BoundedMap<number, Probes>(MAX_REMEMBERED)

  constructor(tables: LiveTables) {
    this.t = tables
  }

  begun(row: number, toMany: boolean, raise: Raise): void {
    const r = this.t.flows.rows.go(row)
    const proto = (r.meta >>> 8) & 255
    if ((proto !== PROTO_TCP && proto !== PROTO_UDP) || (r.flags & FLOW_SAMPLED) !== 0) return
    const clientIsB = (r.flags & FLOW_CLIENT_IS_B) !== 0
    const client = r.host(clientIsB ? 1 : 0)
    const end = this.endOf(row)
    const port = clientIsB ? r.ports & 0xffff : r.ports >>> 16
    const serverPort = clientIsB ? r.ports >>> 16 : r.ports & 0xffff
    // Peers that use one port for all are no client and server, and announcements to all are meant to be regular.
    if (client < 0 || port === serverPort || toMany) return
    const now = r.firstSeenMs
    const visit = this.visits.claim(mix(end ^ Math.imul(client, 0x9e3779b1)), mix(client ^ Math.imul(end, 0x85ebca6b)))
    if (this.visits.isNew) {
      this.lastMs[visit] = now
      this.turns[visit] = 0
      return
    }
    const since = now - this.lastMs[visit]!
    // Several connections opened at once are one visit.
    if (since < 1000 && since >= 0) return
    this.lastMs[visit] = now
    const period = this.periodMs[visit]!
    if (this.turns[visit]! > 0 && Math.abs(since - period) <= TOLERANCE * period)
      this.turns[visit] = Math.min(MIN_TURNS, this.turns[visit]! + 1)
    else {
      this.periodMs[visit] = since
      this.turns[visit] = 1
    }
    if (this.turns[visit]! >= MIN_TURNS && period >= MIN_PERIOD_MS && period <= MAX_PERIOD_MS)
      raise('Periodic Flow', `every ${Math.round(period / 1000)} s`)
  }

  over(row: number, raise: Raise): void {
    const r = this.t.flows.rows.go(row)
    // Of samples the answer may be one that was not taken.
    if (((r.meta >>> 8) & 255) !== PROTO_TCP || (r.flags & FLOW_SAMPLED) !== 0) return
    const c = (r.flags & FLOW_CLIENT_IS_B) !== 0 ? 1 : 0
    const client = r.host(c)
    const inVain =
      (r.tcpFlags(c) & TCP_SYN) !== 0 && (r.packets(1 - c) === 0 || (r.tcpFlags(1 - c) & TCP_RST) !== 0) && r.trials(0) + r.trials(1) === 0
    if (client < 0 || !inVain) return
    const now = r.lastSeenMs
    let probes = this.probes.get(client)
    if (probes === undefined || now - probes.sinceMs > PROBE_WINDOW_MS) {
      probes = { sinceMs: now, ends: new Set() }
      this.probes.set(client, probes)
    }
    if (probes.ends.size < MIN_PROBES) probes.ends.add(this.endOf(row))
    if (probes.ends.size >= MIN_PROBES) raise('Probing Attempt', `${MIN_PROBES} ends or more tried in vain within a minute`)
  }

  /** A number for the server's address and port. */
  private endOf(row: number): number {
    const r = this.t.flows.rows.go(row)
    const clientIsB = (r.flags & FLOW_CLIENT_IS_B) !== 0
    const port = clientIsB ? r.ports >>> 16 : r.ports & 0xffff
    return mix(Math.imul(r.host(clientIsB ? 0 : 1) + 1, 0x85ebca6b) ^ Math.imul(port + 1, 0xc2b2ae35) ^ (r.meta & 0xff00))
  }
}
