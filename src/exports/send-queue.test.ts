import { expect, test } from 'vitest'
import type { ChannelEvents } from './channel.ts'
import { SendQueue, type SendQueueOptions } from './send-queue.ts'
import { until } from './testing.ts'

/** Channels under the test's hand. */
function byHand(options: Partial<SendQueueOptions> = {}) {
  const channels: { events: ChannelEvents; written: { payload: string; done: (error?: Error) => void }[]; isClosed: boolean }[] = []
  const queue = new SendQueue<string>(
    (events) => {
      const channel = { events, written: [] as (typeof channels)[0]['written'], isClosed: false }
      channels.push(channel)
      return {
        write: (payload, done) => void channel.written.push({ payload, done }),
        close: async () => {
          channel.isClosed = true
        },
      }
    },
    { name: 'peer', maxBytes: 100, firstRetryMs: 10, ...options },
  )
  return { queue, channels, payloads: (n: number) => channels[n]!.written.map(({ payload }) => payload) }
}

test('what waits is bounded, the rest dropped and counted', () => {
  const { queue, channels } = byHand()
  expect(queue.push('a', 60, 6)).toBe(true)
  expect(queue.push('b', 60, 6)).toBe(false)
  expect(queue.push('c', 40, 4)).toBe(true)
  expect(queue.stats()).toEqual({ records: 0, bytes: 0, dropped: 6, waiting: 100, peers: 0, faults: [], faultCount: 0 })
  channels[0]!.events.opened()
  channels[0]!.written[0]!.done()
  expect(queue.stats()).toMatchObject({ records: 6, bytes: 60, waiting: 40, peers: 1 })
  expect(queue.push('d', 60, 1)).toBe(true)
})

test('what a lost channel had not taken is written to the next one, once, in order', async () => {
  const { queue, channels, payloads } = byHand()
  channels[0]!.events.opened()
  for (const payload of ['a', 'b', 'c']) queue.push(payload, 10, 1)
  channels[0]!.written[0]!.done()
  channels[0]!.events.lost('connection reset')
  expect(queue.stats()).toMatchObject({ records: 1, waiting: 20, peers: 0, faults: ['peer: connection reset'], faultCount: 1 })
  // What a lost channel says after all is not heard.
  channels[0]!.written[1]!.done()
  channels[0]!.events.opened()
  expect(queue.stats()).toMatchObject({ records: 1, peers: 0 })
  await until(() => channels.length === 2, 'another channel')
  channels[1]!.events.opened()
  expect(payloads(1)).toEqual(['b', 'c'])
  for (const { done } of channels[1]!.written) done()
  expect(queue.stats()).toMatchObject({ records: 3, waiting: 0, dropped: 0 })
})

test('it tries again ever more rarely, and a fault that stays is one line', async () => {
  const { queue, channels } = byHand({ firstRetryMs: 20 })
  const times: number[] = []
  for (let n = 0; n < 4; n++) {
    await until(() => channels.length === n + 1, `channel ${n}`)
    times.push(performance.now())
    channels[n]!.events.lost('connection refused')
  }
  const gaps = times.slice(1).map((time, n) => time - times[n]!)
  expect(gaps[1]!).toBeGreaterThanOrEqual(35)
  expect(gaps[2]!).toBeGreaterThanOrEqual(75)
  expect(queue.stats()).toMatchObject({ faults: ['peer: connection refused'], faultCount: 4 })
  await queue.close(0)
})

test('what a channel gives up is dropped, and the next goes on', () => {
  const { queue, channels } = byHand()
  channels[0]!.events.opened()
  queue.push('a', 10, 3)
  queue.push('b', 10, 1)
  channels[0]!.written[0]!.done(new Error('no space left on the device'))
  channels[0]!.written[1]!.done()
  expect(queue.stats()).toMatchObject({ records: 1, dropped: 3, waiting: 0, peers: 1, faults: ['peer: no space left on the device'] })
})

test('only so much is in flight, however much waits', () => {
  const { queue, channels, payloads } = byHand({ maxBytes: 1e9 })
  channels[0]!.events.opened()
  for (let i = 0; i < 1000; i++) queue.push(`${i}`, 100_000, 1)
  expect(payloads(0)).toEqual(['0', '1', '2'])
  for (let i = 0; i < 1000; i++) channels[0]!.written[i]!.done()
  expect(queue.stats()).toMatchObject({ records: 1000, waiting: 0 })
  expect(payloads(0)).toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`))
})

test('closing waits for what waits, so long and no longer', async () => {
  const ready = byHand()
  ready.channels[0]!.events.opened()
  ready.queue.push('a', 10, 1)
  const closed = ready.queue.close(60_000)
  ready.channels[0]!.written[0]!.done()
  await closed
  expect(ready.queue.stats()).toMatchObject({ records: 1, dropped: 0, peers: 0 })
  expect(ready.channels[0]!.isClosed).toBe(true)

  const away = byHand()
  away.queue.push('a', 10, 2)
  await away.queue.close(20)
  expect(away.queue.stats()).toMatchObject({ records: 0, dropped: 2, waiting: 0 })
  expect(away.queue.push('b', 10, 1)).toBe(false)
  expect(away.queue.stats().dropped).toBe(3)
})
