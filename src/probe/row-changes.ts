/** Which rows have come and which have left since that was last told, by their keys: so that those who merge know at every tick how many rows all workers have, without all keys. */
import { HOST_LIVE, HOST_LOCAL } from '../tables/host-table.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { hostView } from '../tables/views/host-view.ts'
import { macView } from '../tables/views/mac-view.ts'
import type { View } from '../tables/views/view.ts'
import { KeyHash, type Keys } from './merge/keys.ts'
import type { Changes, RowChanges } from './merge/part.ts'
import { type Feed, flowKey, keyFeed } from './row-keys.ts'

/** What tells one user of a row from the next; 0: nobody uses it. */
type Identity = (row: number) => number

export class TableChanges {
  private readonly t: LiveTables
  private readonly flows: Told
  private readonly hosts: Told
  private readonly macs: Told
  private at = 0
  private salt = 0

  constructor(t: LiveTables) {
    this.t = t
    const [flows, hosts, macs] = [t.flows.rows, t.hosts.rows, t.macs.rows]
    this.flows = new Told(flows, (row) => ((flows.go(row).flags & FLOW_LIVE) === 0 ? 0 : flows.serial | 0), flowKey(t))
    // Of two hosts that use one row one after the other, seeded hashes are the same once in 2^32.
    this.hosts = new Told(
      hosts,
      (row) => ((hosts.go(row).flags & HOST_LIVE) === 0 ? 0 : hosts.hash || 1),
      keyFeed(t, hostView(t) as View),
      (row) => (hosts.go(row).flags & HOST_LOCAL) !== 0,
    )
    this.macs = new Told(macs, () => 1, keyFeed(t, macView(t) as View))
  }

  /** `after`: what the asker was told last; when it is not what we told last, all rows have come. */
  since(after: number, salt: number): Changes {
    const isWhole = after !== this.at || salt !== this.salt || after === 0
    this.salt = salt
    this.at++
    const hash = new KeyHash(salt)
    const { flowsTotal, flows, hosts, options } = this.t
    return {
      at: this.at,
      isWhole,
      flows: this.flows.changes(isWhole, hash, `${flowsTotal} ${flows.rows.live}`),
      // Where hosts may leave, as many can be others.
      hosts: this.hosts.changes(isWhole, hash, options.idle === undefined ? String(hosts.rows.live) : undefined),
      macs: this.macs.changes(isWhole, hash, String(this.t.macs.rows.used)),
    }
  }
}

const NOTHING: RowChanges = {
  come: { low: new Int32Array(0), high: new Int32Array(0) },
  left: { low: new Int32Array(0), high: new Int32Array(0) },
}

/** What was told of the rows of one table. */
class Told {
  private readonly rows: { readonly used: number }
  private readonly identity: Identity
  private readonly feed: Feed
  private readonly isLocal: ((row: number) => boolean) | undefined
  private users = new Int32Array(0)
  private keys: Keys = NOTHING.come
  private version = ''

  constructor(rows: { readonly used: number }, identity: Identity, feed: Feed, isLocal?: (row: number) => boolean) {
    this.rows = rows
    this.identity = identity
    this.feed = feed
    this.isLocal = isLocal
  }

  /** While the version stays the same, no row comes or leaves. */
  changes(isWhole: boolean, hash: KeyHash, version?: string): RowChanges {
    if (!isWhole && version !== undefined && version === this.version) return NOTHING
    this.version = version ?? ''
    const { rows, identity } = this
    if (isWhole) this.users.fill(0)
    if (this.users.length < rows.used) this.grow(rows.used)
    const { users } = this
    const come: number[] = []
    const left: number[] = []
    for (let row = 0; row < rows.used; row++) {
      const user = identity(row)
      const before = users[row]!
      if (user === before) continue
      users[row] = user
      if (before !== 0) left.push(row)
      if (user !== 0) come.push(row)
    }
    // The keys of those that have left before their rows get the keys of others.
    const gone = this.keysOf(left)
    for (const row of come) this.put(row, hash)
    const { isLocal } = this
    return { come: this.keysOf(come), left: gone, ...(isLocal && { local: Uint8Array.from(come, (row) => (isLocal(row) ? 1 : 0)) }) }
  }

  private keysOf(rows: readonly number[]): Keys {
    const { low, high } = this.keys
    return { low: Int32Array.from(rows, (row) => low[row]!), high: Int32Array.from(rows, (row) => high[row]!) }
  }

  private put(row: number, hash: KeyHash): void {
    this.feed(row, hash)
    this.keys.low[row] = hash.low
    this.keys.high[row] = hash.high
  }

  private grow(rows: number): void {
    const wider = (old: Int32Array) => {
      const next = new Int32Array(Math.max(1024, rows + (rows >> 1)))
      next.set(old)
      return next
    }
    this.users = wider(this.users)
    this.keys = { low: wider(this.keys.low), high: wider(this.keys.high) }
  }
}
