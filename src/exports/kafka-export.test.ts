import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { KafkaExport } from './kafka-export.ts'
import { stubBroker } from './kafka-testing.ts'
import { batchOf, receiver, START_MS, until } from './testing.ts'

const numbered = (from: number, count: number) => batchOf(...Array.from({ length: count }, (_, i) => ({ srcPort: from + i })))
const portsOf = (values: readonly string[]): number[] => values.map((value) => JSON.parse(value).clientPort as number).sort((a, b) => a - b)
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

async function started() {
  const broker = await stubBroker('flows')
  const sender = new KafkaExport('kafka', { brokers: [`127.0.0.1:${broker.port}`], topic: 'flows' }, { firstRetryMs: 20 })
  onTestFinished(async () => {
    await sender.close(0)
    await broker.close()
  })
  return { broker, sender }
}

test('a message a record, over all partitions', async () => {
  const { broker, sender } = await started()
  sender.send(numbered(1, 1000))
  await until(() => sender.stats().records === 1000, '1000 records')
  expect(portsOf(broker.values)).toEqual(range(1, 1000))
  expect([...broker.partitions].sort()).toEqual([0, 1, 2])
  expect(JSON.parse(broker.values[0]!)).toMatchObject({ server: '192.0.2.80', firstSeen: START_MS })
  expect(sender.stats()).toMatchObject({ dropped: 0, waiting: 0, peers: 1, faultCount: 0 })
})

test('a broker that goes and returns gets all that it had not taken', async () => {
  const { broker, sender } = await started()
  sender.send(numbered(1, 10))
  await until(() => sender.stats().records === 10, 'the first')
  await broker.close()
  sender.send(numbered(100, 300))
  await until(() => sender.stats().faultCount > 0, 'the loss')
  expect(sender.stats()).toMatchObject({ dropped: 0, peers: 0 })
  const again = await stubBroker('flows', broker.port)
  onTestFinished(() => again.close())
  await until(() => sender.stats().records === 310, 'the rest')
  expect(portsOf(again.values)).toEqual(range(100, 300))
})

test('what a broker refuses for good is dropped; what it cannot take now is sent again', async () => {
  const { broker, sender } = await started()
  const MESSAGE_TOO_LARGE = 10
  const NOT_ENOUGH_REPLICAS = 19
  broker.errorCode = MESSAGE_TOO_LARGE
  sender.send(numbered(1, 5))
  await until(() => sender.stats().dropped === 5, 'the refusal')
  expect(sender.stats().faults.join()).toMatch(/^kafka: .{10,200}$/)
  broker.errorCode = NOT_ENOUGH_REPLICAS
  sender.send(numbered(10, 5))
  await until(() => sender.stats().faultCount > 1, 'another')
  broker.errorCode = 0
  await until(() => sender.stats().records === 5, 'the second five')
  expect(portsOf(broker.values)).toEqual(range(10, 5))
  expect(sender.stats()).toMatchObject({ dropped: 5, waiting: 0 })
})

test('nobody at the address, and somebody who does not speak: faults, and a close that returns', async () => {
  const mute = await receiver()
  const nobody = new KafkaExport('kafka://127.0.0.1:1/flows', { brokers: ['127.0.0.1:1'], topic: 'flows' })
  const silent = new KafkaExport('silent', { brokers: [`127.0.0.1:${mute.port}`], topic: 'flows' })
  nobody.send(numbered(1, 3))
  silent.send(numbered(1, 3))
  await until(() => nobody.stats().faultCount > 0 && mute.bytes().length > 0, 'a fault')
  expect(nobody.stats().faults[0]).toBe('kafka://127.0.0.1:1/flows: connection refused')
  const began = performance.now()
  await Promise.all([nobody.close(50), silent.close(50)])
  expect(performance.now() - began).toBeLessThan(3000)
  for (const sender of [nobody, silent]) expect(sender.stats()).toMatchObject({ records: 0, dropped: 3, waiting: 0 })
  await mute.close()
})

test('the client is loaded where it is used alone', () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => { if (url.includes('@platformatic/kafka')) loaded.push(url); return next(url, context) } })
    const { openExport } = await import('${join(import.meta.dirname, 'open-export.ts')}')
    await openExport('ipfix://127.0.0.1:1').close(0)
    const before = loaded.length
    const sender = openExport('kafka://127.0.0.1:1/flows')
    while (sender.stats().faultCount === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    await sender.close(0)
    console.log(before, loaded.length > 0)
  `
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('0 true\n')
})
