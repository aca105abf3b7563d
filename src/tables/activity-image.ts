/**
 * Active seconds of one hour as bytes, so that they can be kept: docs/activity.md has the format. What is read is checked, because files may be damaged:
 * reading ends at the first record that contradicts itself.
 */
import type { Aggregations } from './aggregations.ts'
import type { HostDays, HostTest } from './host-days.ts'
import { HOUR_S, type SecondSets } from './second-sets.ts'

const MAGIC = 0x31_53_54_57 // 'WTS1'
const HEAD_LEN = 8
const OF_HOST = 0x48 // 'H'
const OF_NAME = 0x4e // 'N'
const ADDRESS_LEN = 18
/** Within a record, after its kind and the key's length. */
const KEY_AT = 2
/** Up to so many seconds are listed; more are bits. */
const MAX_LIST = 128
const BITS_LEN = HOUR_S / 8
const MAX_KEY = 255

class ImageWriter {
  private bytes = new Uint8Array(4096)
  private view = new DataView(this.bytes.buffer)
  private at = HEAD_LEN
  records = 0

  constructor(hour: number) {
    this.view.setUint32(0, MAGIC, true)
    this.view.setUint32(4, hour, true)
  }

  add(kind: number, key: Uint8Array, sets: SecondSets, row: number, hour: number): void {
    const count = sets.count(row, hour)
    if (count === 0 || key.length > MAX_KEY) return
    this.need(4 + key.length + BITS_LEN)
    this.bytes[this.at++] = kind
    this.bytes[this.at++] = key.length
    this.bytes.set(key, this.at)
    this.at += key.length
    this.view.setUint16(this.at, count, true)
    this.at += 2
    const { at, view, bytes } = this
    if (count > MAX_LIST) {
      sets.each(row, hour, (s) => {
        bytes[at + (s >> 3)]! |= 1 << (s & 7)
      })
      this.at += BITS_LEN
    } else {
      let i = 0
      sets.each(row, hour, (s) => view.setUint16(at + 2 * i++, s, true))
      this.at += 2 * count
    }
    this.records++
  }
  private need(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const wider = new Uint8Array(2 * this.bytes.length + more)
    wider.set(this.bytes.subarray(0, this.at))
    this.bytes = wider
    this.view = new DataView(wider.buffer)
  }

  get image(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }
}

/** What an Observation has noted. */
export interface Noted {
  readonly days: HostDays
  readonly names: { readonly table: Aggregations } | undefined
}

/** Undefined where nobody was active in the hour. */
export function hourImage({ days, names }: Noted, hour: number): Uint8Array | undefined {
  const writer = new ImageWriter(hour)
  const key = new Uint8Array(ADDRESS_LEN)
  const view = new DataView(key.buffer)
  for (let row = 0; row < days.used; row++) {
    if (!days.isLive(row) || days.activity.count(row, hour) === 0) continue
    for (let w = 0; w < 4; w++) view.setInt32(4 * w, days.word(row, w))
    view.setUint16(16, days.vlan(row))
    writer.add(OF_HOST, key, days.activity, row, hour)
  }
  const table = names?.table
  if (table?.activity !== undefined)
    for (let row = 0; row < table.used; row++) {
      if (!table.isLive(row) || table.activity.count(row, hour) === 0) continue
      const name = new TextEncoder().encode(table.name(row))
      const nameKey = new Uint8Array(1 + name.length)
      nameKey[0] = table.family(row)
      nameKey.set(name, 1)
      writer.add(OF_NAME, nameKey, table.activity, row, hour)
    }
  return writer.records === 0 ? undefined : writer.image
}

/** Called with what a record is of, and each of its seconds of the epoch. */
export interface ImageReader {
  host(w0: number, w1: number, w2: number, w3: number, vlan: number, second: number): void
  name?(family: number, name: string, second: number): void
}

/** False where the image is damaged, or none; what was read before stands. */
export function readImage(bytes: Uint8Array, reader: ImageReader): boolean {
  if (bytes.length < HEAD_LEN) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) return false
  const hourS = view.getUint32(4, true) * HOUR_S
  let at = HEAD_LEN
  while (at < bytes.length) {
    const record = recordAt(view, at)
    if (record === undefined) return false
    const say = sayerOf(view, at + KEY_AT, record.kind, record.keyLen, reader)
    if (say !== undefined && !eachSecond(view, record.dataAt, record.count, (s) => say(hourS + s))) return false
    at = record.end
  }
  return true
}

interface Record {
  readonly kind: number
  readonly keyLen: number
  readonly dataAt: number
  readonly count: number
  readonly end: number
}
/** Undefined where it contradicts itself. */
function recordAt(view: DataView, at: number): Record | undefined {
  const length = view.byteLength
  if (at + KEY_AT > length) return undefined
  const [kind, keyLen] = [view.getUint8(at), view.getUint8(at + 1)]
  const dataAt = at + KEY_AT + keyLen + 2
  if (dataAt > length) return undefined
  const count = view.getUint16(dataAt - 2, true)
  const end = dataAt + (count > MAX_LIST ? BITS_LEN : 2 * count)
  return count > HOUR_S || end > length ? undefined : { kind, keyLen, dataAt, count, end }
}

/** The same image without hosts that are meant, and how many there were; what follows a damaged place is left out too. Undefined: it is no image. */
export function withoutHosts(bytes: Uint8Array, isMeant: HostTest): { readonly image: Uint8Array; readonly gone: number } | undefined {
  if (bytes.length < HEAD_LEN) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) return undefined
  const kept = [bytes.subarray(0, HEAD_LEN)]
  let gone = 0
  for (let at = HEAD_LEN; at < bytes.length; ) {
    const record = recordAt(view, at)
    if (record === undefined) break
    const isHost = record.kind === OF_HOST && record.keyLen === ADDRESS_LEN
    if (isHost && isMeant(...addressAt(view, at + KEY_AT))) gone++
    else kept.push(bytes.subarray(at, record.end))
    at = record.end
  }
  const image = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of kept) {
    image.set(part, at)
    at += part.length
  }
  return { image, gone }
}

const addressAt = (view: DataView, at: number): [number, number, number, number, number] => [
  view.getInt32(at),
  view.getInt32(at + 4),
  view.getInt32(at + 8),
  view.getInt32(at + 12),
  view.getUint16(at + 16),
]

function sayerOf(view: DataView, at: number, kind: number, keyLen: number, reader: ImageReader): ((second: number) => void) | undefined {
  if (kind === OF_HOST && keyLen === ADDRESS_LEN) {
    const [w0, w1, w2, w3, vlan] = addressAt(view, at)
    return (second) => reader.host(w0, w1, w2, w3, vlan, second)
  }
  if (kind !== OF_NAME || keyLen < 2 || reader.name === undefined) return undefined
  const family = view.getUint8(at)
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 1, keyLen - 1))
  return (second) => reader.name!(family, name, second)
}

function eachSecond(view: DataView, at: number, count: number, visit: (second: number) => void): boolean {
  if (count > MAX_LIST) {
    for (let s = 0; s < HOUR_S; s++) if ((view.getUint8(at + (s >> 3)) & (1 << (s & 7))) !== 0) visit(s)
    return true
  }
  for (let i = 0; i < count; i++) {
    const second = view.getUint16(at + 2 * i, true)
    if (second >= HOUR_S) return false
    visit(second)
  }
  return true
}
