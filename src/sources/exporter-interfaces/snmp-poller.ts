import { isDeepStrictEqual } from 'node:util'
import type { KnownInterface, OctetCounters } from '../../lib/exporters.ts'
import { type AgentInterface, type AgentOctets, readInterfaces, readOctets } from './if-mib.ts'
import { SnmpError, type SnmpFault, withSnmpAgent } from './snmp-session.ts'
import type { SnmpAccess, SnmpSettings } from './snmp-settings.ts'

const NAMES_MS = 300_000
const OCTETS_MS = 60_000
const STEP_MS = 1000
/** Agents that are asked at once, each one question at a time. */
const CONCURRENCY = 8
/** More addresses are not asked. */
const MAX_AGENTS = 4096
const TIME_LIMIT_MS = 60_000
/** An agent that does not answer is asked again after a minute, then after twice as long each time. */
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 3_600_000
/** An agent's clock and ours drift, and an answer takes time. */
const RESTART_MS = 5000

/** How agents are asked: the real ones by SNMP, in tests otherwise. Reject with SnmpErrors. */
export interface AgentQuestions {
  names(address: string, access: SnmpAccess, signal: AbortSignal): Promise<AgentInterface[]>
  octets(address: string, access: SnmpAccess, signal: AbortSignal): Promise<{ upTimeMs: number | undefined; octets: AgentOctets[] }>
}
const BY_SNMP: AgentQuestions = {
  names: (address, access, signal) => withSnmpAgent(address, access, signal, readInterfaces),
  octets: (address, access, signal) => withSnmpAgent(address, access, signal, readOctets),
}

/** How asking an exporter goes. */
export interface SnmpState {
  readonly address: string
  readonly answeredMs?: number
  /** Why its latest question was not answered. */
  readonly fault?: SnmpFault
  readonly interfaces: number
}

/** One agent, and when it is asked next. */
class Watched {
  readonly address: string
  readonly access: SnmpAccess
  namesDueMs = 0
  octetsDueMs = Number.POSITIVE_INFINITY
  failures = 0
  isBusy = false
  answeredMs: number | undefined
  fault: SnmpFault | undefined
  names: readonly AgentInterface[] = []
  octets: ReadonlyMap<number, OctetCounters> = new Map()
  private startedMs: number | undefined
  private epoch = 0

  constructor(address: string, access: SnmpAccess) {
    this.address = address
    this.access = access
  }

  get dueMs(): number {
    return this.isBusy ? Number.POSITIVE_INFINITY : Math.min(this.namesDueMs, this.octetsDueMs)
  }

  failed(fault: SnmpFault, nowMs: number): void {
    this.fault = fault
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures++, 20))
    this.namesDueMs = Math.max(this.namesDueMs, nowMs + pause)
    this.octetsDueMs = Math.max(this.octetsDueMs, nowMs + pause)
  }
  answered(nowMs: number): void {
    this.fault = undefined
    this.failures = 0
    this.answeredMs = nowMs
  }

  /** Whether they are others than before. */
  takeNames(names: readonly AgentInterface[], nowMs: number): boolean {
    this.answered(nowMs)
    this.namesDueMs = nowMs + NAMES_MS
    if (this.access.counters && this.octetsDueMs === Number.POSITIVE_INFINITY) this.octetsDueMs = nowMs
    const isNew = !isDeepStrictEqual(names, this.names)
    this.names = names
    return isNew
  }

  takeOctets(upTimeMs: number | undefined, octets: readonly AgentOctets[], nowMs: number): void {
    this.answered(nowMs)
    this.octetsDueMs = nowMs + OCTETS_MS
    const startedMs = upTimeMs === undefined ? undefined : nowMs - upTimeMs
    // 32 bits of hundredths go around after 497 days: then one interval is lost.
    if (startedMs !== undefined && this.startedMs !== undefined && startedMs > this.startedMs + RESTART_MS) this.epoch++
    this.startedMs = startedMs
    const { epoch } = this
    this.octets = new Map(octets.map(({ ifIndex, ...counted }) => [ifIndex, { ...counted, atMs: nowMs, from: 'snmp', epoch }]))
  }

  get known(): KnownInterface[] {
    return this.names.map((names) => {
      const counters = this.octets.get(names.ifIndex)
      return { ...names, namedBy: 'snmp', ...(counters !== undefined && { counters }) }
    })
  }
}

/** Asks the exporters that it is told to watch, and for which there are settings: names every five minutes, counters every minute. Blocks nobody, rejects nothing. */
export class SnmpPoller {
  private readonly settings: SnmpSettings
  private readonly changed: (address: string) => void
  private readonly questions: AgentQuestions
  private readonly watched = new Map<string, Watched>()
  private readonly running = new Set<Promise<void>>()
  private readonly timer: NodeJS.Timeout
  private readonly closing = new AbortController()
  private readonly now: () => number

  constructor(settings: SnmpSettings, changed: (address: string) => void, questions = BY_SNMP, now = Date.now) {
    this.settings = settings
    this.changed = changed
    this.questions = questions
    this.now = now
    this.timer = setInterval(() => this.step(), STEP_MS).unref()
  }

  watch(address: string): void {
    const access = this.settings.of(address)
    if (access === undefined || this.watched.has(address) || this.watched.size === MAX_AGENTS) return
    this.watched.set(address, new Watched(address, access))
  }
  unwatch(address: string): void {
    this.watched.delete(address)
  }

  of(address: string): readonly KnownInterface[] {
    return this.watched.get(address)?.known ?? []
  }

  get states(): SnmpState[] {
    return [...this.watched.values()].map(({ address, answeredMs, fault, names }) => ({
      address,
      ...(answeredMs !== undefined && { answeredMs }),
      ...(fault !== undefined && { fault }),
      interfaces: names.length,
    }))
  }

  /** Begins what is due, the longest overdue first. */
  step(): void {
    const nowMs = this.now()
    const due = [...this.watched.values()].filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs)
    for (const agent of due.slice(0, CONCURRENCY - this.running.size)) {
      const asked = this.ask(agent).finally(() => this.running.delete(asked))
      this.running.add(asked)
    }
  }

  private async ask(agent: Watched): Promise<void> {
    const { address, access } = agent
    agent.isBusy = true
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(TIME_LIMIT_MS)])
    try {
      let isNew: boolean
      if (agent.namesDueMs <= agent.octetsDueMs) isNew = agent.takeNames(await this.questions.names(address, access, signal), this.now())
      else {
        const { upTimeMs, octets } = await this.questions.octets(address, access, signal)
        agent.takeOctets(upTimeMs, octets, this.now())
        isNew = true
      }
      if (isNew && this.watched.get(address) === agent) this.changed(address)
    } catch (error) {
      agent.failed(error instanceof SnmpError ? error.fault : 'an answer that cannot be read', this.now())
    } finally {
      agent.isBusy = false
    }
  }

  /** What is being asked is given up. */
  async close(): Promise<void> {
    this.closing.abort()
    clearInterval(this.timer)
    this.watched.clear()
    await Promise.all(this.running)
  }
}
