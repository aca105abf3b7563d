import { hashEnd, mix } from '../../tables/hash.ts'
import type { FlowRow } from '../../tables/rows.gen.ts'

/** What tells rows of all workers apart, 64 bits each: by equal keys they are found to be one row. */
export interface Keys {
  readonly low: Int32Array
  readonly high: Int32Array
}

/**
 * Hashes the words of a key. All workers of one interface use the same salt, drawn at random at each start: nobody outside can choose keys that meet, and of
 * 2^18 rows two meet by chance once in 2^29 questions.
 */
export class KeyHash {
  low = 0
  high = 0
  private readonly salt: number

  constructor(salt: number) {
    this.salt = salt
  }
  begin(): this {
    this.low = this.salt | 0
    this.high = ~this.salt
    return this
  }
  word(n: number): this {
    const low = Math.imul(this.low ^ n, 0x9e3779b1)
    const high = Math.imul(this.high ^ n, 0x85ebca6b) + 0x27d4eb2f
    this.low = low ^ (low >>> 15)
    this.high = high ^ (high >>> 13)
    return this
  }
  text(s: string): this {
    for (let i = 0; i < s.length; i++) this.word(s.charCodeAt(i))
    return this.word(-1)
  }
  end(): this {
    this.low = mix(this.low)
    this.high = mix(this.high)
    return this
  }

  // The many: hosts and flows, all at once.

  host(w0: number, w1: number, w2: number, w3: number, vlan: number): this {
    const { salt } = this
    this.low = mix(hashEnd(w0, w1, w2, w3, vlan, salt))
    this.high = mix(hashEnd(w0, w1, w2, w3, vlan, ~salt))
    return this
  }
  /** Two hosts, the first of which matters. */
  withPeer(w0: number, w1: number, w2: number, w3: number, vlan: number): this {
    const { low, high } = this
    this.host(w0, w1, w2, w3, vlan)
    this.low = mix(Math.imul(low, 31) + this.low)
    this.high = mix(Math.imul(high, 31) + this.high)
    return this
  }
  /** The ends may come in either order. */
  flow(r: FlowRow): this {
    const { salt } = this
    const { a0, a1, a2, a3, b0, b1, b2, b3, ports } = r
    const meta = Math.imul(r.meta, 0x9e3779b1)
    this.low = mix((hashEnd(a0, a1, a2, a3, ports >>> 16, salt) + hashEnd(b0, b1, b2, b3, ports & 0xffff, salt)) ^ meta)
    this.high = mix((hashEnd(a0, a1, a2, a3, ports >>> 16, ~salt) + hashEnd(b0, b1, b2, b3, ports & 0xffff, ~salt)) ^ meta)
    return this
  }
}

/** Orders equal sort values, and stands in cursors: 53 bits of the key, the same whenever it is asked. */
export const tieOf = ({ low, high }: Keys, row: number): number => (low[row]! >>> 0) * 0x20_0000 + (high[row]! >>> 11)

export interface Joined {
  /** Distinct keys of all parts: the joint rows 0 … count-1, in the order in which they were met. */
  readonly keys: Keys
  readonly count: number
  /** Of each part: joint row of its row. */
  readonly rowOf: readonly Int32Array[]
}

/** Bits a key in the sieve: so few keys fall together that do not belong together. */
const SIEVE_BITS = 16

/**
 * Marks where a key may have come twice. Most keys come once, and a sieve of bits says so of nearly all of them without looking into memory at random: it
 * fits the second-level cache where a table of all keys does not.
 */
class Sieve {
  private readonly once: Uint32Array
  private readonly twice: Uint32Array
  private readonly mask: number

  constructor(parts: readonly Keys[]) {
    const all = parts.reduce((n, { low }) => n + low.length, 1)
    const bits = 2 ** Math.max(5, Math.ceil(Math.log2(all * SIEVE_BITS)))
    this.mask = bits - 1
    this.once = new Uint32Array(bits >>> 5)
    this.twice = new Uint32Array(bits >>> 5)
    for (const { low } of parts) this.add(low)
  }
  private add(low: Int32Array): void {
    const { once, twice, mask } = this
    for (let i = 0; i < low.length; i++) {
      const at = low[i]! & mask
      const bit = 1 << (at & 31)
      const there = once[at >>> 5]!
      if ((there & bit) !== 0) twice[at >>> 5]! |= bit
      else once[at >>> 5] = there | bit
    }
  }
  mayBeTwice(low: number): boolean {
    const at = low & this.mask
    return (this.twice[at >>> 5]! & (1 << (at & 31))) !== 0
  }
}

/** Finds equal keys. */
export function join(parts: readonly Keys[]): Joined {
  const sieve = new Sieve(parts)
  const all = parts.reduce((n, part) => n + part.low.length, 0)
  const keys = { low: new Int32Array(all), high: new Int32Array(all) }
  const known = new Map<number, number>()
  let count = 0
  const rowOf: Int32Array[] = []
  for (const part of parts) {
    const rows = new Int32Array(part.low.length)
    count = place(part, rows, keys, count, sieve, known)
    rowOf.push(rows)
  }
  return { keys: { low: keys.low.subarray(0, count), high: keys.high.subarray(0, count) }, count, rowOf }
}

function place(part: Keys, rows: Int32Array, joint: Keys, from: number, sieve: Sieve, known: Map<number, number>): number {
  const { low, high } = part
  let count = from
  for (let i = 0; i < rows.length; i++) {
    const l = low[i]!
    if (sieve.mayBeTwice(l)) {
      // 53 bits of the 64 are enough to find it among the few.
      const key = tieOf(part, i)
      const there = known.get(key)
      if (there !== undefined) {
        rows[i] = there
        continue
      }
      known.set(key, count)
    }
    joint.low[count] = l
    joint.high[count] = high[i]!
    rows[i] = count++
  }
  return count
}

/** Parts that are known to have no key in common, one behind the other. */
export function concatenate(parts: readonly Keys[]): Joined {
  const count = parts.reduce((n, part) => n + part.low.length, 0)
  const keys = { low: new Int32Array(count), high: new Int32Array(count) }
  let from = 0
  const rowOf = parts.map((part) => {
    keys.low.set(part.low, from)
    keys.high.set(part.high, from)
    const rows = new Int32Array(part.low.length)
    for (let i = 0; i < rows.length; i++) rows[i] = from + i
    from += rows.length
    return rows
  })
  return { keys, count, rowOf }
}

/** Of each part, the places of keys that another part has too. */
export function inSeveral(parts: readonly Keys[]): number[][] {
  const sieve = new Sieve(parts)
  const times = new Map<number, number>()
  const candidates = parts.map((part) => {
    const found: number[] = []
    const { low } = part
    for (let i = 0; i < low.length; i++) {
      if (!sieve.mayBeTwice(low[i]!)) continue
      found.push(i)
      const key = tieOf(part, i)
      times.set(key, (times.get(key) ?? 0) + 1)
    }
    return found
  })
  return candidates.map((found, p) => found.filter((i) => times.get(tieOf(parts[p]!, i))! > 1))
}
