import { mix } from '../../tables/hash.ts'

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

/** Finds equal keys. Each part has a key only once. */
export function join(parts: readonly Keys[]): Joined {
  const all = parts.reduce((n, { low }) => n + low.length, 0)
  const low = new Int32Array(all)
  const high = new Int32Array(all)
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * all + 2)))
  const mask = slots.length - 1
  let count = 0
  const rowOf = parts.map((part) => {
    const rows = new Int32Array(part.low.length)
    for (let i = 0; i < rows.length; i++) {
      const l = part.low[i]!
      const h = part.high[i]!
      let slot = l & mask
      let there = slots[slot]!
      while (there !== 0 && (low[there - 1] !== l || high[there - 1] !== h)) there = slots[(slot = (slot + 1) & mask)]!
      if (there === 0) {
        low[count] = l
        high[count] = h
        slots[slot] = there = ++count
      }
      rows[i] = there - 1
    }
    return rows
  })
  return { keys: { low: low.subarray(0, count), high: high.subarray(0, count) }, count, rowOf }
}
