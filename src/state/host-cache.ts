import { type KeptHosts, WANTED_WORDS } from '../lib/kept-hosts.ts'
import type { KeyValue, Write } from '../lib/key-value.ts'
import { HostPacker } from '../tables/host-packer.ts'
import { formatAddress } from '../wire/address.ts'
import { HostReader, HostWriter } from './kept-host-json.ts'
import { HOST_TTL_MS, hostKey } from './keys.ts'

/** Hosts that are written in one transaction, and asked for at once: others have their turn between. */
const AT_ONCE = 1000
/** The hosts that are kept at most: a flood of addresses fills neither a disk nor a server. The oldest make room. */
const MAX_HOSTS = 262_144

/** Hosts that have left, for an hour. Saves are done one after the other. */
export class HostCache {
  private readonly store: KeyValue
  private readonly instance: string
  private readonly maxHosts: number
  /** Keys that have been written, the oldest first. */
  private readonly keys = new Set<string>()
  private turn: Promise<void> = Promise.resolve()

  constructor(store: KeyValue, instance: string, maxHosts = MAX_HOSTS) {
    this.store = store
    this.instance = instance
    this.maxHosts = maxHosts
  }

  /** Resolves when they are in the store, or wait for it. */
  save(place: string, kept: KeptHosts): Promise<void> {
    this.turn = this.turn.then(() => this.write(place, kept))
    return this.turn
  }

  /** Resolves when all that was to be saved is in the store, or waits for it. */
  idle(): Promise<void> {
    return this.turn
  }

  private async write(place: string, kept: KeptHosts): Promise<void> {
    const hosts = new HostWriter(kept)
    for (let from = 0; from < kept.count; from += AT_ONCE) {
      const batch: Write[] = []
      for (let at = from; at < Math.min(kept.count, from + AT_ONCE); at++) {
        const key = hostKey(hosts.address(at), hosts.vlan(at), this.instance, place)
        batch.push({ op: 'set', key, value: hosts.json(at), ttlMs: HOST_TTL_MS })
        this.keys.delete(key)
        this.keys.add(key)
      }
      // What the store does not take it counts.
      await this.store.write([...batch, ...this.makeRoom()]).catch(() => undefined)
    }
  }

  private makeRoom(): Write[] {
    const gone: Write[] = []
    for (const key of this.keys) {
      if (this.keys.size <= this.maxHosts) break
      this.keys.delete(key)
      gone.push({ op: 'delete', key })
    }
    return gone
  }

  /** Those that are kept. Rejects with StoreAway. */
  async recall(place: string, wanted: Int32Array): Promise<KeptHosts> {
    const packer = new HostPacker()
    const reader = new HostReader(packer)
    // What was handed out before is there to be found.
    await this.turn
    for (let from = 0; from < wanted.length; from += AT_ONCE * WANTED_WORDS) {
      const part = wanted.subarray(from, from + AT_ONCE * WANTED_WORDS)
      const keys = Array.from({ length: part.length / WANTED_WORDS }, (_, n) => {
        const at = n * WANTED_WORDS
        return hostKey(formatAddress(part[at]!, part[at + 1]!, part[at + 2]!, part[at + 3]!), part[at + 4]!, this.instance, place)
      })
      const texts = await this.store.getMany(keys)
      for (const [n, text] of texts.entries())
        if (text !== undefined) reader.add(part.subarray(n * WANTED_WORDS, (n + 1) * WANTED_WORDS), text)
    }
    return packer.take()
  }
}
