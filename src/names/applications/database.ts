import type { ServerNameTable } from './table.ts'

export const database: ServerNameTable = {
  category: 'Database',
  names: {
    ClickHouse: 'clickhouse.cloud clickhouse.com',
  },
}
