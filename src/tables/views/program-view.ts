import { TRENDS } from '../../lib/fields.ts'
import type { LiveTables } from '../live-tables.ts'
import { trendOf } from '../rate.ts'
import type { View } from './view.ts'

export function programView(t: LiveTables): View<'programs'> {
  const { booking, programs } = t
  const r = programs.rollUp
  const names = (row: number) => programs.namesOf(row)
  const bytes = (row: number) => r.bytesC2s[row]! + r.bytesS2c[row]!
  const bps = (row: number) => r.bitsOfTick(row, booking.tickNo)
  return {
    entity: 'programs',
    used: () => r.count,
    // Row 0 ("Other") shows only when something had to go there.
    isLive: (row) => (row > 0 ? r.flows[row]! > 0 : r.refused > 0),
    bytes,
    words: {},
    read: {
      program: (row) => (row === 0 ? 'Other' : names(row)?.name || undefined),
      user: (row) => names(row)?.user ?? '',
      container: (row) => names(row)?.container,
      service: (row) => names(row)?.service,
      bytes,
      bytesSent: (row) => r.bytesC2s[row]!,
      bytesRcvd: (row) => r.bytesS2c[row]!,
      packets: (row) => r.packetsC2s[row]! + r.packetsS2c[row]!,
      packetsSent: (row) => r.packetsC2s[row]!,
      packetsRcvd: (row) => r.packetsS2c[row]!,
      bps,
      pps: (row) => r.packetsOfTick(row, booking.tickNo),
      trend: (row) => TRENDS[trendOf(bps(row), r.bitsOfTickBefore(row, booking.tickNo))],
      flows: (row) => r.flows[row]!,
      activeFlows: (row) => r.activeFlows[row]!,
      lastSeen: (row) => r.lastSeenMs[row]!,
    },
  }
}
