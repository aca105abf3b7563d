/** Series of what is collected, kept over a restart: the product as a user runs it, and the files that rrdtool reads. */
import { execFileSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { KeptSeries } from '../src/lib/kept-series.ts'
import { netflowDatagram, OUT_IF, RECORDS } from './netflow-datagram.ts'
import { freePort, type Product, scratchFolder, startProduct, until } from './product.ts'

const BYTES = 1000 * RECORDS
const PACKETS = 10 * RECORDS
const RRDTOOL = '/usr/bin/rrdtool'

const scratch = scratchFolder()
let product: Product | undefined
let socket: Socket | undefined
afterEach(async () => {
  socket?.close()
  socket = undefined
  await product?.stop()
  product = undefined
})

const DAY_MS = 86_400_000
const series = (of: Product, query: string) =>
  of.get<KeptSeries>(`/api/v1/history/series?from=${Date.now() - 3_600_000}&to=${Date.now() + DAY_MS / 24}&${query}`)
/** Name → what all steps of a metric add up to. */
const sums = ({ metrics, series: all }: KeptSeries, metric: string): Record<string, number> => {
  const at = metrics.findIndex(({ name }) => name === metric)
  return Object.fromEntries(all.map(({ name, columns }) => [name, columns[at]!.reduce<number>((sum, value) => sum + (value ?? 0), 0)]))
}

async function collected(of: Product): Promise<number> {
  const { items } = await of.get<{ items: { records: number }[] }>('/api/v1/exporters')
  return items.reduce((sum, { records }) => sum + records, 0)
}
/** Runs, takes so many datagrams, and ends. */
async function run(folder: string, port: number, first: number, datagrams: number, ...more: string[]): Promise<void> {
  product = await startProduct(['-s', '-d', folder, '-i', `netflow://127.0.0.1:${port}`, ...more])
  for (let n = 0; n < datagrams; n++)
    await new Promise<void>((resolve) => socket!.send(netflowDatagram(first + n * RECORDS, 500), port, '127.0.0.1', () => resolve()))
  await until('all came', async () => (await collected(product!)) === datagrams * RECORDS || undefined)
  // Seconds that are over are told.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await product.stop()
}

describe('series', () => {
  it('are what was collected, before and after a restart', { timeout: 120_000 }, async () => {
    const folder = scratch.path('series')
    const port = await freePort()
    socket = createSocket('udp4')
    await run(folder, port, 0, 10)
    await run(folder, port, 10 * RECORDS, 6)
    product = await startProduct(['-s', '-d', folder, '-i', `netflow://127.0.0.1:${port}`])
    const all = await series(product, 'kind=interface')
    expect(all.tier).toBe('minute')
    expect(sums(all, 'bytes')).toEqual({ '': 16 * BYTES })
    expect(sums(all, 'packets')).toEqual({ '': 16 * PACKETS })
    expect(sums(await series(product, 'kind=app'), 'bytesC2s')).toEqual({ TLS: 16 * BYTES })
    expect(sums(await series(product, 'kind=host&name=10.0.0.0'), 'bytesSent')).toEqual({ '10.0.0.0': 16 * BYTES })
    expect(sums(await series(product, 'kind=host-app&prefix=10.0.0.0+'), 'bytesSent')).toEqual({ '10.0.0.0 TLS': 16 * BYTES })
    expect(sums(await series(product, 'kind=country'), 'bytesRcvd')).toEqual({ US: 16 * BYTES })
    expect(Object.keys(sums(await series(product, 'kind=port'), 'bytesOut'))).toContain(`127.0.0.1 ${OUT_IF}`)
    expect(await product.get('/api/v1/history/series/names?kind=host')).toEqual({ names: ['10.0.0.0'] })
  })

  it('stand in RRD files besides, where ntopng 1.2 had them', async ({ skip }) => {
    if (!existsSync(RRDTOOL)) return skip('skipped: there is no rrdtool')
    const folder = scratch.path('rrd')
    const port = await freePort()
    socket = createSocket('udp4')
    const beganS = Math.floor(Date.now() / 1000)
    await run(folder, port, 0, 10, '--timeseries', 'rrd')
    const file = join(folder, '1', 'rrd', 'bytes.rrd')
    const fetched = execFileSync(RRDTOOL, ['fetch', file, 'AVERAGE', '-s', String(beganS - 1), '-e', String(beganS + 30)], {
      encoding: 'utf8',
    })
    const rates = [...fetched.matchAll(/^\d+: (\S+)$/gm)].map(([, rate]) => Number(rate)).filter((rate) => !Number.isNaN(rate))
    expect(Math.round(rates.reduce((sum, rate) => sum + rate, 0))).toBe(10 * BYTES)
  })

  it('are not kept with --timeseries none, and the API says so', async () => {
    const folder = scratch.path('none')
    product = await startProduct(['-s', '-d', folder, '-i', `netflow://127.0.0.1:${await freePort()}`, '--timeseries', 'none'])
    const answer = await fetch(`${product.url}/api/v1/history/series?kind=app&from=0&to=${Date.now()}`)
    expect(answer.status).toBe(404)
    expect(((await answer.json()) as { error: { message: string } }).error.message).toContain('no series are kept')
  })
})
