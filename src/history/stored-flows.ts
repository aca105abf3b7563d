/** What of a flow record is stored: its columns, by the words of the glossary, and how many records of them are gathered before they are written. */
import { FLOW_RECORD_CLIENT_IS_DST, FLOW_RECORD_GOES_ON, type FlowBatch, type FlowExtras, type FlowProcess } from '../lib/flow-batch.ts'
import { countryText } from '../names/address-owners.ts'
import { formatAddress } from '../wire/address.ts'
import { formatMac } from '../wire/mac.ts'
import { protocolName } from '../wire/protocols.ts'
import { flagText } from '../wire/tcp-flags.ts'
import type { ColumnValues, ParquetColumn, ParquetType, TextValues } from './parquet/parquet-writer.ts'

/** 0 where the client is src, 1 where it is dst. */
type End = 0 | 1
type ReadNumber = (b: FlowBatch, i: number, client: End) => number
type ReadText = (b: FlowBatch, i: number, client: End) => string | undefined
type AddressOf = (b: FlowBatch, client: End) => Int32Array

type StoredColumn = { readonly name: string } & (
  | { readonly type: Exclude<ParquetType, 'map' | 'text'>; readonly number: ReadNumber; readonly optional?: boolean }
  | { readonly type: 'text'; readonly text: ReadText }
  | { readonly type: 'text'; readonly address: AddressOf }
)

const number = (name: string, type: 'timeMs' | 'uint8' | 'uint16' | 'uint32' | 'uint64', read: ReadNumber): StoredColumn => ({
  name,
  type,
  number: read,
})
/** 0 is told as absent. */
const some = (name: string, type: 'float' | 'uint8' | 'uint16' | 'uint32', read: ReadNumber): StoredColumn => ({
  name,
  type,
  number: read,
  optional: true,
})
const text = (name: string, read: ReadText): StoredColumn => ({ name, type: 'text', text: read })
const address = (name: string, of: AddressOf): StoredColumn => ({ name, type: 'text', address: of })
const extra = (name: string, read: (extras: FlowExtras) => string | undefined): StoredColumn =>
  text(name, (b, i) => {
    const extras = b.extras[i]
    return extras === undefined ? undefined : read(extras)
  })
const ofProcess = (name: string, end: 0 | 1, read: (process: FlowProcess) => string | undefined): StoredColumn =>
  text(name, (b, i, client) => {
    const extras = b.extras[i]
    if (extras === undefined) return undefined
    const process = client === end ? extras.srcProcess : extras.dstProcess
    return process === undefined ? undefined : read(process)
  })

const FLAGS = Array.from({ length: 256 }, (_, bits) => flagText(bits))
const PROTOCOLS = Array.from({ length: 256 }, (_, proto) => protocolName(proto))
const TCP = 6
const flags = (b: FlowBatch, i: number, way: number) => (b.proto[i] === TCP ? FLAGS[b.tcpFlags[2 * i + way]!] : undefined)
const country = (code: number) => (code === 0 ? undefined : countryText(code))
const mac = (value: number) => (value < 0 ? undefined : formatMac(value))
/** Three digits tell a latency well enough, and pack into half the bytes. */
function latency(us: number): number {
  if (us < 1000) return us / 1000
  const unit = 10 ** (Math.floor(Math.log10(us)) - 2)
  return (Math.round(us / unit) * unit) / 1000
}

export const STORED_COLUMNS: readonly StoredColumn[] = [
  number('firstSeen', 'timeMs', (b, i) => b.firstMs[i]!),
  number('lastSeen', 'timeMs', (b, i) => b.lastMs[i]!),
  address('client', (b, client) => (client === 0 ? b.src : b.dst)),
  address('server', (b, client) => (client === 0 ? b.dst : b.src)),
  number('clientPort', 'uint16', (b, i, client) => (client === 0 ? b.srcPort[i]! : b.dstPort[i]!)),
  number('serverPort', 'uint16', (b, i, client) => (client === 0 ? b.dstPort[i]! : b.srcPort[i]!)),
  text('proto', (b, i) => PROTOCOLS[b.proto[i]!]),
  number('vlan', 'uint16', (b, i) => b.vlan[i]!),
  text('app', (b, i) => b.extras[i]?.app ?? 'Unknown'),
  text('category', (b, i) => b.extras[i]?.category ?? 'Unspecified'),
  extra('serverName', ({ serverName }) => serverName),
  extra('info', ({ info }) => info),
  number('bytesC2s', 'uint64', (b, i, client) => b.bytes[2 * i + client]!),
  number('bytesS2c', 'uint64', (b, i, client) => b.bytes[2 * i + 1 - client]!),
  number('packetsC2s', 'uint64', (b, i, client) => b.packets[2 * i + client]!),
  number('packetsS2c', 'uint64', (b, i, client) => b.packets[2 * i + 1 - client]!),
  number('flows', 'uint8', (b, i) => ((b.flags[i]! & FLOW_RECORD_GOES_ON) === 0 ? 1 : 0)),
  text('tcpFlagsC2s', (b, i, client) => flags(b, i, client)),
  text('tcpFlagsS2c', (b, i, client) => flags(b, i, 1 - client)),
  some('clientLatency', 'float', (b, i, client) => latency(b.latencyUs[2 * i + client]!)),
  some('serverLatency', 'float', (b, i, client) => latency(b.latencyUs[2 * i + 1 - client]!)),
  number('score', 'uint16', (b, i) => b.score[i]!),
  extra('risks', ({ risks }) => risks?.join('\n')),
  text('clientCountry', (b, i, client) => country(b.country[2 * i + client]!)),
  text('serverCountry', (b, i, client) => country(b.country[2 * i + 1 - client]!)),
  some('clientAs', 'uint32', (b, i, client) => (client === 0 ? b.srcAs[i]! : b.dstAs[i]!)),
  some('serverAs', 'uint32', (b, i, client) => (client === 0 ? b.dstAs[i]! : b.srcAs[i]!)),
  extra('exporter', ({ exporter }) => exporter),
  extra('site', ({ path }) => path?.[0]),
  some('inInterface', 'uint32', (b, i) => b.inIf[i]!),
  some('outInterface', 'uint32', (b, i) => b.outIf[i]!),
  address('nextHop', (b) => b.nextHop),
  some('tosC2s', 'uint8', (b, i) => b.tos[i]!),
  number('sampling', 'uint32', (b, i) => b.sampling[i]!),
  some('icmp', 'uint16', (b, i) => b.icmp[i]!),
  text('clientMac', (b, i, client) => mac(client === 0 ? b.srcMac[i]! : b.dstMac[i]!)),
  text('serverMac', (b, i, client) => mac(client === 0 ? b.dstMac[i]! : b.srcMac[i]!)),
  ofProcess('clientProgram', 0, ({ name }) => name),
  ofProcess('serverProgram', 1, ({ name }) => name),
  ofProcess('clientUser', 0, ({ user }) => user),
  ofProcess('serverUser', 1, ({ user }) => user),
  ofProcess('clientContainer', 0, ({ container }) => container),
  ofProcess('serverContainer', 1, ({ container }) => container),
]

const READERS = new Map(STORED_COLUMNS.map((column) => [column.name, column]))
export const storedValueNames: readonly string[] = STORED_COLUMNS.map(({ name }) => name)
/** What one column has of one record; undefined: it is absent. For where records go out one by one. */
export function storedValue(name: string, batch: FlowBatch, i: number, client: End): number | string | undefined {
  const column = READERS.get(name)!
  if ('number' in column) {
    const value = column.number(batch, i, client)
    return column.optional === true && value === 0 ? undefined : value
  }
  if ('text' in column) return column.text(batch, i, client) || undefined
  const words = column.address(batch, client)
  const [a, b, c, d] = [words[4 * i]!, words[4 * i + 1]!, words[4 * i + 2]!, words[4 * i + 3]!]
  return (a | b | c | d) === 0 ? undefined : formatAddress(a, b, c, d)
}

const INTERFACE = 'interface'
const FIELDS = 'fields'

/** As a file has them: the interface that saw the flow, and one map of what dissectors read, come last. */
export const PARQUET_COLUMNS: readonly ParquetColumn[] = [
  ...STORED_COLUMNS.map((column) => ({ name: column.name, type: column.type, ...('optional' in column && { optional: true }) })),
  { name: INTERFACE, type: 'text' },
  { name: FIELDS, type: 'map' },
]

/** Records of a row group; that many DuckDB reads at once, too. */
export const GROUP_ROWS = 122_880
/** Entries of the map in one group. */
const MAX_ENTRIES = 2 ** 20

/** Numbers texts as they come, from 1 on. */
class Texts {
  readonly texts: string[] = ['']
  private readonly known = new Map<string, number>()
  private last = ''
  private lastId = 0

  idOf(value: string | undefined): number {
    if (value === undefined || value === '') return 0
    if (value === this.last) return this.lastId
    let id = this.known.get(value)
    if (id === undefined) {
      id = this.texts.length
      this.texts.push(value)
      this.known.set(value, id)
    }
    this.last = value
    this.lastId = id
    return id
  }
  clear(): void {
    this.texts.length = 1
    this.known.clear()
    this.last = ''
  }
}

/** Addresses by numbers from 1 on, whose four words each stand in this order; 0: none. */
export interface AddressValues extends TextValues {
  readonly words: Int32Array
}

const EMPTY = 0
const MAX_PROBES = 64
/** Numbers addresses as they come, from 1 on; the text of each is made once. All noughts: no address. */
class Addresses {
  private words = new Int32Array(4 * 1024)
  private slots = new Uint32Array(4096)
  private count = 0
  private readonly seed = crypto.getRandomValues(new Int32Array(1))[0]!

  values(ids: Uint32Array): AddressValues {
    const { words, count } = this
    return {
      ids,
      words: words.subarray(0, 4 * count),
      // Not every store wants them.
      get texts() {
        const text = (_: unknown, id: number) => formatAddress(words[4 * id]!, words[4 * id + 1]!, words[4 * id + 2]!, words[4 * id + 3]!)
        return ['', ...Array.from({ length: count }, text)]
      },
    }
  }

  idOf(from: Int32Array, at: number): number {
    const a = from[at]!
    const b = from[at + 1]!
    const c = from[at + 2]!
    const d = from[at + 3]!
    if ((a | b | c | d) === 0) return 0
    let slot = this.slotOf(a, b, c, d)
    const { words } = this
    const mask = this.slots.length - 1
    // Whoever chooses addresses so that many meet gets some of them numbered twice, which costs room and nothing else.
    for (let probe = 0; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const id = this.slots[slot]!
      if (id === EMPTY) return this.add(a, b, c, d, slot)
      const w = 4 * (id - 1)
      if (words[w + 3] === d && words[w + 2] === c && words[w + 1] === b && words[w] === a) return id
    }
    return this.add(a, b, c, d, -1)
  }

  private slotOf(a: number, b: number, c: number, d: number): number {
    let h = Math.imul(this.seed ^ a, 0x9e3779b1)
    h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13) ^ c, 0xc2b2ae35)
    h = Math.imul(h ^ (h >>> 16) ^ d, 0x9e3779b1)
    return (h ^ (h >>> 15)) & (this.slots.length - 1)
  }
  private add(a: number, b: number, c: number, d: number, slot: number): number {
    const w = 4 * this.count++
    if (w === this.words.length) this.widen()
    this.words[w] = a
    this.words[w + 1] = b
    this.words[w + 2] = c
    this.words[w + 3] = d
    if (slot >= 0) this.slots[slot] = this.count
    if (2 * this.count > this.slots.length) this.rehash()
    return this.count
  }
  private widen(): void {
    const words = new Int32Array(2 * this.words.length)
    words.set(this.words)
    this.words = words
  }
  private rehash(): void {
    this.slots = new Uint32Array(2 * this.slots.length)
    const { words } = this
    const mask = this.slots.length - 1
    for (let id = 1; id <= this.count; id++) {
      const w = 4 * (id - 1)
      let slot = this.slotOf(words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!)
      for (let probe = 0; probe < MAX_PROBES && this.slots[slot] !== EMPTY; probe++) slot = (slot + 1) & mask
      if (this.slots[slot] === EMPTY) this.slots[slot] = id
    }
  }
  clear(): void {
    this.count = 0
    this.slots.fill(EMPTY)
  }
}

/** Which records of a batch: `count` from `from` on; `clients` has the client's end of each record of the batch. */
interface Slice {
  readonly batch: FlowBatch
  readonly clients: Uint8Array
  readonly from: number
  readonly count: number
}

/** Where a column gathers its values: one column of many records after the other, as each loop is short and knows what it reads. */
interface Gatherer {
  add(slice: Slice, row: number): void
  values(rows: number): ColumnValues
  clear(): void
}

function gathererOf(column: StoredColumn, capacity: number): Gatherer {
  if ('number' in column) return numbers(column.type, column.number, column.optional === true, capacity)
  const ids = new Uint32Array(capacity)
  if ('text' in column) {
    const texts = new Texts()
    const read = column.text
    return {
      add: ({ batch, clients, from, count }, row) => {
        for (let n = 0; n < count; n++) ids[row + n] = texts.idOf(read(batch, from + n, clients[from + n] as End))
      },
      values: () => ({ ids, texts: texts.texts }),
      clear: () => texts.clear(),
    }
  }
  const addresses = new Addresses()
  const of = column.address
  return {
    add: ({ batch, clients, from, count }, row) => {
      for (let n = 0; n < count; n++) ids[row + n] = addresses.idOf(of(batch, clients[from + n] as End), 4 * (from + n))
    },
    values: () => addresses.values(ids),
    clear: () => addresses.clear(),
  }
}

/** Numbers of which 0 is absent; which are there is worked out for those who ask. */
class SomeValues {
  readonly values: Float32Array | Float64Array | Int32Array
  constructor(values: Float32Array | Float64Array | Int32Array) {
    this.values = values
  }
  get present(): Uint8Array {
    const { values } = this
    const present = new Uint8Array(values.length)
    for (let row = 0; row < values.length; row++) present[row] = values[row] === 0 ? 0 : 1
    return present
  }
}

function numbers(type: ParquetType, read: ReadNumber, optional: boolean, capacity: number): Gatherer {
  const values =
    type === 'timeMs' || type === 'uint64'
      ? new Float64Array(capacity)
      : type === 'float'
        ? new Float32Array(capacity)
        : new Int32Array(capacity)
  return {
    add: ({ batch, clients, from, count }, row) => {
      for (let n = 0; n < count; n++) values[row + n] = read(batch, from + n, clients[from + n] as End)
    },
    values: (rows) => (optional ? new SomeValues(values.subarray(0, rows)) : { values: values.subarray(0, rows) }),
    clear: () => undefined,
  }
}

/** Gathers records until there are enough of them for a row group. */
export class FlowRowGroup {
  rows = 0
  /** Of `lastSeen`, over all rows. */
  fromMs = Number.POSITIVE_INFINITY
  toMs = Number.NEGATIVE_INFINITY
  private readonly capacity: number
  private readonly gatherers: readonly Gatherer[]
  private readonly interfaces = new Texts()
  private readonly interfaceIds: Uint32Array
  private readonly ends: Uint32Array
  private entries = 0
  private keyIds = new Uint32Array(1024)
  private valueIds = new Uint32Array(1024)
  private readonly keys = new Texts()
  private readonly values = new Texts()

  constructor(capacity = GROUP_ROWS) {
    this.capacity = capacity
    this.gatherers = STORED_COLUMNS.map((column) => gathererOf(column, capacity))
    this.interfaceIds = new Uint32Array(capacity)
    this.ends = new Uint32Array(capacity)
  }

  get isFull(): boolean {
    return this.rows === this.capacity || this.entries >= MAX_ENTRIES
  }

  /** Takes records of the batch from `from` on, as many as there is room for, and returns how many. */
  add(batch: FlowBatch, from: number, interfaceName: string): number {
    const { rows } = this
    const clients = new Uint8Array(batch.count)
    for (let i = 0; i < batch.count; i++) clients[i] = (batch.flags[i]! & FLOW_RECORD_CLIENT_IS_DST) === 0 ? 0 : 1
    const count = this.maps(batch, from)
    for (const gatherer of this.gatherers) gatherer.add({ batch, clients, from, count }, rows)
    this.interfaceIds.fill(this.interfaces.idOf(interfaceName), rows, rows + count)
    for (let i = from; i < from + count; i++) {
      const lastMs = batch.lastMs[i]!
      if (lastMs < this.fromMs) this.fromMs = lastMs
      if (lastMs > this.toMs) this.toMs = lastMs
    }
    this.rows += count
    return count
  }

  /** The maps of as many records as there is room for. */
  private maps(batch: FlowBatch, from: number): number {
    const room = Math.min(batch.count - from, this.capacity - this.rows)
    for (let n = 0; n < room; n++) {
      if (this.entries >= MAX_ENTRIES) return n
      const fields = batch.extras[from + n]?.fields
      if (fields !== undefined) for (const name in fields) this.entry(name, fields[name]!)
      this.ends[this.rows + n] = this.entries
    }
    return room
  }

  private entry(name: string, value: string | number): void {
    if (this.entries === this.keyIds.length) {
      this.keyIds = widened(this.keyIds)
      this.valueIds = widened(this.valueIds)
    }
    // An empty text is a value here: the map has no absent ones.
    this.keyIds[this.entries] = this.keys.idOf(name || ' ')
    this.valueIds[this.entries] = this.values.idOf(String(value) || ' ')
    this.entries++
  }

  /** In the order of PARQUET_COLUMNS; good until the next `add`. */
  columns(): ColumnValues[] {
    const { rows, ends } = this
    const map = (ids: Uint32Array, { texts }: Texts): TextValues => ({ ids, texts })
    return [
      ...this.gatherers.map((gatherer) => gatherer.values(rows)),
      { ids: this.interfaceIds, texts: this.interfaces.texts },
      { ends, keys: map(this.keyIds, this.keys), values: map(this.valueIds, this.values) },
    ]
  }

  clear(): void {
    this.rows = this.entries = 0
    this.fromMs = Number.POSITIVE_INFINITY
    this.toMs = Number.NEGATIVE_INFINITY
    for (const gatherer of this.gatherers) gatherer.clear()
    for (const texts of [this.interfaces, this.keys, this.values]) texts.clear()
  }
}

function widened(of: Uint32Array): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(2 * of.length)
  wider.set(of)
  return wider
}
