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
/** Hosts that are handed out in one tick, at least, and as a part of all: packets wait meanwhile. The others leave with the next. */
const HOSTS_A_TICK = 4096
const LEAVING_SHARE = 16

/** When the flow on which the rows stand may leave, in whole seconds. */
export function expirySecond(rows: FlowRow, idle: IdleTimes): number {
  const state = tcpState(rows.flags)
  const stay = state === STATE_CLOSED || state === STATE_RESET ? idle.closedFlowMs : idle.flowMs
  return Math.ceil((rows.lastSeenMs + stay) / SECOND_MS)
}

/** Lets go of the rows whose time is over. All that flows have gained is booked. */
export function expire(t: LiveTables, idle: IdleTimes): void {
  const { flows, hosts, nowMs } = t
  const seconds = Math.floor(nowMs / SECOND_MS)
  const crowded = flows.rows.live > flows.limit * CROWDED
  const { expireAt } = flows
  for (let row = 0; row < flows.rows.used; row++) {
    const at = expireAt[row]!
    if (at === NEVER) continue
    if (at <= seconds) letGo(t, row)
    else if (crowded && isUnanswered(flows.rows.go(row)) && flows.rows.lastSeenMs + CROWDED_MS <= nowMs) letGo(t, row)
  }
  let room = t.keeping === undefined ? Number.POSITIVE_INFINITY : Math.max(HOSTS_A_TICK, hosts.rows.live / LEAVING_SHARE)
  for (let row = 0; row < hosts.rows.used && room > 0; row++) {
    const r = hosts.rows.go(row)
    if (r.flags === 0 || r.activeFlows > 0) continue
    const stay = (r.flags & HOST_LOCAL) !== 0 ? idle.localHostMs : idle.remoteHostMs
    if (r.lastSeenMs + stay > nowMs) continue
    removeHost(t, row)
    room--
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
