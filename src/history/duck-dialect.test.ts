import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Field, flowFields } from '../lib/fields.ts'
import { maskWord } from '../query/address.ts'
import { compileFilter } from '../query/filter.ts'
import { filterSql, type SqlColumns } from '../query/sql.ts'
import { anyFilter, flow, NOW_MS, parsed, readerOf } from '../query/testing.ts'
import { type AddressWords, formatAddress } from '../wire/address.ts'
import { quoted } from './duck.ts'
import { ADDRESS_MACROS, duckDialect } from './duck-dialect.ts'

const duck = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await duck.connect()
for (const macro of ADDRESS_MACROS) await connection.run(macro)

type Row = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>
const shown = Object.entries(flowFields as Readonly<Record<string, Field>>).filter(([, { anyOf }]) => anyOf === undefined)
const isText = ({ kind }: Field) => ['address', 'app', 'choice', 'id', 'mac', 'text', 'texts'].includes(kind)
const columns: SqlColumns = Object.fromEntries(shown.map(([name]) => [name, `"${name}"`]))

async function fill(rows: readonly Row[]): Promise<void> {
  const value = (row: Row, [name, field]: (typeof shown)[number]) => {
    const v = row[name]
    if (isText(field)) return quoted(Array.isArray(v) ? v.join('\n') : String(v ?? (field.kind === 'address' ? '::' : '')))
    return field.kind === 'flag' ? String(v ?? false) : String(Number(v ?? 0))
  }
  const types = shown.map(([name, field]) => `"${name}" ${isText(field) ? 'VARCHAR' : field.kind === 'flag' ? 'BOOLEAN' : 'DOUBLE'}`)
  await connection.run(`CREATE OR REPLACE TABLE rows (n INTEGER, ${types.join(', ')})`)
  const lines = rows.map((row, n) => `(${n}, ${shown.map((one) => value(row, one)).join(', ')})`)
  await connection.run(`INSERT INTO rows VALUES ${lines.join(', ')}`)
}

/** Rows that the filter finds, in SQL and in memory. */
async function both(text: string, rows: readonly Row[]): Promise<[number[], number[]]> {
  const filter = parsed(text)
  const where = filterSql(filter, { fields: flowFields, columns, dialect: duckDialect, nowMs: NOW_MS })
  const reader = await connection.runAndReadAll(`SELECT n FROM rows WHERE ${where} ORDER BY n`)
  const matches = compileFilter(filter, flowFields, readerOf(rows), NOW_MS)
  return [reader.getRows().map(([n]) => Number(n)), rows.map((_, i) => i).filter((i) => matches(i))]
}

const ROWS: readonly Row[] = [
  flow as Row,
  { ...flow, client: 'fe80::1', server: 'ff02::fb', serverName: undefined, bytes: 0, serverLatency: undefined, risks: [] } as Row,
  { ...flow, client: '172.16.5.9', server: '2001:db8::1:0:0:1', app: 'DNS', vlan: 0, serverPort: 53 } as Row,
  { ...flow, client: '::', server: '255.255.255.255', info: 'it\'s 100% \\ "so"_', clientLabel: 'ÄÖ' } as Row,
]

it('finds what the live tables find, whatever the filter', async () => {
  await fill(ROWS)
  await fc.assert(
    fc.asyncProperty(anyFilter, async (text) => {
      const [inSql, inMemory] = await both(text, ROWS)
      expect([text, inSql]).toEqual([text, inMemory])
    }),
    { seed: 20_240_501, numRuns: 400 },
  )
})

const word = fc.oneof(
  fc.constant(0),
  fc.constant(-1),
  fc.integer(),
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0, max: 0xffff }).map((n) => n << 16),
)
const words = fc.oneof(
  fc.tuple(word, word, word, word),
  word.map((w) => [0, 0, 0xffff, w] as [number, number, number, number]),
)
it('knows every network and range of addresses', async () => {
  await fc.assert(
    fc.asyncProperty(
      words,
      fc.integer({ min: 0, max: 128 }),
      fc.array(fc.tuple(words, fc.integer({ min: 0, max: 128 })), { minLength: 8, maxLength: 8 }),
      async (base, bits, others) => {
        // Some addresses share a beginning with the network, so that its edges are met.
        const near = others.map(
          ([w, keep]) => w.map((x, i) => (base[i]! & maskWord(keep, i)) | (x & ~maskWord(keep, i))) as unknown as AddressWords,
        )
        const rows = [base as AddressWords, ...near].map((w) => ({ ...flow, client: formatAddress(...w) }) as Row)
        await fill(rows)
        const network = formatAddress(...(base as AddressWords))
        const width = network.includes(':') ? bits : Math.max(0, bits - 96)
        for (const text of [
          `client in ${network}/${width}`,
          `client != ${network}`,
          `client in ${formatAddress(...near[0]!)}..${network}`,
        ]) {
          let read: [number[], number[]]
          try {
            read = await both(text, rows)
          } catch (error) {
            // The ends of a range may stand the wrong way round.
            if (!(error as Error).message.includes('at ')) throw error
            continue
          }
          expect([text, read[0]]).toEqual([text, read[1]])
        }
      },
    ),
    { seed: 20_240_501, numRuns: 120 },
  )
})

it.each([
  ['host in 10.0.0.0/8', [0]],
  ['host in 172.16.0.0/12', [2]],
  ['host in 2001:db8::/32', [2]],
  ['host in fe80::/10', [1]],
  ['client = ::', [3]],
  ['info contains "100%"', [3]],
  ['info like "it*_"', [3]],
  ['not serverName exists', [1]],
  ['risk = "SQL Injection"', [0, 2, 3]],
])('%s', async (text, expected) => {
  await fill(ROWS)
  expect(await both(text, ROWS)).toEqual([expected, expected])
})
