import type { Packet } from '../wire/packet.ts'
import type { FlowOrigins } from './flow-origins.ts'
import type { LiveTables } from './live-tables.ts'
import { RecentSlots } from './recent-slots.ts'
import { FLOW_COLLECTED } from './tcp-analysis.ts'

const OWNERS = 1 << 17
const SILENT_MS = 60_000

/** An exporter, and whether it tells what came in or went out. */
export const whoOf = (exporter: number, isEgress: boolean): number => ((exporter + 1) << 1) | (isEgress ? 1 : 0)

/** By whom each direction of a flow is counted, until that one is silent: bounded, what was not told of for longest is given up. */
class Owners {
  private readonly slots = new RecentSlots(OWNERS)
  private readonly who = new Uint32Array(OWNERS)
  private readonly lastMs = new Float64Array(OWNERS)

  /** `before`: who has it where nothing is remembered. */
  isOf(who: number, before: number, hash: number, tag: number, nowMs: number, timeoutMs: number): boolean {
    const slot = this.slots.claim(hash, tag)
    const isFree = this.slots.isNew || nowMs - this.lastMs[slot]! > SILENT_MS + timeoutMs
    if (isFree) {
      this.who[slot] = this.slots.isNew ? before : who
      this.lastMs[slot] = nowMs
    }
    if (this.who[slot] !== who) return false
    this.lastMs[slot] = nowMs
    return true
  }
}

/** Tells what somebody else counts already, of flow records and of samples alike. */
export class Repeats {
  private readonly t: LiveTables
  private readonly origins: FlowOrigins
  /** The exporter, and way in or out, that all came by so far; then who counts each flow. */
  private soleWho = 0
  private owners: Owners | undefined

  constructor(tables: LiveTables, origins: FlowOrigins) {
    this.t = tables
    this.origins = origins
  }

  /**
   * Whether somebody else counts this direction of the flow of `key`, for which `flows.find` has just been asked and said `found`. `timeoutMs`: how long the
   * exporter lets pass before it tells of it again.
   */
  has(key: Packet, found: number, exporter: number, isEgress: boolean, nowMs: number, timeoutMs: number): boolean {
    const { repeatRule } = this.t
    if (repeatRule === 'all') return false
    if (repeatRule === 'ingress') return isEgress
    const who = whoOf(exporter, isEgress)
    // While all is told in one place nobody can tell it again.
    if (this.soleWho === 0) this.soleWho = who
    if (this.soleWho !== who) this.owners ??= new Owners()
    if (this.owners === undefined) return false
    const { hash } = this.t.flows
    const before = found < 0 ? 0 : this.whoTold(found)
    return !this.owners.isOf(who, before || who, isForward(key) ? hash : ~hash, hash, nowMs, timeoutMs)
  }
  /** Who told of this direction of the flow before owners were kept; 0: nobody. */
  private whoTold(found: number): number {
    const { rows } = this.t.flows
    return (rows.flags & FLOW_COLLECTED) === 0 ? 0 : this.origins.who[found]!
  }
}

/** A direction of a flow has one name, whoever tells of it. */
function isForward(key: Packet): boolean {
  if (key.src3 !== key.dst3) return key.src3 < key.dst3
  return key.src2 === key.dst2 ? key.srcPort < key.dstPort : key.src2 < key.dst2
}
