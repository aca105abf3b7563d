/** Contacts of flows that lie on several workers: each counts on the one that saw it first. */
import type { LiveTables } from '../tables/live-tables.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { KeyHash, type Keys, tieOf } from './merge/keys.ts'
import type { PartAnswer, PartAsk } from './merge/part.ts'

/** Calls with the place of each key that is here, and the row that has it. */
function eachKeyed(
  t: LiveTables,
  { keys, salt }: { readonly keys: Keys; readonly salt: number },
  visit: (i: number, row: number) => void,
): void {
  const places = new Map<number, number>()
  for (let i = 0; i < keys.low.length; i++) places.set(tieOf(keys, i), i)
  const { rows } = t.flows
  const hash = new KeyHash(salt)
  const one = { low: new Int32Array(1), high: new Int32Array(1) }
  for (let row = 0; row < rows.used; row++) {
    if ((rows.go(row).flags & FLOW_LIVE) === 0) continue
    hash.flow(rows)
    one.low[0] = hash.low
    one.high[0] = hash.high
    const i = places.get(tieOf(one, 0))
    if (i !== undefined) visit(i, row)
  }
}

export function flowsSeen(t: LiveTables, ask: PartAsk<'flowsSeen'>): PartAnswer<'flowsSeen'> {
  if (t.observation === undefined) return null
  const seen = new Float64Array(ask.keys.low.length).fill(Number.NaN)
  eachKeyed(t, ask, (i, row) => {
    seen[i] = t.flows.rows.go(row).firstSeenMs
  })
  return seen
}

export function countedElsewhere(t: LiveTables, ask: PartAsk<'countedElsewhere'>): true {
  eachKeyed(t, ask, (_, row) => t.observation?.countedElsewhere(row))
  return true
}
