/** What the tests of this folder share: a table of objects behind a RowReader, and texts that are made at random but by the grammar. */
import fc from 'fast-check'
import { type Fields, flowFields, type ItemOf } from '../lib/fields.ts'
import type { RowReader } from '../lib/rows.ts'
import { parseAddress } from './address.ts'
import { compileFilter, type Filter, parseFilter } from './filter.ts'

export const NOW_MS = Date.UTC(2024, 4, 1, 12)

type Row = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export const readerOf = (rows: readonly Row[]): RowReader => ({
  number: (field) => (row) => Number(rows[row]![field] ?? 0),
  text: (field) => (row) => {
    const value = rows[row]![field] ?? ''
    return Array.isArray(value) ? value.join('\n') : String(value)
  },
  address: (field) => (row, word) => parseAddress(String(rows[row]![field] ?? '::'))![word]!,
})

export function parsed(text: string, fields: Fields = flowFields): Filter {
  const result = parseFilter(text, fields)
  if (!result.ok) throw new Error(`${text}: ${result.error.message} at ${result.error.offset}`)
  return result.filter
}

export const matchesRow = (text: string, row: Row, fields: Fields = flowFields): boolean =>
  compileFilter(parsed(text, fields), fields, readerOf([row]), NOW_MS)(0)

export const flow: Partial<ItemOf<'flows'>> = {
  id: 'aB3',
  proto: 'tcp',
  client: '10.0.0.7',
  clientPort: 51_000,
  clientLabel: "bob's-phone",
  server: '142.250.74.46',
  serverPort: 443,
  vlan: 100,
  app: 'TLS.Google',
  category: 'Web',
  confidence: 'server-name',
  serverName: 'www.Google.com',
  firstSeen: NOW_MS - 120_000,
  lastSeen: NOW_MS - 1000,
  duration: 119_000,
  bytes: 1_500_000,
  bps: 5_000_000,
  packets: 1200,
  tcpState: 'established',
  tcpFlagsC2s: 'SAP',
  serverLatency: 12.5,
  clientMac: '00:1b:21:3a:4f:55',
  risks: ['SQL Injection', 'HTTP Obsolete Server'],
  score: 200,
}

const word = fc.stringMatching(/^[a-z](?:[a-z0-9-]|\.[a-z]){0,8}$/).filter((s) => !/^(?:and|or|not)$/.test(s))
/** JSON's quoted texts are ours, but for two of its escapes. */
const quoted = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((s) => !/[\b\f]/.test(s))
  .map((s) => JSON.stringify(s))
const anyText = fc.oneof(word, quoted)
const count = fc.oneof(fc.nat(), fc.constantFrom('1M', '1.5G', '10k', '0.1', '1234.5678'))
const size = fc.oneof(count, fc.constantFrom('1MiB', '3.3kB', '7TiB', '0'))
const duration = fc.constantFrom('5s', '10ms', '1h30m', '2d', '0.3ms', '17us', '250', '0')
const moment = fc.oneof(
  duration.map((d) => `-${d}`),
  fc.constantFrom('now', '2024-05-01', '2024-05-01T10:00:01.5+02:00', '1714557600000.25'),
)
const v4 = fc.ipV4()
const address = fc.oneof(
  v4,
  fc.ipV6(),
  fc.tuple(v4, fc.nat(32)).map(([a, n]) => `${a}/${n}`),
  fc.tuple(fc.ipV6(), fc.nat(128)).map(([a, n]) => `${a}/${n}`),
  v4.map((a) => `${a}@12`),
)
const hexPair = fc.stringMatching(/^[0-9a-fA-F]{2}$/)
const link = fc.array(hexPair, { minLength: 6, maxLength: 6 }).chain((pairs) => fc.constantFrom(':', '-', '').map((by) => pairs.join(by)))
const port = fc.nat(65_535)

const compare = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '==', '<>')
const equal = fc.constantFrom('=', '!=', 'in')
const textual = fc.constantFrom('=', '!=', 'contains', '~', '!~', 'starts', 'ends', 'LIKE', 'not like', 'in')
const test = (names: readonly string[], is: fc.Arbitrary<string>, value: fc.Arbitrary<string | number>) =>
  fc.tuple(fc.constantFrom(...names), is, value).map((parts) => parts.join(' '))
const several = (names: readonly string[], value: fc.Arbitrary<string | number>) =>
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('in', 'not in'), fc.array(value, { minLength: 1, maxLength: 4 }))
    .map(([n, is, vs]) => `${n} ${is} (${vs.join(',')})`)

/** Valid tests of flows. */
export const anyTest = fc.oneof(
  test(['bytes', 'bytesC2s'], compare, size),
  test(['packets', 'vlan', 'pps'], compare, count),
  test(['bps'], compare, fc.constantFrom('100kbit', '5Mbps', '1.5G', '12', '3MB/s', '1Mibit')),
  test(['duration', 'serverLatency'], compare, duration),
  test(['firstSeen', 'LASTSEEN'], compare, moment),
  test(['host', 'client', 'server'], equal, address),
  test(['host', 'serverName', 'app', 'info'], textual, anyText),
  test(['mac', 'clientMac'], equal, link),
  test(['mac'], fc.constantFrom('starts', 'like'), fc.constantFrom('00:1b', '00-1B-*', '001b21')),
  test(['tcpState', 'tcpstate'], equal, fc.constantFrom('syn', 'SYN-ACK')),
  test(['port', 'serverPort'], compare, port),
  several(['port', 'clientPort'], fc.oneof(port, fc.constant('8000..8100'))),
  several(['host', 'client'], fc.oneof(address, fc.constant('10.0.0.1..10.0.0.9'))),
  several(['firstSeen'], fc.constantFrom('-5m..-1m', '2024-01-01..now')),
  several(['app', 'category', 'serverName'], anyText),
  fc.constantFrom('serverName exists', 'client not exists', 'not vlan exists'),
  fc.oneof(
    address,
    link,
    port.map((n) => `:${n}`),
    fc.constantFrom('wikipedia', '"port"', '*.google.com', '"10.0.0.1"', "'it is'"),
  ),
)

export const anyFilter = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    anyTest,
    fc.tuple(tie('filter'), fc.constantFrom(' and ', ' or ', ' && ', '||', ' AND '), tie('filter')).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('not ', '!', ''), tie('filter')).map(([not, filter]) => `${not}(${filter})`),
  ),
})).filter
