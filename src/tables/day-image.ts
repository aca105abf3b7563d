/**
 * Who contacted whom over the last day, and who asked for what, as bytes, so that it can be kept: docs/activity.md has the format. An image that is not what it was
 * when it was made is not read at all.
 */
import type { Aggregations, NameCounts } from './aggregations.ts'
import { REGISTERS } from './distinct-count.ts'
import type { HostContacts, HostDays, HostTest } from './host-days.ts'
import { ENTRY_WORDS } from './top-counts.ts'

const MAGIC = 0x31_43_54_57 // 'WTC1'
/** Magic, when it was made (epoch seconds), the salt of its registers. */
export const DAY_HEAD_LEN = 12
const MADE_AT = 4
const SALT_AT = 8
const CRC_LEN = 4
const OF_HOST = 0x48 // 'H'
const OF_NAME = 0x4e // 'N'
/** Kind, three bytes of nothing, length of what follows. */
const RECORD_HEAD = 8
const ADDRESS_WORDS = 4
const ENTRY_LEN = 4 * ENTRY_WORDS

/** CRC-32 of the bytes, which come after those of `before`. */
export type Crc = (bytes: Uint8Array, before?: number) => number

/** What an Observation has counted. */
export interface Counting {
  readonly days: HostDays
  readonly names: { readonly table: Aggregations } | undefined
}

/** Everything in an image begins at a whole word. */
const wholeWords = (bytes: number): number => (bytes + 3) & ~3

class Writer {
  private bytes = new Uint8Array(1 << 16)
  private words = new Int32Array(this.bytes.buffer)
  private view = new DataView(this.bytes.buffer)
  private at = 0
  records = 0

  constructor(madeS: number, salt: number) {
    this.u32(MAGIC)
    this.u32(madeS)
    this.u32(salt >>> 0)
  }

  host({ words, vlan, lastS, totals, entries }: HostContacts): void {
    this.record(OF_HOST, () => {
      for (const word of words) this.u32(word >>> 0)
      this.u32(vlan)
      this.u32(lastS)
      for (const total of totals) this.f64(total)
      for (const list of entries) this.list(list)
    })
  }
  name({ family, name, isAnswered, queries, firstS, lastS, entries, registers }: NameCounts): void {
    const text = new TextEncoder().encode(name)
    this.record(OF_NAME, () => {
      this.u32(family)
      this.u32(isAnswered ? 1 : 0)
      this.f64(queries)
      this.u32(firstS)
      this.u32(lastS)
      this.u32(text.length)
      this.raw(text)
      this.list(entries)
      this.u32(registers === undefined ? 0 : REGISTERS)
      if (registers !== undefined) this.raw(registers)
    })
  }

  private record(kind: number, body: () => void): void {
    this.need(RECORD_HEAD)
    this.bytes[this.at] = kind
    const lengthAt = this.at + 4
    this.at += RECORD_HEAD
    body()
    this.view.setUint32(lengthAt, this.at - lengthAt - 4, true)
    this.records++
  }
  /** Words are as the machine has them, copied at once: there may be millions. */
  private list(entries: Int32Array): void {
    this.u32(entries.length / ENTRY_WORDS)
    this.need(entries.byteLength)
    this.words.set(entries, this.at >> 2)
    this.at += entries.byteLength
  }
  private u32(value: number): void {
    this.need(4)
    this.view.setUint32(this.at, value, true)
    this.at += 4
  }
  private f64(value: number): void {
    this.need(8)
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }
  /** With as many bytes behind it as make whole words. */
  private raw(bytes: Uint8Array): void {
    const length = wholeWords(bytes.length)
    this.need(length)
    this.bytes.set(bytes, this.at)
    this.bytes.fill(0, this.at + bytes.length, this.at + length)
    this.at += length
  }
  private need(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const wider = new Uint8Array(wholeWords(2 * this.bytes.length + more))
    wider.set(this.bytes.subarray(0, this.at))
    this.bytes = wider
    this.words = new Int32Array(wider.buffer)
    this.view = new DataView(wider.buffer)
  }

  private summed = 0
  private sum: number | undefined
  get length(): number {
    return this.at
  }
  /** What stands there by now changes no more. */
  sumUp(crc: Crc): number {
    this.sum = crc(this.bytes.subarray(this.summed, this.at), this.sum)
    this.summed = this.at
    return this.sum
  }
  image(crc: Crc): Uint8Array {
    this.u32(this.sumUp(crc))
    return this.bytes.subarray(0, this.at)
  }
}

/** Makes an image in parts, so that packets wait for none of them long. Each host and each name is as it was at its part. */
export class DayImaging {
  private readonly counting: Counting
  private readonly crc: Crc
  private readonly writer: Writer
  private host = 0
  private name = 0

  constructor(counting: Counting, madeS: number, crc: Crc) {
    this.counting = counting
    this.crc = crc
    this.writer = new Writer(madeS, counting.names?.table.salt ?? 0)
  }

  /** Some `bytes` more; true: all is there. */
  more(bytes = Number.POSITIVE_INFINITY): boolean {
    const { counting, writer } = this
    const { days, names } = counting
    const table = names?.table
    const until = writer.length + bytes
    while (this.host < days.used && writer.length < until) {
      const contacts = days.contactsOf(this.host++)
      if (contacts !== undefined) writer.host(contacts)
    }
    while (table !== undefined && this.name < table.used && writer.length < until) {
      const counts = table.countsOf(this.name++)
      if (counts !== undefined) writer.name(counts)
    }
    writer.sumUp(this.crc)
    return this.host >= days.used && this.name >= (table?.used ?? 0)
  }

  /** Undefined where nothing is known of anybody. */
  get image(): Uint8Array | undefined {
    return this.writer.records === 0 ? undefined : this.writer.image(this.crc)
  }
}

/** At once. Undefined where nothing is known of anybody. */
export function dayImage(counting: Counting, madeS: number, crc: Crc): Uint8Array | undefined {
  const imaging = new DayImaging(counting, madeS, crc)
  imaging.more()
  return imaging.image
}

/** By its head alone; undefined: it is no image. */
export function saltOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < DAY_HEAD_LEN) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.getUint32(0, true) === MAGIC ? view.getInt32(SALT_AT, true) : undefined
}

/** Called with what the image has of each. What they are given is theirs. */
export interface DayReader {
  host(contacts: HostContacts): void
  name(counts: NameCounts, salt: number): void
}

class Damaged extends Error {}

class Reader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = 0
  private readonly end: number

  constructor(bytes: Uint8Array, end: number) {
    // A Buffer's slices would be views of it.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = end
  }
  get isOver(): boolean {
    return this.at >= this.end
  }
  private take(length: number): number {
    const { at } = this
    if (at + length > this.end) throw new Damaged('it contradicts itself')
    this.at += length
    return at
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }
  f64(): number {
    return this.view.getFloat64(this.take(8), true)
  }
  raw(length: number): Uint8Array {
    const at = this.take(wholeWords(length))
    return this.bytes.slice(at, at + length)
  }
  list(): Int32Array {
    const length = ENTRY_LEN * this.u32()
    const at = this.take(length)
    return new Int32Array(this.bytes.slice(at, at + length).buffer)
  }
  /** Kind of the next record. */
  record(): number {
    const kind = this.raw(4)[0]!
    this.u32()
    return kind
  }
}

/** When it was made, in epoch seconds; undefined: it is damaged, or none, and nothing was read. */
export function readDayImage(bytes: Uint8Array, crc: Crc, reader: DayReader): number | undefined {
  const end = bytes.length - CRC_LEN
  if (end < DAY_HEAD_LEN) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(end, true) !== crc(bytes.subarray(0, end))) return undefined
  const from = new Reader(bytes, end)
  from.u32()
  const madeS = from.u32()
  const salt = from.u32() | 0
  try {
    while (!from.isOver) {
      const kind = from.record()
      if (kind === OF_HOST) reader.host(hostIn(from))
      else if (kind === OF_NAME) reader.name(nameIn(from), salt)
      else throw new Damaged('it has what no image has')
    }
    return madeS
  } catch (error) {
    if (!(error instanceof Damaged)) throw error
    return undefined
  }
}

function hostIn(from: Reader): HostContacts {
  const words = Array.from({ length: ADDRESS_WORDS }, () => from.u32() | 0) as unknown as HostContacts['words']
  const [vlan, lastS] = [from.u32(), from.u32()]
  const totals = [from.f64(), from.f64()] as const
  return { words, vlan, lastS, totals, entries: [from.list(), from.list()] }
}
function nameIn(from: Reader): NameCounts {
  const [family, answered, queries, firstS, lastS] = [from.u32(), from.u32(), from.f64(), from.u32(), from.u32()]
  const name = new TextDecoder().decode(from.raw(from.u32()))
  const entries = from.list()
  const length = from.u32()
  const registers = length === 0 ? {} : { registers: from.raw(length) }
  return { family, name, isAnswered: answered === 1, queries, firstS, lastS, entries, ...registers }
}

/** The same image without hosts that are meant, and how many of their contacts and questions there were. Undefined as readDayImage. */
export function dayWithoutHosts(
  bytes: Uint8Array,
  crc: Crc,
  isMeant: HostTest,
): { readonly image: Uint8Array; readonly gone: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const writer = bytes.length < DAY_HEAD_LEN ? undefined : new Writer(view.getUint32(MADE_AT, true), view.getInt32(SALT_AT, true))
  if (writer === undefined) return undefined
  let gone = 0
  const others = (entries: Int32Array, vlan: number): Int32Array => {
    const kept: number[] = []
    for (let at = 0; at < entries.length; at += ENTRY_WORDS)
      if (isMeant(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!, vlan)) gone++
      else kept.push(...entries.subarray(at, at + ENTRY_WORDS))
    return kept.length === entries.length ? entries : Int32Array.from(kept)
  }
  const madeS = readDayImage(bytes, crc, {
    host: (host) => {
      const { words, vlan, entries } = host
      if (isMeant(...words, vlan)) gone += (entries[0].length + entries[1].length) / ENTRY_WORDS
      else writer.host({ ...host, entries: [others(entries[0], vlan), others(entries[1], vlan)] })
    },
    // Names are noted in no VLAN.
    name: (name) => writer.name({ ...name, entries: others(name.entries, 0) }),
  })
  return madeS === undefined ? undefined : { image: writer.image(crc), gone }
}
