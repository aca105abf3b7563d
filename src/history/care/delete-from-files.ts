/** Takes records out of files: one that has such is written anew without them, and counts in its place once it is safe. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Duck, quoted } from '../duck.ts'
import { ADDRESS_MACROS } from '../duck-dialect.ts'
import { type FlowFiles, packSql } from '../flow-files.ts'
import type { StoredFile } from '../manifest.ts'
import { firstLine } from './file-facts.ts'
import type { DeletedFrom } from './host-deletions.ts'
import { counted } from './records-apart.ts'
import { asideFolder } from './set-aside.ts'

export interface DeleteFrom {
  readonly files: FlowFiles
  readonly duck: Duck
  /** Of the records that go, in SQL. */
  readonly where: string
  /** Only counted. */
  readonly isTrial: boolean
  readonly signal: AbortSignal
}

/** Nothing may merge them meanwhile; that the oldest go does no harm. Rejects when `signal` aborts: files that were done are done. */
export async function deleteFromFiles(from: DeleteFrom, tell: (gained: DeletedFrom) => void): Promise<void> {
  const { folder } = from.files
  for (const file of from.files.files) {
    from.signal.throwIfAborted()
    try {
      tell({ filesDone: 1, records: await deleteFrom(from, file) })
    } catch (error) {
      from.signal.throwIfAborted()
      const path = join(folder, file.path)
      tell({ filesDone: 1, ...(existsSync(path) && { fault: `${path} may still have some: ${firstLine(error)}` }) })
    }
  }
  const aside = asideFolder(folder)
  if (existsSync(aside)) tell({ fault: `${aside} has files that were set aside, and may have such records: look and remove it` })
}

function deleteFrom({ files, duck, where, isTrial, signal }: DeleteFrom, file: StoredFile): Promise<number> {
  const all = `SELECT * FROM read_parquet(${quoted(join(files.folder, file.path))})`
  return duck.use(signal, async (connection) => {
    for (const macro of ADDRESS_MACROS) await connection.run(macro)
    const gone = await counted(connection, `${all} WHERE ${where}`)
    if (gone.rows === 0 || isTrial) return gone.rows
    if (gone.rows === file.rows) {
      files.remove(file)
      return gone.rows
    }
    const aside = files.newAside()
    try {
      const rest = `${all} WHERE NOT (${where})`
      await connection.run(packSql(rest, aside))
      const left = await counted(connection, rest)
      if (left.rows + gone.rows !== file.rows) throw new Error(`has ${left.rows + gone.rows} records, where the manifest says ${file.rows}`)
      const sums = file.sums === undefined ? undefined : await files.sumUp(duck, aside, signal)
      // Where it had to make room it has gone as a whole.
      if (files.files.includes(file)) files.replace([file], file.path, aside, sums, left)
      return gone.rows
    } finally {
      files.dropAside(aside)
    }
  })
}
