import { rmSync } from 'node:fs'
import {
  type Answer,
  type Ask,
  BadQuestion,
  type InterfaceInfo,
  type InterfaceKind,
  type InterfaceState,
  type Live,
  type LiveInterface,
  type Question,
  type Tick,
  type Totals,
} from '../lib/live.ts'
import type { Recordings } from '../lib/recording.ts'
import { newSourceStats, type SourceStats } from '../lib/source.ts'
import { Merged } from './merge/merged.ts'
import type { Limits } from './merge/totals.ts'
import { ProbeWorker, type Said } from './probe-worker.ts'

export interface ProbeOptions {
  /** The worker's entry file. */
  readonly worker: URL
  readonly originalSpeed: boolean
  /** Found good already. */
  readonly packetFilter?: string | undefined
  readonly localNetworks: readonly string[] | undefined
  readonly flowLimit: number
  readonly hostLimit: number
  /** Threads that share the packets of one interface; 1 when left out. */
  readonly workers?: number
  /** Bytes of the latest packets that each interface keeps; none unless given. */
  readonly packetRing?: number
}

/** One interface as the main thread sees it: its workers, one or several, and what they say together. */
class ProbeInterface implements LiveInterface {
  readonly id: number
  private readonly name: string
  private readonly kind: InterfaceKind
  readonly input: string
  private readonly options: ProbeOptions
  private readonly changed: (probe: ProbeInterface) => void
  private readonly ticked: (probe: ProbeInterface, totals: Totals) => void
  private workers: readonly ProbeWorker[] = []
  private merged: Merged | undefined
  private totals: Totals | undefined
  private stopped = false
  /** Of several workers: who has ticked since their totals were added up, whether that is being done, and whether it was done after the last of them ended. */
  private readonly haveTicked = new Set<ProbeWorker>()
  private isAdding = false
  private isFinal = false

  constructor(
    id: number,
    name: string,
    kind: InterfaceKind,
    input: string,
    options: ProbeOptions,
    changed: (probe: ProbeInterface) => void,
    ticked: (probe: ProbeInterface, totals: Totals) => void,
  ) {
    this.id = id
    this.name = name
    this.kind = kind
    this.input = input
    this.options = options
    this.changed = changed
    this.ticked = ticked
  }

  private get state(): InterfaceState {
    const states = this.workers.map(({ state }) => state)
    if (states.length === 0 || states.includes('failed')) return 'failed'
    if (states.every((state) => state === 'ended')) return states.length === 1 || this.isFinal ? 'ended' : 'running'
    return states.every((state) => state === 'starting') ? 'starting' : 'running'
  }

  /** All for the same reason, or which of them. */
  private get failure(): string | undefined {
    const { workers } = this
    const failed = workers.filter(({ failure }) => failure !== undefined)
    const reasons = new Set(failed.map(({ failure }) => failure))
    if (failed.length === workers.length && reasons.size <= 1) return failed[0]?.failure
    return failed.map(
      ({ number, failure }) => `worker ${number + 1} of ${workers.length}, which has that share of the packets: ${failure}`,
    )[0]
  }

  get info(): InterfaceInfo {
    const stats = slowest(this.workers.map((worker) => worker.stats))
    const { failure } = this
    return {
      id: this.id,
      name: this.name,
      kind: this.kind,
      state: this.state,
      ...(failure === undefined ? {} : { failure }),
      progress: {
        packets: stats.packets,
        bytesRead: stats.bytesRead,
        ...(stats.bytesTotal === undefined ? {} : { bytesTotal: stats.bytesTotal }),
        cutShort: stats.cutShort,
        faults: stats.faults,
        faultCount: stats.faultCount,
      },
    }
  }

  latest(): Totals | undefined {
    return this.totals
  }

  start(): void {
    const { input, name, options } = this
    const { originalSpeed, packetFilter, localNetworks, flowLimit, hostLimit, packetRing = 0 } = options
    const isUpload = this.kind === 'upload'
    const count = workersFor(input, options.workers ?? 1)
    const limits = limitsOfWorker({ flowLimit, hostLimit }, count)
    const config = {
      name,
      input,
      isUpload,
      originalSpeed,
      packetFilter,
      localNetworks,
      packetRing: Math.floor(packetRing / count),
      ...limits,
    }
    const [seed, salt] = crypto.getRandomValues(new Int32Array(2))
    this.stopped = false
    this.totals = undefined
    this.isFinal = false
    this.haveTicked.clear()
    this.merged = count === 1 ? undefined : new Merged({ name, salt: salt!, flowLimit, hostLimit })
    this.workers = Array.from(
      { length: count },
      (_, index) =>
        new ProbeWorker({
          entry: options.worker,
          number: index,
          name,
          config: count === 1 ? config : { ...config, share: { index, count, seed: seed! } },
          said: (worker, message) => {
            if (this.workers.includes(worker)) this.hear(worker, message)
          },
          died: (worker) => {
            if (this.workers.includes(worker)) this.lose()
          },
        }),
    )
    this.changed(this)
  }

  private hear(worker: ProbeWorker, message: Said): void {
    switch (message.type) {
      case 'learned':
        for (const other of this.workers) if (other !== worker) other.learn(message.learned)
        return
      case 'tick':
        return this.tick(worker, message.totals)
      case 'ended':
        if (this.merged !== undefined) void this.addUp()
        return this.changed(this)
      default:
        return this.changed(this)
    }
  }

  /** One of several is gone: those that are left are added up without it. */
  private lose(): void {
    if (this.merged !== undefined) void this.addUp()
    this.changed(this)
  }

  private tick(worker: ProbeWorker, totals: Totals): void {
    if (this.merged === undefined) {
      this.totals = totals
      return this.ticked(this, totals)
    }
    this.haveTicked.add(worker)
    if (this.workers.every((w) => this.haveTicked.has(w) || !w.isAlive || w.state === 'ended')) void this.addUp()
  }

  /** The totals of several workers are asked for, because what several have seen counts once. */
  private async addUp(): Promise<void> {
    if (this.isAdding) return
    this.isAdding = true
    const { workers } = this
    this.haveTicked.clear()
    const haveEnded = workers.every(({ state }) => state === 'ended')
    const totals = await this.ask('totals', {}).catch(() => undefined)
    this.isAdding = false
    if (workers !== this.workers) return
    if (totals !== undefined) {
      this.totals = totals
      this.ticked(this, totals)
    }
    if (haveEnded && !this.isFinal) {
      this.isFinal = true
      this.changed(this)
    } else if (!haveEnded && workers.every(({ state }) => state === 'ended')) await this.addUp()
  }

  ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const alive = this.workers.filter((worker) => worker.isAlive)
    if (this.stopped || alive.length === 0) {
      const why = this.stopped ? 'it was stopped' : (this.failure ?? 'it was stopped')
      return Promise.reject(new Error(`interface ${this.name} has failed: ${why}`))
    }
    return this.merged === undefined ? alive[0]!.answer(question, ask) : this.merged.answer(alive, question, ask)
  }

  get recordings(): Recordings {
    const [only, ...others] = this.workers
    if (this.stopped || only === undefined) throw new Error(`interface ${this.name} has failed: ${this.failure ?? 'it was stopped'}`)
    return others.length === 0 ? only.recordings : severalRecordings
  }

  async stop(): Promise<void> {
    this.stopped = true
    await Promise.all(this.workers.map((worker) => worker.stop()))
  }

  async restart(): Promise<void> {
    await this.stop()
    this.start()
  }

  /** An uploaded capture goes with its interface. */
  discard(): void {
    if (this.kind === 'upload') rmSync(this.input, { force: true })
  }
}

/** The packets of several workers would have to be put in order again. */
const notOfSeveral = () =>
  Promise.reject(new BadQuestion('interface', 'its packets are shared by several workers: start it with one to record'))
const severalRecordings: Recordings = { start: notOfSeveral, kept: notOfSeveral, ring: () => Promise.resolve(undefined) }

const STDIN = '-'
/** What can be read only once is read by one. */
const workersFor = (input: string, workers: number): number => (input.split(',').some((path) => path.trim() === STDIN) ? 1 : workers)

/** How much more than its even share a worker may hold: shares are not even, and most hosts are seen by several. */
const FLOW_SLACK = 1.25
const HOST_SLACK = 2
export const limitsOfWorker = ({ flowLimit, hostLimit }: Limits, workers: number): Limits => ({
  flowLimit: Math.min(flowLimit, Math.ceil((flowLimit / workers) * FLOW_SLACK)),
  hostLimit: Math.min(hostLimit, Math.ceil((hostLimit / workers) * HOST_SLACK)),
})

/** Each worker reads the whole input: the interface is as far as the last of them. */
function slowest(all: readonly SourceStats[]): SourceStats {
  return all.reduce((a, b) => (b.bytesRead < a.bytesRead ? b : a), all[0] ?? newSourceStats())
}

/** All interfaces and their workers. */
export class Probes implements Live {
  private readonly options: ProbeOptions
  private readonly byId = new Map<number, ProbeInterface>()
  private nextId = 1
  private readonly tickListeners = new Set<(tick: Tick) => void>()
  private readonly changeListeners = new Set<(interfaces: readonly InterfaceInfo[]) => void>()

  constructor(options: ProbeOptions) {
    this.options = options
  }

  /** Begins to read an input. */
  open(name: string, input: string, kind: InterfaceKind = 'capture-file'): LiveInterface {
    const probe = new ProbeInterface(
      this.nextId++,
      name,
      kind,
      input,
      this.options,
      () => this.announce(),
      (p, totals) => {
        for (const listener of this.tickListeners) listener({ interface: p.id, info: p.info, totals })
      },
    )
    this.byId.set(probe.id, probe)
    probe.start()
    return probe
  }

  interfaces(): readonly LiveInterface[] {
    return [...this.byId.values()]
  }
  get(id: number): LiveInterface | undefined {
    return this.byId.get(id)
  }
  upload(name: string, path: string): LiveInterface {
    return this.open(name, path, 'upload')
  }
  restart(id: number): void {
    void this.byId.get(id)?.restart()
  }
  async remove(id: number): Promise<void> {
    const probe = this.byId.get(id)
    if (probe === undefined) return
    this.byId.delete(id)
    await probe.stop()
    probe.discard()
    this.announce()
  }

  /** Ends all workers and removes what was uploaded. */
  async close(): Promise<void> {
    const probes = [...this.byId.values()]
    this.byId.clear()
    await Promise.all(probes.map((probe) => probe.stop()))
    for (const probe of probes) probe.discard()
  }

  onTick(listener: (tick: Tick) => void): () => void {
    this.tickListeners.add(listener)
    return () => this.tickListeners.delete(listener)
  }
  onChange(listener: (interfaces: readonly InterfaceInfo[]) => void): () => void {
    this.changeListeners.add(listener)
    return () => this.changeListeners.delete(listener)
  }
  private announce(): void {
    const interfaces = this.interfaces().map((i) => i.info)
    for (const listener of this.changeListeners) listener(interfaces)
  }
}
