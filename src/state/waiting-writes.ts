import type { Write } from '../lib/key-value.ts'

/** What a write costs beside its texts. */
const OVERHEAD_BYTES = 200

interface Waiting {
  readonly write: Write
  readonly bytes: number
  /** When what it writes is over. */
  readonly expiresMs: number
}

/** Writes that a store could not take: of each key, and field of a hash, the last one; of lists all that may stay. Bounded in bytes: the oldest are lost, and counted. */
export class WaitingWrites {
  private readonly bySlot = new Map<string, Waiting>()
  private readonly maxBytes: number
  private readonly now: () => number
  private bytes = 0
  private pushes = 0
  lost = 0

  constructor(maxBytes: number, now: () => number = Date.now) {
    this.maxBytes = maxBytes
    this.now = now
  }

  get size(): number {
    return this.bySlot.size
  }

  add(writes: readonly Write[]): void {
    for (const write of writes) {
      const slot = this.slotOf(write)
      this.remove(slot)
      const bytes = bytesOf(write)
      this.bySlot.set(slot, { write, bytes, expiresMs: 'ttlMs' in write ? this.now() + (write.ttlMs ?? 0) : Number.POSITIVE_INFINITY })
      this.bytes += bytes
    }
    for (const slot of this.bySlot.keys()) {
      if (this.bytes <= this.maxBytes) break
      this.remove(slot)
      this.lost++
    }
  }

  /** The first of them, in their order, with the time that they have left. What is over meanwhile does not come. */
  first(count: number): { readonly writes: readonly Write[]; done(): void } {
    const taken: [string, Waiting][] = []
    const writes: Write[] = []
    const now = this.now()
    for (const one of this.bySlot) {
      if (taken.length >= count) break
      taken.push(one)
      const { write, expiresMs } = one[1]
      if (!('ttlMs' in write) || write.ttlMs === undefined) writes.push(write)
      else if (expiresMs > now) writes.push({ ...write, ttlMs: expiresMs - now })
      else writes.push({ op: 'delete', key: write.key })
    }
    // Of what has been written anew meanwhile the newer stays.
    const done = () => {
      for (const [slot, waiting] of taken) if (this.bySlot.get(slot) === waiting) this.remove(slot)
    }
    return { writes, done }
  }

  private remove(slot: string): void {
    const waiting = this.bySlot.get(slot)
    if (waiting === undefined) return
    this.bytes -= waiting.bytes
    this.bySlot.delete(slot)
  }

  private slotOf(write: Write): string {
    const { op, key } = write
    if (op === 'hash-set' || op === 'hash-delete') return `field ${key.length} ${key} ${write.field}`
    if (op === 'push') return `push ${this.pushes++}`
    return op === 'expire' ? `expire ${key}` : `key ${key}`
  }
}

/** What a write takes in memory, about. */
export function bytesOf(write: Write): number {
  const value = 'value' in write ? write.value.length : 0
  const field = 'field' in write ? write.field.length : 0
  return OVERHEAD_BYTES + 2 * (write.key.length + field + value)
}
