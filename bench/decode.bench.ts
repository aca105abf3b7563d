/**
 * Reading and decoding a capture against reading it alone; medians of five runs after one to warm up.
 *   node bench/decode.bench.ts [FILE]
 * FILE, a little-endian pcap of Ethernet, defaults to $WIRETOP_BENCH_CAPTURE.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { Decoder } from '../src/wire/decode.ts'
import { KIND_IP, Packet } from '../src/wire/packet.ts'

const CHUNK_BYTES = 256 * 1024
const MAX_RECORD_BYTES = 16 + 262_144
const RUNS = 5

type EachPacket = (buf: Uint8Array, start: number, end: number, wireLen: number) => void

function read(path: string, each: EachPacket): number {
  const fd = openSync(path, 'r')
  const buf = new Uint8Array(CHUNK_BYTES + MAX_RECORD_BYTES)
  const u24 = (at: number) => buf[at]! | (buf[at + 1]! << 8) | (buf[at + 2]! << 16)
  readSync(fd, buf, 0, 24, null)
  let have = 0
  let packets = 0
  for (let n = readSync(fd, buf, have, CHUNK_BYTES, null); n > 0; n = readSync(fd, buf, have, CHUNK_BYTES, null)) {
    have += n
    let at = 0
    while (at + 16 <= have && at + 16 + u24(at + 8) <= have) {
      const end = at + 16 + u24(at + 8)
      each(buf, at + 16, end, u24(at + 12))
      packets++
      at = end
    }
    buf.copyWithin(0, at, have)
    have -= at
  }
  closeSync(fd)
  return packets
}

function median(path: string, each: EachPacket): { packets: number; seconds: number } {
  let packets = read(path, each)
  const seconds: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const begin = performance.now()
    packets = read(path, each)
    seconds.push((performance.now() - begin) / 1000)
  }
  return { packets, seconds: seconds.sort((a, b) => a - b)[RUNS >> 1]! }
}

const path = process.argv[2] ?? process.env['WIRETOP_BENCH_CAPTURE']
if (path === undefined) {
  console.error('usage: node bench/decode.bench.ts FILE.pcap (or set WIRETOP_BENCH_CAPTURE)')
  process.exit(2)
}
const decoder = new Decoder(1)
const packet = new Packet()
let inFlows = 0
const alone = median(path, () => {})
const decoded = median(path, (buf, start, end, wireLen) => {
  decoder.decode(buf, start, end, wireLen, 1, packet)
  if (packet.kind === KIND_IP) inFlows++
})
const rate = (r: { packets: number; seconds: number }) => `${(r.packets / r.seconds / 1e6).toFixed(1)} M packets/s`
const each = ((decoded.seconds - alone.seconds) / decoded.packets) * 1e9
console.log(`read alone        ${rate(alone)}`)
console.log(
  `read and decode   ${rate(decoded)}, ${(decoded.seconds / alone.seconds).toFixed(2)} × the time, ${each.toFixed(0)} ns a packet for decoding`,
)
console.log(`in flows          ${((inFlows / (RUNS + 1) / decoded.packets) * 100).toFixed(2)} %`)
