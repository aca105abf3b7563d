/** Items of hosts, from the parts of several workers. */
import { type Field, type HostItem, hostFields, mergeRule, TRENDS } from '../../lib/fields.ts'
import { trendOf } from '../../tables/rate.ts'
import type { Crew } from './crew.ts'
import type { HostItemPart } from './part.ts'
import { hostId, hostMoves, type SplitFlow, shareMoves } from './split-flows.ts'
import { locate, type Table } from './table.ts'

/** What split flows change in the items of hosts. */
export interface HostChanges {
  readonly flows: ReturnType<typeof hostMoves>
  readonly shares: ReturnType<typeof shareMoves>
}
export const hostChanges = (flows: readonly SplitFlow[]): HostChanges => ({ flows: hostMoves(flows), shares: shareMoves(flows) })

export async function hostItemsOf(crew: Crew, table: Table, rows: readonly number[]): Promise<HostItem[]> {
  const located = locate(table, rows)
  const answers = await crew.all('hostItems', (i) => ({ ...located[i]!.asked, salt: crew.salt }))
  const parts: HostItemPart[][] = rows.map(() => [])
  answers.forEach((answer, i) => {
    answer.forEach((part, n) => {
      if (part !== null) parts[located[i]!.places[n]!]!.push(part)
    })
  })
  const changes = hostChanges((await crew.split()).flows)
  return parts.filter((of) => of.length > 0).map((of) => mergeHostItem(of, changes))
}

type Values = Record<string, unknown>

export function mergeHostItem(seen: readonly HostItemPart[], changes: HostChanges): HostItem {
  const parts = [...seen].sort((a, b) => a.item.firstSeen - b.item.firstSeen)
  const item: Values = {}
  for (const [name, field] of Object.entries<Field>(hostFields)) {
    if (field.anyOf !== undefined) continue
    const values = parts.flatMap((p) => (p.item as unknown as Values)[name] ?? [])
    const value = mergeValues(field, values)
    if (value !== undefined) item[name] = value
  }
  const merged = item as unknown as HostItem
  const id = hostId(merged.address, merged.vlan)
  const moved = changes.flows.get(id)
  const app = topApp(parts, changes.shares.get(id))
  const before = parts.reduce((sum, p) => sum + p.bpsBefore, 0)
  return {
    ...merged,
    flows: merged.flows + (moved?.flows ?? 0),
    flowsAsClient: merged.flowsAsClient + (moved?.flowsAsClient ?? 0),
    flowsAsServer: merged.flowsAsServer + (moved?.flowsAsServer ?? 0),
    score: merged.score + (moved?.score ?? 0),
    scoreAsClient: merged.scoreAsClient + (moved?.scoreAsClient ?? 0),
    scoreAsServer: merged.scoreAsServer + (moved?.scoreAsServer ?? 0),
    trend: TRENDS[trendOf(merged.bps, before)],
    peers: new Set(parts.flatMap(({ peers }) => peers)).size,
    ...(app === undefined ? {} : { app }),
  }
}

function mergeValues(field: Field, values: readonly unknown[]): unknown {
  switch (mergeRule(field)) {
    case 'sum':
      return values.map(Number).reduce((a, b) => a + b, 0)
    case 'min':
      return Math.min(...values.map(Number))
    case 'max':
      return Math.max(...values.map(Number))
    case 'derived':
    case 'distinct':
      return undefined
    default:
      return values[0]
  }
}

function topApp(parts: readonly HostItemPart[], moves: ReturnType<HostChanges['shares']['get']>): string | undefined {
  const sums = new Map<string, number>()
  const add = (app: string, bytes: number) => sums.set(app, (sums.get(app) ?? 0) + bytes)
  for (const { apps } of parts) for (const [app, bytes] of apps) add(app, bytes)
  if (moves !== undefined) for (const [app, share] of moves) if (app !== 'Unknown') add(app, share.bytesSent + share.bytesRcvd)
  let best: string | undefined
  let most = 0
  for (const [app, bytes] of sums)
    if (bytes > most) {
      most = bytes
      best = app
    }
  return best
}
