/** Records at random, of everything that a store keeps, and questions to them. */
import { FLOW_RECORD_CLIENT_IS_DST, FLOW_RECORD_CLIENT_IS_SRC, FLOW_RECORD_GOES_ON, FlowBatch } from '../../src/lib/flow-batch.ts'
import { DIMENSIONS, type FlowQuery, MAX_DIMENSIONS, MEASURES } from '../../src/lib/history.ts'

export type Random = () => number
/** Mulberry32. */
export function seeded(seed: number): Random {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
const below = (random: Random, limit: number) => Math.floor(random() * limit)
export const oneOf = <T>(random: Random, all: readonly T[]): T => all[below(random, all.length)]!
const some = <T>(random: Random, make: () => T): T | undefined => (random() < 0.5 ? make() : undefined)

const HOUR_MS = 3_600_000
export const T0 = Date.UTC(2026, 10, 26, 21)
export const HOURS = 8
const WORDS: readonly (readonly [number, number, number, number])[] = [
  ...[1, 2, 3, 200].map((n) => [0, 0, 0xffff, (10 << 24) | n] as const),
  [0, 0, 0xffff, (192 << 24) | (168 << 16) | 9],
  [0, 0, 0xffff, (9 << 24) | 1],
  [0x20010db8, 0, 0, 1],
  [0x20010db8, 0x10000, 0, 0x20003],
  [0xfe800000 | 0, 0, 0, 5],
  [0, 0, 0, 1],
  [0, 0, 0, 0],
]
const APPS = ['DNS', 'TLS.Google', 'TLS', 'HTTP', 'QUIC.YouTube', 'Ünï "x"\'s']
const TEXTS = ['www.example.org', 'a.b', 'ÄÖ', "it's", 'tab\there', 'back\\slash', '100%_x', 'line\nfeed', '日本', 'x'.repeat(300)]

export function randomBatch(random: Random, count: number): FlowBatch {
  const batch = new FlowBatch(count)
  for (let n = 0; n < count; n++) {
    const i = batch.begin(0)
    const isBack = random() < 0.3
    batch.flags[i] = (isBack ? FLOW_RECORD_CLIENT_IS_DST : FLOW_RECORD_CLIENT_IS_SRC) | (random() < 0.3 ? FLOW_RECORD_GOES_ON : 0)
    batch.src.set(oneOf(random, WORDS), 4 * i)
    batch.dst.set(oneOf(random, WORDS), 4 * i)
    if (random() < 0.2) batch.nextHop.set(oneOf(random, WORDS), 4 * i)
    batch.srcPort[i] = below(random, 5) * 13_000
    batch.dstPort[i] = oneOf(random, [53, 80, 443])
    batch.proto[i] = oneOf(random, [1, 6, 17, 58, 200])
    batch.vlan[i] = oneOf(random, [0, 0, 100])
    batch.bytes.set([below(random, 1e4), random() < 0.05 ? below(random, 2 ** 40) : below(random, 1e6)], 2 * i)
    batch.packets.set([below(random, 100), below(random, 50)], 2 * i)
    batch.lastMs[i] = T0 + below(random, HOURS * HOUR_MS)
    batch.firstMs[i] = batch.lastMs[i]! - below(random, 300_000)
    batch.tcpFlags.set([below(random, 256), below(random, 256)], 2 * i)
    batch.latencyUs.set([oneOf(random, [0, 12, 1500, 20_333, 123_456_789]), below(random, 1e6)], 2 * i)
    batch.country.set([oneOf(random, [0, 0x4445]), oneOf(random, [0, 0x5553])], 2 * i)
    batch.srcAs[i] = oneOf(random, [0, 3320, 4_200_000_000])
    batch.dstAs[i] = oneOf(random, [0, 15_169])
    batch.inIf[i] = oneOf(random, [0, 1, 4_000_000_000])
    batch.outIf[i] = oneOf(random, [0, 2])
    batch.score[i] = below(random, 300)
    batch.tos[i] = below(random, 256)
    batch.icmp[i] = below(random, 65_536)
    batch.sampling[i] = oneOf(random, [1, 1000])
    batch.srcMac[i] = oneOf(random, [-1, 0, 0x001b213a4f55])
    const fields = some(random, () => ({ 'HTTP.url': oneOf(random, TEXTS), 'HTTP.status': below(random, 600), '': '' }))
    const app = some(random, () => oneOf(random, APPS))
    const serverName = some(random, () => oneOf(random, TEXTS))
    const info = some(random, () => `${oneOf(random, TEXTS)} ${below(random, 100)}`)
    const risks = some(random, () => ['SQL Injection', 'HTTP Obsolete Server'].slice(below(random, 2)))
    const process = some(random, () => ({ name: oneOf(random, TEXTS), user: 'root' }))
    const exporter = some(random, () => '10.9.9.9')
    batch.extras[i] = {
      ...(app !== undefined && { app, category: 'Web' }),
      ...(serverName !== undefined && { serverName }),
      ...(info !== undefined && { info }),
      ...(fields && { fields }),
      ...(risks && { risks }),
      ...(process && { srcProcess: process }),
      ...(exporter !== undefined && { exporter, path: ['site1'] }),
    }
  }
  return batch
}

const FIVE_MS = 300_000
const SORTS = [
  'lastSeen',
  'firstSeen',
  'bytes',
  'packets',
  'duration',
  'app',
  'client',
  'serverName',
  'serverLatency',
  'score',
  'serverPort',
]

/** Some of them are of whole hours, without a filter. */
export function randomQuery(random: Random, filter: string): FlowQuery {
  const from = T0 + oneOf(random, [0, -HOUR_MS, below(random, HOURS * HOUR_MS), HOUR_MS])
  const range = {
    fromMs: from,
    toMs: from + oneOf(random, [HOUR_MS, 3 * HOUR_MS, 12 * HOUR_MS, 1 + below(random, HOURS * HOUR_MS), 4 * HOUR_MS + 1]),
    ...(random() < 0.5 && { filter }),
    ...(random() < 0.3 && { interfaceKey: oneOf(random, ['key0', 'key1', 'none']) }),
  }
  if (random() < 0.3)
    return {
      kind: 'records',
      ...range,
      sort: oneOf(random, SORTS),
      descending: random() < 0.5,
      limit: 1 + below(random, 200),
      offset: oneOf(random, [0, 0, 7]),
      ...(random() < 0.3 && { isSpread: true }),
    }
  const picked = <T>(all: readonly T[], most: number, least: number) =>
    [...all].sort(() => random() - 0.5).slice(0, least + below(random, most - least + 1))
  const by = picked(DIMENSIONS, random() < 0.7 ? 1 : MAX_DIMENSIONS, 0)
  const measures = picked(MEASURES, 4, 1)
  const isOfDistinct = measures.some((measure) => measure === 'clients' || measure === 'servers')
  const step = random() < 0.4 && { stepMs: oneOf(random, [FIVE_MS, HOUR_MS, 2 * HOUR_MS, 7777]) }
  const isSpread = random() < 0.3 && !(step && isOfDistinct)
  return { kind: 'groups', ...range, by, measures, limit: 1 + below(random, 20), ...step, ...(isSpread && { isSpread }) }
}
