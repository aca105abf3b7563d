import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import type { RuleFault } from '../../lib/custom-rules.ts'
import { SourceError } from '../../lib/source.ts'
import { type InterfaceList, parseInterfaceList } from '../../names/interface-list.ts'
import { fileError } from '../file-error.ts'
import { parseSnmpSettings, type SnmpSettings } from './snmp-settings.ts'

const MAX_BYTES = 64 * 1024 * 1024
const OTHERS = 0o077

/** The user's list of interfaces. Throws a SourceError of one line when the file cannot be read. */
export function readInterfaceList(path: string): { interfaces: InterfaceList; faults: readonly RuleFault[] } {
  return parseInterfaceList(path, textOf(path).text)
}

/** Settings of SNMP. `warning`: others than its owner can read the secrets in it. Throws a SourceError of one line when the file cannot be read. */
export function readSnmpSettings(path: string): { settings: SnmpSettings; faults: readonly RuleFault[]; warning?: string } {
  const { text, mode } = textOf(path)
  const parsed = parseSnmpSettings(path, text)
  const isOpen = process.platform !== 'win32' && (mode & OTHERS) !== 0
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  return { ...parsed, ...(isOpen && { warning: `${path}: others may read the secrets in it (mode ${shown}): chmod 600 ${path}` }) }
}

/** Of the file that was read, whatever its name means by then. */
function textOf(path: string): { text: string; mode: number } {
  try {
    const fd = openSync(path, 'r')
    try {
      const { size, mode } = fstatSync(fd)
      if (size > MAX_BYTES) throw new SourceError(`${path}: larger than 64 MB: split it`)
      return { text: readFileSync(fd, 'utf8'), mode }
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    throw fileError(path, error)
  }
}
