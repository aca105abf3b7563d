import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchOf, T0 } from '../history/flows-testing.ts'
import { HistoryThread } from '../history/history-thread.ts'
import { ParquetStore } from '../history/parquet-store.ts'
import { packFlows } from '../lib/flow-batch.ts'
import { type ErrorAnswer, getJson, startTesting, type Testing, until } from './testing-server.ts'

const COUNT = 900
const RANGE = `from=${T0}&to=${T0 + 3_600_000}`
const folder = mkdtempSync(join(tmpdir(), 'wiretop-export-'))
const LIMITS = { folder, maxBytes: 1e9, maxAgeMs: 1e13 }
let history: HistoryThread
let server: Testing

beforeAll(async () => {
  const store = new ParquetStore({ ...LIMITS, memoryMB: 256, threads: 1 })
  await store.write({ interfaceKey: 'eth0', interfaceName: 'eth0', records: packFlows(batchOf(0, COUNT)) })
  await store.close()
  history = new HistoryThread({
    entry: new URL('../history.worker.ts', import.meta.url),
    config: { flows: { kind: 'parquet', ...LIMITS }, series: { kind: 'none', folder, maxBytes: 1e9 } },
    died: () => undefined,
  })
  expect(await history.refusal).toBeUndefined()
  server = await startTesting({ history })
})
afterAll(async () => {
  await server.close()
  await history.close()
  rmSync(folder, { recursive: true, force: true })
})
const exported = (query: string) => fetch(`${server.url}/api/v1/history/export?${RANGE}&${query}`)
const files = () => (existsSync(join(folder, 'answers')) ? readdirSync(join(folder, 'answers')) : [])
const allGone = () => until(() => files().length === 0, 'the file goes when it has been sent')

it('sends records, and says how many', async () => {
  const answer = await exported('format=csv')
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="wiretop-flows-2026-11-26-10-00.csv"',
    'x-wiretop-rows': String(COUNT),
  })
  const lines = (await answer.text()).trimEnd().split('\n')
  expect(lines).toHaveLength(1 + COUNT)
  await allGone()
})

it('waits for what flows that last have gained, where the range reaches up to now', async () => {
  await (await exported('format=csv')).text()
  expect(server.live.broughtUp).toBe(0)
  await (await fetch(`${server.url}/api/v1/history/export?from=${T0}&to=${Date.now() + 1000}&format=csv`)).text()
  expect(server.live.broughtUp).toBe(1)
  await allGone()
})

it('sends what the filter lets through, as JSON and as lines of it', async () => {
  const query = 'filter=app+%3D+DNS&limit=7&sort=bytes'
  const all = (await (await exported(`${query}&format=json`)).json()) as { bytesC2s: number }[]
  expect(all).toHaveLength(7)
  expect(all.map(({ bytesC2s }) => bytesC2s)).toEqual(all.map(({ bytesC2s }) => bytesC2s).toSorted((a, b) => b - a))
  const lines = (await (await exported(`${query}&format=jsonl`)).text()).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual(all)
})

it('sends Parquet, of records and of groups', async () => {
  for (const of of ['flows', 'groups&by=app,client&measures=bytes,flows&step=60']) {
    const answer = await exported(`format=parquet&of=${of}`)
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect([answer.status, bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual([200, 'PAR1', 'PAR1'])
  }
  await allGone()
})

it.each([
  ['filter=app+%3D+', 400, 'bad-filter', 6],
  ['filter=DNS+or+nonsense+%3D+1', 400, 'bad-filter', 7],
  ['filter=bps+%3E+1', 400, 'bad-question', undefined],
  ['sort=bps', 400, 'bad-question', undefined],
  ['format=xls', 400, 'bad-parameter', undefined],
  ['of=groups&by=nonsense', 400, 'bad-parameter', undefined],
  ['interface=77', 404, 'not-found', undefined],
])('refuses %s with words, not with a file', async (query, status, code, offset) => {
  const answer = await getJson<ErrorAnswer>(server, `/api/v1/history/export?${RANGE}&${query}`)
  expect([answer.status, answer.body.error.code, answer.body.error.offset]).toEqual([status, code, offset])
  expect(files()).toEqual([])
})

it('stops and leaves nothing when the client goes', async () => {
  for (let n = 0; n < 5; n++) {
    const request = get(`${server.url}/api/v1/history/export?${RANGE}&format=csv`)
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    await once(answer, 'readable')
    request.destroy()
    await once(request, 'close')
  }
  await allGone()
  // None of them counts as running any more.
  expect((await (await exported('format=jsonl&limit=1')).text()).length).toBeGreaterThan(100)
})
