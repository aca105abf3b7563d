import type { HostChoice, PacketChoice, RecordingAsk, StreamEnd, StreamProgress } from '../lib/recording.ts'
import { parseAddress } from '../wire/address.ts'
import { CaptureFile, STDOUT, writeFault } from './capture-file.ts'
import { CaptureFault, type CaptureSource, inputSource, remoteSource } from './capture-source.ts'
import { command, type Terminal } from './command.ts'
import { checkInput } from './input-kind.ts'
import { flag, Refusal, valued } from './option.ts'
import { byteCount, wholeNumber } from './option-values.ts'
import { options as programOptions } from './options.ts'
import { formatBytes, formatCount, formatDuration } from './units.ts'
import { EXIT_FAILED, EXIT_FINE, UsageError } from './usage-error.ts'

const SECTION = 'Capture'
const WHICH = 'Which packets'
const BOUNDS = 'When it ends'
const MAX_COUNT = 1_000_000_000
const PROGRESS_MS = 500
const NO_BOUND = 'none; with --url that of the server'
const text = (value: string) => value
const none = undefined as string | undefined
const noNumber = undefined as number | undefined

export default command({
  name: 'capture',
  summary: 'Record packets into a capture file: of an input, or with --url of what a running wiretop sees.',
  options: {
    interface: valued(
      {
        short: 'i',
        value: 'INPUT',
        section: SECTION,
        about: 'What to read, as for wiretop itself; with --url the number of an interface.',
      },
      none,
      text,
    ),
    write: valued({ short: 'w', value: 'FILE', section: SECTION, about: 'The capture file to write, - for standard output.' }, none, text),
    format: valued(
      {
        value: 'pcapng|pcap',
        section: SECTION,
        about: 'Form of the file; pcap holds packets of one link type alone.',
        shownDefault: 'pcapng',
      },
      'pcapng' as 'pcapng' | 'pcap',
      (value) => (value === 'pcap' || value === 'pcapng' ? value : new Refusal('must be pcapng or pcap')),
    ),
    url: valued(
      { value: 'URL', section: SECTION, about: 'Attach to the wiretop whose console is there, as http://127.0.0.1:3000.' },
      none,
      text,
    ),
    'original-speed': flag({ section: SECTION, about: 'Read captures as fast as their packets came.' }),
    host: valued(
      { value: 'HOST[@VLAN]', section: WHICH, about: 'Those that this address sends or receives, and ARP that names it.' },
      undefined as HostChoice | undefined,
      hostChoice,
    ),
    'flow-filter': valued(
      { value: 'FILTER', section: WHICH, about: "Those of flows that the filter lets through, as 'app = DNS and bytes > 1M'." },
      none,
      text,
    ),
    count: valued(
      { short: 'c', value: 'N', section: BOUNDS, about: 'After so many packets.', shownDefault: NO_BOUND },
      noNumber,
      wholeNumber(1, MAX_COUNT),
    ),
    bytes: valued({ value: 'BYTES', section: BOUNDS, about: 'Before the file is larger.', shownDefault: NO_BOUND }, noNumber, byteCount),
    seconds: valued(
      { value: 'N', section: BOUNDS, about: 'After so many seconds.', shownDefault: NO_BOUND },
      noNumber,
      wholeNumber(1, MAX_COUNT),
    ),
  },
  async run({ options, terminal, signal }) {
    const { write, host, flowFilter, format, count, bytes, seconds, originalSpeed } = options
    if (write === undefined) throw new UsageError('capture: say where the packets go: -w FILE, or -w - for standard output')
    if (host !== undefined && flowFilter !== undefined)
      throw new UsageError("capture: give --host or --flow-filter, not both: --flow-filter 'host = 10.0.0.1 and …' says both")
    if (write === STDOUT && terminal.columns !== undefined)
      throw new UsageError('capture: standard output is a terminal: give a file with -w, or pipe it into another program')
    const choice: PacketChoice = { ...(host && { host }), ...(flowFilter !== undefined && { filter: flowFilter }) }
    const bounds = { maxPackets: count, maxBytes: bytes, maxSeconds: seconds }
    const openSource = (): Promise<CaptureSource> =>
      options.url === undefined
        ? inputSource(inputOf(options.interface), withoutBounds({ ...choice, ...given(bounds), format, inputWaits: true }), {
            originalSpeed,
            localNetworks: undefined,
            flowLimit: programOptions['max-num-flows'].initial,
            hostLimit: programOptions['max-num-hosts'].initial,
          })
        : remoteSource(baseOf(options.url), {
            interface: numberOf(options.interface),
            host: host?.address,
            vlan: host?.vlan,
            filter: flowFilter,
            ...bounds,
            format,
          })
    return capture(write, openSource, terminal, signal)
  },
})

const inputOf = (input: string | undefined): string => {
  if (input === undefined) throw new UsageError('capture: say what to read: -i INPUT, or --url URL of a wiretop that runs')
  const refused = checkInput(input)
  if (refused !== undefined) throw new UsageError(`capture: option -i: ${refused.reason}`)
  return input
}
function numberOf(input: string | undefined): number | undefined {
  if (input === undefined || /^\d{1,6}$/.test(input)) return input === undefined ? undefined : Number(input)
  throw new UsageError(`capture: with --url an interface is given by its number: ${input} is none`)
}
function baseOf(url: string): URL {
  const base = URL.parse(url)
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new UsageError(`capture: ${url} is no URL: give one as http://127.0.0.1:3000`)
  return base
}
function hostChoice(value: string): HostChoice | Refusal {
  const [, address = '', vlan] = /^([^@]*)(?:@(\d{1,4}))?$/.exec(value) ?? []
  if (parseAddress(address) === undefined) return new Refusal('must be an IPv4 or IPv6 address, or ADDRESS@VLAN')
  return { address, ...(vlan !== undefined && { vlan: Number(vlan) }) }
}

type Bounds = Pick<RecordingAsk, 'maxPackets' | 'maxBytes' | 'maxSeconds'>
const given = (bounds: { readonly [K in keyof Bounds]: number | undefined }): Partial<Bounds> =>
  Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined))
/** A file that the user names himself may grow as long as he lets it. */
const withoutBounds = (ask: PacketChoice & Partial<Bounds> & Pick<RecordingAsk, 'format' | 'inputWaits'>): RecordingAsk => ({
  maxPackets: Number.POSITIVE_INFINITY,
  maxBytes: Number.POSITIVE_INFINITY,
  maxSeconds: Number.POSITIVE_INFINITY,
  ...ask,
})

async function capture(path: string, openSource: () => Promise<CaptureSource>, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const say = (line: string) => terminal.err(`wiretop: ${line}\n`)
  const startedMs = performance.now()
  let source: CaptureSource | undefined
  let file: CaptureFile | undefined
  const lines = new ProgressLine(terminal)
  try {
    // Nothing is overwritten before there is something to write.
    source = await openSource()
    file = await CaptureFile.open(path)
    const status = await copy(source, file, lines, signal)
    lines.clear()
    const { faults, status: ofInput } = await source.outcome()
    for (const fault of faults) say(fault)
    say(`${file.name}: ${outcomeText(await source.progress(), performance.now() - startedMs)}`)
    return status || ofInput
  } catch (error) {
    lines.clear()
    if (error instanceof UsageError) throw error
    const isFault = error instanceof CaptureFault
    say(`capture: ${isFault ? error.message : writeFault(file?.name ?? path, error as NodeJS.ErrnoException)}`)
    return isFault ? error.status : EXIT_FAILED
  } finally {
    await source?.close()
    await file?.close()
  }
}

async function copy(source: CaptureSource, file: CaptureFile, lines: ProgressLine, signal: AbortSignal): Promise<number> {
  const stop = () => source.stop()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const look = async () => source.progress()
  // A figure that does not come shows itself where the bytes do not.
  const timer = setInterval(
    () =>
      void look().then(
        (progress) => lines.show(progress),
        () => undefined,
      ),
    PROGRESS_MS,
  )
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) await file.write(chunk)
    return EXIT_FINE
  } finally {
    clearInterval(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** How far it is, on a terminal. */
class ProgressLine {
  private readonly terminal: Terminal
  private shown = false
  private over = false
  constructor(terminal: Terminal) {
    this.terminal = terminal
  }
  show({ packets, bytes }: StreamProgress): void {
    if (this.terminal.columns === undefined || this.over) return
    this.terminal.err(
      `\r\u001b[Kwiretop: ${formatCount(packets)} packets, ${formatBytes(bytes)}; Ctrl-C ends it`.slice(0, this.terminal.columns + 3),
    )
    this.shown = true
  }
  clear(): void {
    if (this.shown) this.terminal.err('\r\u001b[K')
    this.shown = false
    this.over = true
  }
}

const WHY: Readonly<Record<StreamEnd, string>> = {
  packets: 'the number of packets is reached',
  bytes: 'the number of bytes is reached',
  seconds: 'the time is over',
  stopped: 'stopped',
  'flow-ended': 'the flow has ended',
  'input-ended': 'the input is at its end',
  complete: 'complete',
  'interface-gone': 'the interface is gone',
}
function outcomeText({ packets, bytes, leftOut, otherLinkType, end }: StreamProgress, tookMs: number): string {
  return [
    `${formatCount(packets)} packets, ${formatBytes(bytes)} in ${formatDuration(tookMs)}`,
    ...(leftOut > 0 ? [`${formatCount(leftOut)} left out because they came faster than they could be written`] : []),
    ...(otherLinkType > 0 ? [`${formatCount(otherLinkType)} left out because of their link type: --format pcapng holds them`] : []),
    ...(end === undefined ? [] : [WHY[end]]),
  ].join('; ')
}
