/** Records of NetFlow v5 as a router sends them. */
export const RECORDS = 30
export const IN_IF = 3
export const OUT_IF = 4
const HEADER_LEN = 24
const RECORD_LEN = 48

/** Flows that are over: a TCP connection each, of 1,000 bytes and 10 packets, that nobody else had. */
export function netflowDatagram(first: number, lastedMs: number): Buffer {
  const bytes = Buffer.alloc(HEADER_LEN + RECORDS * RECORD_LEN)
  const uptime = 100_000
  bytes.writeUInt16BE(5, 0)
  bytes.writeUInt16BE(RECORDS, 2)
  bytes.writeUInt32BE(uptime, 4)
  bytes.writeUInt32BE(Math.floor(Date.now() / 1000), 8)
  bytes.writeUInt32BE(first, 16)
  for (let n = 0; n < RECORDS; n++) {
    const at = HEADER_LEN + n * RECORD_LEN
    const flow = first + n
    bytes.writeUInt32BE(0x0a000000 + (flow >>> 14), at)
    bytes.writeUInt32BE(0x08080808, at + 4)
    bytes.writeUInt16BE(IN_IF, at + 12)
    bytes.writeUInt16BE(OUT_IF, at + 14)
    bytes.writeUInt32BE(10, at + 16)
    bytes.writeUInt32BE(1000, at + 20)
    bytes.writeUInt32BE(uptime - lastedMs, at + 24)
    bytes.writeUInt32BE(uptime, at + 28)
    bytes.writeUInt16BE(1024 + (flow & 16_383), at + 32)
    bytes.writeUInt16BE(443, at + 34)
    bytes.writeUInt8(0x1b, at + 37)
    bytes.writeUInt8(6, at + 38)
  }
  return bytes
}
