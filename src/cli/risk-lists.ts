/** The user's lists of what is known to be bad, as the option names their files. */
import { readFileSync } from 'node:fs'
import { RiskLists } from '../risks/risk-lists.ts'
import type { Terminal } from './command.ts'
import { UsageError } from './usage-error.ts'

/** Lines of one file that are told. */
const MAX_TOLD = 5

/** All of them as one text; undefined when there are none. Throws a UsageError when one cannot be read; lines in which nothing is understood are told. */
export function readRiskLists(paths: readonly string[], terminal: Terminal): string | undefined {
  const texts = paths.map((path) => {
    const text = readList(path)
    const faults = new RiskLists().add(text)
    for (const line of faults.slice(0, MAX_TOLD))
      terminal.err(`wiretop: ${path}:${line}: neither a fingerprint (JA3, JA4), a SHA-1, a domain name, an address nor a network\n`)
    if (faults.length > MAX_TOLD) terminal.err(`wiretop: ${path}: and ${faults.length - MAX_TOLD} more such lines; the others hold\n`)
    return text
  })
  return texts.length === 0 ? undefined : texts.join('\n')
}

function readList(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--risk-list ${path}: ${(error as Error).message}`)
  }
}

/** What the option's files hold, beside what ships. */
export function riskListsOf(text: string | undefined): RiskLists {
  const lists = new RiskLists()
  if (text !== undefined) lists.add(text)
  return lists
}
