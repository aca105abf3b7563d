import type { Cell, FlowRange, RecordsPlace } from '../../lib/history.ts'
import { RECORD_COLUMNS } from '../flow-sql.ts'
import type { ReaderOptions, RecordPart, RecordReader, RecordRows } from '../record-reader.ts'
import { placeOf } from './clickhouse-address.ts'
import { RECORD_CELLS } from './clickhouse-cells.ts'
import { type ClickHouseAccess, ClickHouseHttp, oneLine, type Settings } from './clickhouse-http.ts'
import { daysSql, replaySql } from './clickhouse-sql.ts'
import { faultOf } from './fault-of.ts'

export interface ClickHousePlace extends RecordsPlace {
  readonly kind: 'clickhouse'
  readonly access: ClickHouseAccess
  /** What this wiretop is called. */
  readonly instance: string
}

const DAY_MS = 86_400_000
/** Of one record, for the progress. */
const RECORD_BYTES = 100
const READING: Settings = { readonly: 2, distributed_product_mode: 'global', max_block_size: 8192 }

/** Reads a day after the other as it comes from the server. */
export class ClickHouseReader implements RecordReader {
  readonly hasFiles = false
  private readonly options: ReaderOptions<ClickHousePlace>
  private readonly http: ClickHouseHttp
  private readonly moment: { readonly nowMs: number; readonly instance: string }

  constructor(options: ReaderOptions<ClickHousePlace>) {
    this.options = options
    this.http = new ClickHouseHttp(options.place.access)
    this.moment = { nowMs: Date.now(), instance: options.place.instance }
  }

  async parts(): Promise<readonly RecordPart[]> {
    const { place, range } = this.options
    try {
      const { data } = await this.http.ask(daysSql(range, this.moment), READING, new AbortController().signal)
      return data.map(([day, rows]) => ({ name: new Date(Number(day)).toISOString().slice(0, 10), bytes: RECORD_BYTES * Number(rows) }))
    } catch (error) {
      throw faultOf(error as Error, placeOf(place.access))
    }
  }

  async read({ name }: RecordPart, each: (rows: RecordRows) => void, signal: AbortSignal): Promise<void> {
    const { range } = this.options
    const dayMs = Date.parse(name)
    const day: FlowRange = { ...range, fromMs: Math.max(range.fromMs, dayMs), toMs: Math.min(range.toMs, dayMs + DAY_MS) }
    await this.http.lines(replaySql(day, this.moment), READING, (lines) => each(rowsOf(lines)), signal)
  }

  async close(): Promise<void> {}
}

/** Rows of JSON; what is none is why the server could not go on. */
function rowsOf(lines: readonly string[]): RecordRows {
  const columns = RECORD_COLUMNS.map((): Cell[] => [])
  for (const line of lines) {
    if (!line.startsWith('[')) throw new Error(oneLine(lines.slice(lines.indexOf(line)).join(' ')))
    const row = JSON.parse(line) as unknown[]
    for (const [i, column] of columns.entries()) column.push(RECORD_CELLS[i]!(row[i]))
  }
  return { count: lines.length, columns: Object.fromEntries(RECORD_COLUMNS.map((name, i) => [name, columns[i]!])) }
}
