/** What is known of exporters' interfaces, as the options name its files. */
import { SourceError } from '../lib/source.ts'
import { InterfaceNames } from '../sources/exporter-interfaces/interface-names.ts'
import { readInterfaceList, readSnmpSettings } from '../sources/exporter-interfaces/read-files.ts'
import type { Terminal } from './command.ts'
import { tellFaults } from './custom-names.ts'
import { UsageError } from './usage-error.ts'

interface Given {
  readonly exporterInterfaces: string | undefined
  readonly snmp: string | undefined
}

/** Undefined: neither is given. Throws a UsageError when a file cannot be read; what is wrong in it is told, and the rest holds. Both are read once, while root still may. */
export function readInterfaceNames({ exporterInterfaces, snmp }: Given, terminal: Terminal): InterfaceNames | undefined {
  if (exporterInterfaces === undefined && snmp === undefined) return undefined
  try {
    const list = exporterInterfaces === undefined ? undefined : readInterfaceList(exporterInterfaces)
    const asked = snmp === undefined ? undefined : readSnmpSettings(snmp)
    tellFaults([...(list?.faults ?? []), ...(asked?.faults ?? [])], terminal)
    if (asked?.warning !== undefined) terminal.err(`wiretop: ${asked.warning}\n`)
    return new InterfaceNames({ csv: list?.interfaces, snmp: asked?.settings })
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message)
    throw error
  }
}
