import { afterEach, describe, expect, it, vi } from 'vitest'
import { packFlows } from '../lib/flow-batch.ts'
import { batchOf } from './flows-testing.ts'
import { HistoryThread } from './history-thread.ts'
import type { HistoryConfig } from './messages.ts'

const CONFIG: HistoryConfig = {
  flows: { kind: 'parquet', folder: '/nowhere', maxBytes: 1, maxAgeMs: 1 },
  series: { kind: 'none', folder: '/nowhere', maxBytes: 1 },
}
const STATS = { kind: 'parquet', records: 0, bytes: 0, files: 0, lost: 0, faults: [] }

/** A thread with `body` as what it does with a message. */
const threadOf = (body: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort as port } from 'node:worker_threads'
      const stats = ${JSON.stringify(STATS)}
      port.postMessage({ open: true })
      port.on('message', (message) => {
        const kept = () => { stats.records += message.write.records.count; port.postMessage({ stats }); port.postMessage({ written: message.id }) }
        if (message.close) { port.postMessage({ closed: true }); port.close() }
        ${body}
      })`)}`,
  )
const records = (count: number) => ({ interfaceKey: 'key0', interfaceName: 'eth0', records: packFlows(batchOf(0, count)) })

describe('the thread of history', () => {
  let thread: HistoryThread | undefined
  afterEach(() => thread?.close())

  it('is begun anew when it dies: what it had not kept is counted as lost, what comes meanwhile waits', async () => {
    const died: string[] = []
    // Thirteen records kill it.
    thread = new HistoryThread({
      entry: threadOf('if (message.write?.records.count === 13) process.exit(7); else if (message.write) kept()'),
      config: CONFIG,
      died: (why) => died.push(why),
    })
    expect(await thread.refusal).toBeUndefined()
    thread.send(records(10))
    await vi.waitFor(() => expect(thread!.stats().records).toBe(10))
    thread.send(records(13))
    await vi.waitFor(() => expect(died).toEqual(['flows wait to be kept: its thread ended with status 7; it is begun anew']))
    expect(thread.stats()).toMatchObject({ lost: 13, faults: died })
    await expect(thread.sql('SELECT 1', new AbortController().signal)).rejects.toThrow('flows wait to be kept')
    thread.send(records(20))
    expect(thread.stats().records).toBe(10)
    await vi.waitFor(() => expect(thread!.stats()).toMatchObject({ records: 30, lost: 13, faults: [] }), { timeout: 10_000 })
    expect(died).toHaveLength(1)
  })

  it('answers nothing that was asked of it before it died', async () => {
    thread = new HistoryThread({ entry: threadOf('if (message.sql) process.exit(7)'), config: CONFIG, died: () => undefined })
    await thread.refusal
    await expect(thread.sql('SELECT 1', new AbortController().signal)).rejects.toThrow('history is gone: its thread ended with status 7')
  })

  it('says why its stores cannot be had, and counts what comes as lost', async () => {
    const entry = new URL(
      `data:text/javascript,${encodeURIComponent("import { parentPort as port } from 'node:worker_threads'\nport.postMessage({ refused: 'no folder' })\nport.on('message', () => undefined)")}`,
    )
    thread = new HistoryThread({ entry, config: CONFIG, died: () => undefined })
    thread.send(records(3))
    expect(await thread.refusal).toBe('no folder')
    thread.send(records(4))
    expect(thread.stats()).toMatchObject({ lost: 7, faults: ['flows are not kept: no folder'] })
  })
})
