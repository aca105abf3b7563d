import { BlockPool, NO_BLOCK } from './block-pool.ts'

export const HOUR_S = 3600
/** A day, the hour that runs, and one in which the hour that is over can still be written down. */
export const KEPT_HOURS = 26
/** Places of a row: of an hour by its last bits. More than are kept, so that a day of 25 hours fits. */
const SLOTS = 32
/** A list of seconds grows to so many; from there on bits take less. */
const MAX_LIST = 128
const BIT_WORDS = Math.ceil(HOUR_S / 32)

// Words of a block: class | seconds << 8, the hour, then seconds two to a word in rising order, or bits.
const HEAD = 0
const HOUR = 1
const DATA = 2
const BITS = 6
const SIZES = [4, 8, 16, 32, 64, MAX_LIST].map((seconds) => DATA + seconds / 2).concat(DATA + BIT_WORDS)
const capacityOf = (sizeClass: number): number => 4 << sizeClass

/**
 * In which seconds of the last day each row was active: a bit a second, taken apart into hours. An hour with few seconds is a list of them, one with many a
 * map of 3,600 bits, one with none nothing. So a row that is never silent takes 11 kB a day, and one that speaks once in ten minutes 1 kB. Times are whole
 * seconds of the epoch.
 */
export class SecondSets {
  private readonly pool: BlockPool
  private slots = new Int32Array(64 * SLOTS)
  /** Rows ever used: those below. */
  private rows = 0
  /** Hours that found no room. */
  refused = 0

  constructor(maxBytes: number) {
    this.pool = new BlockPool(SIZES, maxBytes / 4)
  }

  /** False where it found no room, or is older than what its place holds by now. */
  add(row: number, second: number): boolean {
    const hour = Math.floor(second / HOUR_S)
    const block = this.blockFor(row, hour)
    return block !== NO_BLOCK && this.put(row, hour, block, second - hour * HOUR_S)
  }

  /** All seconds from `first` to `last`. */
  addRange(row: number, first: number, last: number): void {
    for (let second = first; second <= last; second++) this.add(row, second)
  }

  private blockFor(row: number, hour: number): number {
    if ((row + 1) * SLOTS > this.slots.length) this.growTo(row)
    if (row >= this.rows) this.rows = row + 1
    const at = row * SLOTS + (hour & (SLOTS - 1))
    const there = this.slots[at]!
    if (there !== NO_BLOCK) {
      const of = this.pool.words[there + HOUR]!
      if (of === hour) return there
      if (of > hour) return NO_BLOCK
      this.pool.release(there)
    }
    const block = this.pool.take(0)
    this.slots[at] = block
    if (block === NO_BLOCK) this.refused++
    else this.pool.words[block + HOUR] = hour
    return block
  }
  private growTo(row: number): void {
    const wider = new Int32Array(Math.max((row + 1) * SLOTS, 2 * this.slots.length))
    wider.set(this.slots)
    this.slots = wider
  }

  private put(row: number, hour: number, block: number, second: number): boolean {
    if (this.pool.classOf(block) === BITS) return this.putBit(block, second)
    const { words } = this.pool
    const count = words[block + HEAD]! >>> 8
    let place = count
    // They come in order but for late ones.
    while (place > 0 && secondAt(words, block, place - 1) >= second) place--
    if (place < count && secondAt(words, block, place) === second) return true
    if (count === capacityOf(this.pool.classOf(block))) {
      const wider = count === MAX_LIST ? this.toBits(block) : this.pool.widen(block)
      if (wider === NO_BLOCK) {
        this.refused++
        return false
      }
      this.slots[row * SLOTS + (hour & (SLOTS - 1))] = wider
      return this.put(row, hour, wider, second)
    }
    for (let i = count; i > place; i--) setSecond(words, block, i, secondAt(words, block, i - 1))
    setSecond(words, block, place, second)
    words[block + HEAD]! += 1 << 8
    return true
  }
  private putBit(block: number, second: number): boolean {
    const { words } = this.pool
    const at = block + DATA + (second >>> 5)
    const bit = 1 << (second & 31)
    if ((words[at]! & bit) === 0) words[block + HEAD]! += 1 << 8
    words[at]! |= bit
    return true
  }
  private toBits(list: number): number {
    const block = this.pool.take(BITS)
    if (block === NO_BLOCK) return NO_BLOCK
    const { words } = this.pool
    words[block + HOUR] = words[list + HOUR]!
    for (let i = 0; i < MAX_LIST; i++) this.putBit(block, secondAt(words, list, i))
    this.pool.release(list)
    return block
  }

  private find(row: number, hour: number): number {
    if (row >= this.rows) return NO_BLOCK
    const block = this.slots[row * SLOTS + (hour & (SLOTS - 1))]!
    return block !== NO_BLOCK && this.pool.words[block + HOUR] === hour ? block : NO_BLOCK
  }

  /** How many seconds of an hour the row was active in. */
  count(row: number, hour: number): number {
    const block = this.find(row, hour)
    return block === NO_BLOCK ? 0 : this.pool.words[block + HEAD]! >>> 8
  }

  /** The active seconds of an hour, 0 to 3599, in rising order. */
  each(row: number, hour: number, visit: (second: number) => void): void {
    const block = this.find(row, hour)
    if (block === NO_BLOCK) return
    const { words } = this.pool
    if (this.pool.classOf(block) !== BITS) {
      for (let i = 0; i < words[block + HEAD]! >>> 8; i++) visit(secondAt(words, block, i))
      return
    }
    for (let w = 0; w < BIT_WORDS; w++)
      for (let rest = words[block + DATA + w]!; rest !== 0; rest &= rest - 1) visit(32 * w + 31 - Math.clz32(rest & -rest))
  }

  /** Hours before this one are let go of. */
  forgetBefore(hour: number): void {
    const { slots, pool } = this
    for (let i = 0; i < this.rows * SLOTS; i++)
      if (slots[i] !== NO_BLOCK && pool.words[slots[i]! + HOUR]! < hour) {
        pool.release(slots[i]!)
        slots[i] = NO_BLOCK
      }
  }

  forget(row: number): void {
    if (row >= this.rows) return
    for (let i = row * SLOTS; i < (row + 1) * SLOTS; i++) {
      if (this.slots[i] !== NO_BLOCK) this.pool.release(this.slots[i]!)
      this.slots[i] = NO_BLOCK
    }
  }

  get bytesInUse(): number {
    return this.pool.bytesInUse + this.slots.byteLength
  }
}

const secondAt = (words: Int32Array, block: number, i: number): number => (words[block + DATA + (i >>> 1)]! >>> ((i & 1) << 4)) & 0xffff
function setSecond(words: Int32Array, block: number, i: number, second: number): void {
  const at = block + DATA + (i >>> 1)
  words[at] = (i & 1) === 0 ? (words[at]! & ~0xffff) | second : (words[at]! & 0xffff) | (second << 16)
}
