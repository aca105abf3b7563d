import { type KeyValue, type Write, WrongKind } from '../lib/key-value.ts'

/** A hash of the store as it was last read, so that nobody waits for it. What is said here holds at once; what others have written is known when it is read again. */
export class RememberedHash {
  private readonly store: KeyValue
  private readonly key: string
  /** Fields that are remembered: those beyond stay in the store, unseen. */
  private readonly max: number
  private values: ReadonlyMap<string, string> = new Map()
  /** What has been said here and was not yet in the store: a field that was taken away has no value. */
  private readonly said = new Map<string, { readonly value: string | undefined }>()

  constructor(store: KeyValue, key: string, max: number) {
    this.store = store
    this.key = key
    this.max = max
  }

  /** In the order in which they were read and said. */
  get all(): ReadonlyMap<string, string> {
    return this.values
  }

  /** There is room for no other field. */
  get isFull(): boolean {
    return this.values.size >= this.max
  }

  /** Whether anything has changed. Rejects with StoreAway. */
  async read(): Promise<boolean> {
    // A write that is done before this is over may be newer than what is read.
    const before = new Map(this.said)
    const found = await this.store.hash(this.key).catch((error: unknown) => {
      // Somebody has put something else there.
      if (error instanceof WrongKind) return new Map<string, string>()
      throw error
    })
    const read = new Map([...found].slice(0, this.max))
    for (const [field, { value }] of [...before, ...this.said]) {
      if (value === undefined) read.delete(field)
      else read.set(field, value)
    }
    const isSame = read.size === this.values.size && [...read].every(([field, value]) => this.values.get(field) === value)
    if (!isSame) this.values = read
    return !isSame
  }

  /** Undefined takes it away. What cannot be kept is counted by the store, which says so. */
  set(field: string, value: string | undefined): void {
    const after = new Map(this.values)
    after.delete(field)
    if (value !== undefined) after.set(field, value)
    this.values = after
    const { key } = this
    const said = { value }
    this.said.set(field, said)
    const write: Write = value === undefined ? { op: 'hash-delete', key, field } : { op: 'hash-set', key, field, value }
    const done = () => {
      if (this.said.get(field) === said) this.said.delete(field)
    }
    this.store.write([write]).then(done, done)
  }
}
