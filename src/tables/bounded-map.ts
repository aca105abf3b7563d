/**
 * A map that forgets what has not been asked for or set for longest, half of it at a time. Deleting the first key of a Map for each new one would cost more
 * with every deleted entry that the engine has to step over.
 */
export class BoundedMap<K, V> {
  private readonly half: number
  private young = new Map<K, V>()
  private old = new Map<K, V>()

  /** Holds at least `max / 2` and at most `max` entries once it is full. */
  constructor(max: number) {
    this.half = Math.ceil(max / 2)
  }

  get size(): number {
    return this.young.size + this.old.size
  }

  get(key: K): V | undefined {
    const there = this.young.get(key)
    if (there !== undefined) return there
    const value = this.old.get(key)
    if (value !== undefined) {
      this.old.delete(key)
      this.set(key, value)
    }
    return value
  }

  set(key: K, value: V): void {
    this.old.delete(key)
    this.young.set(key, value)
    if (this.young.size < this.half) return
    this.old = this.young
    this.young = new Map()
  }
}
