/** What the words of the glossary are in the files of flows. */
import type { SqlColumns } from '../query/sql.ts'
import { named } from './duck.ts'
import { PARQUET_COLUMNS } from './stored-flows.ts'

const TIMES = ['firstSeen', 'lastSeen']
const ADDRESSES = ['client', 'nextHop', 'server']

/** Absent values read as '', 0 or ::, as in the live tables. */
export const DUCK_COLUMNS: SqlColumns = {
  ...Object.fromEntries(
    PARQUET_COLUMNS.filter(({ type }) => type !== 'map').map(({ name, type, optional }) => {
      const column = named(name)
      if (TIMES.includes(name)) return [name, `epoch_ms(${column})`]
      if (ADDRESSES.includes(name)) return [name, `coalesce(${column}, '::')`]
      return [name, type === 'text' ? `coalesce(${column}, '')` : optional ? `coalesce(${column}, 0)` : column]
    }),
  ),
  bytes: '("bytesC2s" + "bytesS2c")',
  packets: '("packetsC2s" + "packetsS2c")',
  duration: '(epoch_ms("lastSeen") - epoch_ms("firstSeen"))',
}

/** What is a text in the filter language and kept as a number: interfaces of exporters. */
export const NUMBERED_TEXTS = ['inInterface', 'outInterface'] as const
/** The same where they stand in a filter. */
export const DUCK_FILTER_COLUMNS: SqlColumns = {
  ...DUCK_COLUMNS,
  ...Object.fromEntries(NUMBERED_TEXTS.map((name) => [name, `coalesce(nullif(${named(name)}, 0)::VARCHAR, '')`])),
}
