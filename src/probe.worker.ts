/** A worker thread: wires the source, the tables and the recorder of each of its interfaces to the main thread. */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { allDissectors } from './dissectors/index.gen.ts'
import { buffersOf, FlowWriter, packFlows } from './lib/flow-batch.ts'
import type { NamedHost } from './lib/host-naming.ts'
import { buffersOfHosts } from './lib/kept-hosts.ts'
import { buffersOfPoints } from './lib/series-points.ts'
import { newSourceStats, type Source, SourceError } from './lib/source.ts'
import { AddressOwners } from './names/address-owners.ts'
import { createCatalogue } from './names/catalogue.ts'
import type { CustomTexts } from './names/custom-names.ts'
import { GivenNames } from './names/given-names.ts'
import { loadMacVendors } from './names/mac-vendors.ts'
import { ActivityKeeper } from './probe/activity-keeper.ts'
import { AskedPrograms } from './probe/asked-programs.ts'
import { ContactDumper } from './probe/contact-dumper.ts'
import { DayKeeper } from './probe/day-keeper.ts'
import type {
  AddressMessage,
  CaptureSource,
  ExporterSource,
  LiveSource,
  ProbeConfig,
  ProbeMessage,
  RecordTaker,
  Said,
  ThreadConfig,
  ThreadMessage,
  WorkerMessage,
} from './probe/messages.ts'
import { Probe } from './probe/probe.ts'
import { warmUp } from './probe/warm-up.ts'
import { PacketRing } from './recording/packet-ring.ts'
import { Recorder } from './recording/packet-tap.ts'
import { RiskLists } from './risks/risk-lists.ts'
import type { Collector } from './sources/collect/collector.ts'
import { filtered } from './sources/filtered.ts'
import { IxiaTimed } from './sources/ixia-trailer.ts'
import type { LiveInput } from './sources/live-input.ts'
import { openInput } from './sources/open-source.ts'
import { PacketFilter } from './sources/packet-filter.ts'
import type { PacketWait } from './sources/packet-wait.ts'
import { PcapFile } from './sources/pcap-file.ts'
import { shard } from './sources/shard.ts'
import { collectGarbage } from './spare-memory.ts'
import { DEFAULT_IDLE, idleTimes } from './tables/expiry.ts'
import { FlowRecords } from './tables/flow-records.ts'
import { HostKeeping } from './tables/host-keeping.ts'
import { HostResolving } from './tables/host-resolving.ts'
import { shareLearned } from './tables/learned.ts'
import { LiveTables, type TableOptions } from './tables/live-tables.ts'
import { MinutePoints } from './tables/minute-points.ts'
import { parseAddress } from './wire/address.ts'
import { LocalNetworks } from './wire/address-class.ts'
import { isKnownLinkType } from './wire/link-types.ts'

const thread = workerData as ThreadConfig
const port = parentPort!
const waiting = new Int32Array(thread.waiting)
const catalogue = createCatalogue()
if (thread.customTexts !== undefined) catalogue.customise(thread.customTexts)
let owners = thread.owners === undefined ? undefined : new AddressOwners(thread.owners)
const givenNames = new GivenNames()
giveNames(thread.givenNames ?? [])
const vendors = loadMacVendors(readFileSync(new URL('../assets/mac-vendors.txt', import.meta.url), 'latin1'))
const knowsLinkType = isKnownLinkType
/** Messages wake the thread; its timers may wait so long. */
const TURN_MS = 200
/** Records that go to the main thread at once, at most. */
const RECORD_BATCH = 1024

/** What only live capture needs, loaded with the first interface that is live. */
let live: Promise<{ wait: PacketWait; LiveInput: typeof LiveInput }> | undefined
async function loadLive() {
  const [{ PacketWait }, { LiveInput }, { pinThread, preferThread }] = await Promise.all([
    import('./sources/packet-wait.ts'),
    import('./sources/live-input.ts'),
    import('./sources/native/libc.ts'),
  ])
  if (thread.core !== undefined) pinThread(thread.core)
  preferThread()
  await warmUp(newTables({ count: 'wire', idle: DEFAULT_IDLE }))
  // Before the first packet: nobody waits.
  collectGarbage()
  return { wait: new PacketWait(thread.wakeFd, TURN_MS), LiveInput }
}

function openCapture({ input, isUpload, originalSpeed, packetFilter, libpcapPath, ixia }: CaptureSource): Source {
  const filter = packetFilter === undefined ? undefined : new PacketFilter(packetFilter, libpcapPath)
  const capture = isUpload ? new PcapFile(input, { knowsLinkType }) : openInput(input, { originalSpeed, knowsLinkType })
  const timed = ixia ? new IxiaTimed(capture) : capture
  return filter === undefined ? timed : filtered(timed, filter)
}

async function openLive(name: string, { devices, settings }: LiveSource, onGone: (at: number) => void): Promise<LiveInput> {
  const { wait, LiveInput } = await (live ??= loadLive())
  return new LiveInput(name, devices, settings, wait, onGone)
}

function localOf(networks: readonly string[] | undefined): LocalNetworks {
  const compiled = networks === undefined ? undefined : LocalNetworks.compile(networks)
  return compiled !== undefined && 'local' in compiled ? compiled.local : LocalNetworks.default()
}

/** All interfaces of a thread have the same. */
let lists: RiskLists | undefined
function listsOf(text: string | undefined): RiskLists {
  if (lists !== undefined) return lists
  lists = new RiskLists()
  if (text !== undefined) lists.add(text)
  return lists
}

const newTables = (
  options: Pick<TableOptions, 'count' | 'idle' | 'flowLimit' | 'hostLimit' | 'vendorOf' | 'riskLists' | 'observe' | 'ignoresDns'> & {
    local?: LocalNetworks
  },
): LiveTables =>
  new LiveTables({
    catalogue,
    dissectors: allDissectors,
    local: LocalNetworks.default(),
    givenNames,
    seed: crypto.getRandomValues(new Int32Array(1))[0]!,
    ...options,
  })

function tablesOf(config: ProbeConfig): LiveTables {
  const { asSource, localNetworks, riskLists, flowLimit, hostLimit, source, share, stickyHosts, ignoresDns, observe } = config
  const tables = newTables({
    local: localOf(localNetworks),
    flowLimit,
    hostLimit,
    count: 'wire',
    vendorOf: (mac) => vendors.vendorOf(mac),
    riskLists: listsOf(riskLists),
    ignoresDns,
    ...(observe && { observe }),
    ...(source.kind !== 'capture' && source.kind !== 'history' && { idle: idleTimes(stickyHosts) }),
  })
  if (source.kind === 'collect') tables.repeatRule = source.repeats
  tables.owners = owners
  tables.asSource = asSource
  if (share !== undefined) shareLearned(tables)
  return tables
}

/** One interface, or one worker's share of it. */
class Seat {
  private readonly number: number
  private readonly stop = new AbortController()
  private tables: LiveTables | undefined
  private probe: Probe | undefined
  private input: LiveInput | undefined
  private programs: AskedPrograms | undefined
  private collector: Collector | undefined
  private exportersTold = 0
  private keeper: ActivityKeeper | undefined
  private day: DayKeeper | undefined
  private dumper: ContactDumper | undefined
  /** What came before the source was open. */
  private early: WorkerMessage[] = []

  constructor(number: number, config: ProbeConfig) {
    this.number = number
    void this.run(config)
  }

  private post(message: ProbeMessage, transfer: readonly ArrayBuffer[] = []): void {
    port.postMessage({ from: this.number, message } satisfies Said, transfer)
  }

  private async run(config: ProbeConfig): Promise<void> {
    const tables = tablesOf(config)
    this.tables = tables
    tables.records = config.recordsFor.map(
      ({ taker, everySeconds }) =>
        new FlowRecords(tables, this.recordWriter(taker), { everySeconds, instance: config.instance, isLookedAt: taker === 'history' }),
    )
    if (config.keepsHosts)
      tables.keeping = new HostKeeping(tables, {
        give: (hosts) => this.post({ type: 'hosts', hosts }, buffersOfHosts(hosts)),
        ask: (wanted) => this.post({ type: 'recall', wanted }, [wanted.buffer as ArrayBuffer]),
      })
    if (config.resolves !== 'none')
      tables.resolving = new HostResolving(tables, config.resolves, (wanted) => this.post({ type: 'resolve', wanted }))
    if (config.tellsPoints)
      tables.points = new MinutePoints(tables, (points) => this.post({ type: 'points', points }, buffersOfPoints(points)))
    this.observe(config, tables)
    const source = await this.open(config, tables)
    const ring = config.packetRing > 0 ? new PacketRing(config.packetRing) : undefined
    const recorder = new Recorder(tables, config.name, ring, (message, transfer) => this.post(message, transfer))
    this.probe = new Probe({
      tables,
      source,
      name: config.name,
      isLive: config.source.kind !== 'capture' && config.source.kind !== 'history',
      waiting,
      post: (message) => this.post(message),
      tap: recorder,
      past: this.keeper && { withPast: (ask, bits) => this.keeper!.withPast(ask, bits), forgotten: () => this.forgotten() },
      onTick: () => {
        this.keeper?.tick()
        this.tickDay()
        this.programs?.tick()
        this.tellExporters()
      },
    })
    for (const message of this.early.splice(0)) this.hear(message)
    await this.probe.run(this.stop.signal)
  }

  /** Where what is noted of hosts is kept. */
  private observe({ keptActivity, contactDump, share }: ProbeConfig, tables: LiveTables): void {
    const trouble = (text: string) => this.post({ type: 'trouble', text })
    if (keptActivity !== undefined) {
      const of = share ?? { index: 0, count: 1 }
      this.keeper = new ActivityKeeper(tables, keptActivity, of, Date.now(), trouble)
      this.day = new DayKeeper(tables, keptActivity.folder, of, Date.now(), trouble)
      void this.day.idle.then(() => this.day!.writtenMs !== undefined && this.dumper?.resume(this.day!.writtenMs))
    }
    if (contactDump !== undefined) this.dumper = new ContactDumper(tables, contactDump, trouble)
  }
  /** What was noted and is not kept yet is kept. */
  private async settle(): Promise<void> {
    // What is told is noted as such.
    await this.dumper?.close()
    await Promise.all([this.keeper?.close(), this.day?.close()])
  }
  /** What was told is noted as such, so that nothing is told twice. */
  private tickDay(): void {
    if (this.day?.isLoaded === false) return
    if (this.dumper?.tick() === true) this.day?.save()
    else this.day?.tick()
  }
  /** What is in memory no more is in no file either that is written here. */
  private async forgotten(): Promise<void> {
    this.day?.save()
    await Promise.all([this.keeper?.idle, this.day?.idle])
  }

  private recordWriter(taker: RecordTaker): FlowWriter {
    return new FlowWriter(RECORD_BATCH, (batch) => {
      const records = packFlows(batch)
      this.post({ type: 'records', taker, records }, buffersOf(records))
    })
  }

  private async open({ name, source, share, instance }: ProbeConfig, tables: LiveTables): Promise<Source> {
    if (source.kind === 'capture') return share === undefined ? openCapture(source) : shard(openCapture(source), share)
    if (source.kind === 'collect') {
      const { Collector } = await import('./sources/collect/collector.ts')
      const { endpoint, stateDir, socket } = source
      const collector = new Collector({ name, endpoint, stateDir, instance, socket })
      collector.exporters.callThem(source.aliases)
      tables.exporters = collector.exporters.all
      this.collector = collector
      return collector
    }
    if (source.kind === 'history') {
      const { HistorySource } = await import('./history/history-source.ts')
      return new HistorySource({ name, ...source.load, spillFolder: source.spillFolder })
    }
    if (source.kind === 'exporter') return this.openFeed(name, source, tables)
    this.programs = new AskedPrograms(tables, source.ownAddresses, (wanted) => this.post({ type: 'find', wanted }))
    this.input = await openLive(name, source, (at) => this.post({ type: 'gone', at }))
    return this.input
  }

  private openFeed(name: string, { seat, exporter }: ExporterSource, tables: LiveTables): Source {
    const collector = seats.get(seat)?.collector
    const feed = collector?.feed(name, exporter)
    if (collector === undefined || feed === undefined)
      return { name, run: () => Promise.reject(new SourceError(`${name}: its collector is gone`)), stats: newSourceStats }
    tables.exporters = collector.exporters.all
    return feed
  }

  /** Exporters that nobody has been told of yet. */
  private tellExporters(): void {
    const { all } = this.collector?.exporters ?? { all: [] }
    for (; this.exportersTold < all.length; this.exportersTold++) {
      const { number, address, protocol, domain } = all[this.exportersTold]!
      this.post({ type: 'exporter', number, address, name: `${address} ${protocol}${domain === 0 ? '' : ` ${domain}`}` })
    }
  }

  hear(message: WorkerMessage): void {
    if ('returned' in message) this.input?.reopen(message.at, message.returned)
    else if ('ownAddresses' in message) this.hearAddresses(message)
    else if ('found' in message) this.programs?.found(message.found)
    else if ('aliases' in message) this.collector?.exporters.callThem(message.aliases)
    else if ('kept' in message) this.tables?.keeping?.restore(message.kept)
    else if ('known' in message) this.collector?.exporters.know(message.known.address, message.known.interfaces)
    else if (this.probe === undefined) this.early.push(message)
    else this.probe.hear(message)
  }

  ownersKnown(): void {
    if (this.tables !== undefined) this.tables.owners = owners
  }
  resolved(names: readonly NamedHost[]): void {
    for (const [address, name] of names) {
      const words = parseAddress(address)
      if (words !== undefined) this.tables?.hostNames.resolved(...words, name)
    }
  }
  customNamesChanged(): void {
    this.tables?.customNamesChanged()
  }

  private hearAddresses({ ownAddresses, localNetworks }: AddressMessage): void {
    this.programs?.setAddresses(ownAddresses)
    this.tables?.setLocal(localOf(localNetworks))
  }

  close(): void {
    this.stop.abort()
    const closed = () => this.post({ type: 'closed' })
    if (this.probe === undefined) closed()
    else this.probe.ended.then(() => this.settle()).then(closed, closed)
  }
}

const seats = new Map<number, Seat>()
function customise(texts: CustomTexts): void {
  catalogue.customise(texts)
  for (const seat of seats.values()) seat.customNamesChanged()
}
function giveNames(names: readonly NamedHost[]): void {
  for (const [address, name] of names) {
    const words = parseAddress(address)
    if (words !== undefined) givenNames.set(...words, name)
  }
}
port.on('message', (message: ThreadMessage) => {
  Atomics.sub(waiting, 0, 1)
  if ('customTexts' in message) return customise(message.customTexts)
  if ('givenNames' in message) return giveNames(message.givenNames)
  if ('resolved' in message) {
    for (const seat of seats.values()) seat.resolved(message.resolved)
    return
  }
  if ('owners' in message) {
    owners = new AddressOwners(message.owners)
    for (const seat of seats.values()) seat.ownersKnown()
    return
  }
  const { to } = message
  if ('open' in message) seats.set(to, new Seat(to, message.open))
  else if ('say' in message) seats.get(to)?.hear(message.say)
  else {
    seats.get(to)?.close()
    seats.delete(to)
  }
})
