import { type Imported, importFile } from '../history/care/import.ts'
import { command } from './command.ts'
import { existingFolder, folderOption, jsonOption, locked, MovingLine, withDuck } from './kept-folder.ts'
import { valued } from './option.ts'
import { counted } from './units.ts'
import { EXIT_FAILED, EXIT_FINE } from './usage-error.ts'

const SECTION = 'History'
const DAY_MS = 86_400_000

export default command({
  name: 'history import',
  summary:
    'Take records of files into the store, while no wiretop runs there: Parquet of wiretop history export, or SQLite of ntopng 1.2. What is there already is left out.',
  operands: 'FILE…',
  minOperands: 1,
  options: {
    ...folderOption,
    into: valued(
      {
        value: 'INPUT',
        section: SECTION,
        about: 'The interface that they become flows of, as -i names what it reads.',
        shownDefault: 'what each record says',
      },
      undefined as string | undefined,
      (text) => text,
    ),
    ...jsonOption,
  },
  async run({ options: { dataDir, into, json }, operands, terminal, signal }) {
    const dataFolder = existingFolder(dataDir)
    const line = new MovingLine(terminal)
    let status = EXIT_FINE
    let oldestMs = Number.POSITIVE_INFINITY
    const fail = (text: string) => {
      line.clear()
      terminal.err(`wiretop: history import: ${text}\n`)
      status = EXIT_FAILED
    }
    const all = () =>
      withDuck(async (duck, spillFolder) => {
        for (const path of operands) {
          const progress = (done: number, total: number) => line.share(`taking in ${path}`, done, total)
          const done = await importFile(path, { dataFolder, duck, signal, into, progress, spillFolder }).catch((error: Error) => error)
          if (signal.aborted) return fail('stopped before its end; what was taken in holds, and the rest can be taken in later')
          if (done instanceof Error) {
            fail(done.message)
            continue
          }
          line.clear()
          terminal.out(json ? `${JSON.stringify({ file: path, ...done })}\n` : `${path}: ${summed(done)}\n`)
          if (done.fromMs < oldestMs) oldestMs = done.fromMs
        }
      })
    await locked(dataFolder, 'stop it first', all).catch((error: Error) => fail(error.message))
    const days = Math.ceil((Date.now() - oldestMs) / DAY_MS)
    if (days > 7 && Number.isFinite(days))
      terminal.err(`wiretop: the oldest is of ${days} days ago: what is older than --history-days goes when wiretop starts\n`)
    return status
  },
})

function summed({ records, taken }: Imported): string {
  const known = records - taken
  return `${counted(taken, 'record')} taken in${known === 0 ? '' : `, ${counted(known, 'other')} left out, which are there already`}`
}
