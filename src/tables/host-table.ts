import { hashEnd, mix } from './hash.ts'
import { KeyIndex, MAX_PROBES } from './key-index.ts'
import { HostAppRow, HostRow } from './rows.gen.ts'

export const HOST_LOCAL = 1
/** Group addresses do not answer for a MAC. */
export const HOST_MULTICAST = 2
export const HOST_LIVE = 4

const FIRST_ROWS = 1 << 16
/** Rows of host × application, as a multiple of the hosts' limit; what finds none is counted under the host's first row. */
const APPS_A_HOST = 8

/** Hosts by address and VLAN, and what each did with each application. */
export class HostTable {
  readonly rows: HostRow
  readonly apps: HostAppRow
  private readonly index: KeyIndex
  private readonly appIndex: KeyIndex
  readonly limit: number
  private readonly appLimit: number
  private readonly seed: number
  /** Shares that were put under another application because the table was full. */
  appsRefused = 0

  constructor(limit: number | undefined, seed: number) {
    this.limit = limit ?? Number.POSITIVE_INFINITY
    this.appLimit = this.limit * APPS_A_HOST
    this.seed = seed
    const capacity = limit ?? FIRST_ROWS
    this.rows = new HostRow(capacity)
    this.index = new KeyIndex(capacity)
    this.apps = new HostAppRow(capacity)
    this.appIndex = new KeyIndex(capacity)
  }

  /** Goes to the host; -1 when it is not there. */
  find(w0: number, w1: number, w2: number, w3: number, vlan: number): number {
    return this.lookUp(mix(hashEnd(w0, w1, w2, w3, vlan, this.seed)), w0, w1, w2, w3, vlan)
  }

  private lookUp(hash: number, w0: number, w1: number, w2: number, w3: number, vlan: number): number {
    const { rows } = this
    const { pairs, mask } = this.index
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const rowPlus1 = pairs[2 * i + 1]!
      if (rowPlus1 === 0) return -1
      if (pairs[2 * i] !== hash) continue
      rows.go(rowPlus1 - 1)
      if (rows.a3 === w3 && rows.a2 === w2 && rows.a1 === w1 && rows.a0 === w0 && rows.vlan === vlan) return rowPlus1 - 1
    }
    return -1
  }

  /** Goes to the host, making it when new (then `isNew`); -1 when there is no room. */
  upsert(w0: number, w1: number, w2: number, w3: number, vlan: number): number {
    const hash = mix(hashEnd(w0, w1, w2, w3, vlan, this.seed))
    const there = this.lookUp(hash, w0, w1, w2, w3, vlan)
    this.isNew = there < 0
    if (there >= 0) return there
    const { rows } = this
    if (rows.live >= this.limit) return -1
    if (rows.live === rows.capacity) {
      rows.grow()
      this.index.grow()
    }
    const row = rows.take()
    if (!this.index.insert(hash, row)) {
      rows.release(row)
      return -1
    }
    rows.hash = hash
    rows.vlan = vlan
    rows.a0 = w0
    rows.a1 = w1
    rows.a2 = w2
    rows.a3 = w3
    rows.flags = HOST_LIVE
    rows.mac = -1
    rows.firstApp = -1
    return row
  }
  isNew = false

  /** Goes (in `apps`) to the row of this host and application, making it when new. -1 when there is none and no room. */
  upsertApp(host: number, app: number): number {
    const { apps } = this
    const hash = mix(Math.imul(host, 0x9e3779b1) ^ app ^ this.seed)
    const { pairs, mask } = this.appIndex
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const rowPlus1 = pairs[2 * i + 1]!
      if (rowPlus1 === 0) break
      if (pairs[2 * i] !== hash) continue
      apps.go(rowPlus1 - 1)
      if (apps.host === host && apps.app === app) return rowPlus1 - 1
    }
    return this.insertApp(host, app, hash)
  }

  private insertApp(host: number, app: number, hash: number): number {
    const { apps, rows } = this
    if (apps.live >= this.appLimit) {
      this.appsRefused++
      const first = rows.go(host).firstApp
      if (first >= 0) apps.go(first)
      return first
    }
    if (apps.live === apps.capacity) {
      apps.grow()
      this.appIndex.grow()
    }
    const row = apps.take()
    if (!this.appIndex.insert(hash, row)) {
      apps.release(row)
      return -1
    }
    apps.hash = hash
    apps.host = host
    apps.app = app
    rows.go(host)
    apps.next = rows.firstApp
    rows.firstApp = row
    return row
  }

  remove(host: number): void {
    const { apps, rows } = this
    for (let row = rows.go(host).firstApp; row >= 0; ) {
      apps.go(row)
      const next = apps.next
      this.appIndex.remove(apps.hash, row)
      apps.release(row)
      row = next
    }
    rows.go(host)
    this.index.remove(rows.hash, host)
    rows.flags = 0
    rows.release(host)
  }

  get bytesInUse(): number {
    return this.rows.bytesInUse + this.apps.bytesInUse + this.index.pairs.byteLength + this.appIndex.pairs.byteLength
  }
}
