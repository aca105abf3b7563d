import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { type ColumnValues, type ParquetColumn, ParquetWriter } from './parquet-writer.ts'

const dir = mkdtempSync(join(tmpdir(), 'wiretop-parquet-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const duck = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await duck.connect()
let files = 0

async function readBack(columns: readonly ParquetColumn[], groups: readonly { rows: number; values: readonly ColumnValues[] }[]) {
  const parts: Uint8Array[] = []
  const writer = new ParquetWriter(columns, (bytes) => void parts.push(Uint8Array.from(bytes)))
  for (const { rows, values } of groups) writer.rowGroup(rows, values)
  writer.finish({ made: 'by the test' })
  const path = join(dir, `${files++}.parquet`)
  writeFileSync(path, Buffer.concat(parts))
  expect(writer.bytes).toBe(Buffer.concat(parts).length)
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`)
  return reader.getRowsJson()
}

/** Numbers of texts, as the store gives them. */
function texts(values: readonly (string | null)[]): { ids: Uint32Array; texts: string[] } {
  const all = ['']
  const known = new Map<string, number>()
  const ids = values.map((value) => {
    if (value === null) return 0
    if (!known.has(value)) known.set(value, all.push(value) - 1)
    return known.get(value)!
  })
  return { ids: Uint32Array.from(ids), texts: all }
}
function maps(rows: readonly (readonly (readonly [string, string])[])[]) {
  let end = 0
  const ends = Uint32Array.from(rows, (row) => (end += row.length))
  const entries = rows.flat()
  return { ends, keys: texts(entries.map(([key]) => key)), values: texts(entries.map(([, value]) => value)) }
}

it('writes what DuckDB reads, whatever the values', async () => {
  const row = fc.record({
    text: fc.option(fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed())),
    few: fc.constantFrom('tcp', 'udp'),
    big: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    small: fc.integer({ min: 0, max: 255 }),
    word: fc.integer({ min: 0, max: 0xffff_ffff }),
    part: fc.option(fc.integer({ min: 0, max: 65535 })),
    ratio: fc.option(fc.integer({ min: 0, max: 1000 }).map((n) => n / 8)),
    yes: fc.boolean(),
    map: fc.array(fc.tuple(fc.constantFrom('a.b', 'c', ''), fc.string({ maxLength: 5 })), { maxLength: 3 }),
  })
  const columns: ParquetColumn[] = [
    { name: 'text', type: 'text' },
    { name: 'few', type: 'text' },
    { name: 'big', type: 'uint64' },
    { name: 'small', type: 'uint8' },
    { name: 'word', type: 'uint32' },
    { name: 'part', type: 'uint16', optional: true },
    { name: 'ratio', type: 'float', optional: true },
    { name: 'yes', type: 'bool' },
    { name: 'map', type: 'map' },
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { minLength: 1, maxLength: 40 }), { maxLength: 3 }), async (groups) => {
      const found = await readBack(
        columns,
        groups.map((rows) => ({
          rows: rows.length,
          values: [
            texts(rows.map((r) => r.text)),
            texts(rows.map((r) => r.few)),
            { values: Float64Array.from(rows, (r) => r.big) },
            { values: Uint8Array.from(rows, (r) => r.small) },
            { values: Int32Array.from(rows, (r) => r.word) },
            { values: Int32Array.from(rows, (r) => r.part ?? 0), present: Uint8Array.from(rows, (r) => (r.part === null ? 0 : 1)) },
            { values: Float32Array.from(rows, (r) => r.ratio ?? 0), present: Uint8Array.from(rows, (r) => (r.ratio === null ? 0 : 1)) },
            { values: Uint8Array.from(rows, (r) => (r.yes ? 1 : 0)) },
            maps(rows.map((r) => r.map)),
          ],
        })),
      )
      const expected = groups
        .flat()
        .map((r) => [r.text, r.few, String(r.big), r.small, r.word, r.part, r.ratio, r.yes, r.map.map(([key, value]) => ({ key, value }))])
      expect(found).toEqual(expected)
    }),
    { seed: 20_240_501, numRuns: 150 },
  )
})

it('tells times in milliseconds as times', async () => {
  const at = Date.UTC(2026, 10, 26, 23, 59, 59, 123)
  const rows = await readBack([{ name: 'at', type: 'timeMs' }], [{ rows: 1, values: [{ values: Float64Array.of(at) }] }])
  expect(rows).toEqual([['2026-11-26 23:59:59.123']])
})

it('holds as many values as a row group of the store has', async () => {
  const rows = 122_880
  const ids = Uint32Array.from({ length: rows }, (_, i) => 1 + ((i * 7919) % 50_000))
  const all = ['', ...Array.from({ length: 50_000 }, (_, i) => `host${i}`)]
  const found = await readBack([{ name: 'name', type: 'text' }], [{ rows, values: [{ ids, texts: all }] }])
  expect(found.length).toBe(rows)
  expect(found.every(([name], i) => name === all[ids[i]!])).toBe(true)
})
