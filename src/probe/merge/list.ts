/** Lists and facets over the rows of all workers. */
import { type Entity, entities, type Fields, type FlowItem } from '../../lib/fields.ts'
import { type Ask, BadQuestion, type Facet, type ListAnswer, type ListQuery } from '../../lib/live.ts'
import { type Filter, membersOf } from '../../query/filter.ts'
import type { View } from '../../tables/views/view.ts'
import { ROLL_UPS } from '../columns.ts'
import { facets } from '../facets.ts'
import { checkSort, type Picked, parsedFilter, pick, sortOf } from '../list.ts'
import type { Crew } from './crew.ts'
import { hostItemsOf } from './host-items.ts'
import { flowItemOf, idOn, type SplitFlow, workerOfId } from './split-flows.ts'
import { locate, type Table, viewOf } from './table.ts'

/** Fields that a filter reads. */
export function fieldsOfFilter(entity: Entity, filter: Filter | undefined): Set<string> {
  const fields: Fields = entities[entity]
  const found = new Set<string>()
  const visit = (f: Filter): void => {
    if (f.type === 'not') return visit(f.term)
    if (f.type !== 'test') return f.terms.forEach(visit)
    const members = f.values.length === 0 ? membersOf(fields, f) : f.values.flatMap((value) => membersOf(fields, f, value))
    for (const name of members) {
      found.add(name)
      // An address may be asked for in one VLAN.
      if (fields[name]?.kind === 'address' && 'vlan' in fields) found.add('vlan')
    }
  }
  if (filter !== undefined) visit(filter)
  return found
}

const allFields = (entity: Entity): string[] =>
  Object.entries<Fields[string]>(entities[entity]).flatMap(([name, f]) => (f.anyOf ? [] : [name]))

/** These are many: their items are made by the workers, of the winners alone. */
const isLarge = (entity: Entity): entity is 'flows' | 'hosts' => entity === 'flows' || entity === 'hosts'

export async function mergedView(crew: Crew, entity: Entity, names: readonly string[]): Promise<{ view: View; table: Table }> {
  if (entity === 'categories') return categories(crew)
  const table = await crew.table(entity, isLarge(entity) ? names : allFields(entity))
  if (!ROLL_UPS.includes(entity)) return { view: viewOf(table), table }
  const flows = numbersOf(table, 'flows')
  const packets = numbersOf(table, 'packets')
  return { view: viewOf(table, (row) => flows[row]! > 0 || packets[row]! > 0), table }
}

const numbersOf = (table: Table, name: string): Float64Array => {
  const column = table.columns[name]
  if (column?.type !== 'number') throw new Error(`${table.entity} have no numbers ${name}`)
  return column.values
}

/** As with one worker: the applications, added up. */
async function categories(crew: Crew): Promise<{ view: View; table: Table }> {
  const apps = await crew.table('apps', allFields('apps'))
  const { index } = apps.columns['category'] as Extract<Table['columns'][string], { type: 'text' }>
  const flows = numbersOf(apps, 'flows')
  // Applications that have a flow are the rows of as many parts, keyed by their category.
  const rows = Array.from(index, (_, row) => row).filter((row) => flows[row]! > 0)
  const places = [...new Set(rows.map((row) => index[row]!))]
  const rowOf = new Map(places.map((place, row) => [place, row]))
  const columns = Object.fromEntries(
    Object.entries(apps.columns).flatMap(([name, column]) => {
      if (column.type !== 'number' || name === 'activeFlows') return []
      const values = new Float64Array(places.length)
      for (const row of rows) {
        const to = rowOf.get(index[row]!)!
        values[to] = name === 'lastSeen' ? Math.max(values[to]!, column.values[row]!) : values[to]! + column.values[row]!
      }
      return [[name, { type: 'number' as const, values }]]
    }),
  )
  const low = Int32Array.from(places, (place) => apps.joined.keys.low[rows.find((row) => index[row] === place)!]!)
  const table: Table = {
    entity: 'categories',
    parts: [],
    joined: { count: places.length, rowOf: [], keys: { low, high: low } },
    columns: { category: { ...apps.columns['category']!, index: Int32Array.from(places) } as Table['columns'][string], ...columns },
  }
  return { view: viewOf(table), table }
}

export async function mergedList(crew: Crew, query: ListQuery, nowMs: number): Promise<ListAnswer> {
  const { entity } = query
  if (!Object.hasOwn(entities, entity)) throw new BadQuestion('entity', `there is no table ${entity}`, undefined, Object.keys(entities))
  checkSort(entity, sortOf(query))
  const names = fieldsOfFilter(entity, parsedFilter(entity, query.filter)).add(sortOf(query))
  const { view, table } = await mergedView(crew, entity, [...names])
  const picked = pick(view, query, nowMs)
  const items = await itemsOf(crew, view, table, picked)
  return { nowMs, items: items as ListAnswer['items'], matching: picked.matching, total: picked.total, ...cursorOf(picked) }
}

const cursorOf = ({ cursor }: Picked) => (cursor === undefined ? {} : { cursor })

async function itemsOf(crew: Crew, view: View, table: Table, { rows }: Picked): Promise<readonly unknown[]> {
  if (table.entity === 'hosts') return hostItemsOf(crew, table, rows)
  if (table.entity === 'flows') return flowItemsOf(crew, table, rows)
  const read = view.read as Readonly<Record<string, (row: number) => unknown>>
  const names = allFields(table.entity)
  const fields: Fields = entities[table.entity]
  return rows.map((row) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = read[name]?.(row)
        return (value === undefined || value === '') && fields[name]!.optional ? [] : [[name, value ?? '']]
      }),
    ),
  )
}

/** A flow lies on one worker, or it is a split one, of which all is known here. */
async function flowItemsOf(crew: Crew, table: Table, rows: readonly number[]): Promise<readonly FlowItem[]> {
  const { flows } = await crew.split()
  const whole = locate(table, rows)
  const answers = await crew.all('flowItems', (i) => ({ ...whole[i]!.asked, salt: crew.salt }))
  const items: (FlowItem | undefined)[] = rows.map(() => undefined)
  answers.forEach((answer, i) => {
    answer.forEach((item, n) => {
      if (item === null) return
      const interfaces = crew.interfacesAt(i, whole[i]!.asked.keys, n)
      items[whole[i]!.places[n]!] = { ...item, id: idOn(crew.workers[i]!.number, item.id), ...(interfaces && { interfaces }) }
    })
  })
  const split = whole[answers.length]!
  split.asked.rows.forEach((row, n) => {
    items[split.places[n]!] = { ...flowItemOf(flows[row]!.detail), ...interfacesOfSplit(crew, flows[row]!) }
  })
  return items.filter((item) => item !== undefined)
}

/** A flow that lies on several workers of one interface may be on no other. */
export function interfacesOfSplit(crew: Crew, { low, high, parts }: SplitFlow): Pick<FlowItem, 'interfaces'> {
  const worker = workerOfId(parts[0]!.detail.id)?.worker
  const interfaces = crew.interfacesAt(
    crew.workers.findIndex(({ number }) => number === worker),
    { low: Int32Array.of(low), high: Int32Array.of(high) },
    0,
  )
  return interfaces === undefined ? {} : { interfaces }
}

export async function mergedFacets(crew: Crew, { entity, fields, filter, prefix, limit }: Ask<'facets'>, nowMs: number): Promise<Facet[]> {
  const known: Fields | undefined = Object.hasOwn(entities, entity) ? entities[entity] : undefined
  if (known === undefined) throw new BadQuestion('entity', `there is no table ${entity}`, undefined, Object.keys(entities))
  const unknown = fields.find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) throw new BadQuestion('fields', `${entity} have no field ${unknown}`, undefined, Object.keys(known))
  const names = fieldsOfFilter(entity, parsedFilter(entity, filter)).add('bytes')
  for (const name of fields) names.add(name)
  const { view } = await mergedView(crew, entity, [...names])
  return facets(view, fields, filter, prefix, limit, nowMs)
}
