import { existsSync } from 'node:fs'
import type { Cell, HistoryFile, RecordsPlace } from '../lib/history.ts'
import { cellOf } from './cells.ts'
import { Duck } from './duck.ts'
import { ADDRESS_MACROS } from './duck-dialect.ts'
import { fileSet, recordFiles, recordSql } from './flow-sql.ts'
import { MissingPart, type ReaderOptions, type RecordPart, type RecordReader, type RecordRows } from './record-reader.ts'

const MEMORY_MB = 512
const ALL = Number.MAX_SAFE_INTEGER

/** Files that may hold records of the range, the oldest first. */
export interface ParquetPlace extends RecordsPlace {
  readonly kind: 'parquet'
  readonly files: readonly HistoryFile[]
}

/** Reads the files one after the other, each in the order of time. */
export class ParquetReader implements RecordReader {
  readonly hasFiles = true
  private readonly options: ReaderOptions<ParquetPlace>
  private readonly duck: Duck

  constructor(options: ReaderOptions<ParquetPlace>) {
    this.options = options
    this.duck = new Duck({ spillFolder: options.spillFolder, memoryMB: MEMORY_MB, threads: 1 })
  }

  async parts(): Promise<readonly RecordPart[]> {
    return this.options.place.files.map(({ path, bytes }) => ({ name: path, bytes }))
  }

  async read({ name: path }: RecordPart, each: (rows: RecordRows) => void, signal: AbortSignal): Promise<void> {
    if (!existsSync(path)) throw new MissingPart(`${path} is not there any more`)
    await this.duck.use(signal, async (connection) => {
      for (const macro of ADDRESS_MACROS) await connection.run(macro)
      const query = { kind: 'records', ...this.options.range, sort: 'lastSeen', descending: false, limit: ALL, offset: 0 } as const
      const result = await connection.stream(recordSql(query, fileSet(await recordFiles(connection, [path])), { nowMs: Date.now() }))
      const names = result.columnNames()
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        signal.throwIfAborted()
        const columns = chunk.getColumns()
        each({
          count: chunk.rowCount,
          columns: Object.fromEntries(
            names.map((name, i) => [name, name === 'fields' ? columns[i]!.map(cellOf) : (columns[i] as (bigint | Cell)[])]),
          ),
        })
      }
    })
  }

  close(): Promise<void> {
    return this.duck.close()
  }
}
