/** Which records of some files are in none of others: what is taken in is never taken in twice. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { plainSql, recordFiles } from '../flow-sql.ts'
import type { StoredFile } from '../manifest.ts'

/**
 * Records are the same where all their columns are. Where one file has a record twice and the other once, one is left: a file that was taken in adds nothing the
 * second time, and flows that only look alike stay as many as they are. Rejects where a file cannot be read or is none of flows. `mine` is a condition on records of
 * `from`, `both` one on all.
 */
export async function apartSql(
  connection: DuckDBConnection,
  from: readonly string[],
  others: readonly string[],
  { mine = 'true', both = 'true' }: { readonly mine?: string; readonly both?: string } = {},
): Promise<string> {
  const all = plainSql(await recordFiles(connection, from), `${mine} AND ${both}`)
  return others.length === 0 ? all : `SELECT * FROM ((${all}) EXCEPT ALL (${plainSql(await recordFiles(connection, others), both)}))`
}

export interface Counted {
  readonly rows: number
  readonly fromMs: number
  readonly toMs: number
}
export async function counted(connection: DuckDBConnection, select: string): Promise<Counted> {
  const sql = `SELECT count(*), min(epoch_ms("lastSeen")), max(epoch_ms("lastSeen")) FROM (${select})`
  const [rows, fromMs, toMs] = (await connection.runAndReadAll(sql)).getRows()[0]!.map(Number)
  return { rows: rows!, fromMs: fromMs!, toMs: toMs! }
}

export const overlapping = <F extends Pick<StoredFile, 'fromMs' | 'toMs'>>(
  files: readonly F[],
  { fromMs, toMs }: Pick<Counted, 'fromMs' | 'toMs'>,
): F[] => files.filter((file) => file.toMs >= fromMs && file.fromMs <= toMs)
