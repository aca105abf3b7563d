import { TRENDS } from '../../lib/fields.ts'
import { etherTypeName } from '../../wire/ethertypes.ts'
import { formatMac } from '../../wire/mac.ts'
import type { LiveTables } from '../live-tables.ts'
import { bitsOfTick, bitsOfTickBefore, packetsOfTick, trendOf } from '../rate.ts'
import type { View } from './view.ts'

const macNumberOf = (high: number, low: number) => (high >>> 0) * 65_536 + low

/** The address of a row as aa:bb:cc:dd:ee:ff; undefined for row -1. */
export function macText(t: LiveTables, row: number): string | undefined {
  if (row < 0) return undefined
  const m = t.macs.rows.go(row)
  return formatMac(macNumberOf(m.high, m.low))
}

/** Sorts as the address does; no address comes first. */
export function macOrder(t: LiveTables, row: number): number {
  if (row < 0) return -1
  const m = t.macs.rows.go(row)
  return macNumberOf(m.high, m.low)
}

/** Maker of the card with the address of a row; loopback's zero address was made by nobody. */
export function vendorText(t: LiveTables, row: number): string | undefined {
  if (row < 0) return undefined
  const { rows, vendors } = t.macs
  const known = vendors[row]
  if (known !== undefined) return known || undefined
  const m = rows.go(row)
  const mac = macNumberOf(m.high, m.low)
  const vendor = mac === 0 ? undefined : t.options.vendorOf?.(mac)
  vendors[row] = vendor ?? ''
  return vendor
}

export function macView(t: LiveTables): View<'macs'> {
  const { rows } = t.macs
  const { booking } = t
  const at = (row: number) => rows.go(row)
  const bits = (row: number) => bitsOfTick(at(row), booking.tickNo, 0) + bitsOfTick(rows, booking.tickNo, 1)
  return {
    entity: 'macs',
    used: () => rows.used,
    isLive: () => true,
    bytes: (row) => at(row).bytesSent + rows.bytesRcvd,
    words: {},
    order: { mac: (row) => macOrder(t, row) },
    read: {
      mac: (row) => macText(t, row)!,
      vendor: (row) => vendorText(t, row),
      hosts: (row) => at(row).hosts,
      firstSeen: (row) => at(row).firstSeenMs,
      lastSeen: (row) => at(row).lastSeenMs,
      bytes: (row) => at(row).bytesSent + rows.bytesRcvd,
      bytesSent: (row) => at(row).bytesSent,
      bytesRcvd: (row) => at(row).bytesRcvd,
      packets: (row) => at(row).packetsSent + rows.packetsRcvd,
      packetsSent: (row) => at(row).packetsSent,
      packetsRcvd: (row) => at(row).packetsRcvd,
      bps: bits,
      pps: (row) => packetsOfTick(at(row), booking.tickNo),
      trend: (row) => TRENDS[trendOf(bits(row), bitsOfTickBefore(at(row), booking.tickNo, 0) + bitsOfTickBefore(rows, booking.tickNo, 1))],
      nonIpBytes: (row) => at(row).nonIpBytesSent + rows.nonIpBytesRcvd,
      nonIpPackets: (row) => at(row).nonIpPackets,
      arpPackets: (row) => at(row).arpPackets,
    },
  }
}

export function nonIpView(t: LiveTables): View<'nonip'> {
  const { rows } = t.nonIp
  const at = (row: number) => rows.go(row)
  return {
    entity: 'nonip',
    used: () => rows.used,
    isLive: () => true,
    bytes: (row) => at(row).bytes,
    words: {},
    read: {
      source: (row) => formatMac(macNumberOf(at(row).sourceHigh, rows.sourceLow)),
      destination: (row) => formatMac(macNumberOf(at(row).destinationHigh, rows.destinationLow)),
      ethertype: (row) => etherTypeName(at(row).etherType),
      bytes: (row) => at(row).bytes,
      packets: (row) => at(row).packets,
      firstSeen: (row) => at(row).firstSeenMs,
      lastSeen: (row) => at(row).lastSeenMs,
    },
  }
}
