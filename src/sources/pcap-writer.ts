/** Writes classic pcap (draft-ietf-opsawg-pcap). */
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

const FILE_HEADER_LEN = 24
const RECORD_HEADER_LEN = 16
const DEFAULT_SNAP_LEN = 262_144

export function pcapFileHeader({ linkType, nanoseconds = false, bigEndian = false, snapLen = DEFAULT_SNAP_LEN }: PcapFormat): Uint8Array {
  const header = new DataView(new ArrayBuffer(FILE_HEADER_LEN))
  header.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, !bigEndian)
  header.setUint16(4, 2, !bigEndian)
  header.setUint16(6, 4, !bigEndian)
  header.setUint32(16, snapLen, !bigEndian)
  header.setUint32(20, linkType, !bigEndian)
  return new Uint8Array(header.buffer)
}

export function pcapRecord(packet: PcapPacket, { nanoseconds = false, bigEndian = false }: Omit<PcapFormat, 'linkType'> = {}): Uint8Array {
  const record = new Uint8Array(RECORD_HEADER_LEN + packet.data.length)
  const header = new DataView(record.buffer)
  const ticksPerSecond = nanoseconds ? 1e9 : 1e6
  let seconds = Math.floor(packet.tsMs / 1000)
  let fraction = Math.round((packet.tsMs - seconds * 1000) * (ticksPerSecond / 1000))
  if (fraction === ticksPerSecond) {
    seconds++
    fraction = 0
  }
  header.setUint32(0, seconds, !bigEndian)
  header.setUint32(4, fraction, !bigEndian)
  header.setUint32(8, packet.data.length, !bigEndian)
  header.setUint32(12, packet.wireLen ?? packet.data.length, !bigEndian)
  record.set(packet.data, RECORD_HEADER_LEN)
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
