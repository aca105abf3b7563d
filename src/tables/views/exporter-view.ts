import { addressOrder, parseAddress } from '../../wire/address.ts'
import type { LiveTables } from '../live-tables.ts'
import type { View } from './view.ts'

const NO_ADDRESS = [0, 0, 0, 0] as const

/** What an exporter is called. */
export const exporterName = (t: LiveTables, number: number): string | undefined =>
  t.exporters[number]?.alias ?? t.exporters[number]?.address

/** The name of an exporter's interface, or its number; undefined: it was not told. */
export function exporterPortName(t: LiveTables, exporter: number, ifIndex: number): string | undefined {
  if (ifIndex === 0) return undefined
  const port = t.exporters[exporter]?.ports.get(ifIndex)
  return port?.alias ?? port?.name ?? String(ifIndex)
}

export function exporterView(t: LiveTables): View<'exporters'> {
  const { exporters } = t
  const at = (row: number) => exporters[row]!
  const words = (row: number) => parseAddress(at(row).address) ?? NO_ADDRESS
  return {
    entity: 'exporters',
    used: () => exporters.length,
    isLive: () => true,
    bytes: (row) => at(row).bytesReceived,
    words: { address: (row, word) => words(row)[word]! },
    order: { address: (row) => addressOrder(...words(row)) },
    read: {
      exporter: (row) => exporterName(t, row) ?? '',
      address: (row) => at(row).address,
      protocol: (row) => at(row).protocol,
      domain: (row) => at(row).domain,
      recordsPerSecond: (row) => at(row).recordsPerSecond,
      records: (row) => at(row).records,
      datagrams: (row) => at(row).datagrams,
      bytesReceived: (row) => at(row).bytesReceived,
      missed: (row) => at(row).missed,
      sequenceResets: (row) => at(row).sequenceResets,
      templates: (row) => at(row).templates,
      setsWaiting: (row) => at(row).setsWaiting,
      setsUndecoded: (row) => at(row).setsUndecoded,
      sampling: (row) => at(row).sampling.join(', '),
      samplingFrom: (row) => at(row).samplingFrom,
      clockOffset: (row) => at(row).clockOffsetMs,
      faults: (row) => at(row).faultCount,
      interfaces: (row) => at(row).ports.size,
      exporterNumber: (row) => at(row).number,
      firstSeen: (row) => at(row).firstSeen,
      lastSeen: (row) => at(row).lastSeen,
    },
  }
}
