/**
 * Answers worked out lately, by the numbers they follow from: the fingerprints of hellos, mostly those of a few programs. Bounded: each key has two places,
 * of which the one that was filled first is given up. The key is compared whole, so that no other hello can be given a wrong answer.
 */
const MAX_KEY = 640

interface Entry<T> {
  readonly hash: number
  readonly key: Uint16Array
  readonly answer: T
}

export class Recent<T> {
  private readonly entries: (Entry<T> | undefined)[]
  private readonly mask: number
  private readonly key = new Uint16Array(MAX_KEY)
  private length = 0
  private hash = 0
  /** `slots` is a power of two, at least 2. A key's two places are an even one and the next. */
  constructor(slots: number) {
    this.entries = new Array<Entry<T> | undefined>(slots).fill(undefined)
    this.mask = slots - 2
  }

  /** Begins a key. */
  begin(): this {
    this.length = 0
    this.hash = 0
    return this
  }
  add(n: number): this {
    if (this.length < MAX_KEY) this.key[this.length] = n
    this.length++
    this.hash = Math.imul(this.hash ^ n, 0x9e3779b1)
    this.hash ^= this.hash >>> 15
    return this
  }
  /** How many, then each of them: no two rows of lists make the same key. */
  addAll(numbers: Uint16Array, count: number): this {
    this.add(count)
    if (this.length + count > MAX_KEY) {
      this.length = MAX_KEY + 1
      return this
    }
    const { key } = this
    let { hash, length } = this
    for (let i = 0; i < count; i++) {
      const n = numbers[i]!
      key[length++] = n
      hash = Math.imul(hash ^ n, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    this.hash = hash
    this.length = length
    return this
  }

  /** The answer to the key that was made, or undefined. */
  find(): T | undefined {
    const place = this.hash & this.mask
    const first = this.entries[place]
    if (first !== undefined && this.isKeyOf(first)) return first.answer
    const second = this.entries[place + 1]
    return second !== undefined && this.isKeyOf(second) ? second.answer : undefined
  }
  private isKeyOf(entry: Entry<T>): boolean {
    const { key, length } = this
    if (entry.hash !== this.hash || entry.key.length !== length) return false
    for (let i = 0; i < length; i++) if (entry.key[i] !== key[i]) return false
    return true
  }
  /** Keeps the answer to the key that was made; not to one that is too long. */
  keep(answer: T): T {
    const { entries, hash, key, length } = this
    if (length > MAX_KEY) return answer
    const place = hash & this.mask
    entries[place + 1] = entries[place]
    entries[place] = { hash, key: key.slice(0, length), answer }
    return answer
  }
}
