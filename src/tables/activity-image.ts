/**
 * Active seconds of one hour as bytes, so that they can be kept: docs/activity.md has the format. What is read is checked, because files may be damaged:
 * reading ends at the first record that contradicts itself.
 */
import type { Aggregations } from './aggregations.ts'
import type { HostDays } from './host-days.ts'
import { HOUR_S, type SecondSets } from './second-sets.ts'

const MAGIC = 0x31_53_54_57 // 'WTS1'
const HEAD_LEN = 8
const OF_HOST = 0x48 // 'H'
const OF_NAME = 0x4e // 'N'
const ADDRESS_LEN = 18
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
    if (at + 2 > bytes.length) return false
    const [kind, keyLen] = [bytes[at]!, bytes[at + 1]!]
    const dataAt = at + 2 + keyLen + 2
    if (dataAt > bytes.length) return false
    const count = view.getUint16(dataAt - 2, true)
    const dataLen = count > MAX_LIST ? BITS_LEN : 2 * count
    if (count > HOUR_S || dataAt + dataLen > bytes.length) return false
    const say = sayerOf(view, at + 2, kind, keyLen, reader)
    if (say !== undefined && !eachSecond(view, dataAt, count, (s) => say(hourS + s))) return false
    at = dataAt + dataLen
  }
  return true
}

function sayerOf(view: DataView, at: number, kind: number, keyLen: number, reader: ImageReader): ((second: number) => void) | undefined {
  if (kind === OF_HOST && keyLen === ADDRESS_LEN) {
    const word = (w: number) => view.getInt32(at + 4 * w)
    const [w0, w1, w2, w3, vlan] = [word(0), word(1), word(2), word(3), view.getUint16(at + 16)]
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
