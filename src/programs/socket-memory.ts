import type { Program } from '../lib/programs.ts'

/** So long a socket that is gone is still known by its ends. */
const REMEMBERED_MS = 300_000
const MAX_REMEMBERED = 8192

interface Remembered {
  readonly program: Program
  readonly seenMs: number
}

/** Whose sockets were, by their ends: connections that have closed since they were seen, and ports that were bound. The oldest leave first. */
export class SocketMemory {
  private readonly byEnds = new Map<string, Remembered>()

  set(ends: string, program: Program, nowMs: number): void {
    this.byEnds.delete(ends)
    if (this.byEnds.size >= MAX_REMEMBERED) this.byEnds.delete(this.byEnds.keys().next().value!)
    this.byEnds.set(ends, { program, seenMs: nowMs })
  }

  get(ends: string, nowMs: number): Program | undefined {
    const there = this.byEnds.get(ends)
    return there !== undefined && nowMs - there.seenMs <= REMEMBERED_MS ? there.program : undefined
  }

  /** Those whose time is over; kept in the order in which they were seen. */
  forgetOld(nowMs: number): void {
    for (const [ends, { seenMs }] of this.byEnds) {
      if (nowMs - seenMs <= REMEMBERED_MS) return
      this.byEnds.delete(ends)
    }
  }
}
