import { hashEnd, mix } from './hash.ts'
import { RecentSlots } from './recent-slots.ts'

/** What one flow said of another that is yet to come: the media of a call, the data connection of FTP. Bounded, and forgotten in time. */
const MAX_EXPECTED = 16_384
const SEED = crypto.getRandomValues(new Int32Array(1))[0]!

export interface Expected {
  readonly w0: number
  readonly w1: number
  readonly w2: number
  readonly w3: number
  readonly port: number
  readonly proto: number
  readonly app: number
  /** Packet time at which it was said, and until when it holds. */
  readonly sinceMs: number
  readonly untilMs: number
}

/** Announcements that wait to be told to others; what comes while there are so many is not. */
const MAX_FRESH = 4096

export class Expectations {
  private readonly slots = new RecentSlots(MAX_EXPECTED)
  private readonly expected = new Array<Expected | undefined>(MAX_EXPECTED).fill(undefined)
  /** Expectations that pushed out an older one. */
  replaced = 0

  private fresh: Expected[] | undefined

  /** From now on `takeFresh` has what is announced here. */
  share(): void {
    this.fresh = []
  }
  takeFresh(): Expected[] {
    const { fresh } = this
    if (fresh === undefined || fresh.length === 0) return []
    this.fresh = []
    return fresh
  }

  get isEmpty(): boolean {
    return this.slots.count === 0
  }

  add(e: Expected): void {
    if (this.fresh !== undefined && this.fresh.length < MAX_FRESH) this.fresh.push(e)
    // What comes in the order of packets holds at once, also for a packet that bears an earlier time.
    this.learn({ ...e, sinceMs: 0 })
  }

  /** Takes what another was told. */
  learn(e: Expected): void {
    const hash = hashEnd(e.w0, e.w1, e.w2, e.w3, (e.port << 8) | e.proto, SEED)
    this.expected[this.slots.claim(hash, mix(hash))] = e
    if (this.slots.hasReplaced) this.replaced++
  }

  /** The application expected at this end, or 0. */
  find(w0: number, w1: number, w2: number, w3: number, port: number, proto: number, nowMs: number): number {
    const hash = hashEnd(w0, w1, w2, w3, (port << 8) | proto, SEED)
    const slot = this.slots.find(hash, mix(hash))
    if (slot < 0) return 0
    const e = this.expected[slot]!
    const isIt = e.w3 === w3 && e.w2 === w2 && e.w1 === w1 && e.w0 === w0 && e.port === port && e.proto === proto
    if (!isIt) return 0
    return e.untilMs >= nowMs && e.sinceMs <= nowMs ? e.app : 0
  }
}
