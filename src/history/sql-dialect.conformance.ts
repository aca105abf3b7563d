/** What every dialect of SQL must say of filters: the same as the live tables do. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Field, flowFields } from '../lib/fields.ts'
import { maskWord } from '../query/address.ts'
import { compileFilter } from '../query/filter.ts'
import { filterSql, type SqlColumns, type SqlDialect } from '../query/sql.ts'
import { anyFilter, flow, NOW_MS, parsed, readerOf } from '../query/testing.ts'
import { type AddressWords, formatAddress } from '../wire/address.ts'

type Row = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>
const shown = Object.entries(flowFields as Readonly<Record<string, Field>>).filter(([, { anyOf }]) => anyOf === undefined)
const isText = ({ kind }: Field) => ['address', 'app', 'choice', 'id', 'mac', 'text', 'texts'].includes(kind)
/** A table `rows` with a column of each field, and its number `n`. */
export interface DialectTable {
  /** Replaces what is there. Each row is texts of SQL: its number, and a literal of each column. */
  fill(columns: readonly (readonly [name: string, kind: ColumnKind])[], rows: readonly (readonly string[])[]): Promise<void>
  /** Numbers of the rows that meet the condition, in order. */
  where(condition: string): Promise<number[]>
  readonly dialect: SqlDialect
  readonly columns: SqlColumns
}
export type ColumnKind = 'address' | 'flag' | 'number' | 'text'

const kindOf = (field: Field): ColumnKind =>
  field.kind === 'address' ? 'address' : isText(field) ? 'text' : field.kind === 'flag' ? 'flag' : 'number'
export const DIALECT_COLUMNS = shown.map(([name, field]) => [name, kindOf(field)] as const)

const ROWS: readonly Row[] = [
  flow as Row,
  { ...flow, client: 'fe80::1', server: 'ff02::fb', serverName: undefined, bytes: 0, serverLatency: undefined, risks: [] } as Row,
  { ...flow, client: '172.16.5.9', server: '2001:db8::1:0:0:1', app: 'DNS', vlan: 0, serverPort: 53 } as Row,
  { ...flow, client: '::', server: '255.255.255.255', info: 'it\'s 100% \\ "so"_', clientLabel: 'ÄÖ' } as Row,
]

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
export function dialectConforms(name: string, open: () => Promise<DialectTable>): void {
  describe(`filters in the SQL of ${name}`, () => {
    let table: DialectTable
    beforeAll(async () => {
      table = await open()
    })

    const fill = (rows: readonly Row[]) => {
      const value = (row: Row, [column, field]: (typeof shown)[number]) => {
        const v = row[column]
        if (isText(field)) return table.dialect.text(Array.isArray(v) ? v.join('\n') : String(v ?? (field.kind === 'address' ? '::' : '')))
        return field.kind === 'flag' ? String(v ?? false) : String(Number(v ?? 0))
      }
      return table.fill(
        DIALECT_COLUMNS,
        rows.map((row, n) => [String(n), ...shown.map((one) => value(row, one))]),
      )
    }
    /** Rows that the filter finds, in SQL and in memory. */
    async function both(text: string, rows: readonly Row[]): Promise<[number[], number[]]> {
      const filter = parsed(text)
      const { columns, dialect } = table
      const where = filterSql(filter, { fields: flowFields, columns, dialect, nowMs: NOW_MS })
      const matches = compileFilter(filter, flowFields, readerOf(rows), NOW_MS)
      return [await table.where(where), rows.map((_, i) => i).filter((i) => matches(i))]
    }

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
      ['serverName contains "\u0000" or host = "\u0000\'"', []],
    ])('%s', async (text, expected) => {
      await fill(ROWS)
      expect(await both(text, ROWS)).toEqual([expected, expected])
    })
  })
}
