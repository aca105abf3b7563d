import { type CheckSummary, checkHistory, type Fault } from '../history/care/check.ts'
import { formatTime } from '../lib/format.ts'
import { command } from './command.ts'
import { existingFolder, folderOption, isInUse, jsonOption, MovingLine, withDuck } from './kept-folder.ts'
import { counted, formatBytes } from './units.ts'
import { EXIT_FAILED, EXIT_FINE } from './usage-error.ts'

export default command({
  name: 'history check',
  summary:
    'Read all that is kept of flows and say what is damaged, missing or left over; exit status 1 where anything is. Changes nothing.',
  options: { ...folderOption, ...jsonOption },
  async run({ options: { dataDir, json }, terminal, signal }) {
    const dataFolder = existingFolder(dataDir)
    const line = new MovingLine(terminal)
    const say = (text: string) => {
      line.clear()
      terminal.out(`${text}\n`)
    }
    const fault = (one: Fault) => say(json ? JSON.stringify({ type: 'fault', ...one }) : `${one.path}: ${one.text}`)
    try {
      const summary = await withDuck((duck) =>
        checkHistory({
          dataFolder,
          duck,
          isInUse: isInUse(dataFolder),
          signal,
          fault,
          progress: (done, total) => line.share('checking', done, total),
        }),
      )
      say(json ? JSON.stringify({ type: 'summary', ...summary }) : summed(summary))
      return summary.faults === 0 ? EXIT_FINE : EXIT_FAILED
    } catch (error) {
      line.clear()
      terminal.err(`wiretop: history check: ${signal.aborted ? 'stopped before its end' : (error as Error).message}\n`)
      return EXIT_FAILED
    }
  },
})

function summed({ interfaces, files, records, bytes, fromMs, toMs, staged, faults }: CheckSummary): string {
  const range = fromMs === undefined || toMs === undefined ? '' : `, ${formatTime(fromMs).slice(0, 19)} to ${formatTime(toMs).slice(0, 19)}`
  const waiting = staged === 0 ? '' : `; ${counted(staged, 'staged record')} more, for a file that is made when wiretop starts`
  const found = faults === 0 ? 'nothing is wrong' : `${counted(faults, 'fault')}: wiretop history repair sets right what can be`
  const what = `${counted(interfaces, 'interface')}, ${counted(files, 'sound file')} of ${formatBytes(bytes)} with ${counted(records, 'record')}`
  return `${what}${range}${waiting}: ${found}`
}
