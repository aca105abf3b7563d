import { formatTime } from '../lib/format.ts'
import { DIMENSIONS, type FlowAnswer, MEASURES, type SqlAnswer } from '../lib/history.ts'
import { readTime } from '../query/filter.ts'
import { command, type Terminal } from './command.ts'
import { flag, Refusal, valued } from './option.ts'
import { wholeNumber } from './option-values.ts'
import { cutMiddle, padEnd, padStart, textWidth } from './top/width.ts'
import { formatBytes, formatCount } from './units.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE } from './usage-error.ts'
import { writeBody } from './write-body.ts'

const SECTION = 'Query'
const FORMATS = ['table', 'csv', 'json', 'parquet'] as const
type Format = (typeof FORMATS)[number]
const TABLE_ROWS = 20
const MAX_TABLE_ROWS = { flows: 1000, groups: 10_000 }
const USUAL_URL = 'http://127.0.0.1:3000'
const MAX_CELL = 60

const moment = (text: string): string | Refusal =>
  readTime(text, Date.now()) === undefined ? new Refusal(`${text} is no time: give one as -6h, now, 2026-11-26 or 2026-11-26T10:00Z`) : text
const words =
  (known: readonly string[]) =>
  (text: string): string | Refusal => {
    const strange = text.split(',').find((word) => word !== '' && !known.includes(word))
    return strange === undefined ? text : new Refusal(`there is no ${strange}: those are ${known.join(', ')}`)
  }

export default command({
  name: 'query',
  summary: 'Ask a running wiretop of flows of the past: what used the network, when, and which flows those were.',
  operands: "['FILTER']",
  options: {
    from: valued({ value: 'TIME', section: SECTION, about: 'From when on: -6h, 2026-11-26, 2026-11-26T10:00Z.' }, '-1h', moment),
    to: valued({ value: 'TIME', section: SECTION, about: 'Until when.' }, 'now', moment),
    by: valued(
      { value: 'FIELDS', section: SECTION, about: `Add up by up to five of these, with commas between: ${DIMENSIONS.join(', ')}.` },
      'app',
      words(DIMENSIONS),
    ),
    measures: valued(
      { value: 'FIELDS', section: SECTION, about: `What is added up, and sorted by the first: ${MEASURES.join(', ')}.` },
      'bytes,packets,flows',
      words(MEASURES),
    ),
    step: valued(
      { value: 'SECONDS', section: SECTION, about: 'In the course of time, in steps of so many seconds.' },
      undefined as number | undefined,
      wholeNumber(1, 31_536_000),
    ),
    flows: flag({ section: SECTION, about: 'The records themselves, the newest first, instead of sums.' }),
    sql: valued(
      { value: 'SELECT', section: SECTION, about: 'SQL of your own over the records, which are in flows.' },
      undefined as string | undefined,
      (text) => text,
    ),
    limit: valued(
      { short: 'l', value: 'N', section: SECTION, about: 'At most so many groups or flows.', shownDefault: '20 in a table, else all' },
      undefined as number | undefined,
      wholeNumber(1, 1_000_000_000),
    ),
    interface: valued(
      { short: 'i', value: 'ID', section: SECTION, about: 'Interface by its number.', shownDefault: 'all' },
      undefined as number | undefined,
      wholeNumber(1, 1_000_000),
    ),
    format: valued(
      { value: FORMATS.join('|'), section: SECTION, about: 'How it is printed; json: an object a line.' },
      'table' as Format,
      (text) => FORMATS.find((one) => one === text) ?? new Refusal(`${text} is no format: give one of ${FORMATS.join(', ')}`),
    ),
    output: valued(
      { short: 'o', value: 'FILE', section: SECTION, about: 'Where it is written, unless it is a table.', shownDefault: 'standard output' },
      undefined as string | undefined,
      (text) => text,
    ),
    url: valued(
      { value: 'URL', section: SECTION, about: 'Where that wiretop serves its console.', shownDefault: USUAL_URL },
      USUAL_URL,
      (text) => text,
    ),
  },
  async run({ options, operands, terminal, signal }) {
    const fail = (status: number, text: string) => {
      terminal.err(`wiretop: query: ${text}\n`)
      return status
    }
    if (operands.length > 1) return fail(EXIT_USAGE, `one filter, in quotes: ${operands[1]} is one too many`)
    const base = URL.parse(options.url)
    if (base === null) return fail(EXIT_USAGE, `${options.url} is no URL: give one as ${USUAL_URL}`)
    const isFile = options.format !== 'table' && options.sql === undefined
    if (options.output !== undefined && !isFile)
      return fail(EXIT_USAGE, 'what is written to a file is csv, json or parquet: say --format, and not --sql')
    if (options.format === 'parquet' && options.sql !== undefined) return fail(EXIT_USAGE, 'answers to SQL come as table, csv or json')
    if (options.format === 'parquet' && options.output === undefined && process.stdout.isTTY)
      return fail(EXIT_USAGE, 'Parquet is nothing for a terminal: give a file with -o')
    const answer = await asked(base, options, operands[0], signal).catch((error: Error) => error)
    if (answer instanceof Error) return fail(EXIT_FAILED, `no wiretop answers on ${base.origin}: start one, or say where with --url`)
    if (isFile && answer.ok) {
      const fault = await writeBody(answer, options.output).catch((error: Error) => error)
      return fault instanceof Error ? fail(EXIT_FAILED, fault.message) : EXIT_FINE
    }
    const body = (await answer.json().catch(() => undefined)) as (FlowAnswer & SqlAnswer & { error?: { message?: string } }) | undefined
    if (!answer.ok || body === undefined)
      return fail(
        answer.status < 500 ? EXIT_USAGE : EXIT_FAILED,
        body?.error?.message ?? `the answer was ${answer.status} ${answer.statusText}`,
      )
    print(body, options.format === 'parquet' ? 'table' : options.format, terminal)
    for (const fault of body.faults ?? []) terminal.err(`wiretop: ${fault}\n`)
    return EXIT_FINE
  },
})

interface Asked {
  readonly from: string
  readonly to: string
  readonly by: string
  readonly measures: string
  readonly step: number | undefined
  readonly flows: boolean
  readonly sql: string | undefined
  readonly limit: number | undefined
  readonly format: Format
  readonly interface: number | undefined
}
function asked(
  base: URL,
  { from, to, by, measures, step, flows, sql, limit, format, ...rest }: Asked,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  if (sql !== undefined)
    return fetch(new URL('/api/v1/history/sql', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
      signal,
    })
  const now = Date.now()
  const of = flows ? 'flows' : 'groups'
  const isTable = format === 'table'
  const url = new URL(`/api/v1/history/${isTable ? of : 'export'}`, base)
  const parameters = {
    from: Math.round(readTime(from, now)!),
    to: Math.round(readTime(to, now)!),
    filter,
    interface: rest.interface,
    limit: isTable ? Math.min(limit ?? TABLE_ROWS, MAX_TABLE_ROWS[of]) : limit,
    ...(!isTable && { of, format: format === 'json' ? 'jsonl' : format }),
    ...(!flows && { by, measures, step }),
  }
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== '') url.searchParams.set(name, String(value))
  return fetch(url, { signal })
}

const TIMES = ['time', 'firstSeen', 'lastSeen']
const SHOWN_OF_FLOWS = ['lastSeen', 'proto', 'client', 'clientPort', 'server', 'serverPort', 'app', 'serverName', 'bytesC2s', 'bytesS2c']

function print(
  { columns, rows, other, groups = 0, isCut }: FlowAnswer & SqlAnswer,
  format: 'csv' | 'json' | 'table',
  terminal: Terminal,
): void {
  if (format === 'json') {
    for (const row of rows) terminal.out(`${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i]])))}\n`)
    return
  }
  if (format === 'csv') {
    terminal.out(`${columns.map(csvCell).join(',')}\r\n`)
    for (const row of rows) terminal.out(`${row.map(csvCell).join(',')}\r\n`)
    return
  }
  const shown = columns
    .map((name, i) => ({ name, i }))
    .filter(({ name }) => !columns.includes('clientPort') || SHOWN_OF_FLOWS.includes(name) || columns.length < 20)
  const lines = rows.map((row) => shown.map(({ name, i }) => cellText(name, row[i])))
  const hidden = groups - rows.length
  if (hidden > 0 && other !== undefined) {
    const before = columns.length - other.length
    lines.push(
      shown.map(({ name, i }) => (i < before ? (i === 0 ? `${formatCount(hidden)} others` : '') : cellText(name, other[i - before]))),
    )
  }
  const widths = shown.map(({ name }, c) => Math.max(textWidth(name), ...lines.map((line) => textWidth(line[c]!))))
  const isNumber = shown.map(({ i }) => rows.some((row) => typeof row[i] === 'number'))
  const put = (cells: readonly string[]) =>
    terminal.out(
      `${cells
        .map((cell, c) => (isNumber[c] ? padStart(cell, widths[c]!) : padEnd(cell, widths[c]!)))
        .join('  ')
        .trimEnd()}\n`,
    )
  put(shown.map(({ name }) => name))
  for (const line of lines) put(line)
  if (isCut) terminal.err('wiretop: there are more rows; these are the first 10,000\n')
}

function cellText(name: string, value: unknown): string {
  if (value === null || value === undefined) return TIMES.includes(name) ? '' : 'other'
  if (typeof value === 'number') {
    if (TIMES.includes(name)) return formatTime(value).slice(0, 19)
    if (name.startsWith('bytes')) return formatBytes(value)
    return /port|vlan|as$/i.test(name) ? String(value) : formatCount(value)
  }
  return cutMiddle(typeof value === 'string' ? value : JSON.stringify(value), MAX_CELL)
}
/** RFC 4180. */
function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
