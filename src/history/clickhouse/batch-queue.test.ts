import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { BatchQueue, type BatchQueueOptions, RefusedBatch } from './batch-queue.ts'
import { type Batch, Spill } from './spill.ts'

/** As it is, but by the clock of the test where that has one of its own. */
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms, value)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}))

let folder: string
let queue: BatchQueue
let arrived: string[]
let isAway: boolean
let hold: Promise<void> | undefined
let tries: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-queue-'))
  arrived = []
  isAway = false
  hold = undefined
  tries = 0
  open()
})
afterEach(async () => {
  isAway = true
  await queue.close(0)
  rmSync(folder, { recursive: true, force: true })
})
function open(maxBytes = 1e6, pauses: Pick<BatchQueueOptions, 'maxPauseMs'> = { maxPauseMs: 10 }): void {
  queue = new BatchQueue({
    spill: new Spill(folder, maxBytes),
    ...pauses,
    async send({ token }) {
      tries++
      await hold
      if (isAway) throw new Error('ECONNREFUSED')
      if (token === 'bad') throw new RefusedBatch('it cannot be read')
      arrived.push(token)
    },
  })
}
const batch = (n: number | string): Batch => ({ token: String(n), rows: 10, madeMs: 5000, body: new Uint8Array(1000) })
const all = (count: number) => Array.from({ length: count }, (_, n) => String(n))

it('sends in order, and says so when the server has it', async () => {
  const gate = Promise.withResolvers<void>()
  hold = gate.promise
  const puts = [0, 1, 2].map((n) => queue.put(batch(n)))
  expect(queue.behind).toMatchObject({ records: 30, bytes: 3000, sinceMs: 5000 })
  gate.resolve()
  await Promise.all(puts)
  expect(arrived).toEqual(all(3))
  expect(queue.behind.records).toBe(0)
})

it('lays aside while the server is away, and catches up in order', async () => {
  isAway = true
  const puts = [0, 1, 2].map((n) => queue.put(batch(n)))
  await Promise.all(puts)
  expect(queue.away).toMatchObject({ why: 'ECONNREFUSED' })
  for (let n = 3; n < 50; n++) await queue.put(batch(n))
  expect(queue.behind.records).toBe(500)
  expect(arrived).toEqual([])
  isAway = false
  for (let n = 50; n < 60; n++) await queue.put(batch(n))
  await vi.waitFor(() => expect(arrived).toHaveLength(60))
  expect(arrived).toEqual(all(60))
  expect([queue.away, queue.lost, queue.behind.records]).toEqual([undefined, 0, 0])
})

it('keeps what waits over a restart', async () => {
  isAway = true
  for (let n = 0; n < 20; n++) await queue.put(batch(n))
  await queue.close(0)
  isAway = false
  open()
  await queue.put(batch(20))
  await vi.waitFor(() => expect(arrived).toHaveLength(21))
  expect(arrived).toEqual(all(21))
})

it('puts what it could not send any more on disk when it is closed', async () => {
  hold = new Promise(() => undefined)
  const spill = new Spill(join(folder, 'held'), 1e6)
  const held = new BatchQueue({
    spill,
    send: (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  })
  const put = held.put(batch(0))
  await held.close(20)
  await put
  const left = new Spill(join(folder, 'held'), 1e6)
  expect(left.peek()?.token).toBe('0')
  left.close()
})

it('counts what had to make room, and says so', async () => {
  await queue.close(0)
  open(20_000)
  isAway = true
  for (let n = 0; n < 100; n++) await queue.put(batch(n))
  isAway = false
  await vi.waitFor(() => expect(queue.behind.records).toBe(0))
  expect(queue.lost).toBe(1000 - 10 * arrived.length)
  expect(queue.lost).toBeGreaterThan(0)
  expect(arrived).toEqual(all(100).slice(-arrived.length))
})

it('stands ten minutes without a server: within its bound, with a look every ten seconds, and nothing uncounted', async () => {
  const [maxBytes, seconds] = [200_000, 600]
  await queue.close(0)
  vi.useFakeTimers({ now: 5000 })
  try {
    open(maxBytes, {})
    isAway = true
    for (let n = 0; n < seconds; n++) {
      await queue.put(batch(n))
      await vi.advanceTimersByTimeAsync(1000)
      expect(queue.behind.bytes).toBeLessThanOrEqual(maxBytes)
    }
    expect(queue.away).toEqual({ sinceMs: 5000, why: 'ECONNREFUSED' })
    // Sooner at first: after a quarter of a second, half a one, and so on.
    expect(tries).toBe(6 + Math.floor((1000 * seconds - 250 * (2 ** 6 - 1)) / 10_000) + 1)
    expect(queue.lost + queue.behind.records).toBe(10 * seconds)
    expect(queue.lost).toBeGreaterThan(0)
    isAway = false
    await vi.advanceTimersByTimeAsync(10_000)
    await queue.put(batch(seconds))
    await vi.advanceTimersByTimeAsync(0)
    expect([queue.away, queue.behind.records]).toEqual([undefined, 0])
    expect(arrived).toEqual(all(seconds + 1).slice(-arrived.length))
    expect(queue.lost + 10 * arrived.length).toBe(10 * (seconds + 1))
  } finally {
    vi.useRealTimers()
  }
})

it('lets go of a batch that the server will never take', async () => {
  const puts = [batch(0), batch('bad'), batch(1)].map((one) => queue.put(one).catch((error: Error) => error.message))
  expect(await Promise.all(puts)).toEqual([undefined, 'it cannot be read', undefined])
  expect(queue.lost).toBe(10)
  expect(queue.faults).toEqual(['10 records are lost: it cannot be read'])
})
