import { SourceError } from '../lib/source.ts'
import type { InterfaceNames, KnownBy } from '../sources/exporter-interfaces/interface-names.ts'
import type { Options } from './options.ts'
import { UsageError } from './usage-error.ts'

/** What is known of interfaces of exporters: by the user's list, and by SNMP where he says how. Throws a UsageError where a file cannot be read. */
export async function interfaceNamesOf(options: Options, say: (text: string) => void): Promise<InterfaceNames | undefined> {
  if (options.exporterInterfaces === undefined && options.snmp === undefined) return undefined
  // Loaded with the first who wants them.
  const { InterfaceNames } = await import('../sources/exporter-interfaces/interface-names.ts')
  return new InterfaceNames(await knownBy(options, say))
}

/** The list and the settings as their files have them now. Throws as interfaceNamesOf. */
export async function knownBy({ exporterInterfaces, snmp }: Options, say: (text: string) => void): Promise<KnownBy> {
  const { readInterfaceList, readSnmpSettings } = await import('../sources/exporter-interfaces/read-files.ts')
  const list = exporterInterfaces === undefined ? undefined : orUsage(() => readInterfaceList(exporterInterfaces))
  const settings = snmp === undefined ? undefined : orUsage(() => readSnmpSettings(snmp))
  for (const { file, line, column, message } of [...(list?.faults ?? []), ...(settings?.faults ?? [])])
    say(`${file}:${line}:${column}: ${message}`)
  if (settings?.warning !== undefined) say(settings.warning)
  return { csv: list?.interfaces, snmp: settings?.settings }
}
function orUsage<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message)
    throw error
  }
}
