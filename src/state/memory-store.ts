import { type ScanPage, type Write, WrongKind } from '../lib/key-value.ts'
import type { Backend } from './backend.ts'

type Held = string | Map<string, string> | string[]
interface Entry {
  held: Held
  /** Infinity: it stays. */
  expiresMs: number
}
/** Entries that are looked at for their time once a second. */
const TENDED = 20_000

/** State that lasts as long as the program. */
export class MemoryStore implements Backend {
  readonly kind = 'memory'
  readonly where = 'memory'
  readonly fault = undefined
  private readonly entries = new Map<string, Entry>()
  private readonly now: () => number
  private tending: Iterator<[string, Entry]> | undefined

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  async get(key: string): Promise<string | undefined> {
    return this.text(key)
  }
  async getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    return keys.map((key) => {
      const held = this.live(key)?.held
      return typeof held === 'string' ? held : undefined
    })
  }
  async hash(key: string): Promise<ReadonlyMap<string, string>> {
    return new Map(this.fields(key))
  }
  async hashGet(key: string, field: string): Promise<string | undefined> {
    return this.fields(key)?.get(field)
  }
  async list(key: string, limit: number): Promise<readonly string[]> {
    return this.items(key)?.slice(0, limit) ?? []
  }

  async scan(prefix: string, limit: number, cursor = ''): Promise<ScanPage> {
    const keys: string[] = []
    for (const key of this.entries.keys()) if (key > cursor && key.startsWith(prefix) && this.live(key)) keys.push(key)
    keys.sort()
    return { keys: keys.slice(0, limit), cursor: keys.length > limit ? keys[limit - 1] : undefined }
  }

  async write(batch: readonly Write[]): Promise<void> {
    const undo = new Map<string, Entry | undefined>()
    try {
      for (const one of batch) {
        if (!undo.has(one.key)) undo.set(one.key, copyOf(this.live(one.key)))
        this.apply(one)
      }
    } catch (error) {
      for (const [key, entry] of undo) {
        if (entry === undefined) this.entries.delete(key)
        else this.entries.set(key, entry)
      }
      throw error
    }
  }

  private apply(write: Write): void {
    const { key } = write
    switch (write.op) {
      case 'set':
        return void this.entries.set(key, { held: write.value, expiresMs: this.until(write.ttlMs) })
      case 'delete':
        return void this.entries.delete(key)
      case 'expire': {
        const entry = this.live(key)
        if (entry !== undefined) entry.expiresMs = this.until(write.ttlMs)
        return
      }
      case 'hash-set':
        return void (this.fields(key) ?? this.begin(key, new Map<string, string>())).set(write.field, write.value)
      case 'hash-delete': {
        const fields = this.fields(key)
        fields?.delete(write.field)
        if (fields?.size === 0) this.entries.delete(key)
        return
      }
      case 'push': {
        const items = this.items(key) ?? this.begin(key, [] as string[])
        items.unshift(write.value)
        items.length = Math.min(items.length, write.keep)
        if (items.length === 0) this.entries.delete(key)
      }
    }
  }

  tend(): void {
    this.tending ??= this.entries.entries()
    const now = this.now()
    for (let n = 0; n < TENDED; n++) {
      const { done, value } = this.tending.next()
      if (done === true) {
        this.tending = undefined
        return
      }
      if (value[1].expiresMs <= now) this.entries.delete(value[0])
    }
  }
  async close(): Promise<void> {}

  private until(ttlMs = Number.POSITIVE_INFINITY): number {
    return this.now() + ttlMs
  }
  private begin<T extends Held>(key: string, held: T): T {
    this.entries.set(key, { held, expiresMs: Number.POSITIVE_INFINITY })
    return held
  }
  private live(key: string): Entry | undefined {
    const entry = this.entries.get(key)
    if (entry === undefined || entry.expiresMs > this.now()) return entry
    this.entries.delete(key)
    return undefined
  }
  private text(key: string): string | undefined {
    const held = this.live(key)?.held
    if (held !== undefined && typeof held !== 'string') throw new WrongKind(`${key} holds no text`)
    return held
  }
  private fields(key: string): Map<string, string> | undefined {
    const held = this.live(key)?.held
    if (held !== undefined && !(held instanceof Map)) throw new WrongKind(`${key} holds no hash`)
    return held
  }
  private items(key: string): string[] | undefined {
    const held = this.live(key)?.held
    if (held !== undefined && !Array.isArray(held)) throw new WrongKind(`${key} holds no list`)
    return held
  }
}

function copyOf(entry: Entry | undefined): Entry | undefined {
  if (entry === undefined) return undefined
  const { held, expiresMs } = entry
  return { held: typeof held === 'string' ? held : Array.isArray(held) ? [...held] : new Map(held), expiresMs }
}
