import { PROTO_TCP, PROTO_UDP, TCP_RST, TCP_SYN } from '../wire/packet.ts'
import { BoundedMap } from './bounded-map.ts'
import { mix } from './hash.ts'
import type { LiveTables } from './live-tables.ts'
import { FLOW_CLIENT_IS_B } from './tcp-analysis.ts'

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

interface Visits {
  lastMs: number
  periodMs: number
  turns: number
}
interface Probes {
  sinceMs: number
  readonly ends: Set<number>
}

/** What flows show only together: that a client comes again after the same time, and that it tries many ends in vain. Bounded; what is oldest goes first. */
export class FlowHabits {
  private readonly t: LiveTables
  private readonly visits = new BoundedMap<number, Visits>(MAX_REMEMBERED)
  private readonly probes = new BoundedMap<number, Probes>(MAX_REMEMBERED)

  constructor(tables: LiveTables) {
    this.t = tables
  }

  begun(row: number, toMany: boolean, raise: Raise): void {
    const r = this.t.flows.rows.go(row)
    const proto = (r.meta >>> 8) & 255
    if (proto !== PROTO_TCP && proto !== PROTO_UDP) return
    const clientIsB = (r.flags & FLOW_CLIENT_IS_B) !== 0
    const client = r.host(clientIsB ? 1 : 0)
    const end = this.endOf(row)
    const port = clientIsB ? r.ports & 0xffff : r.ports >>> 16
    const serverPort = clientIsB ? r.ports >>> 16 : r.ports & 0xffff
    // Peers that use one port for all are no client and server, and announcements to all are meant to be regular.
    if (client < 0 || port === serverPort || toMany) return
    const key = (mix(end ^ Math.imul(client, 0x9e3779b1)) >>> 0) * 0x10_0000 + (client & 0xf_ffff)
    const now = r.firstSeenMs
    const visits = this.visits.get(key)
    if (visits === undefined) {
      this.visits.set(key, { lastMs: now, periodMs: 0, turns: 0 })
      return
    }
    const since = now - visits.lastMs
    // Several connections opened at once are one visit.
    if (since < 1000 && since >= 0) return
    visits.lastMs = now
    if (Math.abs(since - visits.periodMs) <= TOLERANCE * visits.periodMs) visits.turns++
    else {
      visits.periodMs = since
      visits.turns = 1
    }
    const { periodMs, turns } = visits
    if (turns >= MIN_TURNS && periodMs >= MIN_PERIOD_MS && periodMs <= MAX_PERIOD_MS)
      raise('Periodic Flow', `every ${Math.round(periodMs / 1000)} s`)
  }

  over(row: number, raise: Raise): void {
    const r = this.t.flows.rows.go(row)
    if (((r.meta >>> 8) & 255) !== PROTO_TCP) return
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
