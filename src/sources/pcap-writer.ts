/** Writes small captures whole: for tests, samples and benches. */
import { PCAP_HEADER_LEN, PCAP_RECORD_LEN, putPcapHeader, putPcapRecord, SNAP_LEN } from '../lib/capture-format.ts'

export interface PcapFormat {
  readonly linkType: number
  readonly nanoseconds?: boolean
  readonly bigEndian?: boolean
  readonly snapLen?: number
}

export interface PcapPacket {
  readonly tsMs: number
  readonly data: Uint8Array
  /** As long as the data unless given. */
  readonly wireLen?: number
}

export function pcapFileHeader({ linkType, nanoseconds = false, bigEndian = false, snapLen = SNAP_LEN }: PcapFormat): Uint8Array {
  const header = new Uint8Array(PCAP_HEADER_LEN)
  putPcapHeader(new DataView(header.buffer), 0, { linkType, nanoseconds, littleEndian: !bigEndian, snapLen })
  return header
}

export function pcapRecord(packet: PcapPacket, { nanoseconds = false, bigEndian = false }: Omit<PcapFormat, 'linkType'> = {}): Uint8Array {
  const { tsMs, data, wireLen = data.length } = packet
  const record = new Uint8Array(PCAP_RECORD_LEN + data.length)
  putPcapRecord(new DataView(record.buffer), 0, tsMs, data.length, wireLen, nanoseconds, !bigEndian)
  record.set(data, PCAP_RECORD_LEN)
  return record
}

/** A whole file in memory. */
export function pcapBytes(format: PcapFormat, packets: readonly PcapPacket[]): Uint8Array {
  return joinBytes([pcapFileHeader(format), ...packets.map((packet) => pcapRecord(packet, format))])
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
