/**
 * What recording costs a packet, beside what the tables cost in the same run: with nothing to record, with a recording of which nothing matches, with
 * one of everything, and with the ring.
 *   node bench/recording.bench.ts [FILE]
 * FILE defaults to the samples' office.pcap, read into memory and taken over and over at 100,000 packets a second.
 */
import { join } from 'node:path'
import { allDissectors } from '../src/dissectors/index.gen.ts'
import { DEFAULT_BOUNDS, type PacketChoice } from '../src/lib/recording.ts'
import { PacketBatch } from '../src/lib/source.ts'
import { createCatalogue } from '../src/names/catalogue.ts'
import { PacketRing } from '../src/recording/packet-ring.ts'
import { Recorder } from '../src/recording/packet-tap.ts'
import { PcapFile } from '../src/sources/pcap-file.ts'
import { LiveTables } from '../src/tables/live-tables.ts'
import { LocalNetworks } from '../src/wire/address-class.ts'
import { median, root, table } from './measure.ts'

const RUNS = 7
const PACKETS = 150_000
/** Goes around several times. */
const RING_BYTES = 4 << 20
const SPACING_MS = 0.01
const SEED = 1

const batches = await read(process.argv[2] ?? join(root, 'samples/office.pcap'))
const packetsARound = batches.reduce((sum, { count }) => sum + count, 0)
const rounds = Math.max(1, Math.ceil(PACKETS / packetsARound))
let nowMs = 1_700_000_000_000
const catalogue = createCatalogue()

async function read(path: string): Promise<PacketBatch[]> {
  const copies: PacketBatch[] = []
  const sink = {
    packets: (batch: PacketBatch) => {
      const copy = new PacketBatch(batch.count)
      copy.buf = batch.buf.slice()
      copy.count = batch.count
      for (const name of ['start', 'capLen', 'wireLen', 'tsMs', 'linkType'] as const) copy[name].set(batch[name].subarray(0, batch.count))
      copies.push(copy)
    },
  }
  await new PcapFile(path).run(sink, new AbortController().signal)
  return copies
}

interface Kind {
  readonly name: string
  readonly choice?: PacketChoice
  readonly ring?: boolean
}
const KINDS: readonly Kind[] = [
  { name: 'nothing recorded' },
  { name: 'a filter that matches nothing', choice: { filter: 'port = 1 or serverName = "nobody.invalid"' } },
  { name: 'a host that is not there', choice: { host: { address: '203.0.113.9' } } },
  { name: 'everything, receiver keeps up', choice: {} },
  { name: 'the ring', ring: true },
]

/** Of this thread: others on the machine do not count. */
const cpuUs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** Nanoseconds a packet: of the tables, and of the tap behind them. */
function run({ choice, ring }: Kind): { readonly tables: number; readonly tap: number } {
  const tables = new LiveTables({
    catalogue,
    dissectors: allDissectors,
    local: LocalNetworks.default(),
    seed: SEED,
    flowLimit: 131_072,
    hostLimit: 65_536,
    count: 'wire',
  })
  const recorder = new Recorder(tables, 'bench', ring ? new PacketRing(RING_BYTES) : undefined, ({ memory, stream }) => {
    if (memory !== undefined) queue.push({ memory, stream })
  })
  const queue: { memory: ArrayBuffer; stream: number }[] = []
  const bounds = { ...DEFAULT_BOUNDS, maxPackets: 1e12, maxBytes: 1e15 }
  if (choice !== undefined) void recorder.do('startRecording', { ...bounds, ...choice, format: 'pcapng', stream: 1 })
  let tablesUs = 0
  let tapUs = 0
  for (let round = 0; round < rounds; round++) {
    for (const batch of batches) {
      for (let i = 0; i < batch.count; i++) batch.tsMs[i] = nowMs += SPACING_MS
      const before = cpuUs()
      tables.take(batch)
      const between = cpuUs()
      void recorder.take(batch, batch.count)
      tablesUs += between - before
      tapUs += cpuUs() - between
      for (const taken of queue.splice(0)) void recorder.do('chunkTaken', taken)
    }
  }
  recorder.inputEnded()
  const each = 1000 / (rounds * packetsARound)
  return { tables: tablesUs * each, tap: tapUs * each }
}

for (const kind of KINDS) run(kind)
const runs = new Map(KINDS.map(({ name }) => [name, [] as ReturnType<typeof run>[]]))
// In turn, so that what else the machine does meets all alike.
for (let i = 0; i < RUNS; i++) for (const kind of KINDS) runs.get(kind.name)!.push(run(kind))
const tablesNs = median([...runs.values()].flat().map(({ tables }) => tables))
console.log(
  table(
    [`tables: ${tablesNs.toFixed(0)} ns a packet`, 'ns more', 'ratio'],
    [...runs].map(([name, all]) => {
      const tap = median(all.map((one) => one.tap))
      return [name, tap.toFixed(1), ((tablesNs + tap) / tablesNs).toFixed(3)]
    }),
  ),
)
