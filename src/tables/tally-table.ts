import { mix } from './hash.ts'
import type { HostTable } from './host-table.ts'
import { KeyIndex, MAX_PROBES } from './key-index.ts'
import { TallyRow } from './rows.gen.ts'

/** Rows that are taken at first, and at most. */
const FIRST_ROWS = 4096
const MAX_ROWS = 1 << 20

/** How often each host sent and received what dissectors count: queries, answers, requests. A row for each counter that a host has used. */
export class TallyTable {
  readonly rows = new TallyRow(FIRST_ROWS)
  private readonly index = new KeyIndex(FIRST_ROWS)
  private readonly hosts: HostTable
  private readonly seed: number
  /** Counts that found no row. */
  refused = 0

  constructor(hosts: HostTable, seed: number) {
    this.hosts = hosts
    this.seed = seed
  }

  add(host: number, counter: number, sent: number, rcvd: number): void {
    if (!this.upsert(host, counter)) {
      this.refused++
      return
    }
    this.rows.sent += sent
    this.rows.rcvd += rcvd
  }

  /** Goes to the row, making it when new; false when there is no room. */
  private upsert(host: number, counter: number): boolean {
    const { rows } = this
    const hash = mix(Math.imul(host, 0x9e3779b1) ^ counter ^ this.seed)
    const { pairs, mask } = this.index
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const rowPlus1 = pairs[2 * i + 1]!
      if (rowPlus1 === 0) break
      if (pairs[2 * i] !== hash) continue
      rows.go(rowPlus1 - 1)
      if (rows.host === host && rows.counter === counter) return true
    }
    if (rows.live === rows.capacity) {
      if (rows.capacity >= MAX_ROWS) return false
      rows.grow()
      this.index.grow()
    }
    const row = rows.take()
    if (!this.index.insert(hash, row)) {
      rows.release(row)
      return false
    }
    rows.hash = hash
    rows.host = host
    rows.counter = counter
    const owner = this.hosts.rows.go(host)
    // Row + 1, so that a host's zeroed row says none.
    rows.nextPlus1 = owner.firstTallyPlus1
    owner.firstTallyPlus1 = row + 1
    return true
  }

  each(host: number, visit: (counter: number, sent: number, rcvd: number) => void): void {
    const { rows } = this
    for (let at = this.hosts.rows.go(host).firstTallyPlus1; at > 0; at = rows.go(at - 1).nextPlus1) {
      rows.go(at - 1)
      visit(rows.counter, rows.sent, rows.rcvd)
    }
  }

  /** The host leaves. */
  forget(host: number): void {
    const { rows } = this
    for (let at = this.hosts.rows.go(host).firstTallyPlus1; at > 0; ) {
      rows.go(at - 1)
      const next = rows.nextPlus1
      this.index.remove(rows.hash, at - 1)
      rows.release(at - 1)
      at = next
    }
    this.hosts.rows.go(host).firstTallyPlus1 = 0
  }

  get bytesInUse(): number {
    return this.rows.bytesInUse + this.index.pairs.byteLength
  }
}
