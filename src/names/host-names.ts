import { type HostNameSource, NAME_SOURCES } from '../lib/host-naming.ts'
import { GivenNames } from './given-names.ts'

const DNS_RANK = NAME_SOURCES.indexOf('dns') + 1
const REVERSE_RANK = NAME_SOURCES.indexOf('reverse') + 1
const MAX_NAME = 255
/** What came of noting a name. */
const KNOWN = 0
const AGAIN = 1
const CHANGED = 2
type Noted = typeof KNOWN | typeof AGAIN | typeof CHANGED
const FREE = 0

/** A name as it is told to those who did not hear it. */
export interface LearnedName {
  readonly words: readonly [number, number, number, number]
  readonly name: string
  readonly source: HostNameSource
  /** When it was heard. */
  readonly atMs: number
}

export interface KnownName {
  readonly name: string
  readonly source: HostNameSource
}

/** Names that wait to be told; what comes while there are so many is not. */
const MAX_FRESH = 8192
/** A name that is heard again is told again after this time. */
const REPEAT_MS = 1000

/**
 * The best name known of each address. Addresses are four words in network order, IPv4 mapped into ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
 *
 * Bounded: names heard on the wire live in two generations of `capacity / 2`. When the young one is full it becomes the old one and the old one is
 * forgotten; a name that is asked for moves to the young one. So what is in use stays, whoever floods us with names. Names that users gave
 * are kept apart (given-names.ts).
 */
export class HostNames {
  private young: Generation
  private old: Generation
  private readonly given: GivenNames
  private readonly seed = (Math.random() * 0x1_0000_0000) | 0
  private changes = 0
  /** What DNS says to others names nobody. */
  ignoresDns = false

  private fresh: LearnedName[] | undefined
  private readonly clock: () => number

  /** What is heard is heard at the time of this clock. `given`: what users call hosts, which others may change. */
  constructor(clock = (): number => 0, capacity = 131_072, given = new GivenNames()) {
    this.clock = clock
    this.given = given
    const half = Math.max(1, capacity >> 1)
    this.young = new Generation(half)
    this.old = new Generation(half)
  }

  /** Names held now. */
  get size(): number {
    return this.young.size + this.old.size + this.given.size
  }
  /** Grows whenever some address gets another name, so that readers know when to look again. */
  get version(): number {
    return this.changes + this.given.version
  }

  /** From now on `takeFresh` has the names that are heard. */
  share(): void {
    this.fresh = []
  }
  takeFresh(): LearnedName[] {
    const { fresh } = this
    if (fresh === undefined || fresh.length === 0) return []
    this.fresh = []
    return fresh
  }

  /** Takes what another has heard: it may have been before what is known here. */
  learn({ words: [w0, w1, w2, w3], name, source, atMs }: LearnedName): boolean {
    return this.note(w0, w1, w2, w3, name, source, atMs) === CHANGED
  }

  /**
   * Notes a name; false when a better one is known, the name is empty or nothing changed. A name of the same source replaces the former one. Of names
   * longer than 255 characters the beginning is kept.
   */
  set(w0: number, w1: number, w2: number, w3: number, name: string, source: HostNameSource): boolean {
    const { fresh } = this
    const atMs = this.clock()
    const noted = this.note(w0, w1, w2, w3, name, source, atMs)
    if (noted !== KNOWN && fresh !== undefined && fresh.length < MAX_FRESH) fresh.push({ words: [w0, w1, w2, w3], name, source, atMs })
    return noted === CHANGED
  }

  private note(w0: number, w1: number, w2: number, w3: number, name: string, source: HostNameSource, atMs: number): Noted {
    if (name === '' || (this.ignoresDns && source === 'dns')) return KNOWN
    const rank = NAME_SOURCES.indexOf(source) + 1
    const kept = name.length > MAX_NAME ? name.slice(0, MAX_NAME) : name
    if (source === 'given') return this.given.set(w0, w1, w2, w3, kept) ? CHANGED : KNOWN
    const hash = this.hash(w0, w1, w2, w3)
    const known = this.heard(hash, w0, w1, w2, w3)
    const { young } = this
    if (known >= 0 && young.ranks[known]! >= rank) {
      if (young.ranks[known]! > rank || young.times[known]! > atMs) return KNOWN
      if (young.names[known] === kept) {
        const isOld = young.times[known]! + REPEAT_MS <= atMs
        if (isOld) young.times[known] = atMs
        return isOld ? AGAIN : KNOWN
      }
    }
    if (known < 0 && young.full) this.turn()
    return this.changed(this.young.set(hash, w0, w1, w2, w3, kept, rank, atMs)) ? CHANGED : KNOWN
  }

  get(w0: number, w1: number, w2: number, w3: number): string | undefined {
    return this.given.get(w0, w1, w2, w3) ?? this.learned(w0, w1, w2, w3)?.name
  }

  /** The best name that no user gave, and where it is from. */
  learned(w0: number, w1: number, w2: number, w3: number): KnownName | undefined {
    const row = this.heard(this.hash(w0, w1, w2, w3), w0, w1, w2, w3)
    return row < 0 ? undefined : { name: this.young.names[row]!, source: NAME_SOURCES[this.young.ranks[row]! - 1]! }
  }

  /** What the user calls it, and the best that is known beside that: the first is what it is called. */
  all(w0: number, w1: number, w2: number, w3: number): readonly KnownName[] {
    const given = this.given.get(w0, w1, w2, w3)
    const learned = this.learned(w0, w1, w2, w3)
    return [...(given === undefined ? [] : [{ name: given, source: 'given' } as const]), ...(learned === undefined ? [] : [learned])]
  }

  /** The name under which somebody looked this address up, at `sinceMs` or later: what DNS said last. */
  lookedUp(w0: number, w1: number, w2: number, w3: number, sinceMs: number): string | undefined {
    const row = this.heard(this.hash(w0, w1, w2, w3), w0, w1, w2, w3)
    if (row < 0 || this.young.ranks[row] !== DNS_RANK || this.young.times[row]! < sinceMs) return undefined
    return this.young.names[row]
  }

  /** What reverse DNS said, which we asked; '': that there is no name. */
  resolved(w0: number, w1: number, w2: number, w3: number, name: string): boolean {
    if (name !== '') return this.note(w0, w1, w2, w3, name, 'reverse', this.clock()) === CHANGED
    const hash = this.hash(w0, w1, w2, w3)
    const row = this.heard(hash, w0, w1, w2, w3)
    return row >= 0 && this.young.ranks[row] === REVERSE_RANK && this.changed(this.young.blank(hash, w0, w1, w2, w3))
  }

  /** Row in the young generation, to which a name of the old one moves; -1 when unknown. */
  private heard(hash: number, w0: number, w1: number, w2: number, w3: number): number {
    const row = this.young.find(hash, w0, w1, w2, w3)
    if (row >= 0) return row
    const oldRow = this.old.find(hash, w0, w1, w2, w3)
    if (oldRow < 0) return -1
    const name = this.old.names[oldRow]!
    const rank = this.old.ranks[oldRow]!
    const atMs = this.old.times[oldRow]!
    this.old.blank(hash, w0, w1, w2, w3)
    if (this.young.full) this.turn()
    this.young.set(hash, w0, w1, w2, w3, name, rank, atMs)
    return this.young.find(hash, w0, w1, w2, w3)
  }

  private turn(): void {
    const emptied = this.old
    this.old = this.young
    this.young = emptied
    emptied.clear()
  }

  private changed(yes: boolean): boolean {
    if (yes) this.changes++
    return yes
  }

  private hash(w0: number, w1: number, w2: number, w3: number): number {
    let h = this.seed
    h = Math.imul(h ^ w0, 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 15) ^ w1, 0xc2b2ae35)
    h = Math.imul(h ^ (h >>> 13) ^ w2, 0x27d4eb2f)
    h = Math.imul(h ^ (h >>> 15) ^ w3, 0x165667b1)
    return h ^ (h >>> 16)
  }
}

/** Open addressing over at most `capacity` rows; nothing is taken out but all at once, and a row may be blank (rank 0) until it is set again. */
class Generation {
  size = 0
  readonly names: (string | undefined)[] = []
  ranks = new Uint8Array(0)
  /** When each was heard. */
  times = new Float64Array(0)
  private words = new Int32Array(0)
  /** Row + 1, or FREE. */
  private slots = new Int32Array(0)
  private rows = 0
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  /** Room is taken with the first name: most generations of quiet interfaces never have one. */
  private takeRoom(): void {
    const { capacity } = this
    this.words = new Int32Array(4 * capacity)
    this.ranks = new Uint8Array(capacity)
    this.times = new Float64Array(capacity)
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 1)))
  }

  get full(): boolean {
    return this.rows >= this.capacity
  }

  find(hash: number, w0: number, w1: number, w2: number, w3: number): number {
    const row = this.row(hash, w0, w1, w2, w3)
    return row >= 0 && this.ranks[row] !== 0 ? row : -1
  }

  set(hash: number, w0: number, w1: number, w2: number, w3: number, name: string, rank: number, atMs: number): boolean {
    let row = this.row(hash, w0, w1, w2, w3)
    if (this.slots.length === 0) this.takeRoom()
    if (row < 0) row = this.append(hash, w0, w1, w2, w3)
    if (row < 0 || (this.names[row] === name && this.ranks[row] === rank)) return false
    if (this.ranks[row] === 0) this.size++
    this.names[row] = name
    this.ranks[row] = rank
    this.times[row] = atMs
    return true
  }

  blank(hash: number, w0: number, w1: number, w2: number, w3: number): boolean {
    const row = this.find(hash, w0, w1, w2, w3)
    if (row < 0) return false
    this.names[row] = undefined
    this.ranks[row] = 0
    this.size--
    return true
  }

  clear(): void {
    this.slots.fill(FREE)
    this.names.length = 0
    this.ranks.fill(0)
    this.rows = 0
    this.size = 0
  }

  private row(hash: number, w0: number, w1: number, w2: number, w3: number): number {
    const { slots, words } = this
    if (slots.length === 0) return -1
    const mask = slots.length - 1
    for (let slot = hash & mask; slots[slot] !== FREE; slot = (slot + 1) & mask) {
      const row = slots[slot]! - 1
      const at = 4 * row
      if (words[at] === (w0 | 0) && words[at + 1] === (w1 | 0) && words[at + 2] === (w2 | 0) && words[at + 3] === (w3 | 0)) return row
    }
    return -1
  }

  private append(hash: number, w0: number, w1: number, w2: number, w3: number): number {
    if (this.full) return -1
    const row = this.rows++
    this.words.set([w0, w1, w2, w3], 4 * row)
    const mask = this.slots.length - 1
    let slot = hash & mask
    while (this.slots[slot] !== FREE) slot = (slot + 1) & mask
    this.slots[slot] = row + 1
    return row
  }
}
