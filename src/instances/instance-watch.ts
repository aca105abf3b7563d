/** Asks one instance again and again, and holds what it said last. */
import type { CertificateShown, InstanceInfo, InstanceState } from '../lib/instances.ts'
import type { InterfacesFound } from './answers.ts'
import { Asker, type Unanswered } from './ask-instance.ts'
import { Course } from './course.ts'
import type { KeptInstance } from './instance-file.ts'

export interface Pace {
  /** While somebody looks. */
  readonly busyMs: number
  /** While nobody does. */
  readonly idleMs: number
  /** How long a look lasts. */
  readonly lookMs: number
}
export const PACE: Pace = { busyMs: 2000, idleMs: 30_000, lookMs: 5000 }
/** It may have been upgraded. */
const VERSION_AGAIN_MS = 60_000
const NO_INTERFACES: Pick<InterfacesFound, 'interfaces' | 'moreInterfaces'> = { interfaces: [], moreInterfaces: 0 }

export class InstanceWatch {
  settings: KeptInstance
  private readonly pace: Pace
  private readonly asker: Asker
  private readonly stopped = new AbortController()
  private readonly course = new Course()
  private timer: NodeJS.Timeout | undefined
  private askedMs = Number.NEGATIVE_INFINITY
  private lookedMs = Number.NEGATIVE_INFINITY
  private isAsking = false
  private state: InstanceState = 'asking'
  private sinceMs = Date.now()
  private why: string | undefined
  private offered: CertificateShown | undefined
  private version: string | undefined
  private versionMs = Number.NEGATIVE_INFINITY
  private found: InterfacesFound | undefined
  private answered: { readonly lastAnswerMs: number; readonly roundTripMs: number; readonly clockOffsetMs?: number } | undefined

  constructor(settings: KeptInstance, pace: Pace) {
    this.settings = settings
    this.pace = pace
    this.asker = new Asker(settings)
  }

  /** Begins to ask. */
  start(): void {
    this.plan()
  }

  /** Somebody looks at it: it is asked often for a while. */
  look(): void {
    this.lookedMs = performance.now()
    if (!this.isAsking) this.plan()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.stopped.abort()
    this.asker.close()
  }

  rename(name: string): void {
    this.settings = { ...this.settings, name }
  }

  info(isGiven: boolean): InstanceInfo {
    const { id, name, url, token, certificate } = this.settings
    const { state, sinceMs, why, offered, version, found, answered } = this
    return {
      id,
      name,
      url,
      hasToken: token !== undefined,
      isGiven,
      ...(certificate !== undefined && { certificate }),
      state,
      sinceMs,
      ...(why !== undefined && { why }),
      ...(offered && { offered }),
      ...(version !== undefined && { version }),
      ...(found ?? NO_INTERFACES),
      ...answered,
      course: this.course.points(performance.now()),
    }
  }

  private plan(): void {
    clearTimeout(this.timer)
    if (this.stopped.signal.aborted) return
    const nowMs = performance.now()
    const everyMs = nowMs - this.lookedMs < this.pace.lookMs ? this.pace.busyMs : this.pace.idleMs
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.askedMs + everyMs - nowMs))
    this.timer.unref()
  }

  private async ask(): Promise<void> {
    this.askedMs = performance.now()
    this.isAsking = true
    const fault = await this.askAll()
    this.isAsking = false
    if (this.stopped.signal.aborted) return
    this.become(fault?.state ?? 'up', fault)
    this.plan()
  }

  private async askAll(): Promise<Unanswered | undefined> {
    const { signal } = this.stopped
    // Its schemas take a while to load, which the start of the program need not wait for.
    const { interfacesOf, versionOf } = await import('./answers.ts')
    if (this.state !== 'up' || performance.now() - this.versionMs > VERSION_AGAIN_MS) {
      const health = await this.asker.get('/healthz', signal)
      if ('state' in health) return health
      const version = versionOf(health.json)
      if (version === undefined) return NO_WIRETOP
      this.version = version
      this.versionMs = performance.now()
    }
    const answer = await this.asker.get('/api/v1/interfaces', signal)
    if ('state' in answer) return answer
    const found = interfacesOf(answer.json)
    if (found === undefined) return NO_WIRETOP
    this.found = found
    const { json: _, ...times } = answer
    this.answered = { ...times, lastAnswerMs: Date.now() }
    this.course.add(found.totals.bps, performance.now())
    return undefined
  }

  private become(state: InstanceState, fault: Unanswered | undefined): void {
    if (fault) this.course.miss()
    if (state !== this.state) this.sinceMs = Date.now()
    this.state = state
    this.why = fault?.why
    this.offered = fault?.offered
  }
}

const NO_WIRETOP: Unanswered = { state: 'not-wiretop', why: 'what answers there is no wiretop, or one too old or too new to be understood' }
