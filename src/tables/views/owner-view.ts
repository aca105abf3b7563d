/** Hosts added up by who owns their addresses, afresh at each call: by autonomous system, and by country. */

import { HOST_LIVE } from '../host-table.ts'
import type { LiveTables } from '../live-tables.ts'
import { hostView } from './host-view.ts'
import type { View } from './view.ts'

interface Sum {
  readonly system: number
  readonly country: string
  bytesSent: number
  bytesRcvd: number
  packetsSent: number
  packetsRcvd: number
  bps: number
  pps: number
}

function sumsOf(t: LiveTables, keyOf: (row: number) => { system: number; country: string }): Sum[] {
  const { read } = hostView(t)
  const { rows } = t.hosts
  const sums = new Map<number | string, Sum>()
  for (let row = 0; row < rows.used; row++) {
    if ((rows.go(row).flags & HOST_LIVE) === 0) continue
    const { system, country } = keyOf(row)
    const key = country === '' ? system : country
    let sum = sums.get(key)
    if (sum === undefined) {
      sum = { system, country, bytesSent: 0, bytesRcvd: 0, packetsSent: 0, packetsRcvd: 0, bps: 0, pps: 0 }
      sums.set(key, sum)
    }
    rows.go(row)
    sum.bytesSent += rows.bytesSent
    sum.bytesRcvd += rows.bytesRcvd
    sum.packetsSent += rows.packetsSent
    sum.packetsRcvd += rows.packetsRcvd
    sum.bps += read.bps(row)
    sum.pps += read.pps(row)
  }
  return [...sums.values()]
}

function sumReads(sums: readonly Sum[]) {
  const at = (row: number) => sums[row]!
  return {
    bytes: (row: number) => at(row).bytesSent + at(row).bytesRcvd,
    bytesSent: (row: number) => at(row).bytesSent,
    bytesRcvd: (row: number) => at(row).bytesRcvd,
    packets: (row: number) => at(row).packetsSent + at(row).packetsRcvd,
    packetsSent: (row: number) => at(row).packetsSent,
    packetsRcvd: (row: number) => at(row).packetsRcvd,
    bps: (row: number) => at(row).bps,
    pps: (row: number) => at(row).pps,
  }
}

/** Hosts of which no system is known, local ones among them, are together as 0. */
export function systemView(t: LiveTables): View<'systems'> {
  const host = hostView(t)
  const sums = sumsOf(t, (row) => ({ system: host.read.as(row) ?? 0, country: '' }))
  const read = sumReads(sums)
  return {
    entity: 'systems',
    used: () => sums.length,
    isLive: () => true,
    bytes: read.bytes,
    words: {},
    read: { as: (row) => sums[row]!.system, asName: (row) => t.owners?.nameOf(sums[row]!.system) || undefined, ...read },
  }
}

const NOWHERE = '–'
export function countryView(t: LiveTables): View<'countries'> {
  const host = hostView(t)
  const sums = sumsOf(t, (row) => ({ system: 0, country: host.read.country(row) ?? NOWHERE }))
  const read = sumReads(sums)
  return {
    entity: 'countries',
    used: () => sums.length,
    isLive: () => true,
    bytes: read.bytes,
    words: {},
    read: { country: (row) => sums[row]!.country, ...read },
  }
}
