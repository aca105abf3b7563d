import { ALL_INTERFACES, BadQuestion } from '../lib/live.ts'
import { nearest } from '../lib/nearest.ts'
import { parseFilter } from '../query/filter.ts'
import { openByItself } from './by-itself.ts'
import { command, type Terminal } from './command.ts'
import { readCustomNames } from './custom-names.ts'
import { flag, Refusal, type Values, valued, withoutDefault } from './option.ts'
import { wholeNumber } from './option-values.ts'
import { options } from './options.ts'
import { ApiFeed, Unreachable } from './top/api-feed.ts'
import { runBatch } from './top/batch.ts'
import type { TopFeed } from './top/feed.ts'
import { LiveFeed } from './top/live-feed.ts'
import { intervalMs } from './top/prompt.ts'
import { runSession } from './top/session.ts'
import { DEFAULT_INTERVAL_MS, newState, type State, withList } from './top/state.ts'
import { type ColourDepth, themeOf } from './top/theme.ts'
import { VIEW_NAMES, VIEWS, type ViewName } from './top/views.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, UsageError } from './usage-error.ts'

const SHOWN = 'What is shown'
const SOURCE = 'Where it comes from'
const USUAL_URL = 'http://127.0.0.1:3000'
const PIPE_WIDTH = 160
const MAX_BATCH = 1_000_000

/** Without an input it attaches. */
const { shownDefault: _, ...input } = options.interface

const table = {
  url: valued(
    { value: 'URL', section: SOURCE, about: 'A running wiretop: where it serves its console.', shownDefault: USUAL_URL },
    undefined as string | undefined,
    (text) => text,
  ),
  interface: {
    ...input,
    section: SOURCE,
    about: `Reads it itself, without a running wiretop. ${input.about}`,
  },
  'original-speed': { ...options['original-speed'], section: SOURCE },
  'local-networks': { ...options['local-networks'], section: SOURCE },
  'ndpi-protocols': { ...withoutDefault(options['ndpi-protocols']), section: SOURCE },
  category: { ...withoutDefault(options.category), section: SOURCE },
  'max-num-hosts': { ...options['max-num-hosts'], section: SOURCE },
  'max-num-flows': { ...options['max-num-flows'], section: SOURCE },
  view: valued(
    { value: VIEW_NAMES.join('|'), section: SHOWN, about: 'The table to begin with.', shownDefault: 'flows' },
    'flows' as ViewName,
    (text) => VIEW_NAMES.find((name) => name === text) ?? new Refusal(`must be one of ${VIEW_NAMES.join(', ')}`),
  ),
  all: flag({ section: SHOWN, about: 'All interfaces as one to begin with, where there are several: what several have seen counts once.' }),
  filter: valued(
    { value: 'FILTER', section: SHOWN, about: 'Only rows that match, in the filter language (docs/filter-language.md).' },
    '',
    (text) => text,
  ),
  sort: valued(
    { value: 'FIELD', section: SHOWN, about: 'The field to sort by, largest first.', shownDefault: 'bps' },
    undefined as string | undefined,
    (text) => text,
  ),
  reverse: flag({ section: SHOWN, about: 'Smallest first.' }),
  interval: valued(
    { short: 'd', value: 'SECONDS', section: SHOWN, about: 'How often to refresh.', shownDefault: '1' },
    DEFAULT_INTERVAL_MS,
    (text) => intervalMs(text) ?? new Refusal('must be a number of seconds from 0.1 to 3600'),
  ),
  once: flag({ section: SHOWN, about: 'Print one look as plain text and end; so it is also when the output is no terminal.' }),
  batch: valued(
    { short: 'b', value: 'N', section: SHOWN, about: 'Print N looks as plain text, one an interval, and end.' },
    0,
    wholeNumber(1, MAX_BATCH),
  ),
  rows: valued({ short: 'n', value: 'N', section: SHOWN, about: 'Rows of a printed look.', shownDefault: '40' }, 40, wholeNumber(1, 1000)),
  'no-color': { ...options['no-color'], section: SHOWN, about: 'No colours; so it is also with NO_COLOR in the environment.' },
} as const
type TopOptions = Values<typeof table>

export default command({
  name: 'top',
  summary: 'Flows, hosts and applications live in the terminal.',
  options: table,
  async run({ options: given, terminal, signal }) {
    if (given.interface.length > 0 && given.url !== undefined)
      throw new UsageError('top: -i reads by itself, --url looks at a running wiretop: give one of them')
    const state = stateOf(given)
    const looks = given.once ? 1 : given.batch
    const isLive = looks === 0 && terminal.columns !== undefined && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
    try {
      const feed = await openFeed(given, terminal)
      try {
        return isLive ? await live(feed, state, given, signal) : await batch(feed, state, given, Math.max(1, looks), terminal, signal)
      } finally {
        await feed.close()
      }
    } catch (error) {
      const fault = faultOf(error)
      if (fault === undefined) throw error
      terminal.err(`wiretop: top: ${fault.text}\n`)
      return fault.status
    }
  },
})

function stateOf({ view, all, filter, sort, reverse, interval }: TopOptions): State {
  const { fields } = VIEWS[view]
  const parsed = parseFilter(filter, fields)
  if (!parsed.ok) throw new UsageError(`top: --filter, at character ${parsed.error.offset + 1}: ${parsed.error.message}`)
  const known = Object.keys(fields).filter((name) => fields[name]!.anyOf === undefined)
  if (sort !== undefined && !known.includes(sort)) {
    const guess = nearest(sort, known)
    throw new UsageError(
      `top: ${view} have no field ${sort} to sort by: ${guess === undefined ? `those are ${known.join(', ')}` : `did you mean ${guess}?`}`,
    )
  }
  const isSorted = sort !== undefined || reverse
  const chosen = isSorted ? { sort: { field: sort ?? 'bps', descending: !reverse } } : {}
  return withList(
    newState({ view, before: view === 'interfaces' ? 'flows' : view, intervalMs: interval, ...(all && { interfaceId: ALL_INTERFACES }) }),
    { filter: filter.trim(), ...chosen },
    view,
  )
}

/** By itself where there is an input, else a running instance. */
async function openFeed(given: TopOptions, terminal: Terminal): Promise<TopFeed> {
  if (given.interface.length === 0) return attach(given.url)
  const { texts } = readCustomNames(given, terminal)
  const { probes, close } = openByItself(given.interface, {
    originalSpeed: given.originalSpeed,
    localNetworks: given.localNetworks,
    flowLimit: given.maxNumFlows,
    hostLimit: given.maxNumHosts,
    customTexts: texts,
  })
  return new LiveFeed(probes, 'by itself', close)
}

async function attach(url: string | undefined): Promise<TopFeed> {
  const parsed = URL.parse(url ?? USUAL_URL)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new UsageError(`top: ${url} is no URL: give one as ${USUAL_URL}`)
  return ApiFeed.connect(parsed.origin)
}

function faultOf(error: unknown): { status: number; text: string } | undefined {
  if (error instanceof Unreachable)
    return {
      status: EXIT_FAILED,
      text: `${error.message}: start wiretop or say where it is with --url, or give -i INPUT to read by itself`,
    }
  if (error instanceof BadQuestion) return { status: EXIT_USAGE, text: error.message }
  if (error instanceof UsageError || !(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENXIO' || code === 'ENOENT'
    ? { status: EXIT_FAILED, text: 'there is no terminal to take keys from: try --once' }
    : undefined
}

async function live(feed: TopFeed, state: State, { noColor }: TopOptions, signal: AbortSignal): Promise<number> {
  const { stdin: input, stdout: output } = process
  const depth = (noColor ? 1 : output.getColorDepth()) as ColourDepth
  await runSession({ feed, state, theme: themeOf(depth), input, output, signal })
  return EXIT_FINE
}

async function batch(
  feed: TopFeed,
  state: State,
  { rows }: TopOptions,
  looks: number,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const width = terminal.columns ?? (Number(process.env['COLUMNS']) || PIPE_WIDTH)
  const { faults } = await runBatch({ feed, state, looks, width, rows, signal, print: (text) => terminal.out(text) })
  for (const fault of faults) terminal.err(`wiretop: ${fault}\n`)
  return faults.length > 0 ? EXIT_USAGE : EXIT_FINE
}
