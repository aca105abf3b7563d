/** What one flow said of another that is yet to come: the media of a call, the data connection of FTP. Bounded, and forgotten in time. */
const MAX_EXPECTED = 16_384

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

const keyOf = (w3: number, port: number, proto: number) => (w3 >>> 0) * 16_777_216 + port * 256 + proto

export class Expectations {
  private readonly byKey = new Map<number, Expected>()
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
    return this.byKey.size === 0
  }

  add(e: Expected): void {
    if (this.fresh !== undefined && this.fresh.length < MAX_FRESH) this.fresh.push(e)
    // What comes in the order of packets holds at once, also for a packet that bears an earlier time.
    this.learn({ ...e, sinceMs: 0 })
  }

  /** Takes what another was told. */
  learn(e: Expected): void {
    const key = keyOf(e.w3, e.port, e.proto)
    // The key is exact for IPv4; IPv6 addresses that share their last word take each other's place.
    this.byKey.delete(key)
    if (this.byKey.size >= MAX_EXPECTED) {
      this.byKey.delete(this.byKey.keys().next().value!)
      this.replaced++
    }
    this.byKey.set(key, e)
  }

  /** The application expected at this end, or 0. */
  find(w0: number, w1: number, w2: number, w3: number, port: number, proto: number, nowMs: number): number {
    const e = this.byKey.get(keyOf(w3, port, proto))
    if (e === undefined || e.w2 !== w2 || e.w1 !== w1 || e.w0 !== w0) return 0
    return e.untilMs >= nowMs && e.sinceMs <= nowMs ? e.app : 0
  }
}
