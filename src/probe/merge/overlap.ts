/** What several interfaces have seen of the same: who counts it, and what each leaves to others. */
import type { InterfaceMergeRule } from '../../lib/merge-rule.ts'
import type { Elsewhere } from '../../tables/set-aside.ts'
import type { Crew, PartWorker, Split } from './crew.ts'
import { join, type Keys, tieOf } from './keys.ts'
import type { AskedRows, Columns } from './part.ts'
import { splitFlows } from './split-flows.ts'
import type { NumberColumn } from './table.ts'

/** A worker of one of several interfaces. */
export interface InterfacePart extends PartWorker {
  readonly interfaceId: number
  readonly interfaceName: string
  /** Its input has ended, and that of another one goes on. */
  readonly isAtRest: boolean
}

/** Another interface saw more only when it saw more by this: whoever is asked a moment later has seen a few packets more. */
const CLEARLY_MORE = 1 + 1 / 16
/** Nearly none and nearly all stand for none and all: what comes and goes between two questions is no share. */
const NEARLY = 0.02

const NOTHING = new Int32Array(0)

/** Which interfaces have seen a flow. */
export interface SeenOn {
  /** Of flows that one interface alone has seen, by the place of the part. */
  readonly own: readonly string[]
  /** By `tieOf` of the flow's key: of flows that several have seen, in lines. */
  several(key: number): string | undefined
}

export interface Overlap {
  /** By part; undefined where nothing is left to others. */
  readonly elsewhere: readonly (Elsewhere | undefined)[]
  /** Halves of flows on several parts that count. */
  readonly split: Split
  readonly seenOn: SeenOn
  /** Where a flow lies: of each part its row (none or one), and which part counts it, the first of several. */
  places(key: Keys): { readonly asked: readonly AskedRows[]; readonly counts: number } | undefined
}

/** Shares of what has left that others have, as they were last known, by the number of the part. */
export type GoneShares = Map<number, number>

/** Rows of several interfaces under their joint keys. */
class Shared {
  /** Joint rows that several parts have: places in the columns below; -1: one has it alone. */
  readonly placeOf: Int32Array
  readonly count: number
  /** By place and interface: what decides; NaN: it has not seen it. */
  private readonly weights: Float64Array
  private readonly interfaces: number
  readonly rowOf: readonly Int32Array[]
  readonly keys: Keys

  constructor(parts: readonly Columns[], indexes: readonly number[], weigh: (part: Columns) => Float64Array, isLess: boolean) {
    const joined = join(parts.map(({ keys }) => keys))
    this.rowOf = joined.rowOf
    this.keys = joined.keys
    const times = new Uint16Array(joined.count)
    for (const rows of joined.rowOf) for (const row of rows) times[row]! += 1
    this.placeOf = new Int32Array(joined.count).fill(-1)
    let count = 0
    for (let row = 0; row < joined.count; row++) if (times[row]! > 1) this.placeOf[row] = count++
    this.count = count
    this.interfaces = Math.max(0, ...indexes) + 1
    this.weights = new Float64Array(count * this.interfaces).fill(Number.NaN)
    parts.forEach((part, p) => {
      const values = weigh(part)
      const rows = joined.rowOf[p]!
      for (let i = 0; i < rows.length; i++) {
        const place = this.placeOf[rows[i]!]!
        if (place < 0) continue
        const at = place * this.interfaces + indexes[p]!
        const there = this.weights[at]!
        this.weights[at] = Number.isNaN(there) ? values[i]! : isLess ? Math.min(there, values[i]!) : there + values[i]!
      }
    })
  }

  /** Index of the interface that counts what lies in a place. */
  winner(place: number, isBetter: (weight: number, than: number) => boolean): number {
    let best = -1
    for (let i = 0; i < this.interfaces; i++) {
      const weight = this.weights[place * this.interfaces + i]!
      if (!Number.isNaN(weight) && (best < 0 || isBetter(weight, this.weights[place * this.interfaces + best]!))) best = i
    }
    return best
  }

  /** Of a row that several have, the names of those, in lines. Rows are looked up by their keys when somebody asks. */
  namesAt(key: number, names: readonly string[]): string | undefined {
    const place = (this.placeByKey ??= this.byKey()).get(key)
    if (place === undefined) return undefined
    let seenBy = ''
    for (let i = 0; i < this.interfaces; i++) if (!Number.isNaN(this.weights[place * this.interfaces + i]!)) seenBy += `${i} `
    let text = this.texts.get(seenBy)
    if (text === undefined) {
      text = seenBy
        .trimEnd()
        .split(' ')
        .map((i) => names[Number(i)]!)
        .join('\n')
      this.texts.set(seenBy, text)
    }
    return text
  }
  private readonly texts = new Map<string, string>()
  private placeByKey: ReadonlyMap<number, number> | undefined
  private byKey(): ReadonlyMap<number, number> {
    const places = new Map<number, number>()
    this.placeOf.forEach((place, row) => {
      if (place >= 0) places.set(tieOf(this.keys, row), place)
    })
    return places
  }
}

const valuesOf = (part: Columns, name: string): Float64Array => (part.columns[name] as NumberColumn).values
const isMore = (weight: number, than: number) => weight > than * CLEARLY_MORE
const isEarlier = (weight: number, than: number) => weight < than

/** `crew`: all parts, with all that each has seen. */
export async function overlapOf(
  parts: readonly InterfacePart[],
  crew: Crew,
  rule: InterfaceMergeRule,
  goneShares: GoneShares,
): Promise<Overlap> {
  await crew.distinct.update(crew)
  const ids = [...new Set(parts.map(({ interfaceId }) => interfaceId))]
  const indexes = parts.map(({ interfaceId }) => ids.indexOf(interfaceId))
  const own = parts.map(({ interfaceName }) => interfaceName)
  const names = ids.map((id) => own[indexes.indexOf(ids.indexOf(id))]!)
  const nonIp = rule === 'sum' ? parts.map(() => NOTHING) : await framesElsewhere(parts, crew, indexes)
  if (crew.distinct.flows.tooMany === 0) {
    // Of flows that are there nobody shares one: what has gone is as it was.
    const elsewhere = parts.map((part, p) => elsewhereOf(part, NOTHING, nonIp[p]!, rule === 'sum' ? 0 : (goneShares.get(part.number) ?? 0)))
    return {
      elsewhere,
      split: { flows: [], without: parts.map(() => NOTHING) },
      seenOn: { own, several: () => undefined },
      places: () => undefined,
    }
  }
  const told = (await crew.all('columns', () => ({ entity: 'flows', fields: ['bytes', 'firstSeen'], salt: crew.salt }))) as Columns[]
  const isFirst = rule === 'first'
  const shared = new Shared(told, indexes, (part) => valuesOf(part, isFirst ? 'firstSeen' : 'bytes'), isFirst)
  const winners = new Int32Array(shared.count)
  for (let row = 0; row < shared.placeOf.length; row++) {
    const place = shared.placeOf[row]!
    if (place < 0) continue
    winners[place] = rule === 'sum' ? -1 : shared.winner(place, isFirst ? isEarlier : isMore)
  }
  const counting = countingParts(shared, indexes, winners)
  const elsewhere: (Elsewhere | undefined)[] = []
  const split: AskedRows[] = []
  parts.forEach((part, p) => {
    const { left, halves, share } = dealOf(told[p]!, shared, p, indexes[p]!, winners, counting)
    if (share !== undefined) goneShares.set(part.number, share)
    elsewhere.push(elsewhereOf(part, left, nonIp[p]!, rule === 'sum' ? 0 : (goneShares.get(part.number) ?? 0)))
    split.push(halves)
  })
  return {
    elsewhere,
    split: await splitOf(crew, split),
    seenOn: { own, several: (key) => shared.namesAt(key, names) },
    places: (key) => placesOf(key, told, shared, indexes, winners),
  }
}

function elsewhereOf({ isAtRest }: InterfacePart, flows: Int32Array, nonIp: Int32Array, goneShare: number): Elsewhere | undefined {
  const isNone = flows.length === 0 && nonIp.length === 0 && goneShare === 0 && !isAtRest
  return isNone ? undefined : { flows, nonIp, goneShare, isAtRest }
}

/** How many parts of its interface, or of all by sums, have what counts in each place. */
function countingParts(shared: Shared, indexes: readonly number[], winners: Int32Array): Uint16Array {
  const counting = new Uint16Array(shared.count)
  shared.rowOf.forEach((rows, p) => {
    for (const row of rows) {
      const place = shared.placeOf[row]!
      if (place >= 0 && (winners[place] === -1 || winners[place] === indexes[p])) counting[place]! += 1
    }
  })
  return counting
}

interface Deal {
  readonly left: Int32Array
  readonly halves: AskedRows
  /** Of the bytes of its live flows; undefined where there are none. */
  readonly share: number | undefined
}
function dealOf(
  { rows, keys, columns }: Columns,
  shared: Shared,
  p: number,
  index: number,
  winners: Int32Array,
  counting: Uint16Array,
): Deal {
  const joint = shared.rowOf[p]!
  const bytes = (columns['bytes'] as NumberColumn).values
  const left: number[] = []
  const halves: number[] = []
  let all = 0
  let elsewhere = 0
  for (let i = 0; i < joint.length; i++) {
    const place = shared.placeOf[joint[i]!]!
    all += bytes[i]!
    if (place < 0) continue
    if (winners[place] !== -1 && winners[place] !== index) {
      left.push(rows[i]!)
      elsewhere += bytes[i]!
    } else if (counting[place]! > 1) halves.push(i)
  }
  const share = all === 0 ? undefined : elsewhere / all
  return {
    left: Int32Array.from(left),
    halves: { rows: Int32Array.from(halves, (i) => rows[i]!), keys: keysAt(keys, halves) },
    share: share === undefined ? undefined : share < NEARLY ? 0 : share > 1 - NEARLY ? 1 : share,
  }
}

const keysAt = ({ low, high }: Keys, places: readonly number[]): Keys => ({
  low: Int32Array.from(places, (i) => low[i]!),
  high: Int32Array.from(places, (i) => high[i]!),
})

async function splitOf(crew: Crew, halves: readonly AskedRows[]): Promise<Split> {
  const without = halves.map(({ rows }) => rows)
  if (without.every(({ length }) => length === 0)) return { flows: [], without }
  const found = await crew.all('flowParts', (i) => ({ ...halves[i]!, salt: crew.salt }))
  const numbers = crew.workers.map(({ number }) => number)
  return { flows: splitFlows(found, numbers), without }
}

/** Frames without IP that several interfaces have seen count as the one that saw most of them. */
async function framesElsewhere(parts: readonly InterfacePart[], crew: Crew, indexes: readonly number[]): Promise<readonly Int32Array[]> {
  const told = (await crew.all('columns', () => ({ entity: 'nonip', fields: ['bytes'], salt: crew.salt }))) as Columns[]
  const shared = new Shared(told, indexes, (part) => valuesOf(part, 'bytes'), false)
  if (shared.count === 0) return parts.map(() => NOTHING)
  const winners = Int32Array.from({ length: shared.count }, (_, place) => shared.winner(place, isMore))
  return parts.map((_, p) => {
    const joint = shared.rowOf[p]!
    return told[p]!.rows.filter((__, i) => {
      const place = shared.placeOf[joint[i]!]!
      return place >= 0 && winners[place] !== indexes[p]
    })
  })
}

function placesOf(
  key: Keys,
  told: readonly Columns[],
  shared: Shared,
  indexes: readonly number[],
  winners: Int32Array,
): ReturnType<Overlap['places']> {
  const [low, high] = [key.low[0]!, key.high[0]!]
  const found = told.map(({ keys }) => keys.low.findIndex((word, i) => word === low && keys.high[i] === high))
  const first = found.findIndex((i) => i >= 0)
  if (first < 0) return undefined
  const place = shared.placeOf[shared.rowOf[first]![found[first]!]!]!
  const counts = place < 0 || winners[place] === -1 ? first : found.findIndex((i, p) => i >= 0 && indexes[p] === winners[place])
  const asked = told.map(({ rows, keys }, p) => {
    const at = found[p]! < 0 ? [] : [found[p]!]
    return { rows: Int32Array.from(at, (i) => rows[i]!), keys: keysAt(keys, at) }
  })
  return { asked, counts }
}
