import { hashWords } from './hash.ts'
import type { Packet } from './packet.ts'

// One row, in 32-bit words: what the fragments of one packet have in common, then the flow that the first one named.
const ID = 8
const WHICH = 9
const VLAN = 10
const KEY_WORDS = 11
const VALUE = 11
const ADDRESS_WORDS = 8
const PROTO = VALUE + ADDRESS_WORDS
const PORTS = PROTO + 1
const FLOW_VLAN = PORTS + 1
const VERSION_AND_TUNNEL = FLOW_VLAN + 1
const EXPIRES_S = VERSION_AND_TUNNEL + 1
const ROW_WORDS = 24

const WAYS = 4
const SETS = 1024
/** Hosts give up reassembly after 30 s (RFC 791 §3.2 says 15, most systems take 30). */
export const FRAGMENT_EXPIRY_S = 30
const IN_USE = 1 << 31

/**
 * The flows of fragmented packets. The first fragment has the ports, so it names the flow of the later ones; later ones that come before it
 * have none. Bounded: 4 places a hash value, the one soonest to expire is replaced.
 */
export class FragmentTable {
  /** Made with the first fragment. */
  private rows = new Int32Array(0)
  private readonly key = new Int32Array(KEY_WORDS)
  private readonly seed: number

  constructor(seed: number) {
    this.seed = seed | 0
  }

  /** A place for the flow of this first fragment; fill it by `name` when the flow is known. */
  reserve(p: Packet, id: number, nowS: number): number {
    if (this.rows.length === 0) this.rows = new Int32Array(SETS * WAYS * ROW_WORDS)
    const at = this.place(p, id, nowS, true)
    this.rows.set(this.key, at)
    this.rows[at + EXPIRES_S] = (nowS + FRAGMENT_EXPIRY_S) | 0
    this.rows[at + VERSION_AND_TUNNEL] = 0
    return at
  }

  /** Says what the packet of a reserved place turned out to be. */
  name(at: number, p: Packet): void {
    const { rows } = this
    rows[at + VALUE] = p.src0
    rows[at + VALUE + 1] = p.src1
    rows[at + VALUE + 2] = p.src2
    rows[at + VALUE + 3] = p.src3
    rows[at + VALUE + 4] = p.dst0
    rows[at + VALUE + 5] = p.dst1
    rows[at + VALUE + 6] = p.dst2
    rows[at + VALUE + 7] = p.dst3
    rows[at + PROTO] = p.proto
    rows[at + PORTS] = (p.srcPort << 16) | p.dstPort
    rows[at + FLOW_VLAN] = p.vlan
    rows[at + VERSION_AND_TUNNEL] = IN_USE | (p.tunnel << 8) | p.ipVersion
  }

  /** Gives a later fragment the flow of its first one; false when that is not known. */
  find(p: Packet, id: number, nowS: number): boolean {
    if (this.rows.length === 0) return false
    const at = this.place(p, id, nowS, false)
    if (at < 0 || this.rows[at + VERSION_AND_TUNNEL] === 0) return false
    const { rows } = this
    p.src0 = rows[at + VALUE]!
    p.src1 = rows[at + VALUE + 1]!
    p.src2 = rows[at + VALUE + 2]!
    p.src3 = rows[at + VALUE + 3]!
    p.dst0 = rows[at + VALUE + 4]!
    p.dst1 = rows[at + VALUE + 5]!
    p.dst2 = rows[at + VALUE + 6]!
    p.dst3 = rows[at + VALUE + 7]!
    p.proto = rows[at + PROTO]!
    p.srcPort = rows[at + PORTS]! >>> 16
    p.dstPort = rows[at + PORTS]! & 0xffff
    p.vlan = rows[at + FLOW_VLAN]!
    p.ipVersion = rows[at + VERSION_AND_TUNNEL]! & 0xff
    p.tunnel = (rows[at + VERSION_AND_TUNNEL]! >> 8) & 0xff
    return true
  }

  /** The row of this key or -1; with `make` the row to be overwritten for it instead. */
  private place(p: Packet, id: number, nowS: number, make: boolean): number {
    const { rows, key } = this
    this.fillKey(p, id)
    const first = (hashWords(key, KEY_WORDS, this.seed) & (SETS - 1)) * WAYS * ROW_WORDS
    let oldest = first
    for (let way = 0, at = first; way < WAYS; way++, at += ROW_WORDS) {
      if (rows[at + EXPIRES_S]! >= nowS && this.isKeyAt(at)) return at
      if (rows[at + EXPIRES_S]! < rows[oldest + EXPIRES_S]!) oldest = at
    }
    return make ? oldest : -1
  }

  private fillKey(p: Packet, id: number): void {
    const { key } = this
    key[0] = p.src0
    key[1] = p.src1
    key[2] = p.src2
    key[3] = p.src3
    key[4] = p.dst0
    key[5] = p.dst1
    key[6] = p.dst2
    key[7] = p.dst3
    key[ID] = id
    // In IPv6 the protocol may differ from fragment to fragment and only the first one's counts (RFC 8200 §4.5).
    key[WHICH] = p.ipVersion === 4 ? p.proto : -1
    key[VLAN] = p.vlan
  }

  private isKeyAt(at: number): boolean {
    const { rows, key } = this
    for (let i = 0; i < KEY_WORDS; i++) if (rows[at + i] !== key[i]) return false
    return true
  }
}
