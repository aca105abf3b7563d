import { BlockPool, NO_BLOCK } from './block-pool.ts'

// Words of a block: class | entries << 8, then entries.
const HEAD = 0
const DATA = 1
// Words of an entry: the address, how often, how much of that may be others', first and last second, how much of the count was told already.
const COUNT = 4
const ERROR = 5
const FIRST = 6
const LAST = 7
const TOLD = 8
const ENTRY = 9
export const ENTRY_WORDS = ENTRY

const FIRST_CAPACITY = 4
const capacityOf = (sizeClass: number): number => FIRST_CAPACITY << sizeClass

/** One address that a list has counted. */
export interface Counted {
  /** Words of the address. */
  readonly words: readonly [number, number, number, number]
  /** Never less than there were. */
  readonly count: number
  /** So many of them, at most, were of addresses that had the place before. */
  readonly error: number
  /** Epoch seconds; the first is since it has its place. */
  readonly firstS: number
  readonly lastS: number
}

/**
 * Who comes how often: lists of addresses, each with a count, bounded in length (Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and Top-k
 * Elements in Data Streams, "Space-Saving"). As long as a list has room its counts are exact. When it is full, a new address takes the place of the one that
 * came least often, with its count, which is then the most by which the new one's is too high. The counts of a list always add up to what has come, and whoever
 * has more than a list's length-th part of that is in it. Lists are blocks of one pool, and as long as they need to be.
 */
export class TopCounts {
  private readonly pool: BlockPool
  private readonly largest: number
  /** What found no room for a list at all. */
  refused = 0
  /** Set by `hit`: an address has taken the place of another. */
  hasReplaced = false

  /** `capacity`: addresses of one list at most, a power of two from 4 on. */
  constructor(capacity: number, maxBytes: number) {
    this.largest = Math.log2(capacity / FIRST_CAPACITY)
    if (!Number.isInteger(this.largest) || this.largest < 0) throw new Error(`no list is ${capacity} long`)
    const sizes = Array.from({ length: this.largest + 1 }, (_, sizeClass) => DATA + ENTRY * capacityOf(sizeClass))
    this.pool = new BlockPool(sizes, maxBytes / 4)
  }

  /** Counts the address once more. Where the list is then; `list` 0: it begins. 0 when there is no room for one. */
  hit(list: number, w0: number, w1: number, w2: number, w3: number, second: number): number {
    this.hasReplaced = false
    let block = list === NO_BLOCK ? this.begin() : list
    if (block === NO_BLOCK) return NO_BLOCK
    const n = this.length(block)
    let { words } = this.pool
    const end = block + DATA + n * ENTRY
    let least = block + DATA
    for (let at = block + DATA; at < end; at += ENTRY) {
      if (words[at + 3] === w3 && words[at + 2] === w2 && words[at + 1] === w1 && words[at] === w0) {
        words[at + COUNT]! += 1
        words[at + LAST] = second
        return block
      }
      if (words[at + COUNT]! < words[least + COUNT]!) least = at
    }
    let at = least
    const wider = n === capacityOf(this.pool.classOf(block)) ? this.widen(block) : block
    if (wider !== NO_BLOCK) {
      block = wider
      words = this.pool.words
      at = block + DATA + n * ENTRY
      words[block + HEAD]! += 1 << 8
    } else this.hasReplaced = true
    this.put(words, at, w0, w1, w2, w3, second)
    return block
  }
  private begin(): number {
    const block = this.pool.take(0)
    if (block === NO_BLOCK) this.refused++
    return block
  }
  private widen(block: number): number {
    return this.pool.classOf(block) === this.largest ? NO_BLOCK : this.pool.widen(block)
  }
  /** Over whom had the place before: a fresh one has counted nothing. */
  private put(words: Int32Array, at: number, w0: number, w1: number, w2: number, w3: number, second: number): void {
    const before = this.hasReplaced ? words[at + COUNT]! : 0
    words[at] = w0
    words[at + 1] = w1
    words[at + 2] = w2
    words[at + 3] = w3
    words[at + COUNT] = before + 1
    words[at + ERROR] = before
    words[at + FIRST] = second
    words[at + LAST] = second
    words[at + TOLD] = before
  }

  /** The address has come once less, in whichever place it has. */
  unhit(list: number, w0: number, w1: number, w2: number, w3: number): void {
    const i = this.find(list, w0, w1, w2, w3)
    if (i < 0) return
    const { words } = this.pool
    const at = list + DATA + i * ENTRY
    if (words[at + COUNT]! <= 1) return this.drop(list, i)
    words[at + COUNT]! -= 1
    words[at + ERROR] = Math.min(words[at + ERROR]!, words[at + COUNT]! - 1)
    words[at + TOLD] = Math.min(words[at + TOLD]!, words[at + COUNT]!)
  }

  /** All that is known of the addresses of a list, ENTRY_WORDS each, for `restore`: a view that holds until the list changes. */
  entries(list: number): Int32Array {
    return this.pool.words.subarray(list + DATA, list + DATA + this.length(list) * ENTRY)
  }
  /** Adds what `entries` gave out; of what finds no place those stay out that came least often. Where the list is then, as of `hit`. */
  restore(list: number, entries: Int32Array): number {
    const whole = list === NO_BLOCK ? this.whole(entries) : NO_BLOCK
    if (whole !== NO_BLOCK) return whole
    let block = list
    for (let from = 0; from + ENTRY <= entries.length; from += ENTRY) {
      if (block === NO_BLOCK) block = this.begin()
      if (block === NO_BLOCK) return NO_BLOCK
      block = this.restoreOne(block, entries.subarray(from, from + ENTRY))
    }
    return block
  }
  /** A list of these entries; NO_BLOCK where they are none, too many for one, or there is no room. */
  private whole(entries: Int32Array): number {
    const n = Math.floor(entries.length / ENTRY)
    const sizeClass = Math.max(0, Math.ceil(Math.log2(n / FIRST_CAPACITY)))
    const block = n === 0 || sizeClass > this.largest ? NO_BLOCK : this.pool.take(sizeClass)
    if (block === NO_BLOCK) return NO_BLOCK
    this.pool.words.set(entries.subarray(0, n * ENTRY), block + DATA)
    this.pool.words[block + HEAD]! += n << 8
    return block
  }
  private restoreOne(list: number, entry: Int32Array): number {
    const known = this.find(list, entry[0]!, entry[1]!, entry[2]!, entry[3]!)
    if (known >= 0) {
      this.addTo(list + DATA + known * ENTRY, entry)
      return list
    }
    const n = this.length(list)
    const block = n < capacityOf(this.pool.classOf(list)) ? list : this.widen(list)
    if (block !== NO_BLOCK) {
      this.pool.words.set(entry, block + DATA + n * ENTRY)
      this.pool.words[block + HEAD]! += 1 << 8
      return block
    }
    let least = 0
    for (let i = 1; i < n; i++) if (this.count(list, i) < this.count(list, least)) least = i
    if (entry[COUNT]! > this.count(list, least)) this.pool.words.set(entry, list + DATA + least * ENTRY)
    return list
  }
  private addTo(at: number, entry: Int32Array): void {
    const { words } = this.pool
    for (const one of [COUNT, ERROR, TOLD]) words[at + one]! += entry[one]!
    words[at + FIRST] = Math.min(words[at + FIRST]! >>> 0, entry[FIRST]! >>> 0)
    words[at + LAST] = Math.max(words[at + LAST]! >>> 0, entry[LAST]! >>> 0)
  }

  length(list: number): number {
    return list === NO_BLOCK ? 0 : this.pool.words[list + HEAD]! >>> 8
  }

  /** Place of the address in the list, for `at`; -1 when it is not in it. */
  find(list: number, w0: number, w1: number, w2: number, w3: number): number {
    const { words } = this.pool
    for (let i = 0; i < this.length(list); i++) {
      const at = list + DATA + i * ENTRY
      if (words[at + 3] === w3 && words[at + 2] === w2 && words[at + 1] === w1 && words[at] === w0) return i
    }
    return -1
  }

  word(list: number, i: number, word: number): number {
    return this.pool.words[list + DATA + i * ENTRY + word]!
  }
  count(list: number, i: number): number {
    return this.word(list, i, COUNT)
  }
  error(list: number, i: number): number {
    return this.word(list, i, ERROR)
  }
  /** Epoch seconds. */
  first(list: number, i: number): number {
    return this.word(list, i, FIRST) >>> 0
  }
  last(list: number, i: number): number {
    return this.word(list, i, LAST) >>> 0
  }

  /** Whoever has come most often first. */
  top(list: number): Counted[] {
    return Array.from({ length: this.length(list) }, (_, i) => ({
      words: [this.word(list, i, 0), this.word(list, i, 1), this.word(list, i, 2), this.word(list, i, 3)] as const,
      count: this.count(list, i),
      error: this.error(list, i),
      firstS: this.first(list, i),
      lastS: this.last(list, i),
    })).sort((a, b) => b.count - a.count)
  }

  /** How often it has come since that was last asked, in this place. */
  untold(list: number, i: number): number {
    const at = list + DATA + i * ENTRY
    const { words } = this.pool
    const more = words[at + COUNT]! - words[at + TOLD]!
    words[at + TOLD] = words[at + COUNT]!
    return more
  }

  /** It is as if the address in this place had never come; the last of the list is there then. */
  drop(list: number, i: number): void {
    const { words } = this.pool
    const last = list + DATA + (this.length(list) - 1) * ENTRY
    words.copyWithin(list + DATA + i * ENTRY, last, last + ENTRY)
    words.fill(0, last, last + ENTRY)
    words[list + HEAD]! -= 1 << 8
  }
  /** Drops addresses that are meant. */
  dropAll(list: number, isMeant: (w0: number, w1: number, w2: number, w3: number) => boolean): void {
    for (let i = this.length(list) - 1; i >= 0; i--)
      if (isMeant(this.word(list, i, 0), this.word(list, i, 1), this.word(list, i, 2), this.word(list, i, 3))) this.drop(list, i)
  }

  forget(list: number): void {
    if (list !== NO_BLOCK) this.pool.release(list)
  }

  get bytesInUse(): number {
    return this.pool.bytesInUse
  }
}
