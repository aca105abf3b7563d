import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { DatagramListener } from './datagram-listener.ts'

const open: DatagramListener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

test('hands over what comes, and counts what the kernel had to throw away', async () => {
  const got = Promise.withResolvers<string>()
  const listener = await DatagramListener.open('127.0.0.1', 0, (datagram, { address }) => got.resolve(`${address} ${datagram}`))
  open.push(listener)
  const sender = createSocket('udp4')
  sender.send('hello', listener.port, '127.0.0.1')
  expect(await got.promise).toBe('127.0.0.1 hello')
  sender.close()
  await once(sender, 'close')
  expect(listener.bufferBytes).toBeGreaterThan(65_536)
  expect(listener.dropped).toBe(0)
})

test('an address that is taken is refused in one line', async () => {
  const first = await DatagramListener.open('127.0.0.1', 0, () => undefined)
  open.push(first)
  await expect(DatagramListener.open('127.0.0.1', first.port, () => undefined)).rejects.toThrow(
    /^UDP 127\.0\.0\.1:\d+: in use by another program/,
  )
})

test('an address of another machine is refused', async () => {
  await expect(DatagramListener.open('192.0.2.1', 0, () => undefined)).rejects.toThrow(/no address of this machine/)
})
