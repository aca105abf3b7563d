import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { deleteTraces } from '../history/care/delete-traces.ts'
import { interfaceFolders } from '../history/care/interface-folders.ts'
import { hostCondition, hostNetwork, isHostMeant } from '../history/host-condition.ts'
import { ParquetStore } from '../history/parquet-store.ts'
import { layoutFiles } from '../history/sqlite/file-paths.ts'
import { SqliteStore } from '../history/sqlite/sqlite-store.ts'
import { addTraces, type Deletion, type StoreStats } from '../lib/history.ts'
import { deleteHostKeys } from '../state/host-keys.ts'
import { openState } from '../state/open-state.ts'
import { command } from './command.ts'
import { existingFolder, folderOption, jsonOption, locked, MovingLine } from './kept-folder.ts'
import { flag, valued } from './option.ts'
import { counted } from './units.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, UsageError } from './usage-error.ts'

const SECTION = 'History'
const LOOK_EVERY_MS = 250
/** Of small state, in the data folder. */
const STATE_FILE = 'state.sqlite'
const USUAL_URL = 'http://127.0.0.1:3000'

export default command({
  name: 'history delete-host',
  summary:
    'Remove all that is kept of a host, or of those of a network: records of flows with it at an end, its series, activity and contacts. Where a wiretop is running give its --url: it does so itself.',
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

function summed({ network, isTrial, records, files, traces }: Deletion): string {
  const { series, rrdFiles, activeHours, contacts, keys } = traces
  const beside = [
    [series, counted(series, 'series', 'series')],
    [rrdFiles, counted(rrdFiles, 'RRD file')],
    [activeHours, counted(activeHours, 'hour of activity', 'hours of activity')],
    [contacts, counted(contacts, 'contact')],
    [keys, counted(keys, 'key of state', 'keys of state')],
  ] as const
  const flows = `${counted(records, 'record')} of ${network} in ${counted(files, 'file')}`
  const all = [flows, ...beside.flatMap(([n, text]) => (n > 0 ? [text] : []))].join(', ')
  return `${all}: ${isTrial ? 'nothing is removed, as this is a dry run' : 'removed'}`
}

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
    const ofFlows = hasDatabases ? together(ofParquet, await ofStore(new SqliteStore(options), wanted, tell, signal)) : ofParquet
    return withTraces(ofFlows, folder, wanted, signal)
  })
}

/** With what is kept of hosts beside the records of their flows. */
async function withTraces(done: Deletion, folder: string, { network, isTrial }: Wanted, signal: AbortSignal): Promise<Deletion> {
  const faults = [...done.faults]
  const fault = (why: string) => faults.push(why)
  const meant = hostNetwork(network)!
  const traces = await deleteTraces({ folder, network: meant, isTrial, signal, fault })
  const path = join(folder, STATE_FILE)
  let keys = 0
  if (existsSync(path)) {
    const store = await openState({ kind: 'sqlite', folder, instance: '' })
    try {
      keys = await deleteHostKeys(store, (host) => isHostMeant(meant, host), isTrial)
    } catch (error) {
      fault(`${path} may still have some: ${(error as Error).message}`)
    } finally {
      await store.close()
    }
  }
  return { ...done, traces: addTraces(traces, { keys }), faults }
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
