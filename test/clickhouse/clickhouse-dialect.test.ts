import { afterAll, beforeAll } from 'vitest'
import { clickHouseDialect, named } from '../../src/history/clickhouse/clickhouse-dialect.ts'
import { type ColumnKind, DIALECT_COLUMNS, dialectConforms } from '../../src/history/sql-dialect.conformance.ts'
import { TestServer } from './server.ts'

let server: TestServer
beforeAll(async () => {
  server = await TestServer.start()
})
afterAll(() => server.stop())

const TYPES: Readonly<Record<ColumnKind, string>> = { address: 'IPv6', flag: 'Bool', number: 'Float64', text: 'LowCardinality(String)' }

dialectConforms('ClickHouse', async () => ({
  dialect: clickHouseDialect,
  columns: Object.fromEntries(DIALECT_COLUMNS.map(([name]) => [name, named(name)])),
  async fill(columns, rows) {
    const types = columns.map(([name, kind]) => `${named(name)} ${TYPES[kind]}`)
    await server.ask(`CREATE OR REPLACE TABLE rows (n UInt32, ${types.join(', ')}) ENGINE = Memory`)
    await server.ask(`INSERT INTO rows VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`)
  },
  async where(condition) {
    const text = await server.ask(`SELECT n FROM rows WHERE ${condition} ORDER BY n`)
    return text === '' ? [] : text.split('\n').map(Number)
  },
}))
