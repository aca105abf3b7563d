import { interfaceFolders } from '../history/care/interface-folders.ts'
import { hostCondition } from '../history/host-condition.ts'
import { ParquetStore } from '../history/parquet-store.ts'
import { layoutFiles } from '../history/sqlite/file-paths.ts'
import { SqliteStore } from '../history/sqlite/sqlite-store.ts'
import type { Deletion, StoreStats } from '../lib/history.ts'
import { command } from './command.ts'
import { existingFolder, folderOption, jsonOption, locked, MovingLine } from './kept-folder.ts'
import { flag, valued } from './option.ts'
import { counted } from './units.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, UsageError } from './usage-error.ts'

const SECTION = 'History'
const LOOK_EVERY_MS = 250
const USUAL_URL = 'http://127.0.0.1:3000'

export default command({
  name: 'history delete-host',
  summary:
    'Remove every record of past flows that has a host, or one of a network, at an end. Where a wiretop is running give its --url: it does so itself.',
  operands: 'ADDRESS|NETWORK',
  minOperands: 1,
  options: {
    ...folderOption,
    'dry-run': flag({ section: SECTION, about: 'Only say how many there are.' }),
    url: valued(
      { value: 'URL', section: SECTION, about: `A running wiretop: where it serves its console, as ${USUAL_URL}.` },
      undefined as string | undefined,
      (text) => text,
    ),
    ...jsonOption,
  },
  async run({ options: { dataDir, dryRun, url, json }, operands, terminal, signal }) {
    const [network = '', tooMuch] = operands
    if (tooMuch !== undefined) throw new UsageError(`history delete-host: one host at a time: ${tooMuch} is one too many`)
    if (hostCondition(network) === undefined) {
      terminal.err(`wiretop: history delete-host: ${network} is neither an address nor a network: give one as 192.0.2.7 or 192.0.2.0/24\n`)
      return EXIT_USAGE
    }
    const line = new MovingLine(terminal)
    const tell = ({ filesDone, filesTotal }: Deletion) => line.share(dryRun ? 'looking' : 'deleting', filesDone, filesTotal)
    try {
      const wanted = { network, isTrial: dryRun }
      const done =
        url === undefined ? await ofFolder(existingFolder(dataDir), wanted, tell, signal) : await ofRunning(url, wanted, tell, signal)
      line.clear()
      terminal.out(json ? `${JSON.stringify(done)}\n` : `${summed(done)}\n`)
      for (const fault of done.faults) terminal.err(`wiretop: ${fault}\n`)
      return done.faults.length === 0 ? EXIT_FINE : EXIT_FAILED
    } catch (error) {
      line.clear()
      if (error instanceof UsageError) throw error
      terminal.err(`wiretop: history delete-host: ${signal.aborted ? 'stopped before its end: run it again' : (error as Error).message}\n`)
      return EXIT_FAILED
    }
  },
})

const summed = ({ network, isTrial, records, files }: Deletion): string =>
  `${counted(records, 'record')} of ${network} in ${counted(files, 'file')}: ${isTrial ? 'nothing is removed, as this is a dry run' : 'removed'}`

interface Wanted {
  readonly network: string
  readonly isTrial: boolean
}
type Tell = (deletion: Deletion) => void

/** Nobody has it open: the stores are opened here, as a wiretop would, one after the other, and let go of nothing for its age. */
function ofFolder(folder: string, wanted: Wanted, tell: Tell, signal: AbortSignal): Promise<Deletion> {
  const options = { folder, maxBytes: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY }
  return locked(folder, `say where it serves its console, as --url ${USUAL_URL}, and it does so itself`, async () => {
    const hasDatabases = interfaceFolders(folder).some((one) => layoutFiles(one.folder).length > 0)
    const ofParquet = await ofStore(new ParquetStore(options), wanted, tell, signal)
    return hasDatabases ? together(ofParquet, await ofStore(new SqliteStore(options), wanted, tell, signal)) : ofParquet
  })
}

async function ofStore(store: ParquetStore | SqliteStore, wanted: Wanted, tell: Tell, signal: AbortSignal): Promise<Deletion> {
  const timer = setInterval(() => tell(store.stats().deletion!), LOOK_EVERY_MS)
  try {
    return await store.deleteHost({ id: 1, ...wanted }, signal)
  } finally {
    clearInterval(timer)
    await store.close()
  }
}
const together = (a: Deletion, b: Deletion): Deletion => ({
  ...a,
  filesDone: a.filesDone + b.filesDone,
  filesTotal: a.filesTotal + b.filesTotal,
  records: a.records + b.records,
  files: a.files + b.files,
  faults: [...a.faults, ...b.faults],
})

async function ofRunning(url: string, { network, isTrial }: Wanted, tell: Tell, signal: AbortSignal): Promise<Deletion> {
  const base = URL.parse(url)
  if (base === null) throw new UsageError(`history delete-host: ${url} is no URL: give one as ${USUAL_URL}`)
  let deletion = await answerOf<Deletion>(base, '/api/v1/history/delete-host', signal, { network, dryRun: isTrial })
  const { id } = deletion
  while (!deletion.isOver) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    const { store } = await answerOf<{ store: StoreStats }>(base, '/api/v1/history', signal)
    if (store.deletion?.id !== id) throw new Error('another one has begun since: run it again')
    deletion = store.deletion
    tell(deletion)
  }
  return deletion
}

async function answerOf<T>(base: URL, path: string, signal: AbortSignal, body?: object): Promise<T> {
  const post = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const answer = await fetch(new URL(path, base), { ...post, signal }).catch((error: Error) => {
    signal.throwIfAborted()
    throw new Error(`no wiretop answers on ${base.origin}: say where it serves its console with --url`, { cause: error })
  })
  const said = (await answer.json().catch(() => undefined)) as (T & { error?: { message?: string } }) | undefined
  if (!answer.ok || said === undefined) throw new Error(said?.error?.message ?? `the answer was ${answer.status} ${answer.statusText}`)
  return said
}
