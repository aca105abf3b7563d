import { hashEnd, mix } from './hash.ts'
import { KeyIndex, MAX_PROBES } from './key-index.ts'
import { HOUR_S, KEPT_HOURS, SecondSets } from './second-sets.ts'
import { TopCounts } from './top-counts.ts'

/** Addresses that are kept of those whom a host contacted, and as many of those who contacted it. */
export const MAX_CONTACTS = 128
const MAX_ACTIVITY_BYTES = 64 * 2 ** 20
const MAX_CONTACT_BYTES = 32 * 2 ** 20
/** Of the hosts, when there is no room for a new one: those that were not seen for longest. */
const LET_GO = 1 / 16
const FIRST_ROWS = 64
export const NO_ROW = -1

/** Which end of a contact the host is. */
export const AS_CLIENT = 0
export const AS_SERVER = 1
export type Role = typeof AS_CLIENT | typeof AS_SERVER

/** Whom a host contacted, and who contacted it. */
export interface HostContacts {
  readonly words: readonly [number, number, number, number]
  readonly vlan: number
  /** Epoch second in which it was last seen. */
  readonly lastS: number
  /** By role: all contacts, and those whose address is kept, as TopCounts gives them out. */
  readonly totals: readonly [asClient: number, asServer: number]
  readonly entries: readonly [asClient: Int32Array, asServer: Int32Array]
}
/** Whether a host is meant, by the words of its address and its VLAN. */
export type HostTest = (w0: number, w1: number, w2: number, w3: number, vlan: number) => boolean

/**
 * What hosts did over the last day, by address and VLAN: the seconds in which they had traffic, whom they contacted, who contacted them. It outlasts their
 * rows in the table of hosts, which they leave when they are idle. Bounded in hosts and in bytes; a host that was silent for a day is forgotten.
 */
export class HostDays {
  readonly activity = new SecondSets(MAX_ACTIVITY_BYTES)
  readonly contacts = new TopCounts(MAX_CONTACTS, MAX_CONTACT_BYTES)
  private readonly index = new KeyIndex(FIRST_ROWS)
  private readonly limit: number
  private readonly seed: number
  /** Rows ever used: those below. */
  used = 0
  live = 0
  private free: number[] = []
  private words = new Int32Array(4 * FIRST_ROWS)
  private vlans = new Uint16Array(FIRST_ROWS)
  private hashes = new Int32Array(FIRST_ROWS)
  /** Epoch second in which the host was last seen; 0: the row is free. */
  private lastS = new Uint32Array(FIRST_ROWS)
  /** The lists of contacts of each row, by role. */
  private lists = new Int32Array(2 * FIRST_ROWS)
  /** All contacts, also those whose address is not kept. */
  private totals = new Float64Array(2 * FIRST_ROWS)
  private hour = 0

  constructor(limit: number, seed: number) {
    this.limit = limit
    this.seed = seed
  }

  /** The host had traffic in this second of the epoch. */
  active(w0: number, w1: number, w2: number, w3: number, vlan: number, second: number): void {
    const row = this.upsert(w0, w1, w2, w3, vlan, second)
    if (row !== NO_ROW) this.activity.add(row, second)
  }
  /** The same from the first to the last of several seconds. */
  activeFrom(w0: number, w1: number, w2: number, w3: number, vlan: number, first: number, last: number): void {
    const row = this.upsert(w0, w1, w2, w3, vlan, last)
    if (row !== NO_ROW) this.activity.addRange(row, first, last)
  }

  /** A flow of the host in `row` began, to the peer where the host is the client, else from it. */
  contact(row: number, role: Role, w0: number, w1: number, w2: number, w3: number, second: number): void {
    const at = 2 * row + role
    this.totals[at]! += 1
    this.lists[at] = this.contacts.hit(this.lists[at]!, w0, w1, w2, w3, second)
  }

  /** A flow that was counted has been counted elsewhere too: here it is none. */
  takeBack(row: number, role: Role, w0: number, w1: number, w2: number, w3: number): void {
    const at = 2 * row + role
    this.totals[at] = Math.max(0, this.totals[at]! - 1)
    if (this.lists[at] !== 0) this.contacts.unhit(this.lists[at]!, w0, w1, w2, w3)
  }

  /** What is known of the contacts of a host, for `restoreContacts`: views that hold until something changes. Undefined: nothing is. */
  contactsOf(row: number): HostContacts | undefined {
    const at = 2 * row
    if (!this.isLive(row) || this.totals[at]! + this.totals[at + 1]! === 0) return undefined
    return {
      words: [this.word(row, 0), this.word(row, 1), this.word(row, 2), this.word(row, 3)],
      vlan: this.vlans[row]!,
      lastS: this.lastS[row]!,
      totals: [this.totals[at]!, this.totals[at + 1]!],
      entries: [this.contacts.entries(this.lists[at]!), this.contacts.entries(this.lists[at + 1]!)],
    }
  }
  /** Adds what was known of a host. */
  restoreContacts({ words, vlan, lastS, totals, entries }: HostContacts): void {
    const row = this.upsert(...words, vlan, lastS)
    if (row === NO_ROW) return
    for (const role of [AS_CLIENT, AS_SERVER] as const) {
      const at = 2 * row + role
      this.totals[at]! += totals[role]
      if (entries[role].length > 0) this.lists[at] = this.contacts.restore(this.lists[at]!, entries[role])
    }
  }

  find(w0: number, w1: number, w2: number, w3: number, vlan: number): number {
    return this.lookUp(mix(hashEnd(w0, w1, w2, w3, vlan, this.seed)), w0, w1, w2, w3, vlan)
  }
  private lookUp(hash: number, w0: number, w1: number, w2: number, w3: number, vlan: number): number {
    const { pairs, mask } = this.index
    const { words, vlans } = this
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const row = pairs[2 * i + 1]! - 1
      if (row < 0) return NO_ROW
      if (pairs[2 * i] !== hash || vlans[row] !== vlan) continue
      const at = 4 * row
      if (words[at + 3] === w3 && words[at + 2] === w2 && words[at + 1] === w1 && words[at] === w0) return row
    }
    return NO_ROW
  }

  /** The row of the host, which was seen in this second; NO_ROW when there is no room for it. */
  upsert(w0: number, w1: number, w2: number, w3: number, vlan: number, second: number): number {
    const hash = mix(hashEnd(w0, w1, w2, w3, vlan, this.seed))
    const there = this.lookUp(hash, w0, w1, w2, w3, vlan)
    if (there !== NO_ROW) {
      if (second > this.lastS[there]!) this.lastS[there] = second
      return there
    }
    if (this.live >= this.limit) this.makeRoom()
    const row = this.free.pop() ?? this.used
    if (row === this.lastS.length) this.grow()
    if (!this.index.insert(hash, row)) {
      if (row < this.used) this.free.push(row)
      return NO_ROW
    }
    if (row === this.used) this.used++
    this.live++
    this.words.set([w0, w1, w2, w3], 4 * row)
    this.vlans[row] = vlan
    this.hashes[row] = hash
    this.lastS[row] = second
    return row
  }
  private grow(): void {
    const rows = 2 * this.lastS.length
    this.words = wider(this.words, 4 * rows)
    this.vlans = wider(this.vlans, rows)
    this.hashes = wider(this.hashes, rows)
    this.lastS = wider(this.lastS, rows)
    this.lists = wider(this.lists, 2 * rows)
    this.totals = wider(this.totals, 2 * rows)
    this.index.grow()
  }
  private makeRoom(): void {
    const seen = this.lastS.filter((second) => second > 0).sort()
    const until = seen[Math.floor(seen.length * LET_GO)]!
    let most = Math.ceil(seen.length * LET_GO)
    for (let row = 0; row < this.used && most > 0; row++)
      if (this.isLive(row) && this.lastS[row]! <= until) {
        this.remove(row)
        most--
      }
  }

  /** Once a second at most: what is older than a day goes. */
  tick(nowMs: number): void {
    const hour = Math.floor(nowMs / 1000 / HOUR_S)
    if (hour === this.hour) return
    this.hour = hour
    const oldest = hour - KEPT_HOURS + 1
    this.activity.forgetBefore(oldest)
    for (let row = 0; row < this.used; row++) if (this.isLive(row) && this.lastS[row]! < oldest * HOUR_S) this.remove(row)
  }

  /** Nothing is known any more of hosts that are meant, nor that others had to do with them. */
  forgetHosts(isMeant: HostTest): void {
    for (let row = 0; row < this.used; row++) {
      if (!this.isLive(row)) continue
      const vlan = this.vlans[row]!
      if (isMeant(this.word(row, 0), this.word(row, 1), this.word(row, 2), this.word(row, 3), vlan)) this.remove(row)
      else
        for (const at of [2 * row, 2 * row + 1]) this.contacts.dropAll(this.lists[at]!, (w0, w1, w2, w3) => isMeant(w0, w1, w2, w3, vlan))
    }
  }

  private remove(row: number): void {
    this.activity.forget(row)
    for (const at of [2 * row, 2 * row + 1]) {
      this.contacts.forget(this.lists[at]!)
      this.lists[at] = 0
      this.totals[at] = 0
    }
    this.index.remove(this.hashes[row]!, row)
    this.lastS[row] = 0
    this.free.push(row)
    this.live--
  }

  isLive(row: number): boolean {
    return this.lastS[row]! > 0
  }
  word(row: number, word: number): number {
    return this.words[4 * row + word]!
  }
  vlan(row: number): number {
    return this.vlans[row]!
  }
  /** For the functions of `contacts`. */
  list(row: number, role: Role): number {
    return this.lists[2 * row + role]!
  }
  /** All contacts in this role, also those whose address is not kept. */
  total(row: number, role: Role): number {
    return this.totals[2 * row + role]!
  }
  /** Hosts with this address, in whichever VLAN: all, or one. */
  withAddress(w0: number, w1: number, w2: number, w3: number, vlan: number | undefined): number[] {
    const found: number[] = []
    if (vlan !== undefined) {
      const row = this.find(w0, w1, w2, w3, vlan)
      return row === NO_ROW ? [] : [row]
    }
    for (let row = 0; row < this.used; row++)
      if (this.isLive(row) && [w0, w1, w2, w3].every((word, w) => this.words[4 * row + w] === word)) found.push(row)
    return found
  }

  get bytesInUse(): number {
    const columns = [this.words, this.vlans, this.hashes, this.lastS, this.lists, this.totals, this.index.pairs]
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.activity.bytesInUse + this.contacts.bytesInUse)
  }
}

function wider<T extends Int32Array | Uint16Array | Uint32Array | Float64Array>(column: T, length: number): T {
  const copy = new (column.constructor as new (length: number) => T)(length)
  copy.set(column)
  return copy
}
