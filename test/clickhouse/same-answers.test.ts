/** The same records in both stores: every question has the same answer, figure by figure. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseClickHouseAddress } from '../../src/history/clickhouse/clickhouse-address.ts'
import { ClickHouseStore } from '../../src/history/clickhouse/clickhouse-store.ts'
import { ParquetStore } from '../../src/history/parquet-store.ts'
import { packFlows } from '../../src/lib/flow-batch.ts'
import type { FlowAnswer, FlowQuery, FlowStore } from '../../src/lib/history.ts'
import { anyFilter } from '../../src/query/testing.ts'
import { randomBatch, randomQuery, seeded, T0 } from './random-flows.ts'
import { TestServer } from './server.ts'

const RECORDS = 4000
const QUESTIONS = Number(process.env['QUESTIONS'] ?? 400)
let server: TestServer
let click: ClickHouseStore
let parquet: ParquetStore
const folder = mkdtempSync(join(tmpdir(), 'wiretop-same-'))
const now = () => Date.UTC(2026, 10, 27, 6)

beforeAll(async () => {
  server = await TestServer.start()
  const access = { ...parseClickHouseAddress(server.address('same')), password: '' }
  click = new ClickHouseStore({ access, folder, maxQueueBytes: 1e9, instance: 'here', days: 3650, gatherMs: 20, now })
  parquet = new ParquetStore({ folder, maxBytes: 1e10, maxAgeMs: 1e13, memoryMB: 256, threads: 1, now })
  const random = seeded(7)
  for (let n = 0; n < 4; n++) {
    const batch = randomBatch(random, RECORDS / 4)
    // Their order is that of firstSeen where they are alike.
    const begun = new Set<number>()
    for (let i = 0; i < batch.count; i++) {
      while (begun.has(batch.firstMs[i]!)) batch.firstMs[i]!--
      begun.add(batch.firstMs[i]!)
    }
    const of = { interfaceKey: `key${n % 2}`, interfaceName: `eth${n % 2}` }
    await Promise.all([click, parquet].map((store) => store.write({ ...of, records: packFlows(batch) })))
  }
  parquet.sealAll()
})
afterAll(async () => {
  await click.close()
  await parquet.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (store: FlowStore, query: FlowQuery): Promise<FlowAnswer | string> =>
  store.ask(query, new AbortController().signal).catch((error: Error) => error.message)
/** Where there is no file of the range at all, files answer with no row; else with one of nothing. */
const isNothing = ({ rows, groups }: FlowAnswer) =>
  groups !== undefined && rows.every((row) => row.every((cell) => cell === null || cell === 0))
const compared = (answer: FlowAnswer | string) =>
  typeof answer === 'string'
    ? answer
    : { ...answer, tier: undefined, rowsRead: undefined, ms: undefined, ...(isNothing(answer) && { rows: [], groups: 0 }) }
/** Fractions are added up in another order: their last digits may differ. */
const whole = (answer: ReturnType<typeof compared>): unknown =>
  JSON.parse(JSON.stringify(answer), (_, value: unknown) => (typeof value === 'number' ? expect.closeTo(value, 1) : value))

it('answers as the other', async () => {
  let ofHours = 0
  await fc.assert(
    fc.asyncProperty(fc.integer(), anyFilter, async (seed, filter) => {
      const query = randomQuery(seeded(seed), filter)
      const [one, other] = await Promise.all([ask(click, query), ask(parquet, query)])
      const isSpread = query.kind === 'groups' && query.isSpread === true
      const expected = compared(other)
      expect(compared(one), JSON.stringify(query)).toEqual(isSpread ? whole(expected) : expected)
      if (typeof one !== 'string' && one.tier === 'hours') ofHours++
    }),
    { seed: 20_261_127, numRuns: QUESTIONS },
  )
  expect(ofHours).toBeGreaterThan(QUESTIONS / 40)
})

// They are kept as numbers of 32 bits, and asked for by decimal ones.
it.each([
  'clientLatency = 20.3ms',
  'clientLatency >= 20.3ms',
  'clientLatency > 20.3ms',
  'clientLatency <= 12us',
  'clientLatency in (12us..20.3ms)',
])('knows where the edge is: %s', async (filter) => {
  const query: FlowQuery = { kind: 'groups', by: [], measures: ['bytes', 'packets'], limit: 1, fromMs: T0, toMs: T0 + 86_400_000, filter }
  const answer = await ask(click, query)
  expect(compared(answer)).toEqual(compared(await ask(parquet, query)))
  expect((answer as FlowAnswer).rows[0]![0]).toBeGreaterThan(0)
})
