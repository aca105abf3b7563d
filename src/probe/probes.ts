import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
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
import { newSourceStats, type SourceStats } from '../lib/source.ts'
import type { ProbeConfig, ProbeMessage, QuestionMessage } from './messages.ts'

export interface ProbeOptions {
  /** The worker's entry file. */
  readonly worker: URL
  readonly originalSpeed: boolean
  /** Found good already. */
  readonly packetFilter?: string | undefined
  readonly localNetworks: readonly string[] | undefined
  readonly flowLimit: number
  readonly hostLimit: number
}

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** One interface as the main thread sees it: its worker, its state, and the questions on their way. */
class ProbeInterface implements LiveInterface {
  readonly id: number
  private readonly name: string
  private readonly kind: InterfaceKind
  readonly input: string
  private readonly options: ProbeOptions
  private readonly changed: (probe: ProbeInterface) => void
  private readonly ticked: (probe: ProbeInterface, totals: Totals) => void
  private worker: Worker | undefined
  private state: InterfaceState = 'starting'
  private failure: string | undefined
  private stats: SourceStats = newSourceStats()
  private totals: Totals | undefined
  private readonly shared = new SharedArrayBuffer(4)
  private readonly counter = new Int32Array(this.shared)
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 0

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

  get info(): InterfaceInfo {
    const { stats } = this
    return {
      id: this.id,
      name: this.name,
      kind: this.kind,
      state: this.state,
      ...(this.failure === undefined ? {} : { failure: this.failure }),
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
    const { originalSpeed, packetFilter, localNetworks, flowLimit, hostLimit } = options
    const isUpload = this.kind === 'upload'
    const config: ProbeConfig = {
      name,
      input,
      isUpload,
      originalSpeed,
      packetFilter,
      localNetworks,
      flowLimit,
      hostLimit,
      waiting: this.shared,
    }
    this.state = 'starting'
    this.failure = undefined
    this.stats = newSourceStats()
    this.totals = undefined
    Atomics.store(this.counter, 0, 0)
    const worker = new Worker(options.worker, { workerData: config, name: `probe ${name}` })
    this.worker = worker
    worker.on('message', (message: ProbeMessage) => {
      // What a dead worker had still on its way does not bring it back.
      if (this.worker === worker) this.hear(message)
    })
    worker.on('error', (error: unknown) => this.fail(worker, `its worker died: ${error instanceof Error ? error.message : String(error)}`))
    worker.on('exit', (code) => this.fail(worker, `its worker ended with status ${code}`))
    this.changed(this)
  }

  private hear(message: ProbeMessage): void {
    switch (message.type) {
      case 'answer':
        return this.settle(message.id)?.resolve(message.answer)
      case 'refusal':
        return this.settle(message.id)?.reject(new BadQuestion(message.field, message.message, message.offset, message.expected))
      case 'fault':
        return this.settle(message.id)?.reject(new Error(message.message))
      case 'tick':
        this.totals = message.totals
        this.stats = message.stats
        return this.ticked(this, message.totals)
      case 'failed':
        this.failure = message.message
        this.state = 'failed'
        return this.changed(this)
      default:
        this.state = message.type
        return this.changed(this)
    }
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    return waiting
  }

  /** The worker is gone without having been asked to go. */
  private fail(worker: Worker, why: string): void {
    if (this.worker !== worker) return
    this.worker = undefined
    this.state = 'failed'
    this.failure ??= why
    this.rejectAll()
    this.changed(this)
  }

  private rejectAll(): void {
    for (const { reject } of this.waiting.values())
      reject(new Error(`interface ${this.name} has failed: ${this.failure ?? 'it was stopped'}`))
    this.waiting.clear()
  }

  ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const { worker } = this
    if (worker === undefined) return Promise.reject(new Error(`interface ${this.name} has failed: ${this.failure ?? 'it was stopped'}`))
    const message: QuestionMessage = { id: ++this.nextId, question, ask: ask as Ask<Question> }
    Atomics.add(this.counter, 0, 1)
    worker.postMessage(message)
    return new Promise((resolve, reject) => {
      this.waiting.set(message.id, { resolve: resolve as (answer: unknown) => void, reject })
    })
  }

  async stop(): Promise<void> {
    const { worker } = this
    this.worker = undefined
    this.rejectAll()
    await worker?.terminate()
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
