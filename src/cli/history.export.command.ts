import { extname } from 'node:path'
import { EXPORT_FORMATS, type ExportFormat, exportHistory } from '../history/care/export.ts'
import { HistoryFault } from '../lib/history.ts'
import { readTime } from '../query/filter.ts'
import { command } from './command.ts'
import { existingFolder, folderOption, isInUse, MovingLine, withDuck } from './kept-folder.ts'
import { Refusal, valued } from './option.ts'
import { moment } from './option-values.ts'
import { counted } from './units.ts'
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, UsageError } from './usage-error.ts'

const SECTION = 'History'
const isFormat = (text: string): text is ExportFormat => (EXPORT_FORMATS as readonly string[]).includes(text)

export default command({
  name: 'history export',
  summary: 'Write records of past flows of a time and a filter as one file: Parquet, CSV or JSON lines. A wiretop may be running.',
  operands: "FILE ['FILTER']",
  minOperands: 1,
  options: {
    ...folderOption,
    from: valued(
      { value: 'TIME', section: SECTION, about: 'From when on: -6h, 2026-11-26, 2026-11-26T10:00Z.', shownDefault: 'all' },
      '1970-01-01',
      moment,
    ),
    to: valued({ value: 'TIME', section: SECTION, about: 'Until when.' }, 'now', moment),
    interface: valued(
      { short: 'i', value: 'INPUT', section: SECTION, about: 'Interface, as -i names what it reads.', shownDefault: 'all' },
      undefined as string | undefined,
      (text) => text,
    ),
    format: valued(
      { value: EXPORT_FORMATS.join('|'), section: SECTION, about: 'How it is written.', shownDefault: 'as FILE ends, else parquet' },
      undefined as ExportFormat | undefined,
      (text) => (isFormat(text) ? text : new Refusal(`${text} is no format: give ${EXPORT_FORMATS.join(', ')}`)),
    ),
  },
  async run({ options: { dataDir, from, to, format, interface: interfaceKey }, operands, terminal, signal }) {
    const [into = '', filter = '', tooMuch] = operands
    if (tooMuch !== undefined) throw new UsageError(`history export: one filter, in quotes: ${tooMuch} is one too many`)
    const dataFolder = existingFolder(dataDir)
    const line = new MovingLine(terminal)
    const nowMs = Date.now()
    const range = {
      fromMs: readTime(from, nowMs)!,
      toMs: readTime(to, nowMs)!,
      filter,
      ...(interfaceKey !== undefined && { interfaceKey }),
    }
    const ending = extname(into).slice(1)
    const shared = { dataFolder, range, into, signal, nowMs, format: format ?? (isFormat(ending) ? ending : 'parquet') }
    const progress = (share: number) => line.share('writing', share, 1)
    try {
      const records = await withDuck((duck, spillFolder) => exportHistory({ ...shared, duck, spillFolder, progress }))
      line.clear()
      terminal.err(`wiretop: ${counted(records, 'record')} in ${into}\n`)
      if (isInUse(dataFolder)) terminal.err('wiretop: a wiretop is running there: what came in its last five minutes may not be in it\n')
      return EXIT_FINE
    } catch (error) {
      line.clear()
      terminal.err(`wiretop: history export: ${signal.aborted ? 'stopped: nothing is written' : (error as Error).message.split('\n')[0]}\n`)
      return error instanceof HistoryFault ? EXIT_USAGE : EXIT_FAILED
    }
  },
})
