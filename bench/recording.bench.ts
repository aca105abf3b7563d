/**
 * What recording costs a packet: the tables alone, then with a tap that has nothing to do, with a recording of which nothing matches, and with the ring.
 *   node bench/recording.bench.ts [FILE]
 * FILE defaults to the samples' office.pcap, read into memory and taken over and over at later times.
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
import { root, table } from './measure.ts'

const RUNS = 7
const PACKETS = 150_000
const RING_BYTES = 64 << 20
const SEED = 1

const batches = await read(process.argv[2] ?? join(root, 'samples/office.pcap'))
const packetsARound = batches.reduce((sum, { count }) => sum + count, 0)
const rounds = Math.max(1, Math.ceil(PACKETS / packetsARound))
const spanMs = batches.at(-1)!.tsMs[batches.at(-1)!.count - 1]! - batches[0]!.tsMs[0]!
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
  readonly tap: boolean
  readonly choice?: PacketChoice
  readonly ring?: boolean
}
const KINDS: readonly Kind[] = [
  { name: 'tables alone', tap: false },
  { name: 'nothing recorded', tap: true },
  { name: 'a filter that matches nothing', tap: true, choice: { filter: 'port = 1 or serverName = "nobody.invalid"' } },
  { name: 'a host that is not there', tap: true, choice: { host: { address: '203.0.113.9' } } },
  { name: 'everything, receiver keeps up', tap: true, choice: {} },
  { name: 'the ring', tap: true, ring: true },
]

/** Of this thread: others on the machine do not count. */
const cpuUs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** Nanoseconds a packet. */
function run({ tap, choice, ring }: Kind): number {
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
  let tookUs = 0
  for (let round = 0; round < rounds; round++) {
    for (const batch of batches) {
      const before = cpuUs()
      tables.take(batch)
      if (tap) void recorder.take(batch, batch.count)
      tookUs += cpuUs() - before
      for (const taken of queue.splice(0)) void recorder.do('chunkTaken', taken)
      for (let i = 0; i < batch.count; i++) batch.tsMs[i]! += spanMs + 1
    }
  }
  recorder.inputEnded()
  return (tookUs * 1000) / (rounds * packetsARound)
}

for (const kind of KINDS) run(kind)
const figures = new Map(KINDS.map(({ name }) => [name, [] as number[]]))
// In turn, so that what else the machine does meets all alike.
for (let i = 0; i < RUNS; i++) for (const kind of KINDS) figures.get(kind.name)!.push(run(kind))
const alone = Math.min(...figures.get(KINDS[0]!.name)!)
console.log(
  table(
    ['recording', 'ns a packet', 'more', 'ratio'],
    // The quickest run of each is the one that was disturbed least.
    [...figures].map(([name, ns]) => {
      const best = Math.min(...ns)
      return [name, best.toFixed(0), (best - alone).toFixed(0), (best / alone).toFixed(3)]
    }),
  ),
)
