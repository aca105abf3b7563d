/** wiretops that feed each other: what one saw is at the centre once, with its name, whatever way it took. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { FlowItem, ItemOf } from '../src/lib/fields.ts'
import type { ListAnswer, Totals } from '../src/lib/live.ts'
import { freePort, type Product, root, startProduct, until } from './product.ts'

const CAPTURE = join(root, 'samples/office.pcap')
const running = new Set<Product>()
afterEach(async () => {
  await Promise.all([...running].map((product) => product.stop()))
  running.clear()
})

async function start(name: string, ...args: string[]): Promise<Product> {
  const product = await startProduct(['-s', '-N', name, '--export-interval', '1', ...args])
  running.add(product)
  return product
}
async function stop(product: Product): Promise<void> {
  running.delete(product)
  await product.stop()
}
type Link = readonly [string, string]
const listens = ([at]: Link) => ['-i', at]
const sends = ([, to]: Link) => ['-I', to]
/** Sends a capture to one that runs: its flows go up whoever was not yet connected when it began. */
async function read(product: Product): Promise<Totals> {
  const answer = await fetch(`${product.url}/api/v1/interfaces?name=office.pcap`, { method: 'POST', body: readFileSync(CAPTURE) })
  const { id } = (await answer.json()) as { id: number }
  return until('the capture is read', async () => {
    const { interfaces } = await product.get<{ interfaces: { id: number; state: string; totals?: Totals }[] }>('/api/v1/interfaces')
    return interfaces.find((one) => one.id === id && one.state === 'ended')?.totals
  })
}
const connected = (product: Product, peers = 1, withinMs?: number) =>
  until(
    `${peers} peers`,
    async () => {
      const { exports } = await product.get<{ exports: { peers: number }[] }>('/api/v1/exports')
      return exports[0]!.peers === peers || undefined
    },
    withinMs,
  )
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

/** How records go up: [what the collector opens, what the sender is told]. ZMQ connects upwards, from the collector to the sender. */
const CARRIERS = {
  IPFIX: async () => {
    const at = `ipfix+tcp://127.0.0.1:${await freePort()}`
    return [at, at] as const
  },
  ZMQ: async () => {
    const port = await freePort()
    return [`tcp://127.0.0.1:${port}`, `tcp://*:${port}`] as const
  },
  'ZMQ, bound by the collector': async () => {
    const port = await freePort()
    return [`tcp://127.0.0.1:${port}c`, `tcp://127.0.0.1:${port}c`] as const
  },
} as const
const KINDS = Object.keys(CARRIERS) as (keyof typeof CARRIERS)[]

test.each(KINDS)('three levels by %s: all that the edge saw is at the centre, with its site', async (kind) => {
  const [toRegion, toCentre] = [await CARRIERS[kind](), await CARRIERS[kind]()]
  const [centre, region, edge] = await Promise.all([
    start('centre', ...listens(toCentre)),
    start('region', ...listens(toRegion), ...sends(toCentre)),
    start('edge', '-i', 'none', ...sends(toRegion)),
  ])
  await Promise.all([connected(edge), connected(region)])
  const seen = await read(edge)
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

test.each(KINDS)('in a mesh of %s what comes back to where it was seen is not counted again', async (kind) => {
  const [toLeft, toRight] = [await CARRIERS[kind](), await CARRIERS[kind]()]
  const [left, right] = await Promise.all([
    start('left', ...listens(toLeft), ...sends(toRight)),
    start('right', ...listens(toRight), ...sends(toLeft)),
  ])
  await Promise.all([connected(left), connected(right)])
  const seen = await read(left)
  await has(right, seen.packets - seen.nonIpPackets)
  const exporter = await until('what went in a circle is noticed', async () => {
    const { items } = await left.get<ListAnswer<'exporters'>>('/api/v1/exporters?interface=1')
    return items.find(({ faults }) => faults > 0)
  })
  expect(exporter.records).toBe(0)
  expect((await left.get<Totals>('/api/v1/totals?interface=1')).packets).toBe(0)
})

test.each(KINDS)('a link of %s that is lost is found again, at either end', async (kind) => {
  const to = await CARRIERS[kind]()
  const port = await freePort()
  const [before, edge] = await Promise.all([
    start('centre', ...listens(to)),
    start('edge', '-i', `netflow://127.0.0.1:${port}`, ...sends(to)),
  ])
  await connected(edge)
  await stop(before)
  await connected(edge, 0)
  const centre = await start('centre', ...listens(to))
  await connected(edge, 1, 40_000)
  const seen = await read(edge)
  await has(centre, seen.packets - seen.nonIpPackets)
  expect(await exportersOf(centre)).toMatchObject([{ missed: 0, setsUndecoded: 0 }])
})
