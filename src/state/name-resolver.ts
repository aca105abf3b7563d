import type { HostResolver, NamedHost, ResolvedHosts, ResolverStats, ShownHost, WantedNames } from '../lib/host-naming.ts'
import type { KeyValue, Write } from '../lib/key-value.ts'
import { type AddressWords, parseAddress } from '../wire/address.ts'
import { isBroadcast, isMulticast, isUnspecified } from '../wire/address-class.ts'
import { DNS_TTL_MS, dnsKey } from './keys.ts'
import { hostName, type ReverseDns } from './reverse-dns.ts'

export interface NameResolverOptions {
  readonly store: KeyValue
  readonly dns: ReverseDns
  readonly which: Exclude<ResolvedHosts, 'none'>
  readonly isLocal: (words: AddressWords) => boolean
  /** Hears what was found; '' where a host has no name (any more). */
  readonly found: (names: readonly NamedHost[]) => void
}

/** Questions that are on their way at once. */
const AT_ONCE = 8
/** Addresses that wait to be asked for, as in 1.2; those beyond are counted. */
const MAX_QUEUE = 500
/** Addresses that are looked for among names of before, at once. */
const MAX_READING = 2048
/** What was found is told in one message. */
const TELL_MS = 200
/** An address without an answer is asked for again after this time. */
const FAILED_MS = 60_000
/** Addresses whose answers are remembered, so that nobody asks again; the oldest are forgotten. */
const MAX_KNOWN = 16_384

/**
 * Finds names of hosts by reverse DNS. Names of the last hour are in the store, under 1.2's keys; where a host has no name its address stands there. Hosts that somebody looks at come first. Everything is
 * bounded: beyond that hosts stay without a name, and are counted.
 */
export class NameResolver implements HostResolver {
  readonly which: Exclude<ResolvedHosts, 'none'>
  private readonly options: NameResolverOptions
  /** Address → until when nobody asks for it again (performance.now()). */
  private readonly known = new Map<string, number>()
  /** Looked for in the store; true: somebody looks at it. */
  private readonly reading = new Map<string, boolean>()
  private readonly shownFirst = new Set<string>()
  private readonly later = new Set<string>()
  private readonly asking = new Set<string>()
  private readonly news = new Map<string, string>()
  private timer: NodeJS.Timeout | undefined
  private fault: string | undefined
  private isClosed = false
  private readonly counts = { asked: 0, named: 0, nameless: 0, failed: 0, kept: 0, refused: 0 }

  constructor(options: NameResolverOptions) {
    this.options = options
    this.which = options.which
  }

  stats(): ResolverStats {
    const { fault, shownFirst, later, asking } = this
    return { ...this.counts, waiting: shownFirst.size + later.size + asking.size, ...(fault !== undefined && { fault }) }
  }

  wanted({ addresses, missed }: WantedNames): void {
    this.counts.refused += missed
    this.look(addresses, false)
  }

  /** Somebody looks at these hosts. A name that was found here is looked up again when its time is over. */
  shown(hosts: readonly ShownHost[]): void {
    const wanted = hosts.filter(({ address, isNamed }) => !isNamed || this.known.has(address))
    this.look(
      wanted.map(({ address }) => address),
      true,
    )
  }

  private look(addresses: readonly string[], isShown: boolean): void {
    if (this.isClosed) return
    const nowMs = performance.now()
    const fresh: string[] = []
    for (const address of addresses) {
      if ((this.known.get(address) ?? 0) > nowMs || this.asking.has(address) || this.shownFirst.has(address)) continue
      if (this.reading.has(address)) {
        if (isShown) this.reading.set(address, true)
      } else if (this.later.has(address)) {
        if (isShown) this.enqueue(address, true)
      } else if (!this.isRight(address)) this.remember(address, DNS_TTL_MS)
      else if (this.reading.size >= MAX_READING) this.counts.refused++
      else {
        this.reading.set(address, isShown)
        fresh.push(address)
      }
    }
    if (fresh.length > 0) void this.read(fresh)
  }

  /** Only what a name server may know. */
  private isRight(address: string): boolean {
    const words = parseAddress(address)
    if (words === undefined || isMulticast(...words) || isBroadcast(...words) || isUnspecified(...words)) return false
    return this.which === 'all' || this.options.isLocal(words)
  }

  /** Names of before; the others are asked for. While the store is away all are. */
  private async read(addresses: readonly string[]): Promise<void> {
    const texts = await this.options.store.getMany(addresses.map(dnsKey)).catch(() => [])
    for (const [at, address] of addresses.entries()) {
      const isShown = this.reading.get(address) === true
      this.reading.delete(address)
      const text = texts[at]
      if (text === undefined) this.enqueue(address, isShown)
      else {
        this.counts.kept++
        // Others write there too.
        this.tell(address, text === address ? '' : hostName(text))
        this.remember(address, DNS_TTL_MS)
      }
    }
    this.askMore()
  }

  private enqueue(address: string, isShown: boolean): void {
    const { shownFirst, later } = this
    later.delete(address)
    if (shownFirst.size + later.size >= MAX_QUEUE) {
      this.counts.refused++
      const [oldest] = later
      if (!isShown || oldest === undefined) return
      later.delete(oldest)
    }
    ;(isShown ? shownFirst : later).add(address)
  }

  private askMore(): void {
    while (!this.isClosed && this.asking.size < AT_ONCE) {
      const queue = this.shownFirst.size > 0 ? this.shownFirst : this.later
      const [address] = queue
      if (address === undefined) return
      queue.delete(address)
      void this.ask(address)
    }
  }

  private async ask(address: string): Promise<void> {
    const { asking, counts, options } = this
    asking.add(address)
    counts.asked++
    try {
      const name = await options.dns.nameOf(address)
      if (name === '') counts.nameless++
      else counts.named++
      this.fault = undefined
      this.remember(address, DNS_TTL_MS)
      this.tell(address, name)
      const write: Write = { op: 'set', key: dnsKey(address), value: name === '' ? address : name, ttlMs: DNS_TTL_MS }
      // What cannot be kept is counted by the store.
      options.store.write([write]).catch(() => undefined)
    } catch (error) {
      counts.failed++
      if (!this.isClosed) this.fault = (error as Error).message
      this.remember(address, FAILED_MS)
    } finally {
      asking.delete(address)
    }
    this.askMore()
  }

  private remember(address: string, forMs: number): void {
    const { known } = this
    known.delete(address)
    known.set(address, performance.now() + forMs)
    if (known.size <= MAX_KNOWN) return
    const [oldest] = known.keys()
    known.delete(oldest!)
  }

  private tell(address: string, name: string): void {
    if (this.isClosed) return
    this.news.set(address, name)
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      const news = [...this.news]
      this.news.clear()
      this.options.found(news)
    }, TELL_MS)
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    this.options.dns.close()
  }
}
