import { type Mending, type RepairSummary, repairHistory } from '../history/care/repair.ts'
import { command } from './command.ts'
import { existingFolder, folderOption, jsonOption, locked, MovingLine, withDuck } from './kept-folder.ts'
import { counted } from './units.ts'
import { EXIT_FAILED, EXIT_FINE } from './usage-error.ts'

export default command({
  name: 'history repair',
  summary:
    'Set right what wiretop history check finds, while no wiretop runs there: what is damaged goes aside, what can be read counts. Nothing is deleted.',
  options: { ...folderOption, ...jsonOption },
  async run({ options: { dataDir, json }, terminal, signal }) {
    const dataFolder = existingFolder(dataDir)
    const line = new MovingLine(terminal)
    const say = (text: string) => {
      line.clear()
      terminal.out(`${text}\n`)
    }
    const mended = (one: Mending) => say(json ? JSON.stringify({ type: 'mended', ...one }) : `${one.path}: ${one.text}`)
    const progress = (done: number, total: number) => line.share('repairing', done, total)
    try {
      const summary = await locked(dataFolder, 'stop it first', () =>
        withDuck((duck) => repairHistory({ dataFolder, duck, signal, mended, progress })),
      )
      say(json ? JSON.stringify({ type: 'summary', ...summary }) : summed(summary))
      return EXIT_FINE
    } catch (error) {
      line.clear()
      terminal.err(
        `wiretop: history repair: ${signal.aborted ? 'stopped before its end; what was done holds' : (error as Error).message}\n`,
      )
      return EXIT_FAILED
    }
  },
})

const summed = ({ mended, aside, gained }: RepairSummary): string =>
  mended === 0
    ? 'nothing is wrong'
    : `${counted(mended, 'thing')} set right; ${counted(aside, 'file')} set aside, ${counted(gained, 'record')} won back`
