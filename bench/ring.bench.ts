/**
 * How fast packets come out of a TPACKET_V3 ring, without a kernel: a ring of memory is filled beforehand with packets of the capture, and its blocks are read
 * again and again. Blocks alone, into tables, into tables with recognition; each against the same packets through the reader of capture files.
 *   node bench/ring.bench.ts [FILE]
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { PacketBatch, type Sink } from '../src/lib/source.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { BLOCK_BYTES } from '../src/sources/capture-ring.ts'
import { PcapFile } from '../src/sources/pcap-file.ts'
import { pcapFileHeader, pcapRecord } from '../src/sources/pcap-writer.ts'
import { RingBlocks } from '../src/sources/ring-blocks.ts'
import { RingBuilder } from '../src/sources/testing-ring.ts'
import { LiveTables } from '../src/tables/live-tables.ts'
import { LocalNetworks } from '../src/wire/address-class.ts'
import { benchCapture } from './capture.ts'
import { median, table } from './measure.ts'

/** 64 MiB: no cache holds it. */
const RING_BLOCKS = 4096
const RUNS = 5
const BATCH_CAPACITY = 2048
const NEVER = new AbortController().signal

const folder = mkdtempSync(join(tmpdir(), 'wiretop-ring-'))
const path = join(folder, 'same.pcap')

/** Fills the ring from the capture, and a file with the same packets. */
async function prepare(): Promise<RingBuilder> {
  const ring = new RingBuilder(RING_BLOCKS, BLOCK_BYTES)
  ring.open()
  const fd = openSync(path, 'w')
  writeSync(fd, pcapFileHeader({ linkType: 1 }))
  const full = new AbortController()
  const fill = (batch: PacketBatch) => {
    const records: Uint8Array[] = []
    for (let i = 0; i < batch.count && !full.signal.aborted; i++) {
      const data = batch.buf.slice(batch.start[i]!, batch.start[i]! + batch.capLen[i]!)
      const tsMs = batch.tsMs[i]!
      const packet = { data, wireLen: batch.wireLen[i]!, sec: Math.floor(tsMs / 1000), nsec: Math.round((tsMs % 1000) * 1e6) }
      if (ring.add(packet) < 0 && (!ring.open() || ring.add(packet) < 0)) full.abort()
      else records.push(pcapRecord({ tsMs, data, wireLen: packet.wireLen }))
    }
    writeSync(fd, Buffer.concat(records))
  }
  await new PcapFile(process.argv[2] ?? benchCapture()).run({ packets: fill }, full.signal)
  closeSync(fd)
  return ring
}

const ring = await prepare()
let packets = 0

async function throughRing(sink: Sink): Promise<void> {
  const reader = new RingBlocks(ring.buffer, BLOCK_BYTES)
  const batch = new PacketBatch(BATCH_CAPACITY)
  for (let block = 0; block < ring.blocks; block++) {
    reader.open(block)
    while (reader.more) {
      reader.fill(batch)
      const turn = sink.packets(batch)
      if (turn) await turn
    }
  }
  packets = reader.announced
}
const throughFile = (sink: Sink): Promise<void> => new PcapFile(path).run(sink, NEVER)

const nothing = (): Sink => ({ packets: () => undefined })
function tables(recognise: boolean): () => Sink {
  return () => {
    const live = new LiveTables({
      ...{ catalogue: createCatalogue(), dissectors: allDissectors, local: LocalNetworks.default(), seed: 1, count: 'wire', recognise },
    })
    return { packets: (batch) => live.take(batch) }
  }
}

/** Of the processor, user and system: others may be busy on the machine. */
async function seconds(read: (sink: Sink) => Promise<void>, makeSink: () => Sink): Promise<number> {
  const sink = makeSink()
  const begin = process.cpuUsage()
  await read(sink)
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1e6
}

try {
  const rows: string[][] = []
  for (const [name, makeSink] of [
    ['blocks alone', nothing],
    ['into tables', tables(false)],
    ['with recognition', tables(true)],
  ] as const) {
    const took = { ring: [] as number[], file: [] as number[] }
    for (let run = 0; run <= RUNS; run++) {
      const [byRing, byFile] = [await seconds(throughRing, makeSink), await seconds(throughFile, makeSink)]
      // The first one is compiled.
      if (run === 0) continue
      took.ring.push(byRing)
      took.file.push(byFile)
    }
    const [byRing, byFile] = [median(took.ring), median(took.file)]
    const rate = (s: number) => Math.round(packets / s).toLocaleString('en')
    rows.push([name, rate(byRing), rate(byFile), ((byRing / packets) * 1e9).toFixed(0), (byFile / byRing).toFixed(2)])
  }
  console.log(
    `ring: ${packets.toLocaleString('en')} packets in ${ring.blocks} blocks of ${BLOCK_BYTES / 1024} KiB; processor time, medians of ${RUNS}`,
  )
  console.log(table(['', 'packets/s', 'from a file', 'ns a packet', '× the file'], rows))
} finally {
  rmSync(folder, { recursive: true })
}
