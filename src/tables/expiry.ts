/** Which rows leave, and when. */
import { FLOW_DECIDED } from '../dissectors/recognised-flow.ts'
import type { StickyHosts } from '../lib/live.ts'
import { NEVER } from './flow-table.ts'
import { HOST_LOCAL } from './host-table.ts'
import type { LiveTables } from './live-tables.ts'
import type { FlowRow } from './rows.gen.ts'
import { STATE_CLOSED, STATE_RESET, tcpState } from './tcp-analysis.ts'

export interface IdleTimes {
  readonly flowMs: number
  /** After both FINs or a RST. */
  readonly closedFlowMs: number
  readonly localHostMs: number
  readonly remoteHostMs: number
}
export const DEFAULT_IDLE: IdleTimes = { flowMs: 60_000, closedFlowMs: 3_000, localHostMs: 300_000, remoteHostMs: 60_000 }

/** With hosts that never leave. */
export function idleTimes(sticky: StickyHosts): IdleTimes {
  return {
    ...DEFAULT_IDLE,
    ...((sticky === 'all' || sticky === 'local') && { localHostMs: Number.POSITIVE_INFINITY }),
    ...((sticky === 'all' || sticky === 'remote') && { remoteHostMs: Number.POSITIVE_INFINITY }),
  }
}

const SECOND_MS = 1000
/** Unanswered flows of one packet leave after this time when the table is nearly full. */
const CROWDED_MS = 3_000
const CROWDED = 0.9
/** Hosts that are handed out in one sweep, at least, and as a part of all: whoever takes them has to keep up. The others leave with the next. */
const HOSTS_A_SWEEP = 4096
const LEAVING_SHARE = 16
/** Rows that leave in one go: a few milliseconds. Packets and questions wait meanwhile. */
const ROWS_A_GO = 1024

/** When the flow on which the rows stand may leave, in whole seconds. */
export function expirySecond(rows: FlowRow, idle: IdleTimes): number {
  const state = tcpState(rows.flags)
  const stay = state === STATE_CLOSED || state === STATE_RESET ? idle.closedFlowMs : idle.flowMs
  return Math.ceil((rows.lastSeenMs + stay) / SECOND_MS)
}

/**
 * Lets go of the rows whose time is over. A sweep over all rows begins with each tick and goes on between the batches after it, so that many that leave at once keep
 * nobody waiting. Rows leave in `tick` and `goOn` alone.
 */
export class Expiry {
  private readonly t: LiveTables
  private readonly idle: IdleTimes
  /** How far the sweep is; beyond all rows when it is over. */
  private flow = Number.POSITIVE_INFINITY
  private host = Number.POSITIVE_INFINITY
  /** Hosts that may still leave in this sweep. */
  private room = 0
  /** When it began the table was nearly full: it makes as much room as it can. */
  private isCrowded = false

  constructor(tables: LiveTables, idle: IdleTimes) {
    this.t = tables
    this.idle = idle
  }

  private get isSweeping(): boolean {
    return this.host < Number.POSITIVE_INFINITY
  }

  /** A second is over. All that flows have gained is booked. */
  tick(): void {
    // Where no batches came in between.
    while (this.isSweeping) this.letSomeGo()
    const { keeping, hosts, flows } = this.t
    this.isCrowded = flows.rows.live > flows.limit * CROWDED
    this.flow = 0
    this.host = 0
    this.room = keeping === undefined ? Number.POSITIVE_INFINITY : Math.max(HOSTS_A_SWEEP, hosts.rows.live / LEAVING_SHARE)
    this.letSomeGo()
  }

  /** The next rows of the sweep that is under way. Nobody may hold a row. */
  goOn(): void {
    if (!this.isSweeping) return
    // What has just gained stays, and what it gained counts.
    this.t.settle()
    this.letSomeGo()
  }

  private letSomeGo(): void {
    const left = this.flows(ROWS_A_GO)
    if (left > 0) this.hosts(left)
  }

  /** Returns how many more may leave. */
  private flows(most: number): number {
    const { flows, nowMs } = this.t
    const { isCrowded } = this
    const { rows } = flows
    const seconds = Math.floor(nowMs / SECOND_MS)
    const { expireAt } = flows
    let left = most
    let row = this.flow
    for (; row < rows.used && left > 0; row++) {
      const at = expireAt[row]!
      if (at === NEVER) continue
      if (at > seconds && !(isCrowded && isUnanswered(rows.go(row)) && rows.lastSeenMs + CROWDED_MS <= nowMs)) continue
      letGo(this.t, row)
      left--
    }
    this.flow = row
    return left
  }

  private hosts(most: number): void {
    const { nowMs } = this.t
    const { rows } = this.t.hosts
    let left = Math.min(most, this.room)
    let row = this.host
    for (; row < rows.used && left > 0; row++) {
      const r = rows.go(row)
      if (r.flags === 0 || r.activeFlows > 0) continue
      const stay = (r.flags & HOST_LOCAL) !== 0 ? this.idle.localHostMs : this.idle.remoteHostMs
      if (r.lastSeenMs + stay > nowMs) continue
      removeHost(this.t, row)
      left--
      this.room--
    }
    this.host = this.room > 0 && row < rows.used ? row : Number.POSITIVE_INFINITY
  }
}

const isUnanswered = (rows: FlowRow) => rows.packets(0) + rows.packets(1) <= 1

/** Takes a flow out of all tables: it becomes history. */
export function letGo(t: LiveTables, row: number): void {
  const { rows } = t.flows
  rows.go(row)
  if ((rows.flags & FLOW_DECIDED) === 0 && t.recognise) {
    t.recogniser.end(rows)
    t.booking.flow(row)
  }
  if (t.recognise) {
    t.risks.over(row)
    t.risks.forget(row)
    rows.go(row)
  }
  for (const records of t.records) records.over(row)
  rows.go(row)
  t.tcp.forget(rows)
  t.recogniser.forget(rows)
  for (let i = 0; i < 2; i++) {
    const host = rows.host(i)
    if (host >= 0) t.hosts.rows.go(host).activeFlows -= 1
  }
  t.booking.flowLeaves(row)
  t.collected?.forget(row)
  t.samples?.forget(row)
  t.naming.details.forget(row)
  t.naming.evidence.forget(row)
  t.flows.remove(row)
}

function removeHost(t: LiveTables, row: number): void {
  const { rows } = t.hosts
  rows.go(row)
  if ((rows.flags & HOST_LOCAL) !== 0) t.localHosts--
  const mac = rows.mac
  if (mac >= 0) {
    const macs = t.macs.rows.go(mac)
    macs.hosts -= 1
    if (macs.host === row) macs.host = -1
  }
  t.keeping?.hostLeaves(row)
  t.tallies.forget(row)
  t.points?.hostLeaves(row)
  t.watched.hostLeaves(row)
  t.hosts.remove(row)
}
