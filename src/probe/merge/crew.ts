/** The workers of one interface, asked all at once. */
import { type Entity, entities, type Field, type Fields } from '../../lib/fields.ts'
import type { Answer, Ask, Question } from '../../lib/live.ts'
import type { Elsewhere } from '../../tables/set-aside.ts'
import { isText } from '../../tables/views/view.ts'
import { parseAddress } from '../../wire/address.ts'
import { formatMac } from '../../wire/mac.ts'
import type { DistinctRows } from './distinct.ts'
import { KeyHash, type Keys, tieOf } from './keys.ts'
import type { Overlap, SeenOn } from './overlap.ts'
import { BPS_BEFORE, type Column, type Columns, type PartAnswer, type PartAsk, type PartQuestion, TIED_MAC } from './part.ts'
import { corrections, type SplitFlow, splitFlows, splitRows } from './split-flows.ts'
import { type NumberColumn, neededFor, type Table, tableOf } from './table.ts'

/** One worker, as merging sees it. */
export interface PartWorker {
  readonly number: number
  /** `elsewhere`: answered as if that had not come. */
  part<Q extends PartQuestion>(question: Q, ask: PartAsk<Q>, elsewhere?: Elsewhere): Promise<PartAnswer<Q>>
  answer<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>>
}

/** Flows that lie on several workers, and their rows, which each worker leaves out. */
export interface Split {
  readonly flows: readonly SplitFlow[]
  readonly without: readonly Int32Array[]
}

/** Flow keys by worker, as they were told last. */
export type KnownKeys = Map<number, Columns>

/** What is kept from one question to the next. */
export interface CrewMemory {
  readonly known: KnownKeys
  readonly distinct: DistinctRows
}

/** The workers that are there, for one question. Joins what they say. */
export class Crew {
  readonly workers: readonly PartWorker[]
  readonly salt: number
  readonly distinct: DistinctRows
  private readonly known: KnownKeys
  private splitting: Promise<Split> | undefined
  /** Where the workers are of several interfaces. */
  readonly seenOn: SeenOn | undefined

  /** `overlap`: what is known already of split flows, where the workers are of several interfaces. */
  constructor(workers: readonly PartWorker[], salt: number, { known, distinct }: CrewMemory, overlap?: Pick<Overlap, 'seenOn' | 'split'>) {
    this.workers = workers
    this.salt = salt
    this.known = known
    this.distinct = distinct
    this.seenOn = overlap?.seenOn
    if (overlap !== undefined) this.splitting = Promise.resolve(overlap.split)
  }

  all<Q extends PartQuestion>(question: Q, ask: (index: number) => PartAsk<Q>): Promise<PartAnswer<Q>[]> {
    return Promise.all(this.workers.map((worker, index) => worker.part(question, ask(index))))
  }

  /** Found once a question. */
  split(): Promise<Split> {
    return (this.splitting ??= this.findSplit())
  }
  private async findSplit(): Promise<Split> {
    const { salt, known } = this
    await this.distinct.update(this)
    if (this.distinct.flows.tooMany === 0) return { flows: [], without: this.workers.map(() => new Int32Array(0)) }
    const told = await this.all('columns', (i) => {
      const version = known.get(this.workers[i]!.number)?.version
      return { entity: 'flows', fields: [], salt, ...(version === undefined ? {} : { known: version }) }
    })
    const parts = told.map((answer, i) => {
      const { number } = this.workers[i]!
      if (answer.rows !== undefined) known.set(number, answer)
      return known.get(number)!
    })
    const { rows, keys } = splitRows(parts)
    if (rows.every(({ length }) => length === 0)) return { flows: [], without: rows }
    const found = await this.all('flowParts', (i) => ({ rows: rows[i]!, keys: keys[i]!, salt }))
    return {
      flows: splitFlows(
        found,
        this.workers.map(({ number }) => number),
      ),
      without: rows,
    }
  }

  async columns(entity: Entity, fields: readonly string[]): Promise<Columns[]> {
    const isOfFlows = entity === 'flows' || entity === 'talkers'
    // Which flows lie on several workers is told before contacts are, so that each counts once.
    if (entity === 'contacts') await this.distinct.update(this)
    const { without } = isOfFlows ? await this.split() : { without: [] }
    const { salt } = this
    const answers = await this.all('columns', (i) => ({ entity, fields, salt, ...(isOfFlows ? { without: without[i]! } : {}) }))
    return answers.filter((answer) => answer.rows !== undefined)
  }

  /** When each worker saw each flow first: split flows are in it as often as they are parts. */
  async flowTimes(): Promise<Columns[]> {
    const answers = await this.all('columns', () => ({ entity: 'flows', fields: ['firstSeen'], salt: this.salt }))
    return answers.filter((answer) => answer.rows !== undefined)
  }

  /** The rows of all workers with these fields; what is known of split flows is in it. */
  async table(entity: Entity, names: readonly string[]): Promise<Table> {
    const fields = neededFor(entity, entity === 'macs' ? ['mac', ...names] : names)
    if (entity === 'flows' || entity === 'talkers') return this.tableWithSplit(entity, fields)
    const parts = await this.columns(entity, fields)
    const { flows } = await this.split()
    const table = tableOf(entity, parts, corrections(entity, flows, this.salt))
    return entity === 'macs' && names.includes('hosts') ? this.withHosts(table) : table
  }

  private async tableWithSplit(entity: 'flows' | 'talkers', fields: readonly string[]): Promise<Table> {
    const parts = await this.columns(
      entity,
      fields.filter((name) => name !== 'interfaces'),
    )
    const { flows } = await this.split()
    const items = flows.map((f) => ({ ...f.detail, flows: 1, [BPS_BEFORE]: f.bpsBefore }) as Readonly<Record<string, unknown>>)
    if (entity === 'flows') {
      const own = columnsOf(
        entity,
        fields.filter((name) => name !== 'interfaces'),
        items,
        { low: lowOf(flows), high: highOf(flows) },
      )
      const table = tableOf(entity, [...parts, own])
      return fields.includes('interfaces') ? { ...table, columns: { ...table.columns, interfaces: this.interfacesOf(table) } } : table
    }
    return tableOf(entity, [...parts, columnsOf(entity, fields, ...talkersOf(flows, this.salt))])
  }

  private interfacesOf({ joined: { keys, count, rowOf } }: Table): Column {
    const { seenOn } = this
    const places = new Map([['', 0]])
    const placeOf = (text: string) => places.get(text) ?? places.set(text, places.size).size - 1
    const index = new Int32Array(count)
    rowOf.forEach((rows, part) => {
      const own = placeOf(seenOn?.own[part] ?? '')
      for (const row of rows) {
        const text = seenOn?.several(tieOf(keys, row))
        index[row] = text === undefined ? own : placeOf(text)
      }
    })
    return { type: 'text', dictionary: [...places.keys()], index }
  }
  /** Which interfaces have seen the flow of a key; undefined where there is one. */
  interfacesAt(part: number, keys: Keys, row: number): readonly string[] | undefined {
    const { seenOn } = this
    return seenOn === undefined ? undefined : (seenOn.several(tieOf(keys, row)) ?? seenOn.own[part])?.split('\n')
  }

  /** Hosts tied to each link address, each counted once. */
  async hostsByMac(): Promise<ReadonlyMap<string, number>> {
    const { columns } = tableOf('hosts', await this.columns('hosts', [TIED_MAC, 'firstSeen']))
    const counts = new Map<number, number>()
    for (const mac of (columns[TIED_MAC] as NumberColumn | undefined)?.values ?? [])
      if (mac >= 0) counts.set(mac, (counts.get(mac) ?? 0) + 1)
    return new Map([...counts].map(([mac, n]) => [formatMac(mac), n]))
  }

  private async withHosts(table: Table): Promise<Table> {
    const counts = await this.hostsByMac()
    const macs = table.columns['mac'] as Extract<Column, { type: 'text' }>
    const values = Float64Array.from(macs.index, (place) => counts.get(macs.dictionary[place]!) ?? 0)
    return { ...table, columns: { ...table.columns, hosts: { type: 'number', values } } }
  }
}

const lowOf = (flows: readonly { readonly low: number }[]) => Int32Array.from(flows, ({ low }) => low)
const highOf = (flows: readonly { readonly high: number }[]) => Int32Array.from(flows, ({ high }) => high)

type Item = Readonly<Record<string, unknown>>

/** Items as a part of their own beside those of the workers. */
function columnsOf(entity: Entity, fields: readonly string[], items: readonly Item[], keys: Keys): Columns {
  const columns = Object.fromEntries(fields.map((name) => [name, columnOf((entities[entity] as Fields)[name], items, name)]))
  return { version: '', rows: Int32Array.from(items, (_, i) => i), keys, columns }
}

function columnOf(field: Field | undefined, items: readonly Item[], name: string): Column {
  if (field?.kind === 'address')
    return { type: 'address', words: Int32Array.from(items.flatMap((item) => [...(parseAddress(String(item[name])) ?? [0, 0, 0, 0])])) }
  if (field !== undefined && isText(field)) {
    const texts = items.map((item) => String(item[name] ?? ''))
    const dictionary = [...new Set(['', ...texts])]
    const places = new Map(dictionary.map((text, i) => [text, i]))
    return { type: 'text', dictionary, index: Int32Array.from(texts, (text) => places.get(text)!) }
  }
  return { type: 'number', values: Float64Array.from(items, (item) => (item[name] === undefined ? Number.NaN : Number(item[name]))) }
}

const TALKER_SUMS = ['bytes', 'bytesC2s', 'bytesS2c', 'packets', 'packetsC2s', 'packetsS2c', 'bps'] as const

/** Split flows added up by their two hosts. */
function talkersOf(flows: readonly SplitFlow[], salt: number): [items: Item[], keys: Keys] {
  const byKey = new Map<string, { low: number; high: number; item: Record<string, unknown> }>()
  const hash = new KeyHash(salt)
  for (const { detail } of flows) {
    const client = parseAddress(detail.client)!
    const server = parseAddress(detail.server)!
    hash.host(...client, detail.vlan).withPeer(...server, detail.vlan)
    const { low, high } = hash
    const there = byKey.get(`${low} ${high}`)
    if (there === undefined) byKey.set(`${low} ${high}`, { low, high, item: { ...detail, flows: 1 } })
    else {
      for (const name of TALKER_SUMS) there.item[name] = (there.item[name] as number) + detail[name]
      there.item['flows'] = (there.item['flows'] as number) + 1
    }
  }
  const talkers = [...byKey.values()]
  return [talkers.map(({ item }) => item), { low: lowOf(talkers), high: highOf(talkers) }]
}
