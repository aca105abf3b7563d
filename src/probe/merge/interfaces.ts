/** Every question, answered by several interfaces together: what several of them have seen counts once. */
import { type Answer, type Ask, BadQuestion, type FlowDetail, type Question, type Totals } from '../../lib/live.ts'
import type { InterfaceMergeRule } from '../../lib/merge-rule.ts'
import { Crew, type CrewMemory } from './crew.ts'
import { DistinctRows } from './distinct.ts'
import { mergedDump } from './dump.ts'
import { hostSeriesOfInterfaces } from './host-series.ts'
import type { Keys } from './keys.ts'
import { interfacesOfSplit } from './list.ts'
import { HANDLERS, type MergedOptions } from './merged.ts'
import { type GoneShares, type InterfacePart, type Overlap, overlapOf } from './overlap.ts'
import type { Column, Columns, Unchanged } from './part.ts'
import { seriesOfInterfaces } from './series.ts'
import { idOn, workerOfId } from './split-flows.ts'
import { type Limits, mergeTotals } from './totals.ts'

export interface MergedInterfacesOptions {
  readonly name: string
  readonly rule: InterfaceMergeRule
  /** Drawn at random at each start. */
  readonly salt: number
}

/** Exporters of one interface have numbers below this. */
const EXPORTERS = 65_536

const nothingKnown = (): CrewMemory => ({ known: new Map(), distinct: new DistinctRows() })

export class MergedInterfaces {
  private readonly options: MergedInterfacesOptions
  private memory = nothingKnown()
  private readonly goneShares: GoneShares = new Map()

  constructor(options: MergedInterfacesOptions) {
    this.options = options
  }

  /** Lets go of what is kept from one question to the next; shares of what has left stay. */
  forget(): void {
    this.memory = nothingKnown()
  }

  /** Asks those parts that are there; `limits` are those of all of their interfaces. */
  async answer<Q extends Question>(parts: readonly InterfacePart[], limits: Limits, question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const handler = (OWN_HANDLERS[question] ?? HANDLERS[question]) as OwnHandler<Q> | undefined
    if (handler === undefined) throw new BadQuestion('question', `there is no question ${question}`)
    const { salt, rule, name } = this.options
    const all = new Crew(parts, salt, this.memory)
    const overlap = await overlapOf(parts, all, rule, this.goneShares)
    const apart = parts.map((part, p) => apartOf(part, overlap.elsewhere[p]))
    const crew = new SeveralInterfaces(parts, apart, all, overlap)
    return handler(crew, ask, { name, salt, ...limits })
  }
}

/** The part as it is without what others count. Exporters of several interfaces are different ones. */
function apartOf(part: InterfacePart, elsewhere: Overlap['elsewhere'][number]): InterfacePart {
  return {
    ...part,
    part: async (question, ask) => {
      if (question !== 'columns' || (ask as { entity?: string }).entity !== 'exporters') return part.part(question, ask, elsewhere)
      const salted = { ...ask, salt: (ask as { salt: number }).salt ^ Math.imul(part.interfaceId, 0x9e3779b1) }
      const answer = await part.part(question, salted, elsewhere)
      return numbered(answer as Columns | Unchanged, part.interfaceId) as typeof answer
    },
    answer: part.answer,
  }
}

function numbered(answer: Columns | Unchanged, interfaceId: number): Columns | Unchanged {
  const numbers = answer.rows === undefined ? undefined : answer.columns['exporterNumber']
  if (answer.rows === undefined || numbers?.type !== 'number') return answer
  const renumbered: Column = { type: 'number', values: numbers.values.map((number) => number + EXPORTERS * interfaceId) }
  return { ...answer, columns: { ...answer.columns, exporterNumber: renumbered } }
}

/** What counts of several interfaces. */
class SeveralInterfaces extends Crew {
  readonly parts: readonly InterfacePart[]
  /** With what others count. */
  readonly whole: Crew
  readonly overlap: Overlap

  constructor(parts: readonly InterfacePart[], apart: readonly InterfacePart[], whole: Crew, overlap: Overlap) {
    super(apart, whole.salt, { known: new Map(), distinct: whole.distinct }, overlap)
    this.parts = parts
    this.whole = whole
    this.overlap = overlap
  }
}

type OwnHandler<Q extends Question> = (crew: SeveralInterfaces, ask: Ask<Q>, options: MergedOptions) => Promise<Answer<Q>>

const OWN_HANDLERS: { readonly [Q in Question]?: OwnHandler<Q> } = {
  totals: (crew, _, limits) => totalsOf(crew, limits),
  flow: (crew, { id }) => flowOf(crew, id),
  exporter: async (crew, { number }) => (await ownerOf(crew, number)?.answer('exporter', { number: number % EXPORTERS })) ?? null,
  exporterPort: async (crew, { number, ...ask }) =>
    (await ownerOf(crew, number)?.answer('exporterPort', { number: number % EXPORTERS, ...ask })) ?? null,
  exporterCounters: async (crew, { number, ...ask }) =>
    (await ownerOf(crew, number)?.answer('exporterCounters', { number: number % EXPORTERS, ...ask })) ?? null,
  events: (crew, ask) => eventsOf(crew, ask),
  hostSeries: (crew, ask) => hostSeriesOfInterfaces(crew.whole, crew, ask),
  series: async (crew, query) => {
    const parts = await crew.whole.all('seriesPart', () => ({ of: query.of, seconds: query.seconds }))
    const { distinct, tooMany } = crew.distinct.hosts
    return seriesOfInterfaces(parts, crew.overlap.elsewhere, distinct / Math.max(1, distinct + tooMany), query)
  },
  sizes: async (crew) => {
    const parts = await Promise.all(crew.parts.map((part) => part.answer('sizes', {})))
    const shares = crew.overlap.elsewhere.map((e) => 1 - (e?.goneShare ?? 0))
    const sum = (lists: readonly (readonly number[])[]) =>
      (lists[0] ?? []).map((_, i) => lists.reduce((total, list, p) => total + Math.round(list[i]! * shares[p]!), 0))
    return { packets: sum(parts.map((p) => p.packets)), bytes: sum(parts.map((p) => p.bytes)) }
  },
  dump: async (crew, ask, { name, ...limits }) => {
    const totals = await totalsOf(crew, limits)
    return { interface: name, nowMs: totals.nowMs, totals, ...(await mergedDump(crew, ask)) }
  },
}

const ownerOf = (crew: SeveralInterfaces, exporter: number) =>
  crew.parts.find(({ interfaceId }) => interfaceId === Math.floor(exporter / EXPORTERS))

/** Rows that several have are counted once. */
async function totalsOf(crew: SeveralInterfaces, limits: Limits): Promise<Totals> {
  const parts = await Promise.all(crew.workers.map((worker) => worker.part('partTotals', {})))
  const { hosts, macs, flows } = crew.distinct
  const there = parts.reduce((sum, { totals }) => sum + totals.flows, 0)
  return mergeTotals(parts, limits, {
    hosts: hosts.distinct,
    localHosts: hosts.local,
    macs: macs.distinct,
    flowsTooMany: there - flows.distinct,
  })
}

/** Where a flow lies that an id names, or a part of it. */
async function placesOf(crew: SeveralInterfaces, id: string) {
  const named = workerOfId(id)
  const at = crew.parts.findIndex(({ number }) => number === named?.worker)
  if (named === undefined || at < 0) return undefined
  const part = await crew.parts[at]!.part('flowPart', { id: named.id, salt: crew.salt })
  if (part === null) return undefined
  const key: Keys = { low: Int32Array.of(part.low), high: Int32Array.of(part.high) }
  return { at, part, key, places: crew.overlap.places(key) }
}

async function flowOf(crew: SeveralInterfaces, id: string): Promise<FlowDetail | null> {
  const found = await placesOf(crew, id)
  if (found === undefined) return null
  const { at, part, key, places } = found
  const { flows } = await crew.split()
  const split = flows.find(({ low, high }) => low === part.low && high === part.high)
  if (split !== undefined) return { ...split.detail, ...interfacesOfSplit(crew, split) }
  const counts = places?.counts ?? at
  const [counted] =
    places === undefined || counts === at
      ? [part]
      : await crew.parts[counts]!.part('flowParts', { ...places.asked[counts]!, salt: crew.salt })
  const { detail } = counted ?? part
  const interfaces = crew.interfacesAt(counts, key, 0)
  return { ...detail, id: idOn(crew.parts[counted === null ? at : counts]!.number, detail.id), ...(interfaces && { interfaces }) }
}

/** Alerts first, then all else, newest first. */
async function eventsOf(crew: SeveralInterfaces, { flow, host, limit }: Ask<'events'>): Promise<Answer<'events'>> {
  const ofHost = host === undefined ? {} : { host }
  const asks: readonly (Ask<'events'> | undefined)[] =
    flow === undefined
      ? crew.parts.map(() => ({ ...ofHost, limit }))
      : (await idsOf(crew, flow)).map((id) => (id === undefined ? undefined : { ...ofHost, flow: id, limit }))
  const answers = await Promise.all(crew.parts.flatMap((part, p) => (asks[p] === undefined ? [] : [part.answer('events', asks[p])])))
  const rank = ({ kind }: Answer<'events'>[number]) => (kind === 'alert' ? 0 : 1)
  return answers
    .flat()
    .sort((a, b) => rank(a) - rank(b) || b.atMs - a.atMs)
    .slice(0, limit)
}
/** The ids of a flow on all parts. */
async function idsOf(crew: SeveralInterfaces, id: string): Promise<(string | undefined)[]> {
  const found = await placesOf(crew, id)
  if (found === undefined) return []
  const { at, part, places } = found
  if (places === undefined) return crew.parts.map((_, p) => (p === at ? part.detail.id : undefined))
  const items = await crew.whole.all('flowItems', (p) => ({ ...places.asked[p]!, salt: crew.salt }))
  return items.map(([item]) => item?.id)
}
