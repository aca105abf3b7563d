import { rmSync } from 'node:fs'
import type { Answer, Ask, InterfaceDevice, InterfaceInfo, InterfaceState, LiveInterface, Question, Totals } from '../lib/live.ts'
import type { DeviceChange, FanoutGroup, LiveDevice } from '../lib/live-capture.ts'
import type { Recordings } from '../lib/recording.ts'
import { MAX_FAULTS, newSourceStats, type SourceStats } from '../lib/source.ts'
import { Merged } from './merge/merged.ts'
import { JointRecordings } from './merge/recordings.ts'
import type { Limits } from './merge/totals.ts'
import type { CaptureSource, LiveSource } from './messages.ts'
import type { ProbeThread } from './probe-thread.ts'
import { ProbeWorker, type Said } from './probe-worker.ts'
import type { ProbeOptions } from './probes.ts'

/** What an interface of ours reads: a capture, as `-i` names it, or one or several interfaces of this machine. */
export type InterfaceInput =
  | { readonly kind: 'capture-file' | 'upload'; readonly path: string }
  | { readonly kind: 'live'; readonly devices: readonly string[] }

/** What all interfaces share. */
export interface InterfaceHouse {
  readonly options: ProbeOptions
  threadFor(interface_: object, input: InterfaceInput, worker: number): ProbeThread
  ownAddresses(): readonly string[]
  changed(): void
  ticked(probe: ProbeInterface, totals: Totals): void
}

/** One interface as the main thread sees it: its workers, one or several, and what they say together. */
export class ProbeInterface implements LiveInterface {
  readonly id: number
  private name: string
  private readonly input: InterfaceInput
  private readonly house: InterfaceHouse
  private workers: readonly ProbeWorker[] = []
  private merged: Merged | undefined
  private totals: Totals | undefined
  private stopped = false
  private isDisabled = false
  private latestAct: Promise<void> = Promise.resolve()
  /** Why it could not even be begun. */
  private refusal: string | undefined
  /** Of several workers: who has ticked since their totals were added up, whether that is being done, and whether it was done after the last of them ended. */
  private readonly haveTicked = new Set<ProbeWorker>()
  private isAdding = false
  private isFinal = false

  /** Taken for each worker by the capture host, to be given back when it is gone. */
  private readonly taken = new Map<number, LiveDevice[]>()
  /** Interfaces of the machine that had vanished. */
  private readonly missing = new Set<string>()

  constructor(id: number, name: string, input: InterfaceInput, house: InterfaceHouse) {
    this.id = id
    this.name = name
    this.input = input
    this.house = house
  }

  private get state(): InterfaceState {
    if (this.isDisabled) return 'disabled'
    if (this.refusal !== undefined) return 'failed'
    const states = this.workers.map(({ state }) => state)
    if (states.length === 0 || states.includes('failed')) return 'failed'
    if (states.every((state) => state === 'ended')) return states.length === 1 || this.isFinal ? 'ended' : 'running'
    return states.every((state) => state === 'starting') ? 'starting' : 'running'
  }

  /** All for the same reason, or which of them. */
  private get failure(): string | undefined {
    if (this.refusal !== undefined) return this.refusal
    const { workers } = this
    const failed = workers.filter(({ failure }) => failure !== undefined)
    const reasons = new Set(failed.map(({ failure }) => failure))
    if (failed.length === workers.length && reasons.size <= 1) return failed[0]?.failure
    const share =
      this.input.kind === 'live'
        ? 'whose packets the others get from now on (restart the interface to have all again)'
        : 'which has that share of the packets'
    return failed.map(({ number, failure }) => `worker ${number + 1} of ${workers.length}, ${share}: ${failure}`)[0]
  }

  get info(): InterfaceInfo {
    const all = this.workers.map((worker) => worker.stats)
    const stats = this.input.kind === 'live' ? together(all) : slowest(all)
    const { failure } = this
    const { packetFilter } = this.house.options
    const device = this.deviceInfo(stats)
    return {
      id: this.id,
      name: this.name,
      kind: this.input.kind,
      state: this.state,
      ...(failure === undefined ? {} : { failure }),
      ...(device?.speedBps === undefined ? {} : { speedBps: device.speedBps }),
      ...(packetFilter === undefined ? {} : { packetFilter }),
      ...(device === undefined ? {} : { device }),
      progress: {
        packets: stats.packets,
        bytesRead: stats.bytesRead,
        ...(stats.bytesTotal === undefined ? {} : { bytesTotal: stats.bytesTotal }),
        cutShort: stats.cutShort,
        ...(packetFilter === undefined || this.input.kind === 'live' ? {} : { filteredOut: stats.filteredOut }),
        faults: stats.faults,
        faultCount: stats.faultCount,
      },
    }
  }

  /** What the system says of the interfaces captured; several stand together. */
  private deviceInfo(stats: SourceStats): InterfaceDevice | undefined {
    const { input, house } = this
    if (input.kind !== 'live') return undefined
    const known = (house.options.capture?.devices() ?? []).filter(({ name }) => input.devices.includes(name))
    const speeds = known.flatMap(({ speedBps }) => speedBps ?? [])
    const [only] = known
    return {
      names: input.devices,
      link: stats.link ?? (known.some(({ up }) => up) ? 'up' : known.length > 0 ? 'down' : 'gone'),
      addresses: known.flatMap(({ addresses }) => addresses),
      ...(known.length === 1 && only !== undefined
        ? { kind: only.kind, mtu: only.mtu, ...(only.mac === undefined ? {} : { mac: only.mac }) }
        : {}),
      ...(speeds.length > 0 && speeds.length === known.length ? { speedBps: speeds.reduce((a, b) => a + b, 0) } : {}),
      freezes: stats.freezes,
      lagMs: stats.lagMs,
    }
  }

  latest(): Totals | undefined {
    return this.totals
  }

  start(): void {
    const { name, input, house } = this
    const { options } = house
    const { localNetworks, flowLimit, hostLimit, packetRing = 0 } = options
    const count = workersFor(input, options)
    const common = { name, localNetworks, packetRing: Math.floor(packetRing / count), ...limitsOfWorker({ flowLimit, hostLimit }, count) }
    const [seed, salt] = crypto.getRandomValues(new Int32Array(2))
    this.stopped = false
    this.isDisabled = false
    this.refusal = undefined
    this.totals = undefined
    this.isFinal = false
    this.missing.clear()
    this.haveTicked.clear()
    this.merged = count === 1 ? undefined : new Merged({ name, salt: salt!, flowLimit, hostLimit })
    try {
      const sources = this.sources(count)
      this.workers = sources.map(
        (source, index) =>
          new ProbeWorker({
            thread: house.threadFor(this, input, index),
            number: index,
            name,
            config: count === 1 ? { ...common, source } : { ...common, source, share: { index, count, seed: seed! } },
            said: (worker, message) => {
              if (this.workers.includes(worker)) this.hear(worker, message)
            },
            died: (worker) => {
              if (this.workers.includes(worker)) this.lose(worker)
            },
          }),
      )
    } catch (error) {
      this.workers = []
      this.giveAllBack()
      this.refusal = (error as Error).message
    }
    house.changed()
  }

  /** What each worker reads. */
  private sources(count: number): (CaptureSource | LiveSource)[] {
    const { input, house } = this
    const { originalSpeed, packetFilter, ixia = false, capture } = house.options
    if (input.kind !== 'live')
      return Array.from({ length: count }, () => ({
        kind: 'capture',
        input: input.path,
        isUpload: input.kind === 'upload',
        originalSpeed,
        packetFilter,
        ixia,
      }))
    if (capture === undefined) throw new Error(`${this.name}: this wiretop does not capture live`)
    const workers = Array.from({ length: count }, (_, worker) => worker)
    const shares = input.devices.map((device) => this.take(device, workers))
    return workers.map((worker) => ({
      kind: 'live',
      settings: capture.settings,
      devices: shares.map((share) => share[worker]!),
      ownAddresses: house.ownAddresses(),
    }))
  }

  /** For each of these workers its share of one interface of the machine: a group of its own. */
  private take(device: string, workers: readonly number[]): LiveDevice[] {
    const { capture } = this.house.options
    const members = workers.length
    const fanout = members === 1 ? {} : { fanout: newGroup(members) }
    return workers.map((worker) => {
      const taken: LiveDevice = { ...capture!.take(device, capture!.settings, members), ...fanout }
      this.taken.set(worker, [...(this.taken.get(worker) ?? []), taken])
      return taken
    })
  }
  private giveBack(worker: number, isDead = false): void {
    for (const device of this.taken.get(worker) ?? []) this.house.options.capture?.giveBack(device, isDead)
    this.taken.delete(worker)
  }
  private giveAllBack(): void {
    for (const worker of [...this.taken.keys()]) this.giveBack(worker)
  }

  /** What became of interfaces of the machine. */
  devicesChanged(changes: readonly DeviceChange[]): void {
    const { input } = this
    if (input.kind !== 'live' || this.stopped || this.isDisabled) return
    for (const change of changes) {
      if (!input.devices.includes(change.name)) continue
      if (change.what === 'removed') this.missing.add(change.name)
      else if (change.what === 'added' && this.missing.delete(change.name)) this.reopen(change.name)
    }
  }
  private reopen(device: string): void {
    try {
      const alive = this.workers.filter(({ isAlive }) => isAlive)
      const shares = this.take(
        device,
        alive.map(({ number }) => number),
      )
      alive.forEach((worker, i) => {
        worker.tell({ returned: shares[i]! })
      })
    } catch (error) {
      this.refusal = (error as Error).message
      this.house.changed()
    }
  }

  /** All workers have their interfaces open, or have failed. */
  get isOpen(): boolean {
    return this.workers.every(({ stats, state }) => stats.link !== undefined || state === 'failed' || state === 'ended')
  }

  rename(name: string): void {
    this.name = name
    this.house.changed()
  }
  setEnabled(enabled: boolean): Promise<void> {
    return this.inTurn(async () => {
      if (this.isDisabled !== enabled) return
      if (enabled) return this.start()
      this.isDisabled = true
      // Its tables go, and the figures with them.
      this.totals = undefined
      this.house.changed()
      await this.halt()
    })
  }

  /** One act after the other: whoever stops and begins it anew at once, and again, gets one set of workers. */
  private inTurn(act: () => Promise<void>): Promise<void> {
    return (this.latestAct = this.latestAct.then(act, act))
  }

  tellAddresses(ownAddresses: readonly string[]): void {
    if (this.input.kind === 'live') for (const worker of this.workers) worker.tell({ ownAddresses })
  }

  private hear(worker: ProbeWorker, message: Said): void {
    switch (message.type) {
      case 'learned':
        for (const other of this.workers) if (other !== worker) other.learn(message.learned)
        return
      case 'find':
        return void this.find(worker, message.wanted)
      case 'tick':
        return this.tick(worker, message.totals)
      case 'failed':
        // It could not begin: its sockets would keep its share from the others.
        if (this.input.kind === 'live') this.giveBack(worker.number)
        return this.house.changed()
      case 'ended':
        if (this.merged !== undefined) void this.addUp()
        return this.house.changed()
      default:
        return this.house.changed()
    }
  }

  /** The programs of these sockets are asked for on behalf of a worker. */
  private async find(worker: ProbeWorker, wanted: Uint32Array): Promise<void> {
    const { programs } = this.house.options
    const found = await (programs?.find(wanted) ?? Promise.reject(new Error('programs are not looked for'))).catch(
      (error: Error) => error.message,
    )
    worker.tell({ found })
  }

  /** One of several is gone: those that are left are added up without it, and get its packets as soon as its sockets have left their groups. */
  private lose(worker: ProbeWorker): void {
    const { workers } = this
    void worker.threadEnded.then(() => {
      // After a restart these are others.
      if (workers === this.workers) this.giveBack(worker.number, true)
    })
    if (this.merged !== undefined) void this.addUp()
    this.house.changed()
  }

  private tick(worker: ProbeWorker, totals: Totals): void {
    if (this.merged === undefined) {
      this.totals = totals
      return this.house.ticked(this, totals)
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
      this.house.ticked(this, totals)
    }
    if (haveEnded && !this.isFinal) {
      this.isFinal = true
      this.house.changed()
    } else if (!haveEnded && workers.every(({ state }) => state === 'ended')) await this.addUp()
  }

  ask<Q extends Question>(question: Q, ask: Ask<Q>): Promise<Answer<Q>> {
    const alive = this.workers.filter((worker) => worker.isAlive)
    if (this.stopped || alive.length === 0) return Promise.reject(this.silence)
    return this.merged === undefined ? alive[0]!.answer(question, ask) : this.merged.answer(alive, question, ask)
  }

  /** Why nobody answers. */
  private get silence(): Error {
    if (this.isDisabled) return new Error(`interface ${this.name} is disabled`)
    const why = this.stopped ? 'it was stopped' : (this.failure ?? 'it was stopped')
    return new Error(`interface ${this.name} has failed: ${why}`)
  }

  get recordings(): Recordings {
    const [only, ...others] = this.workers
    if (this.stopped || only === undefined) throw this.silence
    const { merged } = this
    if (others.length === 0 || merged === undefined) return only.recordings
    const workers = this.workers.filter(({ isAlive }) => isAlive)
    return new JointRecordings({ workers, isLive: this.input.kind === 'live', partsOfFlow: (id) => merged.partsOfFlow(workers, id) })
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.halt())
  }
  private async halt(): Promise<void> {
    this.stopped = true
    await Promise.all(this.workers.map((worker) => worker.stop()))
    this.giveAllBack()
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.halt()
      this.start()
    })
  }

  /** An uploaded capture goes with its interface. */
  discard(): void {
    if (this.input.kind === 'upload') rmSync(this.input.path, { force: true })
  }
}

const STDIN = '-'
/** What can be read only once is read by one. */
function workersFor(input: InterfaceInput, { workers = 1, capture }: ProbeOptions): number {
  const canBeShared =
    input.kind === 'live'
      ? input.devices.every((device) => capture?.isShareable(device))
      : input.path.split(',').every((path) => path.trim() !== STDIN)
  return canBeShared ? workers : 1
}

/** How much more than its even share a worker may hold: shares are not even, and most hosts are seen by several. */
const FLOW_SLACK = 1.25
const HOST_SLACK = 2
export const limitsOfWorker = ({ flowLimit, hostLimit }: Limits, workers: number): Limits => ({
  flowLimit: Math.min(flowLimit, Math.ceil((flowLimit / workers) * FLOW_SLACK)),
  hostLimit: Math.min(hostLimit, Math.ceil((hostLimit / workers) * HOST_SLACK)),
})

const MAX_GROUP_ID = 0xffff
let lastGroupId = crypto.getRandomValues(new Uint16Array(1))[0]!
/** Its number is free in this network namespace, as far as we can tell. */
function newGroup(members: number): FanoutGroup {
  lastGroupId = (lastGroupId % MAX_GROUP_ID) + 1
  const seed = crypto.getRandomValues(new Int32Array(1))[0]!
  return { groupId: lastGroupId, members, seed, arrived: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) }
}

/** Of a live interface each worker has its share. */
function together(all: readonly SourceStats[]): SourceStats {
  const sum = newSourceStats()
  for (const stats of all) {
    sum.packets += stats.packets
    sum.bytesRead += stats.bytesRead
    sum.dropped += stats.dropped
    sum.freezes += stats.freezes
    sum.lagMs = Math.max(sum.lagMs, stats.lagMs)
    sum.faults = [...sum.faults, ...stats.faults].slice(0, MAX_FAULTS)
    sum.faultCount += stats.faultCount
    sum.link ??= stats.link
  }
  return sum
}

/** Each worker reads the whole input: the interface is as far as the last of them. */
function slowest(all: readonly SourceStats[]): SourceStats {
  return all.reduce((a, b) => (b.bytesRead < a.bytesRead ? b : a), all[0] ?? newSourceStats())
}
