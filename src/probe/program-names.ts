import { MAX_WANTED, type ProgramAnswer, type ProgramFinder, WANTED_WORDS } from '../lib/programs.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import type { FlowRow } from '../tables/rows.gen.ts'
import { FLOW_LIVE } from '../tables/tcp-analysis.ts'
import { PROTO_TCP, PROTO_UDP } from '../wire/packet.ts'
import type { OwnAddresses } from './own-addresses.ts'

/** After a flow was first seen: at once, and again where nothing was found. A process that accepts slowly is found later. */
const TRIES_MS = [0, 1_000, 5_000, 15_000] as const
/** Ends that wait for a try; beyond, new ones stay unnamed. */
const MAX_WAITING = 32_768

/** One end of a flow. The serial tells whether the row is still that flow's. */
interface Unnamed {
  readonly row: number
  readonly serial: number
  readonly end: 0 | 1
  readonly sinceMs: number
  tries: number
}

/**
 * Asks for the programs of new flows with an end on this machine, and enters them when the answer comes. One question is on its way at a time, so that a slow finder
 * is asked less.
 */
export class ProgramNames {
  private readonly t: LiveTables
  private readonly finder: ProgramFinder
  private readonly own: OwnAddresses
  private readonly monotonicMs: () => number
  private waiting: Unnamed[] = []
  private asking = false
  /** Ends that were given a program or a user, and ends of which nothing was found. */
  named = 0
  unknown = 0
  /** Ends that were not asked for, because too many waited. */
  missed = 0
  /** Why the latest question was not answered; undefined once one is. */
  fault: string | undefined

  constructor(tables: LiveTables, finder: ProgramFinder, own: OwnAddresses, monotonicMs = () => performance.now()) {
    this.t = tables
    this.finder = finder
    this.own = own
    this.monotonicMs = monotonicMs
    tables.programs.watch = (rows) => this.concerns(rows)
  }

  /** TCP or UDP with an end here. */
  private concerns(rows: FlowRow): boolean {
    const proto = (rows.meta >>> 8) & 255
    return (proto === PROTO_TCP || proto === PROTO_UDP) && (this.isOwn(rows, 0) || this.isOwn(rows, 1))
  }
  private isOwn(r: FlowRow, end: number): boolean {
    return end === 0 ? this.own.has(r.a0, r.a1, r.a2, r.a3) : this.own.has(r.b0, r.b1, r.b2, r.b3)
  }

  /** Once a second, or as often as wanted: asks for what is due. Resolves when the answer has been entered; never rejects. */
  async tick(): Promise<void> {
    const nowMs = this.monotonicMs()
    this.gather(nowMs)
    if (this.asking) return
    const due = this.takeDue(nowMs)
    if (due.length === 0) return
    this.asking = true
    try {
      this.enter(due, await this.finder.find(this.question(due)))
      this.fault = undefined
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error)
      // Nobody has looked, so it was no try.
      this.waiting.push(...due)
    } finally {
      this.asking = false
    }
  }

  private gather(nowMs: number): void {
    const { rows } = this.t.flows
    for (const row of new Set(this.t.programs.takeFresh())) {
      rows.go(row)
      // It may have gone, and another have come that nobody asks for.
      if ((rows.flags & FLOW_LIVE) === 0 || !this.concerns(rows)) continue
      for (const end of [0, 1] as const) {
        if (!this.isOwn(rows, end)) continue
        if (this.waiting.length >= MAX_WAITING) this.missed++
        else this.waiting.push({ row, serial: rows.serial, end, sinceMs: nowMs, tries: 0 })
      }
    }
  }

  private takeDue(nowMs: number): Unnamed[] {
    const due: Unnamed[] = []
    const later: Unnamed[] = []
    for (const one of this.waiting) {
      if (!this.isThere(one)) this.unknown++
      else if (due.length < MAX_WANTED && nowMs - one.sinceMs >= TRIES_MS[one.tries]!) due.push(one)
      else later.push(one)
    }
    this.waiting = later
    return due
  }

  private isThere({ row, serial }: Unnamed): boolean {
    const { rows } = this.t.flows
    rows.go(row)
    return (rows.flags & FLOW_LIVE) !== 0 && rows.serial === serial
  }

  private question(due: readonly Unnamed[]): Uint32Array {
    const words = new Uint32Array(due.length * WANTED_WORDS)
    const { rows: r } = this.t.flows
    due.forEach(({ row, end }, i) => {
      r.go(row)
      const a = [r.a0, r.a1, r.a2, r.a3]
      const b = [r.b0, r.b1, r.b2, r.b3]
      const proto = (r.meta >>> 8) & 255
      const ports = end === 0 ? r.ports : (r.ports << 16) | (r.ports >>> 16)
      words.set(end === 0 ? [proto, ...a, ...b, ports] : [proto, ...b, ...a, ports], i * WANTED_WORDS)
    })
    return words
  }

  private enter(due: readonly Unnamed[], { programs, of }: ProgramAnswer): void {
    // What flows have gained so far is counted with what is booked.
    this.t.settle()
    const left: Unnamed[] = []
    due.forEach((one, i) => {
      const program = programs[of[i]! - 1]
      const there = this.isThere(one)
      if (there && program !== undefined) this.t.programs.set(one.row, one.end, program)
      // Of a user alone the process may still be found.
      if (there && program?.pid === undefined) left.push(one)
      else if (there) this.named++
      else this.unknown++
    })
    this.again(left)
  }

  private again(left: readonly Unnamed[]): void {
    for (const one of left) {
      one.tries++
      if (one.tries < TRIES_MS.length) this.waiting.push(one)
      else if (this.t.programs.of(one.row, one.end) === undefined || !this.isThere(one)) this.unknown++
      else this.named++
    }
  }
}
