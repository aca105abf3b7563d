/** The program without a sub-command: reads and captures what `-i` names, and serves the console and the API. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { createServer, type RunningServer } from './api/server.ts'
import { detach, isDetached, type PidFile, sayReady, writePidFile } from './background.ts'
import type { Terminal } from './cli/command.ts'
import { readCustomNames, tellFaults } from './cli/custom-names.ts'
import { version } from './cli/dispatch.ts'
import { readsAnswers } from './cli/dns-options.ts'
import { interfaceNamesOf, knownBy } from './cli/exporter-interfaces.ts'
import type { Input } from './cli/input-kind.ts'
import { readInstances } from './cli/instances.ts'
import { openInput } from './cli/open-input.ts'
import { defaultDataDir, type Options } from './cli/options.ts'
import { checkPacketFilter } from './cli/packet-filter.ts'
import { ProgressLines } from './cli/progress-lines.ts'
import { readRiskLists } from './cli/risk-lists.ts'
import { storeConfigOf } from './cli/store-option.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, UsageError } from './cli/usage-error.ts'
import { dnsNames } from './dns-names.ts'
import { ExportThread } from './exports/export-thread.ts'
import type { ExportOptions } from './exports/open-export.ts'
import { dataDirOf, type Ground, isOngoing, NO_RIGHT, prepare } from './ground.ts'
import { onHangUp } from './hang-up.ts'
import { HistoryThread } from './history/history-thread.ts'
import { hostNetwork, isHostMeant } from './history/host-condition.ts'
import type { Instances } from './instances/instances.ts'
import type { OwnerTables } from './names/address-owners.ts'
import { type Account, accountOf, become, canReach, canRead, handOver, isRoot, PrivilegeError } from './privileges.ts'
import { keptSalt } from './probe/day-keeper.ts'
import { type ProbeOptions, Probes } from './probe/probes.ts'
import { ForkedProgramFinder } from './programs/program-finder.ts'
import { OpenedSockets } from './sources/collect/collector-sockets.ts'
import type { InterfaceNames } from './sources/exporter-interfaces/interface-names.ts'
import { deviceInfo, networkInterfaceList } from './sources/interfaces.ts'
import type { LiveHost } from './sources/live-host.ts'
import { collectWhenStarted, keepTrimming, trimSoon } from './spare-memory.ts'
import { CustomFileError, type CustomNames } from './state/custom-names.ts'
import { FolderInUse } from './state/folder-lock.ts'
import { deleteHostKeys } from './state/host-keys.ts'
import type { NameResolver } from './state/name-resolver.ts'
import { parseKey } from './zmtp/z85.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WEB_ROOT = join(ROOT, 'web/dist')
const LOG_FILE = 'wiretop.log'
const USUAL_ACCOUNT = 'nobody'

export async function runProgram(options: Options, terminal: Terminal, signal: AbortSignal): Promise<number> {
  checkPacketFilter(options.packetFilter, options.libpcap)
  if (options.daemon && !isDetached()) return detach(join(dataDirOf(options), LOG_FILE), (text) => terminal.err(text))
  const interfaceNames = await interfaceNamesOf(options, (text) => terminal.err(`wiretop: ${text}\n`))
  const program = await begun(options, terminal, interfaceNames)
  if (program === undefined) return EXIT_FAILED
  try {
    await program.start()
    sayReady()
    return await program.run(signal)
  } catch (error) {
    if (error instanceof UsageError) throw error
    terminal.err(`wiretop: ${startFault(error, options)}\n`)
    return EXIT_FAILED
  } finally {
    await program.close()
  }
}

async function begun(options: Options, terminal: Terminal, interfaceNames: InterfaceNames | undefined): Promise<Program | undefined> {
  let ground: Ground | undefined
  try {
    ground = await prepare(options, terminal)
    return new Program(options, terminal, interfaceNames, ground)
  } catch (error) {
    await ground?.close()
    if (!(error instanceof FolderInUse)) throw error
    terminal.err(`wiretop: ${error.message}\n`)
    return undefined
  }
}

class Program {
  private readonly options: Options
  private readonly terminal: Terminal
  private readonly inputs: readonly Input[]
  private readonly host: LiveHost | undefined
  private readonly sockets = new OpenedSockets()
  private readonly finder: ForkedProgramFinder | undefined
  private readonly customNames: CustomNames
  private readonly stateDir: string | undefined
  private readonly exports: ExportThread | undefined
  private readonly history: HistoryThread | undefined
  private readonly ground: Ground
  private readonly interfaceNames: InterfaceNames | undefined
  private readonly instances: Instances
  private readonly resolver: NameResolver | undefined
  private readonly probes: Probes
  private readonly lines: ProgressLines
  private server: RunningServer | undefined
  private uploadDir = ''
  private pidFile: PidFile | undefined
  private hearHangUp: { stop(): void } | undefined
  /** The terminal that it ran in is gone. */
  private readonly hungUp = new AbortController()

  constructor(options: Options, terminal: Terminal, interfaceNames: InterfaceNames | undefined, ground: Ground) {
    this.options = options
    this.terminal = terminal
    // What may be refused comes first, while no thread has begun.
    const riskLists = readRiskLists(options.riskList, terminal)
    const flows = ground.isHistoryKept ? storeConfigOf(options, ground.stateDir!) : undefined
    this.customNames = readCustomNames(options, terminal, existingDataDir(options))
    this.instances = readInstances(options.instance, terminal, existingDataDir(options))
    this.ground = ground
    this.inputs = ground.inputs
    this.host = ground.host
    this.finder = this.isLive
      ? new ForkedProgramFinder({
          helper: new URL('./programs-helper.ts', import.meta.url),
          mayRestart: () => isRoot() || process.getuid?.() !== 0,
        })
      : undefined
    this.interfaceNames = interfaceNames
    this.stateDir = ground.stateDir
    this.history =
      flows &&
      new HistoryThread({
        entry: new URL('./history.worker.ts', import.meta.url),
        config: {
          knownIds: ground.state.ids,
          flows,
          series: { kind: options.timeseries, folder: this.stateDir!, maxBytes: options.timeseriesBytes },
        },
        died: (why) => this.say(why),
        alsoDelete: (network, isTrial) => this.deleteElsewhere(network, isTrial),
        numbered: (ids) => ground.state.keepIds(ids),
      })
    this.exports =
      options.exportFlows.length === 0
        ? undefined
        : new ExportThread({
            entry: new URL('./exports.worker.ts', import.meta.url),
            endpoints: options.exportFlows,
            options: { zmq: zmqOptions(options) },
            everySeconds: options.exportInterval,
            died: (why) => this.say(why),
          })
    this.resolver = dnsNames(options, {
      store: ground.state.store,
      networks: () => this.probes.devices().flatMap(({ addresses }) => addresses),
      found: (names) => this.probes.tellResolved(names),
    })
    this.probes = new Probes({
      worker: new URL('./probe.worker.ts', import.meta.url),
      originalSpeed: options.originalSpeed,
      packetFilter: options.packetFilter,
      libpcapPath: options.libpcap,
      ixia: options.hwTimestampMode === 'ixia',
      localNetworks: options.localNetworks,
      riskLists,
      flowLimit: options.maxNumFlows,
      hostLimit: options.maxNumHosts,
      workers: options.workers,
      interfaceMergeRule: options.mergeRule,
      perExporter: options.perExporter,
      collectorSockets: this.sockets,
      stateDir: this.stateDir,
      instance: options.instanceName,
      keptNames: ground.state.names,
      stickyHosts: options.stickyHosts,
      ignoresDns: !readsAnswers(options.dnsMode),
      ...(this.resolver && { hostResolver: this.resolver }),
      ...(!options.disableHostPersistency && { hostKeeper: ground.state.store }),
      asSource: options.asSource,
      interfaceNames: this.interfaceNames,
      packetRing: options.packetRing,
      firstCore: options.cpuAffinity,
      customTexts: this.customNames.texts,
      ...observed(options, this.isOngoing ? this.observeDir() : undefined),
      say: (text) => this.say(text),
      ...(this.host ? { capture: this.host } : { noCapture: { why: NO_RIGHT, devices: () => networkInterfaceList().map(deviceInfo) } }),
      ...(this.finder && { programs: this.finder }),
      ...(this.exports && { exports: this.exports }),
      ...this.kept,
    })
    ground.state.onNames(() => this.probes.namesKnown())
    this.customNames.onChange((texts) => this.probes.customise(texts))
    this.lines = new ProgressLines(this.probes, terminal)
  }

  /** Where flows and series go and come from. */
  private get kept() {
    return this.history && { history: this.history, ...(this.options.timeseries !== 'none' && { series: this.history }) }
  }
  /** It runs until it is stopped. */
  private get isOngoing(): boolean {
    return isOngoing(this.inputs)
  }
  private get isLive(): boolean {
    return this.inputs.some(({ kind }) => kind === 'live')
  }
  /** Where what is noted of hosts over the day is kept. */
  private observeDir(): string | undefined {
    const { dumpHosts, dumpAggregations, dumpTimeline } = this.options
    const isAsked = dumpTimeline || dumpHosts !== 'none' || dumpAggregations !== 'none'
    return isAsked ? dataDirOf(this.options) : this.stateDir
  }
  /** What is kept of hosts beside history. */
  private async deleteElsewhere(network: string, isTrial: boolean): Promise<{ keys: number }> {
    const meant = hostNetwork(network)
    if (meant === undefined) return { keys: 0 }
    if (!isTrial) await this.probes.forgetObserved(meant)
    return { keys: await deleteHostKeys(this.ground.state.store, (host) => isHostMeant(meant, host), isTrial) }
  }
  private say(text: string): void {
    this.terminal.err(`wiretop: ${text}\n`)
  }

  async start(): Promise<void> {
    this.hearHangUp = onHangUp(
      () => this.readAgain(),
      () => this.hungUp.abort(),
    )
    const { options, probes } = this
    if (options.dataDir !== undefined) dataDirOf(options)
    const account = this.account()
    this.uploadDir = mkdtempSync(join(options.dataDir ?? tmpdir(), 'wiretop-uploads-'))
    if (options.pid !== undefined) this.pidFile = writePidFile(options.pid)
    const refusal = await this.exports?.refusal
    if (refusal !== undefined) throw new UsageError(`option -I: ${refusal}`)
    const unkept = await this.history?.refusal
    if (unkept !== undefined) this.say(`flows are not kept: ${unkept}; give another folder with -d, or --store none`)
    for (const input of this.inputs) {
      if (input.kind === 'collector') await this.sockets.open(input.endpoint)
      openInput(probes, input)
    }
    if (options.httpPort !== undefined) await this.serve(options.httpPort)
    await probes.allOpen()
    this.tellOwnersOfHosts()
    collectWhenStarted()
    keepTrimming()
    if (account !== undefined) this.giveUpRoot(account)
  }

  /** Who owns addresses takes 16 MB: where all is captured live, it is loaded when there is a first host. What collectors and files bring has hosts from its first record on. */
  private tellOwnersOfHosts(): void {
    if (this.inputs.some(({ kind }) => kind !== 'live')) return this.tellOwners()
    const stop = this.probes.onTick(({ totals }) => {
      if (totals.hosts === 0) return
      stop()
      this.tellOwners()
    })
  }
  /** Takes a moment, for which nothing waits. */
  private tellOwners(): void {
    const maker = new Worker(new URL('./address-owners.worker.ts', import.meta.url), { name: 'address owners' })
    maker.once('message', (owners: OwnerTables) => this.probes.tellOwners(owners))
    maker.once('error', (error: unknown) => this.say(`autonomous systems and countries are not told: ${(error as Error).message}`))
    maker.once('exit', trimSoon)
    maker.unref()
  }

  private async serve(listen: NonNullable<Options['httpPort']>): Promise<void> {
    this.server = await createServer({
      live: this.probes,
      customNames: this.customNames,
      instances: this.instances,
      ...this.kept,
      state: this.ground.state,
      ...(this.resolver && { resolver: this.resolver }),
      savedQueries: this.ground.state.queries,
      webRoot: WEB_ROOT,
      listen,
      maxUploadBytes: this.options.maxUploadBytes,
      uploadDir: this.uploadDir,
      version: version(),
    })
    this.instances.start()
    this.say(`the console is on ${this.server.url}`)
  }

  /** Who root becomes; undefined: it stays who it is. */
  private account(): Account | undefined {
    const { user, dontChangeUser } = this.options
    if (!isRoot() || dontChangeUser || (user === undefined && !this.isOngoing)) return undefined
    const account = accountOf(user ?? USUAL_ACCOUNT)
    if (account.uid === 0) return undefined
    const { dataDir } = this.options
    // The data folder becomes its own, the one for temporary files does not.
    if (!canReach(account, dataDir ?? join(tmpdir(), 'uploads')))
      throw new PrivilegeError(
        `${account.name} cannot get to ${dataDir ?? tmpdir()}: give another folder with -d, another user with -U, or -s`,
      )
    if (canRead(account, ROOT)) return account
    // What is loaded later (a worker that is restarted, a page) could not be read any more.
    if (user !== undefined)
      throw new PrivilegeError(`${account.name} cannot read ${ROOT}, where wiretop lies: give another user with -U, or -s`)
    this.say(`stays root, because ${account.name} cannot read ${ROOT}, where wiretop lies: put it where all may read it, or say -U or -s`)
    return undefined
  }

  /** From here on nobody has rights that a hostile packet could use. */
  private giveUpRoot(account: Account): void {
    this.host?.keepSpares()
    const { pid } = this.options
    const { stateDir } = this
    handOver(account, [this.uploadDir, ...(stateDir === undefined ? [] : [stateDir]), ...(pid === undefined ? [] : [pid])])
    become(account)
    this.say(`captures go on as user ${account.name}`)
  }

  async run(signal: AbortSignal): Promise<number> {
    const { lines, server } = this
    await (server === undefined && !this.isOngoing ? lines.allRead() : aborted(AbortSignal.any([signal, this.hungUp.signal])))
    await lines.finish()
    return server === undefined && lines.anyFailed ? EXIT_USAGE : EXIT_FINE
  }

  /** Files of rules may say something else now. */
  private readAgain(): void {
    try {
      this.customNames.load()
      this.say('custom rules and categories are read again')
      tellFaults(this.customNames.faults, this.terminal)
    } catch (error) {
      if (!(error instanceof CustomFileError)) throw error
      this.say(`${error.message}; the former rules hold`)
    }
    void this.readNamesAgain()
  }
  private async readNamesAgain(): Promise<void> {
    if (this.interfaceNames === undefined) return
    try {
      await this.interfaceNames.replace(await knownBy(this.options, (text) => this.say(text)))
      this.say('interfaces of exporters are read again')
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.say(`${error.message}; what was known of interfaces holds`)
    }
  }

  async close(): Promise<void> {
    this.hearHangUp?.stop()
    await this.server?.close()
    this.instances.close()
    await this.probes.close()
    await this.exports?.close()
    await this.history?.close()
    this.resolver?.close()
    await this.ground.close()
    await this.interfaceNames?.close()
    this.sockets.close()
    await this.finder?.close()
    if (this.uploadDir !== '') rmSync(this.uploadDir, { recursive: true, force: true })
    this.pidFile?.remove()
  }
}

/** As what is kept there has it: those who asked for names are known by it. */
const saltIn = (observeDir: string | undefined): number =>
  (observeDir === undefined ? undefined : keptSalt(join(observeDir, 'activity'))) ?? crypto.getRandomValues(new Int32Array(1))[0]!

/** What is noted of hosts over the day, and where that is kept. */
function observed(options: Options, observeDir: string | undefined): Partial<ProbeOptions> {
  const { dumpHosts: hosts, dumpAggregations: aggregations, dumpTimeline, enableAggregations, historyDays } = options
  const ofAll = hosts === 'all' || hosts === 'remote'
  return {
    observe: { contactsOf: ofAll ? 'all' : 'local', aggregations: enableAggregations, salt: saltIn(observeDir) },
    ...(observeDir !== undefined && { observeDir }),
    ...(dumpTimeline && { activityDays: historyDays }),
    ...((hosts !== 'none' || aggregations !== 'none') && {
      contactDump: { hosts, aggregations, worker: new URL('./contact-dump.worker.ts', import.meta.url).href },
    }),
  }
}

function zmqOptions({ jsonLabels, zmqVersion, zmqCompat, zmqKey }: Options): ExportOptions['zmq'] {
  const secretKey = zmqKey === undefined ? undefined : keyIn(zmqKey)
  return { labels: jsonLabels, version: zmqVersion, compat: zmqCompat === '1.2', ...(secretKey && { curve: { secretKey } }) }
}
function keyIn(path: string): Uint8Array {
  const key = parseKey(textIn(path).trim())
  if (key === undefined) throw new UsageError(`${path}: holds no key: give one of 40 characters (Z85)`)
  return key
}
function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}): give a file with a secret key`)
  }
}

/** Where the data folder is, if it is there already or was asked for. */
function existingDataDir({ dataDir }: Options): string | undefined {
  return dataDir ?? (existsSync(defaultDataDir()) ? defaultDataDir() : undefined)
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** What the system says when an address or a folder cannot be had, with what to do about it. */
function startFault(error: unknown, { httpPort }: Options): string {
  if (error instanceof PrivilegeError) return error.message
  const { code, message, path } = error as NodeJS.ErrnoException
  if (path !== undefined) return `${path} cannot be used (${code}): give another folder with -d`
  const where = `${httpPort?.host}:${httpPort?.port}`
  if (code === 'EADDRINUSE') return `${where} is in use by another program: give another port with -w, or -w auto`
  if (code === 'EACCES') return `${where} needs more rights than this user has: give a port above 1023 with -w`
  if (code === 'EADDRNOTAVAIL') return `${where} is no address of this machine: give another with -w`
  throw new Error(message, { cause: error })
}
