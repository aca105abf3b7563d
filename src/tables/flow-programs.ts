import type { FlowProcess } from '../lib/flow-batch.ts'
import type { Program } from '../lib/programs.ts'
import type { FlowTable } from './flow-table.ts'
import { RollUp } from './roll-up.ts'
import type { FlowRow } from './rows.gen.ts'

/** Programs that are told apart by name, user, container and service; the rest are "Other". */
const MAX_PROGRAMS = 4096
/** Processes that flows to come can share an object of. */
const MAX_SHARED = 4096
/** As the kernel writes a user that it does not know; a probe elsewhere tells the name alone. */
const NO_UID = 0xffff_ffff
/** New flows that wait to be asked for; one tick's worth of a busy server. */
const MAX_FRESH = 16_384

/** A process, and the row of its kind in the roll-up. Flows of one process share one. */
interface FlowProgram {
  readonly program: Program
  readonly row: number
}

/**
 * Which programs of this machine flows belong to, kept beside the rows: few flows have one on a machine that forwards, and nothing is touched a packet. End 0 is a of
 * the flow, end 1 b. Sent and received are the program's own.
 */
export class FlowPrograms {
  /** Traffic by program; its c2s columns are what programs sent, its s2c columns what they received. */
  readonly rollUp = new RollUp(MAX_PROGRAMS)
  private readonly flows: FlowTable
  private readonly rowByName = new Map<string, number>()
  /** A process of each row, which tells the row's names. */
  private readonly samples: Program[] = []
  private readonly shared = new Map<string, FlowProgram>()
  /** By 2 × row + end. */
  private readonly ofEnd = new Map<number, FlowProgram>()
  /** Says of the flow on which the rows stand whether somebody will ask for it; undefined: nobody asks. */
  watch: ((rows: FlowRow) => boolean) | undefined
  private fresh: number[] = []
  /** New flows that nobody asked for, because too many came at once. */
  missed = 0

  constructor(flows: FlowTable) {
    this.flows = flows
  }

  /** The flow on which the rows stand is new. */
  isNew(row: number): void {
    if (this.watch === undefined || !this.watch(this.flows.rows)) return
    if (this.fresh.length < MAX_FRESH) this.fresh.push(row)
    else this.missed++
  }
  /** Rows of flows that have come since this was last called; some may have gone again. */
  takeFresh(): readonly number[] {
    const { fresh } = this
    if (fresh.length > 0) this.fresh = []
    return fresh
  }

  of(row: number, end: number): Program | undefined {
    return this.ofEnd.get(2 * row + end)?.program
  }

  /** Row of the roll-up that the end of a flow is counted in; -1: none. */
  rowOf(row: number, end: number): number {
    return this.ofEnd.size === 0 ? -1 : (this.ofEnd.get(2 * row + end)?.row ?? -1)
  }

  /** What the flow had gained until now is its program's too. */
  set(row: number, end: 0 | 1, program: Program): void {
    const before = this.ofEnd.get(2 * row + end)
    const now = this.share(program)
    this.ofEnd.set(2 * row + end, now)
    if (before?.row === now.row) return
    const other = this.ofEnd.get(2 * row + 1 - end)?.row
    const r = this.flows.rows.go(row)
    const gained = [r.bytes(end), r.bytes(1 - end), r.packets(end), r.packets(1 - end)] as const
    if (before !== undefined) this.rollUp.shift(before.row, -1, before.row === other ? 0 : 1, ...gained)
    this.rollUp.shift(now.row, 1, now.row === other ? 0 : 1, ...gained)
    const { lastSeenMs } = this.rollUp
    lastSeenMs[now.row] = Math.max(lastSeenMs[now.row]!, r.lastSeenMs)
  }

  /** A probe that runs at this end of the flow tells its process. */
  told(row: number, end: 0 | 1, { name = '', pid, user = '', container }: FlowProcess): void {
    if (this.of(row, end) !== undefined) return
    this.set(row, end, { name, uid: NO_UID, user, ...(pid !== undefined && { pid }), ...(container !== undefined && { container }) })
  }

  private share(program: Program): FlowProgram {
    const { pid, startedMs, executable, name, uid } = program
    const key = JSON.stringify([pid, startedMs, executable, name, uid])
    const there = this.shared.get(key)
    if (there !== undefined) return there
    if (this.shared.size >= MAX_SHARED) this.shared.delete(this.shared.keys().next().value!)
    const made = { program, row: this.rowNamed(program) }
    this.shared.set(key, made)
    return made
  }
  private rowNamed(program: Program): number {
    const key = JSON.stringify([program.name, program.user, program.container, program.service])
    const there = this.rowByName.get(key)
    if (there !== undefined) return there
    const row = this.rollUp.upsert(this.rollUp.count)
    if (row === 0) return 0
    this.rowByName.set(key, row)
    this.samples[row] = program
    return row
  }

  /** Name, user, container and service of a row of the roll-up; undefined for "Other". */
  namesOf(row: number): Pick<Program, 'name' | 'user' | 'container' | 'service'> | undefined {
    return this.samples[row]
  }

  /** Adds what a flow has gained, a→b and b→a. */
  book(row: number, bytesAb: number, bytesBa: number, packetsAb: number, packetsBa: number, nowMs: number, tickNo: number): void {
    if (this.ofEnd.size === 0) return
    const a = this.ofEnd.get(2 * row)
    const b = this.ofEnd.get(2 * row + 1)
    if (a !== undefined) this.rollUp.add(a.row, bytesAb, bytesBa, packetsAb, packetsBa, nowMs, tickNo)
    if (b !== undefined) this.rollUp.add(b.row, bytesBa, bytesAb, packetsBa, packetsAb, nowMs, tickNo)
  }

  /** The flow leaves. */
  forget(row: number): void {
    if (this.ofEnd.size === 0) return
    const a = this.ofEnd.get(2 * row)
    const b = this.ofEnd.get(2 * row + 1)
    if (a !== undefined) this.rollUp.activeFlows[a.row]! -= 1
    if (b !== undefined && b.row !== a?.row) this.rollUp.activeFlows[b.row]! -= 1
    this.ofEnd.delete(2 * row)
    this.ofEnd.delete(2 * row + 1)
  }
}
