/** Every question, answered by several workers together as one would. */
import { activityOf, rangeAsked } from '../../lib/activity.ts'
import { type Answer, type Ask, BadQuestion, type Question } from '../../lib/live.ts'
import { parseAddress } from '../../wire/address.ts'
import { joinBits } from '../activity.ts'
import { aggregationOf, dayUntil, joinAggregations } from '../aggregation.ts'
import { Crew, type CrewMemory, type PartWorker } from './crew.ts'
import { DistinctRows } from './distinct.ts'
import { mergedDump } from './dump.ts'
import { mergedFlow, partsOfFlow } from './flow.ts'
import { mergedHost, sumOf } from './host.ts'
import { mergedHostSeries } from './host-series.ts'
import { mergedFacets, mergedList } from './list.ts'
import { mergedSearch } from './search.ts'
import { mergedSeries } from './series.ts'
import { type Limits, mergedTotals } from './totals.ts'

export interface MergedOptions extends Limits {
  /** The interface's name. */
  readonly name: string
  /** Drawn at random at each start. */
  readonly salt: number
}

export class Merged {
  private readonly options: MergedOptions
  private readonly memory: CrewMemory = { known: new Map(), distinct: new DistinctRows(true) }

  constructor(options: MergedOptions) {
    this.options = options
  }

  /** A worker begins anew. */
  forget(worker: number): void {
    this.memory.known.delete(worker)
  }

  /** Where the parts of a flow lie, among these workers. */
  partsOfFlow(workers: readonly PartWorker[], id: string): ReturnType<typeof partsOfFlow> {
    return partsOfFlow(new Crew(workers, this.options.salt, this.memory), id)
  }

  /** Asks those workers that are there. */
  answer<Q extends Question>(workers: readonly PartWorker[], question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const handler = HANDLERS[question] as Handler<Q> | undefined
    if (handler === undefined) return Promise.reject(new BadQuestion('question', `there is no question ${question}`))
    return handler(new Crew(workers, this.options.salt, this.memory), ask, this.options)
  }
}

type Handler<Q extends Question> = (crew: Crew, ask: Ask<Q>, options: MergedOptions) => Promise<Answer<Q>>

const nowOf = async (crew: Crew) => Math.max(...(await crew.all('partTotals', () => ({}))).map(({ totals }) => totals.nowMs))

export const HANDLERS: { readonly [Q in Question]: Handler<Q> } = {
  totals: (crew, _, options) => mergedTotals(crew, options),
  list: async (crew, query) => mergedList(crew, query, await nowOf(crew)),
  facets: async (crew, ask) => mergedFacets(crew, ask, await nowOf(crew)),
  flow: (crew, { id }) => mergedFlow(crew, id),
  // A collector has one worker.
  exporter: async () => null,
  exporterPort: async () => null,
  exporterCounters: async () => null,
  events: async () => [],
  host: async (crew, { address, vlan }) => {
    if (parseAddress(address) === undefined) throw new BadQuestion('address', `${address} is not an address`)
    return mergedHost(crew, address, vlan)
  },
  hostSeries: (crew, ask) => mergedHostSeries(crew, ask),
  activity: async (crew, ask) => {
    const range = rangeAsked(ask, await nowOf(crew))
    const bits = joinBits(await crew.all('activityPart', () => ({ ...ask, ...range })))
    return bits && activityOf(ask, range, bits)
  },
  aggregation: async (crew, ask) => {
    const range = dayUntil(await nowOf(crew))
    const parts = (await crew.all('aggregationPart', () => ({ ...ask, ...range }))).filter((part) => part !== null)
    return parts.length === 0 ? null : aggregationOf(joinAggregations(parts), range)
  },
  series: (crew, query) => mergedSeries(crew, query),
  search: (crew, { text, limit }) => mergedSearch(crew, text, limit),
  sizes: async (crew) => {
    const parts = await Promise.all(crew.workers.map((worker) => worker.answer('sizes', {})))
    return { packets: sumOf(parts.map((p) => p.packets)), bytes: sumOf(parts.map((p) => p.bytes)) }
  },
  malformed: async (crew) => {
    const counts: Record<string, number> = {}
    for (const part of await Promise.all(crew.workers.map((worker) => worker.answer('malformed', {}))))
      for (const [cause, n] of Object.entries(part)) counts[cause] = (counts[cause] ?? 0) + n
    return counts
  },
  dump: async (crew, ask, options) => {
    const totals = await mergedTotals(crew, options)
    return { interface: options.name, nowMs: totals.nowMs, totals, ...(await mergedDump(crew, ask)) }
  },
}
