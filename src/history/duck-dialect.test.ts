import { DuckDBInstance } from '@duckdb/node-api'
import { ADDRESS_MACROS, duckDialect } from './duck-dialect.ts'
import { type ColumnKind, DIALECT_COLUMNS, dialectConforms } from './sql-dialect.conformance.ts'

const TYPES: Readonly<Record<ColumnKind, string>> = { address: 'VARCHAR', flag: 'BOOLEAN', number: 'DOUBLE', text: 'VARCHAR' }

dialectConforms('DuckDB', async () => {
  const duck = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await duck.connect()
  for (const macro of ADDRESS_MACROS) await connection.run(macro)
  return {
    dialect: duckDialect,
    columns: Object.fromEntries(DIALECT_COLUMNS.map(([name]) => [name, `"${name}"`])),
    async fill(columns, rows) {
      const types = columns.map(([name, kind]) => `"${name}" ${TYPES[kind]}`)
      await connection.run(`CREATE OR REPLACE TABLE rows (n INTEGER, ${types.join(', ')})`)
      await connection.run(`INSERT INTO rows VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`)
    },
    async where(condition) {
      const reader = await connection.runAndReadAll(`SELECT n FROM rows WHERE ${condition} ORDER BY n`)
      return reader.getRows().map(([n]) => Number(n))
    },
  }
})
