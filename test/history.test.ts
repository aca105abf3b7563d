/** Flows are kept over any death of the process, and counted once: the product as a user runs it, fed by real datagrams of NetFlow v5. */
import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { netflowDatagram, RECORDS } from './netflow-datagram.ts'
import { type Product, scratchFolder, startProduct, until, wiretop } from './product.ts'

const KILLS = 2
/** A record that lasted as long tells how long its exporter waits, so that shorter ones are known to be over. */
const LONG_MS = 60_000

const scratch = scratchFolder()
let product: Product | undefined
let socket: Socket | undefined
afterEach(async () => {
  socket?.close()
  socket = undefined
  await product?.stop()
  product = undefined
})

interface Groups {
  readonly rows: readonly (readonly (number | string)[])[]
}
const kept = async (of: Product): Promise<{ bytes: number; packets: number; flows: number }> => {
  const { rows } = await of.get<Groups>(`/api/v1/history/groups?from=0&to=${Date.now() + 86_400_000}&measures=bytes,packets,flows`)
  const [bytes, packets, flows] = (rows[0] ?? [0, 0, 0]).map(Number)
  return { bytes: bytes!, packets: packets!, flows: flows! }
}
const collected = async (of: Product): Promise<number> => {
  const { exporters } = await of
    .get<{ exporters?: { records: number }[]; items?: { records: number }[] }>('/api/v1/exporters')
    .then((answer) => ({
      exporters: answer.items ?? answer.exporters ?? [],
    }))
  return exporters!.reduce((sum, { records }) => sum + records, 0)
}
const free = async (): Promise<number> => {
  const one = createSocket('udp4')
  await new Promise<void>((resolve) => one.bind(0, '127.0.0.1', resolve))
  const { port } = one.address()
  one.close()
  return port
}
const start = (port: number, folder: string) => startProduct(['-s', '-d', folder, '-i', `netflow://127.0.0.1:${port}`])
const send = (port: number, first: number, lastedMs = 500) =>
  new Promise<void>((resolve) => socket!.send(netflowDatagram(first, lastedMs), port, '127.0.0.1', () => resolve()))

describe('what is kept', () => {
  it('is there again after a stop, and the second process is refused', async () => {
    const folder = scratch.path('stopped')
    const port = await free()
    socket = createSocket('udp4')
    product = await start(port, folder)
    for (let n = 0; n < 20; n++) await send(port, n * RECORDS)
    await until('all came', async () => (await collected(product!)) === 20 * RECORDS || undefined)
    const second = await wiretop(['-s', '-d', folder, '-w', 'auto', '-i', `netflow://127.0.0.1:${await free()}`])
    expect(second.status).toBe(1)
    expect(second.stderr).toBe(`wiretop: ${folder} is in use by another wiretop (process ${product.pid}): give another folder with -d\n`)
    await product.stop()
    product = await start(port, folder)
    expect(await kept(product)).toEqual({ bytes: 1000 * 20 * RECORDS, packets: 10 * 20 * RECORDS, flows: 20 * RECORDS })
  })

  it('survives kills at any moment: nothing twice, nothing unreadable, all that was over a second before', async () => {
    const folder = scratch.path('killed')
    const port = await free()
    socket = createSocket('udp4')
    let sent = 0
    for (let kill = 0; kill < KILLS; kill++) {
      product = await start(port, folder)
      const before = (await kept(product)).flows
      await send(port, sent, LONG_MS)
      await send(port, (sent += RECORDS))
      sent += RECORDS
      await until('all came', async () => (await collected(product!)) >= 2 * RECORDS || undefined)
      // Flows that are over are told of once a second.
      await new Promise((resolve) => setTimeout(resolve, 1100))
      const late = Date.now() + Math.random() * 300
      for (; Date.now() < late; sent += RECORDS) await send(port, sent)
      process.kill(product.pid, 'SIGKILL')
      await product.stop()
      product = await start(port, folder)
      const found = (await kept(product)).flows - before
      expect(found).toBeGreaterThanOrEqual(RECORDS)
      await product.stop()
    }
    product = await start(port, folder)
    const all = await kept(product)
    expect(all).toEqual({ bytes: 1000 * all.flows, packets: 10 * all.flows, flows: all.flows })
    expect(all.flows).toBeLessThanOrEqual(sent)
    const { store } = await product.get<{ store: { faults: string[]; lost: number } }>('/api/v1/history')
    expect(store.lost).toBe(0)
    expect(store.faults.filter((fault) => !/cut short/.test(fault))).toEqual([])
  }, 120_000)
})
