/**
 * Flow records into the tables, without their decoding: thousand records a second on one core, with recognition and without, by how many hosts there are. Records say that
 * their flow is over; hosts come as often as they do in traffic, few much and many seldom.
 *   node bench/collected.bench.ts
 */
import { FLOW_RECORD_ENDED, FlowBatch } from '../src/lib/flow-batch.ts'
import { DEFAULT_IDLE } from '../src/tables/expiry.ts'
import { testTables } from '../src/tables/testing.ts'
import { PROTO_TCP, PROTO_UDP } from '../src/wire/packet.ts'
import { table } from './measure.ts'

const RECORDS = 3_000_000
/** 16 datagrams of 30. A batch a millisecond. */
const BATCH = 480
const PORTS = [80, 443, 53, 22, 8080, 5060]
const SERVERS_A_CLIENT = 4

function recordsPerSecond(recognise: boolean, clients: number): number {
  const t = testTables({ flowLimit: 131_072, hostLimit: 65_536, idle: DEFAULT_IDLE, recognise })
  const batch = new FlowBatch(BATCH)
  let state = 1
  const random = () => (state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0) >>> 0
  const seldom = (n: number) => Math.floor(n * (random() / 2 ** 32) ** 3)
  let now = 1.7e12
  let ns = 0n
  for (let done = 0; done < RECORDS; done += BATCH) {
    batch.count = 0
    now += 1
    for (let n = 0; n < BATCH; n++) {
      const i = batch.begin(0)
      batch.proto[i] = random() % 4 === 0 ? PROTO_UDP : PROTO_TCP
      batch.src.set([0, 0, 0xffff, 0x0a000000 + seldom(clients)], 4 * i)
      batch.dst.set([0, 0, 0xffff, 0x08080000 + seldom(SERVERS_A_CLIENT * clients)], 4 * i)
      batch.srcPort[i] = 1024 + (random() % 60_000)
      batch.dstPort[i] = PORTS[random() % PORTS.length]!
      batch.bytes[2 * i] = random() % 100_000
      batch.packets[2 * i] = 1 + (random() % 100)
      batch.firstMs[i] = now - 20_000
      batch.lastMs[i] = now - 1000
      batch.tcpFlags[2 * i] = 0x1b
      batch.flags[i] = FLOW_RECORD_ENDED
    }
    const begun = process.hrtime.bigint()
    t.collect(batch, now)
    ns += process.hrtime.bigint() - begun
  }
  return RECORDS / (Number(ns) / 1e9)
}

const rows = [2000, 10_000].map((clients) => [
  ((1 + SERVERS_A_CLIENT) * clients).toLocaleString('en'),
  (recordsPerSecond(true, clients) / 1000).toFixed(0),
  (recordsPerSecond(false, clients) / 1000).toFixed(0),
])
console.log(table(['hosts', 'with recognition', 'without'], rows))
