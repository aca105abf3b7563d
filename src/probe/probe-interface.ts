import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OwnSocket } from '../lib/collector-sockets.ts'
import type { KnownInterface, RepeatRule } from '../lib/exporters.ts'
import type { HistoryLoad, HostNetwork } from '../lib/history.ts'
import {
  type Answer,
  type Ask,
  type InterfaceDevice,
  type InterfaceInfo,
  type InterfaceState,
  isOngoing,
  type LiveInterface,
  type Question,
  type Totals,
} from '../lib/live.ts'
import { type DeviceChange, QUIET_PPS } from '../lib/live-capture.ts'
import type { Recordings } from '../lib/recording.ts'
import { MAX_FAULTS, newSourceStats, type SourceStats } from '../lib/source.ts'
import { LiveDevices } from './live-devices.ts'
import { JoinedPoints } from './merge/joined-points.ts'
import { Merged } from './merge/merged.ts'
import { JointRecordings } from './merge/recordings.ts'
import type { Limits } from './merge/totals.ts'
import type { ProbeConfig, ProbeSource } from './messages.ts'
import type { ProbeThread } from './probe-thread.ts'
import { ProbeWorker, type Said } from './probe-worker.ts'
import type { ProbeOptions } from './probes.ts'

/** What an interface of ours reads: a capture, as `-i` names it, one or several interfaces of this machine, or what exporters send to an endpoint. */
export type InterfaceInput =
  | { readonly kind: 'capture-file' | 'upload'; readonly path: string }
  | { readonly kind: 'live'; readonly devices: readonly string[] }
  | { readonly kind: 'collector'; readonly endpoint: string; readonly repeats: RepeatRule }
  /** Flows of the past. */
  | { readonly kind: 'historical'; readonly load: HistoryLoad }
  /** One exporter of a collector. */
  | { readonly kind: 'exporter'; readonly of: ProbeInterface; readonly exporter: number }

const HISTORICAL = 'historical'

/** Long flows are split, so that ranges of time add up. */
const HISTORY_EVERY_S = 300

/** What all interfaces share. */
export interface InterfaceHouse {
  readonly options: ProbeOptions
  /** `isBusy`: it was when it was last captured, whatever the time before was like. */
  threadFor(input: InterfaceInput, worker: number, isBusy: boolean): ProbeThread
  ownAddresses(): readonly string[]
  /** What is local where these interfaces of the machine are captured. */
  localNetworks(devices: readonly string[]): readonly string[] | undefined
  changed(): void
  ticked(probe: ProbeInterface, totals: Totals): void
  /** A collector has heard of one more exporter. */
  exporterSeen(collector: ProbeInterface, number: number, name: string): void
  /** A collector has begun to stop: interfaces of its exporters go with it. */
  collectorStops(collector: ProbeInterface): Promise<void>
}

/** One interface as the main thread sees it: its workers, one or several, and what they say together. */
export class ProbeInterface implements LiveInterface {
  readonly id: number
  private name: string
  readonly input: InterfaceInput
  private readonly house: InterfaceHouse
  private workers: readonly ProbeWorker[] = []
  private merged: Merged | undefined
  private totals: Totals | undefined
  private stopped = false
  isDisabled = false
  private isDiscarded = false
  private turn: Promise<void> = Promise.resolve()
  /** Why it could not even be begun. */
  private refusal: string | undefined
  /** Of several workers: who has ticked since their totals were added up, whether that is being done, and whether it was done after the last of them ended. */
  private readonly haveTicked = new Set<ProbeWorker>()
  private isAdding = false
  private readonly points = new JoinedPoints((points) =>
    this.house.options.series?.sendPoints({ interfaceKey: this.key, interfaceName: this.name, points }),
  )
  private isFinal = false

  /** Of a live interface. */
  private readonly devices: LiveDevices | undefined
  /** Of a collector, where it was opened at the start. */
  private readonly socket: OwnSocket | undefined

  constructor(id: number, name: string, input: InterfaceInput, house: InterfaceHouse) {
    this.id = id
    this.name = name
    this.input = input
    this.house = house
    if (this.isKept) {
      const kept = house.options.keptNames?.interface(this.key)
      this.name = kept?.name ?? name
      this.isDisabled = kept?.disabled === true
    }
    const { capture } = house.options
    if (input.kind === 'collector') this.socket = house.options.collectorSockets?.take(input.endpoint)
    if (input.kind === 'live' && capture !== undefined) this.devices = new LiveDevices(input.devices, capture)
  }

  private get state(): InterfaceState {
    if (this.isDisabled) return 'disabled'
    if (this.refusal !== undefined) return 'failed'
    const states = this.workers.map((worker) => this.stateOf(worker))
    if (states.length === 0 || states.includes('failed')) return 'failed'
    if (states.every((state) => state === 'ended')) return states.length === 1 || this.isFinal ? 'ended' : 'running'
    return states.includes('starting') ? 'starting' : 'running'
  }

  /** One that captures or collects has started when what it listens to is open. */
  private stateOf({ state, stats }: ProbeWorker): ProbeWorker['state'] {
    return isOngoing(this.input.kind) && state === 'running' && stats.link === undefined ? 'starting' : state
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
    const { input } = this
    const stats = isOngoing(input.kind) ? together(all) : slowest(all)
    const { failure } = this
    const { packetFilter } = this.house.options
    const device = this.deviceInfo(stats)
    return {
      id: this.id,
      name: this.name,
      kind: input.kind,
      state: this.state,
      ...(failure === undefined ? {} : { failure }),
      ...(device?.speedBps === undefined ? {} : { speedBps: device.speedBps }),
      ...(packetFilter === undefined ? {} : { packetFilter }),
      ...(device === undefined ? {} : { device }),
      ...(input.kind === 'collector' && stats.collector && { collector: { ...stats.collector, repeats: input.repeats } }),
      progress: {
        packets: stats.packets,
        bytesRead: stats.bytesRead,
        ...(stats.bytesTotal === undefined ? {} : { bytesTotal: stats.bytesTotal }),
        cutShort: stats.cutShort,
        ...(stats.files && { files: stats.files }),
        ...(packetFilter === undefined || isOngoing(input.kind) ? {} : { filteredOut: stats.filteredOut }),
        faults: stats.faults,
        faultCount: stats.faultCount,
      },
    }
  }

  /** What the system says of the interfaces captured; several stand together. */
  private deviceInfo(stats: SourceStats): InterfaceDevice | undefined {
    const { devices, house } = this
    if (devices === undefined) return undefined
    const known = (house.options.capture?.devices() ?? []).filter(({ name }) => devices.names.includes(name))
    const speeds = known.flatMap(({ speedBps }) => speedBps ?? [])
    const [only] = known
    return {
      names: devices.names,
      link: stats.link ?? (known.some(({ up }) => up) ? 'up' : known.length > 0 ? 'down' : 'gone'),
      addresses: known.flatMap(({ addresses }) => addresses),
      ...(devices.names.length === 1 && only !== undefined
        ? { kind: only.kind, mtu: only.mtu, ...(only.mac === undefined ? {} : { mac: only.mac }) }
        : {}),
      ...(speeds.length > 0 && speeds.length === known.length ? { speedBps: speeds.reduce((a, b) => a + b, 0) } : {}),
      freezes: stats.freezes,
      lagMs: stats.lagMs,
    }
  }

  /** Of a collector: where the interfaces of its exporters live. */
  get thread(): ProbeThread | undefined {
    return this.workers[0]?.thread
  }
  private get seat(): number {
    return this.workers[0]?.seatNumber ?? -1
  }

  latest(): Totals | undefined {
    return this.totals
  }

  start(): void {
    const { name, input, house } = this
    const { options } = house
    const { flowLimit, hostLimit, packetRing = 0, riskLists, observe } = options
    const localNetworks = house.localNetworks(this.devices?.names ?? [])
    const count = workersFor(input, options)
    const common = {
      name,
      localNetworks,
      riskLists,
      instance: options.instance ?? '',
      asSource: options.asSource ?? 'exporter',
      recordsFor: this.recordTakers(),
      keepsHosts: this.isKept && options.hostKeeper !== undefined,
      stickyHosts: options.stickyHosts ?? 'none',
      resolves: input.kind === 'historical' ? ('none' as const) : (options.hostResolver?.which ?? 'none'),
      ignoresDns: options.ignoresDns ?? false,
      tellsPoints: this.keepsHistory && options.series !== undefined,
      packetRing: Math.floor(packetRing / count),
      ...(observe && { observe, ...this.observed() }),
      ...limitsOfWorker({ flowLimit, hostLimit }, count),
    }
    const [seed, salt] = crypto.getRandomValues(new Int32Array(2))
    const isBusy = (this.totals?.pps ?? 0) >= QUIET_PPS
    this.stopped = false
    this.refusal = undefined
    this.totals = undefined
    this.isFinal = false
    this.haveTicked.clear()
    this.merged = count === 1 ? undefined : new Merged({ name, salt: salt!, flowLimit, hostLimit })
    try {
      const sources = this.sources(count)
      this.workers = sources.map(
        (source, index) =>
          new ProbeWorker({
            thread: house.threadFor(input, index, isBusy),
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
      this.devices?.giveBack()
      this.refusal = (error as Error).message
    }
    house.changed()
  }

  private get keepsHistory(): boolean {
    return this.house.options.history !== undefined && isOngoing(this.input.kind) && this.input.kind !== 'exporter'
  }
  /** Where what is noted of hosts over the day is kept. */
  private observed(): Pick<ProbeConfig, 'contactDump' | 'keptActivity'> {
    const { observeDir, activityDays: days, contactDump } = this.house.options
    if (observeDir === undefined || !isOngoing(this.input.kind) || this.input.kind === 'exporter') return {}
    const keptActivity = { folder: join(observeDir, 'activity', folderName(this.key)), ...(days !== undefined && { days }) }
    if (contactDump === undefined) return { keptActivity }
    return { keptActivity, contactDump: { ...contactDump, folder: join(observeDir, 'datadump'), interfaceName: this.key } }
  }

  /** What an exporter tells is kept with its collector. */
  private recordTakers(): ProbeConfig['recordsFor'] {
    const { exports } = this.house.options
    return [
      ...(exports === undefined || this.input.kind === 'exporter'
        ? []
        : [{ taker: 'exports' as const, everySeconds: exports.everySeconds }]),
      ...(this.keepsHistory ? [{ taker: 'history' as const, everySeconds: HISTORY_EVERY_S }] : []),
    ]
  }
  private takeRecords({ taker, records }: Extract<Said, { type: 'records' }>): void {
    const { exports, history } = this.house.options
    if (taker === 'exports') exports?.send(records)
    else history?.send({ interfaceKey: this.key, interfaceName: this.name, records })
  }

  /** Its name and whether it is disabled outlast the program. */
  private get isKept(): boolean {
    return this.input.kind === 'live' || this.input.kind === 'collector'
  }

  /** What it reads, as `-i` names it. */
  get key(): string {
    const { input } = this
    if (input.kind === 'live') return input.devices.join(',')
    if (input.kind === 'collector') return input.endpoint
    if (input.kind === 'historical') return HISTORICAL
    return input.kind === 'exporter' ? input.of.key : input.path
  }

  /** What each worker reads. */
  private sources(count: number): ProbeSource[] {
    const { input, house, devices } = this
    const { originalSpeed, packetFilter, libpcapPath, ixia = false, capture } = house.options
    if (input.kind === 'collector') {
      const { endpoint, repeats } = input
      const { stateDir, keptNames } = house.options
      return [{ kind: 'collect', endpoint, repeats, stateDir, aliases: keptNames?.exporters ?? {}, socket: this.socket?.hear() }]
    }
    if (input.kind === 'historical')
      return [{ kind: 'history', load: input.load, spillFolder: join(tmpdir(), `wiretop-history-${this.id}`) }]
    if (input.kind === 'exporter') return [{ kind: 'exporter', seat: input.of.seat, exporter: input.exporter }]
    if (input.kind !== 'live')
      return Array.from({ length: count }, () => ({
        kind: 'capture',
        input: input.path,
        isUpload: input.kind === 'upload',
        originalSpeed,
        packetFilter,
        libpcapPath,
        ixia,
      }))
    if (capture === undefined || devices === undefined) throw new Error(`${this.name}: this wiretop does not capture live`)
    return devices.take(count).map((taken) => ({
      kind: 'live',
      settings: capture.settings,
      devices: taken,
      ownAddresses: house.ownAddresses(),
    }))
  }

  /** What became of interfaces of the machine. */
  devicesChanged(changes: readonly DeviceChange[]): void {
    this.orRefuse(() => this.devices?.changed(changes, (worker, at, returned) => this.workers[worker]?.tell({ at, returned })))
  }
  private deviceGone({ number }: ProbeWorker, at: number): void {
    this.orRefuse(() => {
      const returned = this.devices?.gone(number, at)
      if (returned !== undefined) this.workers[number]?.tell({ at, returned })
    })
    this.house.changed()
  }
  /** Sockets for what is there again may not be had. */
  private orRefuse(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.refusal = (error as Error).message
      this.house.changed()
    }
  }

  /** All workers have opened what they read, or have failed. */
  get isOpen(): boolean {
    return this.workers.every((worker) => this.stateOf(worker) !== 'starting')
  }

  rename(name: string): void {
    this.name = name
    if (this.isKept) this.house.options.keptNames?.changeInterface(this.key, { name })
    this.house.changed()
  }
  /** It may have been given a name before. */
  nameKnown(): void {
    if (this.isKept) this.name = this.house.options.keptNames?.interface(this.key).name ?? this.name
  }
  async setEnabled(enabled: boolean): Promise<void> {
    if (this.isDisabled !== enabled) return
    this.isDisabled = !enabled
    if (this.isKept) this.house.options.keptNames?.changeInterface(this.key, { disabled: !enabled })
    // Its tables go, and the figures with them.
    if (!enabled) this.totals = undefined
    this.house.changed()
    await this.inTurn(() => (enabled ? this.begin() : this.halt()))
  }

  tellAddresses(ownAddresses: readonly string[]): void {
    if (this.devices === undefined) return
    const localNetworks = this.house.localNetworks(this.devices.names)
    for (const worker of this.workers) worker.tell({ ownAddresses, localNetworks })
  }

  private hear(worker: ProbeWorker, message: Said): void {
    switch (message.type) {
      case 'learned':
        for (const other of this.workers) if (other !== worker) other.learn(message.learned)
        return
      case 'find':
        return void this.find(worker, message.wanted)
      case 'hosts':
        return this.house.options.hostKeeper?.save(this.placeOf(worker), message.hosts)
      case 'recall':
        return void this.recall(worker, message.wanted)
      case 'resolve':
        return this.house.options.hostResolver?.wanted(message.wanted)
      case 'gone':
        return this.deviceGone(worker, message.at)
      case 'exporter':
        return this.exporterSeen(worker, message)
      case 'records':
        return this.takeRecords(message)
      case 'points':
        return this.points.take(message.points, this.workers.length)
      case 'tick':
        return this.tick(worker, message.totals)
      case 'trouble':
        return this.house.options.say?.(`${this.name}: ${message.text}`)
      case 'failed':
        // It could not begin: its sockets would keep its share from the others.
        this.devices?.giveBack(worker.number)
        return this.house.changed()
      case 'ended':
        if (this.merged !== undefined) void this.addUp()
        return this.house.changed()
      default:
        return this.house.changed()
    }
  }

  private exporterSeen(worker: ProbeWorker, { number, address, name }: Extract<Said, { type: 'exporter' }>): void {
    const { interfaceNames } = this.house.options
    if (interfaceNames !== undefined) {
      this.watched.push(address)
      worker.tell({ known: { address, interfaces: interfaceNames.watch(address) } })
    }
    this.house.exporterSeen(this, number, name)
  }
  /** Addresses of exporters whose interfaces are asked for. */
  private watched: string[] = []
  tellKnown(address: string, interfaces: readonly KnownInterface[]): void {
    if (this.watched.includes(address)) for (const worker of this.workers) worker.tell({ known: { address, interfaces } })
  }
  tellAliases(aliases: Readonly<Record<string, string>>): void {
    if (this.input.kind === 'collector') for (const worker of this.workers) worker.tell({ aliases })
  }
  /** What was noted of the hosts over the day is known no more, by any of its workers. */
  async forgetObserved(network: HostNetwork): Promise<void> {
    await Promise.all(this.parts.map((worker) => worker.part('forgetObserved', network)))
  }
  /** Resolves when history has been sent what its flows have gained up to now. */
  async bringRecordsUp(): Promise<void> {
    if (this.keepsHistory) await Promise.all(this.parts.map((worker) => worker.part('bringRecordsUp', null)))
  }
  private unwatch(): void {
    for (const address of this.watched.splice(0)) this.house.options.interfaceNames?.unwatch(address)
  }

  /** Each worker has its own part of a host. */
  private placeOf({ number }: ProbeWorker): string {
    return this.workers.length > 1 ? `${this.key}#${number}` : this.key
  }
  private async recall(worker: ProbeWorker, wanted: Int32Array): Promise<void> {
    const kept = await this.house.options.hostKeeper?.recall(this.placeOf(worker), wanted)
    if (kept !== undefined && kept.count > 0) worker.tell({ kept })
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
    void this.devices?.died(worker.number, worker.threadEnded)
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

  /** Those who can be asked about their parts. */
  get parts(): readonly ProbeWorker[] {
    return this.stopped || this.isDisabled ? [] : this.workers.filter(({ isAlive }) => isAlive)
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
  restart(): Promise<void> {
    this.isDisabled = false
    return this.inTurn(async () => {
      await this.halt()
      this.begin()
    })
  }

  /** Workers are begun and ended one after the other: whoever asks while that goes on waits for his turn. */
  private inTurn(act: () => void | Promise<void>): Promise<void> {
    this.turn = this.turn.then(act)
    return this.turn
  }
  private begin(): void {
    // It may have been disabled, removed or begun meanwhile.
    if (this.stopped && !this.isDisabled && !this.isDiscarded) this.start()
  }
  private async halt(): Promise<void> {
    this.stopped = true
    if (this.input.kind === 'collector') await this.house.collectorStops(this)
    this.unwatch()
    await Promise.all(this.workers.map((worker) => worker.stop()))
    this.devices?.giveBack()
    this.points.flush()
    if (this.isDisabled) this.socket?.deafen()
  }

  /** An uploaded capture goes with its interface. */
  discard(): void {
    this.isDiscarded = true
    this.socket?.close()
    if (this.input.kind === 'upload') rmSync(this.input.path, { force: true })
  }
}

/** Of what an interface reads, as a name of a folder; longer ones than file systems take are cut. */
const folderName = (key: string): string =>
  encodeURIComponent(key)
    .replace(/^\.+|\*/g, '_')
    .slice(0, 200)

const STDIN = '-'
/** What can be read only once is read by one. */
function workersFor(input: InterfaceInput, { workers = 1, capture }: ProbeOptions): number {
  if (input.kind === 'collector' || input.kind === 'exporter' || input.kind === 'historical') return 1
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
    sum.collector ??= stats.collector
  }
  return sum
}

/** Each worker reads the whole input: the interface is as far as the last of them. */
function slowest(all: readonly SourceStats[]): SourceStats {
  return all.reduce((a, b) => (b.bytesRead < a.bytesRead ? b : a), all[0] ?? newSourceStats())
}
