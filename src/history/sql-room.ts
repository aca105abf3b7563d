/**
 * Where an administrator's own SQL runs: a DuckDB made for the one question, that can read the files of flows and nothing else, write nothing, and neither be
 * configured nor take more than its share of memory, threads and time.
 */
import { DuckDBInstance, StatementType } from '@duckdb/node-api'
import { type Cell, HistoryFault, type SqlAnswer } from '../lib/history.ts'
import { cellOf } from './cells.ts'
import { quoted } from './duck.ts'
import { filesSql, recordFiles } from './flow-sql.ts'

export const MAX_SQL_LEN = 65_536
const MAX_ROWS = 10_000
const MAX_SECONDS = 60
const MEMORY = '512MB'

/** `files` are the view `flows`. Rejects with a HistoryFault that says what is wrong with the question. */
export async function askSql(sql: string, files: readonly string[], signal: AbortSignal): Promise<SqlAnswer> {
  const begun = performance.now()
  const room = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY,
    threads: '1',
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await room.connect()
  const tooLong = AbortSignal.timeout(MAX_SECONDS * 1000)
  const stop = AbortSignal.any([signal, tooLong])
  const interrupt = () => connection.interrupt()
  stop.addEventListener('abort', interrupt, { once: true })
  try {
    await connection.run(`SET allowed_paths = [${files.map(quoted).join(', ')}]`)
    await connection.run('SET enable_external_access = false')
    await connection.run(`CREATE VIEW flows AS SELECT * FROM ${filesSql(await recordFiles(connection, files))}`)
    await connection.run('SET lock_configuration = true')
    stop.throwIfAborted()
    const statements = await connection.extractStatements(sql)
    if (statements.count !== 1) throw new HistoryFault(`one statement at a time: these are ${statements.count}`)
    const prepared = await statements.prepare(0)
    if (prepared.statementType !== StatementType.SELECT) throw new HistoryFault('only SELECT can be asked here')
    const result = await prepared.stream()
    const columns = result.deduplicatedColumnNames()
    const rows: Cell[][] = []
    let isCut = false
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const row of chunk.getRows()) if (rows.length < MAX_ROWS) rows.push(row.map(cellOf))
      isCut = rows.length === MAX_ROWS
      if (isCut) break
      stop.throwIfAborted()
    }
    return { columns, rows, isCut, ms: performance.now() - begun }
  } catch (error) {
    signal.throwIfAborted()
    if (tooLong.aborted) throw new HistoryFault(`it took longer than ${MAX_SECONDS} s: ask for less time, or for fewer columns`)
    throw error instanceof HistoryFault ? error : new HistoryFault((error as Error).message)
  } finally {
    stop.removeEventListener('abort', interrupt)
    connection.closeSync()
    room.closeSync()
  }
}
