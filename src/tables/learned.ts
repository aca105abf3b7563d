/** What one worker of an interface learns that matters to flows of the others: names of addresses, and flows that were announced. */
import { FLOW_DECIDED } from '../dissectors/recognised-flow.ts'
import type { LearnedName } from '../names/host-names.ts'
import { PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import type { Expected } from './expectations.ts'
import type { LiveTables } from './live-tables.ts'
import { BY_ADDRESS } from './naming.ts'
import { FLOW_LIVE } from './tcp-analysis.ts'

/** Plain objects, few and bounded: they go through `postMessage`. */
export interface Learned {
  readonly names: readonly LearnedName[]
  readonly expected: readonly Expected[]
}

/** Keeps what is learned from now on, to be taken by `takeLearned`. */
export function shareLearned(t: LiveTables): void {
  t.hostNames.share()
  t.naming.expectations.share()
}

export function takeLearned(t: LiveTables): Learned | undefined {
  const names = t.hostNames.takeFresh()
  const expected = t.naming.expectations.takeFresh()
  return names.length + expected.length === 0 ? undefined : { names, expected }
}

export function applyLearned(t: LiveTables, { names, expected }: Learned): void {
  for (const name of names) t.hostNames.learn(name)
  for (const e of expected) t.naming.expectations.learn(e)
  if (expected.length > 0) nameLate(t, expected)
  const lookups = names.filter(({ source }) => source === 'dns')
  if (lookups.length > 0) nameByLookups(t, lookups)
}

/** Flows that have begun since their server was looked up, before we knew of it, and that have no better name than a guess. */
function nameByLookups(t: LiveTables, lookups: readonly LearnedName[]): void {
  const heardMs = new Map<number, number>()
  for (const { words, atMs } of lookups) heardMs.set(words[3], Math.min(atMs, heardMs.get(words[3]) ?? atMs))
  t.settle()
  const r = t.flows.rows
  for (let row = 0; row < r.used; row++) {
    r.go(row)
    if ((r.flags & (FLOW_LIVE | FLOW_DECIDED)) !== (FLOW_LIVE | FLOW_DECIDED) || r.dissector !== 0 || r.confidence > BY_ADDRESS) continue
    const atMs = heardMs.get(r.b3) ?? heardMs.get(r.a3)
    if (atMs === undefined || atMs > r.firstSeenMs) continue
    const guess = r.master
    r.master = 0
    t.naming.gaveUp()
    if (r.master !== guess) t.booking.flow(row)
  }
}

const keyOf = (w3: number, port: number, proto: number) => `${w3} ${port} ${proto}`

/** Flows that have begun since they were announced, before we knew of it, and that nobody has recognised. */
function nameLate(t: LiveTables, expected: readonly Expected[]): void {
  t.settle()
  const byKey = new Map(expected.map((e) => [keyOf(e.w3, e.port, e.proto), e]))
  const r = t.flows.rows
  for (let row = 0; row < r.used; row++) {
    r.go(row)
    const proto = (r.meta >>> 8) & 255
    if ((r.flags & FLOW_LIVE) === 0 || (proto !== PROTO_TCP && proto !== PROTO_UDP)) continue
    if (r.dissector !== 0 || (r.master !== 0 && r.confidence > BY_ADDRESS)) continue
    // As for a new flow: where its first packet went, then where it came from.
    const e =
      holds(byKey.get(keyOf(r.b3, r.ports & 0xffff, proto)), r.b0, r.b1, r.b2, r.firstSeenMs) ??
      holds(byKey.get(keyOf(r.a3, r.ports >>> 16, proto)), r.a0, r.a1, r.a2, r.firstSeenMs)
    if (e === undefined) continue
    t.naming.nameAnnounced(e.app)
    t.booking.flow(row)
  }
}

const holds = (e: Expected | undefined, w0: number, w1: number, w2: number, atMs: number): Expected | undefined =>
  e !== undefined && e.w0 === w0 && e.w1 === w1 && e.w2 === w2 && e.sinceMs <= atMs && atMs <= e.untilMs ? e : undefined
