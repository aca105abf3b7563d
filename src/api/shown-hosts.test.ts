import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ResolverStats, ShownHost } from '../lib/host-naming.ts'
import type { FlowDetail, ListAnswer } from '../lib/live.ts'
import { getJson, startTesting, type Testing } from './testing-server.ts'

const STATS: ResolverStats = { asked: 3, named: 1, nameless: 1, failed: 1, kept: 0, refused: 5, waiting: 0, fault: 'DNS did not answer' }
let shown: ShownHost[] = []
let server: Testing
beforeAll(async () => {
  server = await startTesting({ resolver: { shown: (hosts) => void shown.push(...hosts), stats: () => STATS } })
  await server.live.open('office.pcap')
})
afterAll(() => server.close())
beforeEach(() => {
  shown = []
})
const get = async <T>(path: string) => (await getJson<T>(server, `/api/v1/${path}`)).body

it('are told to who looks up names, with whether they have one', async () => {
  const { items } = await get<ListAnswer<'hosts'>>('hosts')
  expect(shown).toEqual(items.map(({ address, name }) => ({ address, isNamed: name !== undefined })))
  expect(new Set(shown.map(({ isNamed }) => isNamed)).size).toBe(2)
})

it.each(['flows', 'talkers', 'contacts'])('of %s both ends', async (entity) => {
  const { items } = await get<{ items: { client: string; server: string }[] }>(`${entity}?limit=3`)
  expect(items.length).toBeGreaterThan(0)
  expect(shown.map(({ address }) => address)).toEqual(items.flatMap(({ client, server: other }) => [client, other]))
})

it('of a host itself and its peers, of a flow its ends, of anything else nobody', async () => {
  const { items } = await get<ListAnswer<'flows'>>('flows?limit=1')
  const flow = items[0] as unknown as FlowDetail
  shown = []
  await get(`flows/${flow.id}`)
  expect(shown.map(({ address }) => address)).toEqual([flow.client, flow.server])
  shown = []
  await get(`hosts/${flow.client}`)
  expect(shown[0]!.address).toBe(flow.client)
  expect(shown.map(({ address }) => address)).toContain(flow.server)
  shown = []
  await get('apps')
  await get('hosts/10.99.99.99')
  expect(shown).toEqual([])
})

it('how looking up fares is told', async () => {
  expect(await get('state')).toEqual({ resolver: STATS })
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain('wiretop_dns_refused_total 5')
})
