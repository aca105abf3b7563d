/** The worker thread of one interface: wires its source, its tables and the port to the main thread. */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { allDissectors } from './dissectors/index.gen.ts'
import type { Source } from './lib/source.ts'
import { createCatalogue } from './names/catalogue.ts'
import { loadMacVendors } from './names/mac-vendors.ts'
import type { ProbeConfig, WorkerMessage } from './probe/messages.ts'
import { Probe } from './probe/probe.ts'
import { PacketRing } from './recording/packet-ring.ts'
import { Recorder } from './recording/packet-tap.ts'
import { filtered } from './sources/filtered.ts'
import { openInput } from './sources/open-source.ts'
import { PacketFilter } from './sources/packet-filter.ts'
import { PcapFile } from './sources/pcap-file.ts'
import { shard } from './sources/shard.ts'
import { shareLearned } from './tables/learned.ts'
import { LiveTables } from './tables/live-tables.ts'
import { LocalNetworks } from './wire/address-class.ts'
import { isKnownLinkType } from './wire/link-types.ts'

const config = workerData as ProbeConfig
const port = parentPort!

const compiled = config.localNetworks === undefined ? undefined : LocalNetworks.compile(config.localNetworks)
const vendors = loadMacVendors(readFileSync(new URL('../assets/mac-vendors.txt', import.meta.url), 'latin1'))
const tables = new LiveTables({
  catalogue: createCatalogue(),
  dissectors: allDissectors,
  local: compiled !== undefined && 'local' in compiled ? compiled.local : LocalNetworks.default(),
  seed: crypto.getRandomValues(new Int32Array(1))[0]!,
  flowLimit: config.flowLimit,
  hostLimit: config.hostLimit,
  count: 'wire',
  vendorOf: (mac) => vendors.vendorOf(mac),
})
const { input, isUpload, originalSpeed, packetFilter, share } = config
if (share !== undefined) shareLearned(tables)
const knowsLinkType = isKnownLinkType
const filter = packetFilter === undefined ? undefined : new PacketFilter(packetFilter)
const whole = isUpload ? openUpload(input) : openInput(input, { originalSpeed, knowsLinkType, filter })
const source = share === undefined ? whole : shard(whole, share)
function openUpload(path: string): Source {
  const capture = new PcapFile(path, { knowsLinkType })
  return filter === undefined ? capture : filtered(capture, filter)
}
const ring = config.packetRing > 0 ? new PacketRing(config.packetRing) : undefined
const recorder = new Recorder(tables, config.name, ring, (message, transfer) => port.postMessage(message, transfer))
const probe = new Probe(tables, source, config.name, config.waiting, (message) => port.postMessage(message), recorder)
port.on('message', (message: WorkerMessage) => probe.hear(message))
await probe.run(new AbortController().signal)
