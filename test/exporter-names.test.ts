/** What users call exporters and interfaces outlasts the program; an interface of an exporter has a course. */
import { createSocket } from 'node:dgram'
import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { IN_IF, netflowDatagram, RECORDS } from './netflow-datagram.ts'
import { type Product, scratchFolder, startProduct, until } from './product.ts'

const scratch = scratchFolder()
let product: Product | undefined
afterEach(async () => {
  await product?.stop()
  product = undefined
})

const PORT = 20_000 + (process.pid % 10_000)
async function feed(of: Product): Promise<void> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.send(netflowDatagram(0, 500), PORT, '127.0.0.1', () => resolve()))
  socket.close()
  await until('the records came', async () => (await exporters(of))[0]?.records === RECORDS || undefined)
}
const exporters = async (of: Product) => (await of.get<{ items: { exporter: string; records: number }[] }>('/api/v1/exporters')).items
const change = async (of: Product, path: string) => expect((await fetch(of.url + path, { method: 'PATCH' })).ok).toBe(true)
const start = () => startProduct(['-s', '-d', scratch.path('data'), '-i', `netflow://127.0.0.1:${PORT}`])

it('an exporter and an interface keep the names that they were given', async () => {
  product = await start()
  await feed(product)
  await change(product, '/api/v1/exporters/0?alias=core%20switch')
  await change(product, '/api/v1/interfaces/1?name=routers')
  expect((await exporters(product))[0]!.exporter).toBe('core switch')
  const { matching } = await product.get<{ matching: number }>(`/api/v1/flows?filter=${encodeURIComponent('exporter = "core switch"')}`)
  expect(matching).toBe(RECORDS)
  await product.stop()
  product = await start()
  await feed(product)
  expect((await exporters(product))[0]!.exporter).toBe('core switch')
  expect((await product.get<{ interfaces: { name: string }[] }>('/api/v1/interfaces')).interfaces[0]!.name).toBe('routers')
  await change(product, '/api/v1/exporters/0?alias=')
  expect((await exporters(product))[0]!.exporter).toBe('127.0.0.1')
})

it('what an interface of an exporter carried can be seen second by second', async () => {
  product = await start()
  await feed(product)
  const course = await until('it has a course', async () => {
    const reply = await fetch(`${product!.url}/api/v1/exporters/0/interfaces/${IN_IF}/series`)
    if (!reply.ok) return undefined
    const found = (await reply.json()) as { columns: { name: string; values: number[] }[] }
    return found.columns.some(({ values }) => values.some((value) => value > 0)) ? found : undefined
  })
  const sum = (name: string) => course.columns.find((column) => column.name === name)!.values.reduce((a, b) => a + b, 0)
  // Bits of all records, in the one second in which they were told.
  expect([sum('in'), sum('out')]).toEqual([8 * 1000 * RECORDS, 0])
  const missing = await fetch(`${product.url}/api/v1/exporters/0/interfaces/99/series`)
  expect(missing.status).toBe(404)
})

it('the list of interfaces is read again at a hang-up', async () => {
  const list = scratch.path('ports.csv')
  writeFileSync(list, `127.0.0.1,${IN_IF},uplink`)
  product = await startProduct(['-s', '-d', scratch.path('data'), '-i', `netflow://127.0.0.1:${PORT}`, '--exporter-interfaces', list])
  await feed(product)
  const nameOf = async () => {
    const { interfaces } = await product!.get<{ interfaces: { ifIndex: number; name?: string }[] }>('/api/v1/exporters/0')
    return interfaces.find(({ ifIndex }) => ifIndex === IN_IF)?.name
  }
  await until('it is named', async () => (await nameOf()) === 'uplink' || undefined)
  writeFileSync(list, `127.0.0.1,${IN_IF},downlink\nnonsense`)
  process.kill(product.pid, 'SIGHUP')
  await until('it is named anew', async () => (await nameOf()) === 'downlink' || undefined)
  expect(product.said()).toMatch(/ports\.csv:2:1: /)
  rmSync(list)
  process.kill(product.pid, 'SIGHUP')
  await until('it is told', () => /what was known of interfaces holds/.test(product!.said()) || undefined)
  expect(await nameOf()).toBe('downlink')
})
