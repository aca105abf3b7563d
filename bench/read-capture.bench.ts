/**
 * How fast packets come out of a capture, against reading the same bytes and not looking at them.
 *   node bench/read-capture.bench.ts [FILE]
 * FILE defaults to $WIRETOP_BENCH_CAPTURE; without either, one of 256 MB is made in the temporary directory.
 */
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHUNK_BYTES } from '../src/sources/capture-reader.ts'
import { PcapFile } from '../src/sources/pcap-file.ts'
import { pcapFileHeader, pcapRecord } from '../src/sources/pcap-writer.ts'

const RUNS = 5
const MADE_PACKETS = 760_000

const given = process.argv[2] ?? process.env['WIRETOP_BENCH_CAPTURE']
const path = given !== undefined && existsSync(given) ? given : makeCapture(join(tmpdir(), `wiretop-bench-${process.pid}.pcap`))

function makeCapture(target: string): string {
  const fd = openSync(target, 'w')
  writeSync(fd, pcapFileHeader({ linkType: 1 }))
  // Sizes as on a mixed line: a third small, a third middling, a third full.
  const sizes = [66, 340, 590]
  for (let i = 0; i < MADE_PACKETS; i++)
    writeSync(fd, pcapRecord({ tsMs: 1.7e12 + i / 100, data: new Uint8Array(sizes[i % sizes.length]!) }))
  closeSync(fd)
  return target
}

function rawRead(): number {
  const startedMs = performance.now()
  const fd = openSync(path, 'r')
  const chunk = new Uint8Array(CHUNK_BYTES)
  while (readSync(fd, chunk, 0, chunk.length, null) > 0);
  closeSync(fd)
  return performance.now() - startedMs
}

let packets = 0
let bytes = 0
async function readPackets(): Promise<number> {
  const source = new PcapFile(path)
  bytes = 0
  const sink = {
    packets: (batch: { count: number; capLen: Int32Array }) => {
      for (let i = 0; i < batch.count; i++) bytes += batch.capLen[i]!
    },
  }
  const startedMs = performance.now()
  await source.run(sink, new AbortController().signal)
  const tookMs = performance.now() - startedMs
  packets = source.stats().packets
  return tookMs
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

rawRead() // warms the page cache
const raw: number[] = []
const parsed: number[] = []
for (let i = 0; i < RUNS; i++) {
  raw.push(rawRead())
  parsed.push(await readPackets())
}
const perSecond = packets / median(parsed) / 1000
console.log(
  `read-capture: ${perSecond.toFixed(1)} M packets/s (${packets} packets, ${bytes} bytes in ${median(parsed).toFixed(0)} ms), ` +
    `${(median(parsed) / median(raw)).toFixed(2)} times the time of a bare read of the bytes (${median(raw).toFixed(0)} ms)`,
)
if (path !== given) rmSync(path)
