/** What users say of applications and categories, as the options name its files. */
import type { RuleFault } from '../lib/custom-rules.ts'
import { CustomFileError, CustomNames } from '../state/custom-names.ts'
import { categoryFile } from './category-file.ts'
import type { Terminal } from './command.ts'
import { UsageError } from './usage-error.ts'

/** Faults of one file that are told; a wrong file is wrong everywhere. */
const MAX_TOLD = 20

interface Given {
  readonly ndpiProtocols: string | undefined
  readonly category: readonly string[]
}

/** Throws a UsageError when a file cannot be read; what is wrong in it is told, and the rest holds. */
export function readCustomNames({ ndpiProtocols, category }: Given, terminal: Terminal, dataDir?: string): CustomNames {
  const names = new CustomNames({ rules: ndpiProtocols, categories: category.map(categoryFile), dataDir })
  try {
    names.load()
  } catch (error) {
    if (error instanceof CustomFileError) throw new UsageError(error.message)
    throw error
  }
  tellFaults(names.faults, terminal)
  return names
}

export function tellFaults(faults: readonly RuleFault[], terminal: Terminal): void {
  for (const { file, line, column, message } of faults.slice(0, MAX_TOLD)) terminal.err(`wiretop: ${file}:${line}:${column}: ${message}\n`)
  if (faults.length > MAX_TOLD) terminal.err(`wiretop: and ${faults.length - MAX_TOLD} more such lines; the other rules hold\n`)
}
