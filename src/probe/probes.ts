import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectorSockets } from '../lib/collector-sockets.ts'
import type { AsSource, InterfaceNaming, RepeatRule } from '../lib/exporters.ts'
import type { ExportInfo, FlowExports } from '../lib/flow-export.ts'
import type { FlowHistory, HistoryLoad, HostNetwork } from '../lib/history.ts'
import type { HostResolver, NamedHost } from '../lib/host-naming.ts'
import type { HostKeeper } from '../lib/kept-hosts.ts'
import {
  ALL_INTERFACES,
  type InterfaceInfo,
  type KeptNaming,
  type Live,
  type LiveInterface,
  type StickyHosts,
  type Tick,
} from '../lib/live.ts'
import type { CaptureHost, DeviceInfo } from '../lib/live-capture.ts'
import type { InterfaceMergeRule } from '../lib/merge-rule.ts'
import type { ProgramFinder } from '../lib/programs.ts'
import type { SeriesHistory } from '../lib/series-points.ts'
import type { OwnerTables } from '../names/address-owners.ts'
import type { CustomTexts } from '../names/custom-names.ts'
import type { ObserveOptions } from '../tables/observation.ts'
import { DEFAULT_LOCAL_NETWORKS } from '../wire/address-class.ts'
import { AllInterfaces } from './all-interfaces.ts'
import type { ContactDump } from './contact-dumper.ts'
import { Cores } from './cores.ts'
import { type InterfaceHouse, type InterfaceInput, ProbeInterface } from './probe-interface.ts'
import { ProbeThread, type ThreadOptions } from './probe-thread.ts'

export interface ProbeOptions {
  /** The worker's entry file. */
  readonly worker: URL
  readonly originalSpeed: boolean
  /** Found good already. */
  readonly packetFilter?: string | undefined
  /** Time and strip the trailers of an Ixia tap. */
  readonly ixia?: boolean
  /** The libpcap that compiles packet filters; the system's unless given. */
  readonly libpcapPath?: string | undefined
  readonly localNetworks: readonly string[] | undefined
  /** Lists of what is known to be bad, as text. */
  readonly riskLists?: string | undefined
  readonly flowLimit: number
  readonly hostLimit: number
  /** Whose word on autonomous systems counts first. */
  readonly asSource?: AsSource
  /** What this wiretop is called where several feed each other. */
  readonly instance?: string
  /** Where collectors keep what they learn; undefined: nowhere. */
  readonly stateDir?: string | undefined
  /** Who knows of interfaces of exporters. */
  readonly interfaceNames?: InterfaceNaming | undefined
  /** Each exporter of a collector is an interface of its own, beside that of all. */
  readonly perExporter?: boolean
  /** Threads that share the packets of one interface; 1 when left out. */
  readonly workers?: number
  /** Bytes of the latest packets that each interface keeps; none unless given. */
  readonly packetRing?: number
  /** Sockets of collectors; without them each worker opens its own. */
  readonly collectorSockets?: CollectorSockets
  /** Without it nothing is captured live. */
  readonly capture?: CaptureHost
  /** Why there is none, and what could be captured if there were. */
  readonly noCapture?: { readonly why: string; devices(): readonly DeviceInfo[] }
  readonly programs?: ProgramFinder
  /** What users have called exporters and interfaces. */
  readonly keptNames?: KeptNaming
  /** Where records of flows go. */
  readonly exports?: FlowExports
  /** Where flows that end are kept. */
  readonly history?: FlowHistory
  /** Where hosts are kept that have left; they are forgotten unless given. */
  readonly hostKeeper?: HostKeeper
  /** Who looks up names of hosts; nobody unless given. What it finds comes by `tellResolved`. */
  readonly hostResolver?: HostResolver
  /** Answers of DNS that pass name no host. */
  readonly ignoresDns?: boolean
  /** Which hosts never leave; none unless given. */
  readonly stickyHosts?: StickyHosts
  /** Where series are kept. */
  readonly series?: SeriesHistory
  /** The first processor core that threads of live capture are pinned to; none unless given. */
  readonly firstCore?: number | undefined
  /** How a flow counts that several interfaces have seen, where all are asked as one. */
  readonly interfaceMergeRule?: InterfaceMergeRule
  /** What users say of applications and categories. */
  readonly customTexts?: CustomTexts
  /** What is noted of hosts over the day; nothing unless given. */
  readonly observe?: ObserveOptions
  /** Folder in which activity and contacts of interfaces that go on are kept; undefined: nowhere. */
  readonly observeDir?: string | undefined
  /** Days that activity stays in files; left out: one. */
  readonly activityDays?: number | undefined
  /** Contacts that are written down: a file a day. */
  readonly contactDump?: Omit<ContactDump, 'folder' | 'interfaceName'>
  /** Hears what went wrong beside the inputs: one line each. */
  readonly say?: (text: string) => void
}

/** All interfaces and their workers. */
export class Probes implements Live {
  private readonly options: ProbeOptions
  private readonly byId = new Map<number, ProbeInterface>()
  private nextId = 1
  private readonly tickListeners = new Set<(tick: Tick) => void>()
  private readonly changeListeners = new Set<(interfaces: readonly InterfaceInfo[]) => void>()
  private readonly house: InterfaceHouse
  /** Where quiet interfaces live together. */
  private shared: ProbeThread | undefined
  private readonly threads = new Set<ProbeThread>()
  private customTexts: CustomTexts | undefined
  private owners: OwnerTables | undefined
  /** What threads know that users call hosts. */
  private givenNames: Readonly<Record<string, string>>
  private readonly cores: Cores | undefined
  private readonly together: AllInterfaces
  private broughtUpMs = Number.NEGATIVE_INFINITY
  private bringingUp: Promise<void> = Promise.resolve()

  constructor(options: ProbeOptions) {
    this.options = options
    this.customTexts = options.customTexts
    this.givenNames = options.keptNames?.hosts ?? {}
    this.together = new AllInterfaces({
      rule: options.interfaceMergeRule ?? 'max',
      flowLimit: options.flowLimit,
      hostLimit: options.hostLimit,
      // What exporters tell is at their collector already, and the past was seen by another.
      interfaces: () => [...this.byId.values()].filter(({ input }) => input.kind !== 'exporter' && input.kind !== 'historical'),
    })
    if (options.firstCore !== undefined) this.cores = new Cores(options.firstCore)
    this.house = {
      options,
      threadFor: (input, worker, isBusy) => this.threadFor(input, worker, isBusy),
      ownAddresses: () => this.devices().flatMap(({ addresses }) => addresses),
      localNetworks: (devices) => this.localNetworks(devices),
      changed: () => this.announce(),
      exporterSeen: (collector, number, name) => this.exporterSeen(collector, number, name),
      collectorStops: async (collector) => {
        const own = this.exportersOf(collector)
        await Promise.all(own.map((id) => this.remove(id)))
      },
      ticked: (p, totals) => {
        for (const listener of this.tickListeners) listener({ interface: p.id, info: p.info, totals })
      },
    }
    options.interfaceNames?.onChange((address, interfaces) => {
      for (const probe of this.byId.values()) probe.tellKnown(address, interfaces)
    })
    options.capture?.onChange((changes) => {
      const addresses = this.house.ownAddresses()
      for (const probe of this.byId.values()) {
        probe.devicesChanged(changes)
        probe.tellAddresses(addresses)
      }
      this.announce()
    })
  }

  /** Begins to read an input. */
  open(name: string, path: string, kind: 'capture-file' | 'upload' = 'capture-file'): LiveInterface {
    return this.begin(name, { kind, path })
  }
  /** Begins to capture interfaces of this machine, as one. */
  capture(name: string, devices: readonly string[]): LiveInterface {
    return this.begin(name, { kind: 'live', devices })
  }
  /** Begins to collect what exporters send to an endpoint, as `-i` names it. */
  collect(name: string, endpoint: string, repeats: RepeatRule): LiveInterface {
    return this.begin(name, { kind: 'collector', endpoint, repeats })
  }
  /** One at a time: the one before goes. */
  async loadHistory(name: string, load: HistoryLoad): Promise<LiveInterface> {
    for (const { id, input } of [...this.byId.values()]) if (input.kind === 'historical') await this.remove(id)
    return this.begin(name, { kind: 'historical', load })
  }
  private exportersOf(collector: ProbeInterface): number[] {
    return [...this.byId.values()].filter(({ input }) => input.kind === 'exporter' && input.of === collector).map(({ id }) => id)
  }
  private exporterSeen(collector: ProbeInterface, exporter: number, name: string): void {
    if (this.options.perExporter && this.exportersOf(collector).length < MAX_EXPORTER_INTERFACES)
      this.begin(name, { kind: 'exporter', of: collector, exporter })
  }
  private begin(name: string, input: InterfaceInput): LiveInterface {
    const probe = new ProbeInterface(this.nextId++, name, input, this.house)
    this.byId.set(probe.id, probe)
    if (!probe.isDisabled) probe.start()
    return probe
  }

  /** A capture has a thread of its own, and so has an interface where much passes; quiet ones share one. */
  private threadFor(input: InterfaceInput, worker: number, isBusy: boolean): ProbeThread {
    const { worker: entry, capture, workers = 1, firstCore } = this.options
    if (input.kind === 'exporter') return input.of.thread!
    if (input.kind !== 'live')
      return this.newThread({
        entry,
        name: input.kind === 'collector' ? input.endpoint : input.kind === 'historical' ? input.kind : input.path,
      })
    const isQuiet = workers === 1 && firstCore === undefined && !isBusy && input.devices.every((device) => capture!.isQuiet(device))
    if (isQuiet && this.shared?.isAlive && this.shared.size > 0) return this.shared
    const name = isQuiet ? 'quiet interfaces' : `${input.devices.join(',')} ${worker}`
    const core = this.cores?.of(name)
    const thread = this.newThread({ entry, name, wake: capture!.newWake(), ...(core === undefined ? {} : { core }) })
    if (isQuiet) this.shared = thread
    return thread
  }
  private newThread(options: ThreadOptions): ProbeThread {
    const { customTexts, owners, givenNames } = this
    const thread = new ProbeThread({ ...options, customTexts, owners, givenNames: Object.entries(givenNames) })
    this.threads.add(thread)
    void thread.ended.then(() => this.threads.delete(thread))
    return thread
  }

  /** Who owns addresses is known from now on. */
  tellOwners(owners: OwnerTables): void {
    this.owners = owners
    for (const thread of this.threads) thread.tellOwners(owners)
  }
  /** Reverse DNS has told names of hosts. */
  tellResolved(names: readonly NamedHost[]): void {
    for (const thread of this.threads) thread.tellResolved(names)
  }
  /** Users say something else: it holds for flows to come, and for those that nobody has recognised. */
  customise(texts: CustomTexts): void {
    this.customTexts = texts
    for (const thread of this.threads) thread.customise(texts)
  }

  /** Where nobody said what is local, the networks that the interfaces are in are as well. */
  private localNetworks(captured: readonly string[]): readonly string[] | undefined {
    const { localNetworks } = this.options
    if (localNetworks !== undefined || captured.length === 0) return localNetworks
    const isAny = captured.includes(ANY)
    const devices = this.devices().filter(({ name }) => isAny || captured.includes(name))
    return [...DEFAULT_LOCAL_NETWORKS, ...devices.flatMap(({ addresses }) => addresses)]
  }

  devices(): readonly DeviceInfo[] {
    const { capture, noCapture } = this.options
    return (capture ?? noCapture)?.devices() ?? []
  }
  get captureRefusal(): string | undefined {
    const { capture, noCapture } = this.options
    return capture === undefined ? (noCapture?.why ?? 'this wiretop does not capture live') : undefined
  }
  /** Resolves when every interface is open or has failed: from then on nothing needs rights that root has. */
  async allOpen(): Promise<void> {
    const isDone = () => [...this.byId.values()].every(({ isOpen }) => isOpen)
    for (const untilMs = Date.now() + OPEN_WITHIN_MS; !isDone() && Date.now() < untilMs; )
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }

  exports(): readonly ExportInfo[] {
    return this.options.exports?.infos() ?? []
  }

  interfaces(): readonly LiveInterface[] {
    return [...this.byId.values()]
  }
  get(id: number): LiveInterface | undefined {
    return id === ALL_INTERFACES ? this.all : this.byId.get(id)
  }
  get all(): LiveInterface | undefined {
    return this.together.interfaces.length > 1 ? this.together : undefined
  }
  upload(name: string, path: string): LiveInterface {
    return this.open(name, path, 'upload')
  }
  async restart(id: number): Promise<void> {
    await this.byId.get(id)?.restart()
  }
  rename(id: number, name: string): void {
    this.byId.get(id)?.rename(name)
  }
  nameExporter(address: string, alias: string): void {
    const { keptNames } = this.options
    if (keptNames === undefined) return
    keptNames.nameExporter(address, alias)
    for (const probe of this.byId.values()) probe.tellAliases(keptNames.exporters)
  }
  get hostNames(): Readonly<Record<string, string>> {
    return this.options.keptNames?.hosts ?? {}
  }
  nameHost(address: string, name: string): boolean {
    const isKept = this.options.keptNames?.nameHost(address, name) ?? false
    this.giveNames()
    return isKept
  }
  /** Threads are told what has changed. */
  private giveNames(): void {
    const before = this.givenNames
    const now = this.options.keptNames?.hosts ?? {}
    const gone = Object.keys(before).filter((address) => !Object.hasOwn(now, address))
    const news = Object.entries(now).filter(([address, name]) => !Object.hasOwn(before, address) || before[address] !== name)
    this.givenNames = now
    const changes: NamedHost[] = [...gone.map((address): NamedHost => [address, '']), ...news]
    if (changes.length > 0) for (const thread of this.threads) thread.giveNames(changes)
  }
  /** What users call hosts, exporters and interfaces is known only now, or another wiretop has changed it. */
  namesKnown(): void {
    const { keptNames } = this.options
    if (keptNames === undefined) return
    this.giveNames()
    for (const probe of this.byId.values()) {
      probe.nameKnown()
      probe.tellAliases(keptNames.exporters)
    }
    this.announce()
  }
  /** What was noted of the hosts over the day is known no more. An interface that fails meanwhile has forgotten all. */
  async forgetObserved(network: HostNetwork): Promise<void> {
    await Promise.allSettled([...this.byId.values()].map((probe) => probe.forgetObserved(network)))
  }
  /** One that is busy or gone keeps nobody waiting for long. */
  bringRecordsUp(): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - this.broughtUpMs >= BRING_UP_EVERY_MS) {
      this.broughtUpMs = nowMs
      const all = Promise.allSettled([...this.byId.values()].map((probe) => probe.bringRecordsUp()))
      this.bringingUp = Promise.race([all, sleep(BRING_UP_WITHIN_MS, undefined, { ref: false })]).then(() => undefined)
    }
    return this.bringingUp
  }
  async setEnabled(id: number, enabled: boolean): Promise<void> {
    await this.byId.get(id)?.setEnabled(enabled)
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

/** Each has tables of its own; the exporters beyond are seen at their collector alone. */
const MAX_EXPORTER_INTERFACES = 64
/** libpcap's name for all interfaces together. */
const ANY = 'any'
const OPEN_WITHIN_MS = 5000
const POLL_MS = 20
/** Each time costs a record of every flow that lasts. */
const BRING_UP_EVERY_MS = 60_000
const BRING_UP_WITHIN_MS = 1000
