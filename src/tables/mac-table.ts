import { mix } from './hash.ts'
import { KeyIndex, MAX_PROBES } from './key-index.ts'
import { MacRow, NonIpRow } from './rows.gen.ts'

/** A LAN's worth many times over; a flood of made-up addresses is refused and counted. */
export const MAX_MACS = 65_536
export const MAX_NON_IP = 16_384

const high = (b: Uint8Array, at: number) => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!
const low = (b: Uint8Array, at: number) => (b[at + 4]! << 8) | b[at + 5]!

/** Link addresses. */
export class MacTable {
  readonly rows: MacRow
  private readonly index: KeyIndex
  private readonly seed: number
  refused = 0
  /** Makers by row, once they have been looked up; '' when unknown. Rows are never given to another address. */
  readonly vendors: string[] = []

  constructor(seed: number) {
    this.seed = seed
    this.rows = new MacRow(MAX_MACS)
    this.index = new KeyIndex(MAX_MACS)
  }

  private hashOf(hi: number, lo: number): number {
    return mix(Math.imul(hi ^ this.seed, 0x85ebca6b) ^ lo)
  }

  /** Goes to an address, by its first four bytes and its last two; -1 when it is not there. */
  find(hi: number, lo: number, hash = this.hashOf(hi, lo)): number {
    const { rows } = this
    const { pairs, mask } = this.index
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const rowPlus1 = pairs[2 * i + 1]!
      if (rowPlus1 === 0) return -1
      if (pairs[2 * i] !== hash) continue
      rows.go(rowPlus1 - 1)
      if (rows.high === hi && rows.low === lo) return rowPlus1 - 1
    }
    return -1
  }

  /** Goes to the address at b[at .. at + 6), making its row when new; -1 when there is no room. */
  upsert(b: Uint8Array, at: number, nowMs: number): number {
    const hi = high(b, at)
    const lo = low(b, at)
    const hash = this.hashOf(hi, lo)
    const there = this.find(hi, lo, hash)
    if (there >= 0) return there
    const { rows } = this
    const row = rows.take()
    if (row < 0 || !this.index.insert(hash, row)) {
      if (row >= 0) rows.release(row)
      this.refused++
      return -1
    }
    rows.hash = hash
    rows.high = hi
    rows.low = lo
    rows.host = -1
    rows.firstSeenMs = nowMs
    rows.lastSeenMs = nowMs
    return row
  }

  get bytesInUse(): number {
    return this.rows.bytesInUse + this.index.pairs.byteLength
  }
}

/** Frames without IP by sender, receiver and ethertype. */
export class NonIpTable {
  readonly rows: NonIpRow
  private readonly index: KeyIndex
  private readonly seed: number
  refused = 0

  constructor(seed: number) {
    this.seed = seed
    this.rows = new NonIpRow(MAX_NON_IP)
    this.index = new KeyIndex(MAX_NON_IP)
  }

  count(b: Uint8Array, sourceAt: number, destinationAt: number, etherType: number, bytes: number, packets: number, nowMs: number): void {
    const sh = high(b, sourceAt)
    const sl = low(b, sourceAt)
    const dh = high(b, destinationAt)
    const dl = low(b, destinationAt)
    const hash = mix(mix(Math.imul(sh ^ this.seed, 0x85ebca6b) ^ sl) ^ mix(Math.imul(dh, 0xc2b2ae35) ^ dl) ^ etherType)
    const row = this.find(hash, sh, sl, dh, dl, etherType)
    const { rows } = this
    if (row < 0) {
      const made = rows.take()
      if (made < 0 || !this.index.insert(hash, made)) {
        if (made >= 0) rows.release(made)
        this.refused++
        return
      }
      rows.hash = hash
      rows.sourceHigh = sh
      rows.sourceLow = sl
      rows.destinationHigh = dh
      rows.destinationLow = dl
      rows.etherType = etherType
      rows.firstSeenMs = nowMs
    }
    rows.bytes += bytes
    rows.packets += packets
    rows.lastSeenMs = nowMs
  }

  private find(hash: number, sh: number, sl: number, dh: number, dl: number, etherType: number): number {
    const { rows } = this
    const { pairs, mask } = this.index
    for (let i = hash & mask, n = 0; n < MAX_PROBES; i = (i + 1) & mask, n++) {
      const rowPlus1 = pairs[2 * i + 1]!
      if (rowPlus1 === 0) return -1
      if (pairs[2 * i] !== hash) continue
      rows.go(rowPlus1 - 1)
      if (
        rows.sourceHigh === sh &&
        rows.destinationHigh === dh &&
        rows.sourceLow === sl &&
        rows.destinationLow === dl &&
        rows.etherType === etherType
      )
        return rowPlus1 - 1
    }
    return -1
  }
}
