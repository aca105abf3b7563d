/** wiretops that feed each other: what one saw is at the centre once, with its name, whatever way it took. */

import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { FlowItem, ItemOf } from '../src/lib/fields.ts'
import type { ListAnswer, Totals } from '../src/lib/live.ts'
import { type Product, root, startProduct, until } from './product.ts'

const CAPTURE = join(root, 'samples/office.pcap')
const running = new Set<Product>()
afterEach(async () => {
  await Promise.all([...running].map((product) => product.stop()))
  running.clear()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
async function start(name: string, ...args: string[]): Promise<Product> {
  const product = await startProduct(['-s', '-N', name, '--export-interval', '1', ...args])
  running.add(product)
  return product
}
async function stop(product: Product): Promise<void> {
  running.delete(product)
  await product.stop()
}
const listens = (at: string) => ['-i', at]
const sends = (to: string) => ['-I', to]
const totalsOf = (product: Product) => product.get<Totals>('/api/v1/totals')
const has = (product: Product, packets: number) =>
  until(`${packets} packets`, async () => {
    const totals = await totalsOf(product)
    return totals.packets >= packets ? totals : undefined
  })
const flowsOf = async (product: Product) =>
  (await product.get<ListAnswer<'flows'>>('/api/v1/flows?limit=1000')).items as readonly FlowItem[]
const exportersOf = async (product: Product) =>
  (await product.get<ListAnswer<'exporters'>>('/api/v1/exporters')).items as readonly ItemOf<'exporters'>[]

const endpoint = async (): Promise<string> => `ipfix+tcp://127.0.0.1:${await freePort()}`

test('three levels: all that the edge saw is at the centre, with its site', async () => {
  const [toRegion, toCentre] = [await endpoint(), await endpoint()]
  const centre = await start('centre', ...listens(toCentre))
  await start('region', ...listens(toRegion), ...sends(toCentre))
  const edge = await start('edge', '-i', CAPTURE, ...sends(toRegion))
  await edge.allRead()
  const seen = await totalsOf(edge)
  // Layer 2 without IP has no flow, so no record tells of it.
  const inFlows = { packets: seen.packets - seen.nonIpPackets, bytes: seen.bytes - seen.nonIpBytes }
  expect(await has(centre, inFlows.packets)).toMatchObject(inFlows)
  const [atEdge, atCentre] = [await flowsOf(edge), await flowsOf(centre)]
  expect(atCentre).toHaveLength(atEdge.length)
  expect(new Set(atCentre.map(({ site }) => site))).toEqual(new Set(['edge']))
  const named = (flows: readonly FlowItem[]) =>
    flows
      .map(({ client, clientPort, server, serverPort, app, bytes }) => [client, clientPort, server, serverPort, app, bytes].join(' '))
      .sort()
  expect(named(atCentre)).toEqual(named(atEdge))
})

test('in a mesh what comes back to where it was seen is not counted again', async () => {
  const [toLeft, toRight] = [await endpoint(), await endpoint()]
  const right = await start('right', ...listens(toRight), ...sends(toLeft))
  const left = await start('left', '-i', CAPTURE, ...listens(toLeft), ...sends(toRight))
  const seen = await until('the capture is read', async () => {
    const { interfaces } = await left.get<{ interfaces: { state: string; totals?: Totals }[] }>('/api/v1/interfaces')
    return interfaces[0]!.state === 'ended' ? interfaces[0]!.totals : undefined
  })
  await has(right, seen.packets - seen.nonIpPackets)
  const exporter = await until('what went in a circle is noticed', async () => {
    const { items } = await left.get<ListAnswer<'exporters'>>('/api/v1/exporters?interface=2')
    return items.find(({ faults }) => faults > 0)
  })
  expect(exporter.records).toBe(0)
  expect((await left.get<Totals>('/api/v1/totals?interface=2')).packets).toBe(0)
})

test('a link that is lost is found again, at either end', async () => {
  const to = await endpoint()
  let centre = await start('centre', ...listens(to))
  const edge = await start('edge', ...listens('netflow://127.0.0.1:0'.replace(':0', `:${await freePort()}`)), ...sends(to))
  await until('it is connected', async () => {
    const { exports } = await edge.get<{ exports: { peers: number }[] }>('/api/v1/exports')
    return exports[0]!.peers === 1 || undefined
  })
  await stop(centre)
  await until('it is lost', async () => {
    const { exports } = await edge.get<{ exports: { peers: number; faults: string[] }[] }>('/api/v1/exports')
    return exports[0]!.peers === 0 || undefined
  })
  centre = await start('centre', ...listens(to))
  await until(
    'it is connected again',
    async () => {
      const { exports } = await edge.get<{ exports: { peers: number }[] }>('/api/v1/exports')
      return exports[0]!.peers === 1 || undefined
    },
    40_000,
  )
  const exporters = await until('its templates have come', async () => {
    const found = await exportersOf(centre)
    return found.length > 0 ? found : undefined
  })
  expect(exporters).toMatchObject([{ protocol: 'IPFIX', faults: 0 }])
})
