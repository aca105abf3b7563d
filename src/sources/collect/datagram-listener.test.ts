import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { DatagramListener } from './datagram-listener.ts'

const open: DatagramListener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

test.each([
  ['127.0.0.1', 'udp4', '127.0.0.1'],
  ['localhost', 'udp4', '127.0.0.1'],
  ['::1', 'udp6', '::1'],
] as const)('%s: hands over what comes, and counts what the kernel had to throw away', async (host, type, from) => {
  const got = Promise.withResolvers<string>()
  const listener = await DatagramListener.open(host, 0, (datagram, { address }) => got.resolve(`${address} ${datagram}`))
  open.push(listener)
  const sender = createSocket(type)
  sender.send('hello', listener.port, from)
  expect(await got.promise).toBe(`${from} hello`)
  sender.close()
  await once(sender, 'close')
  expect(listener.bufferBytes).toBeGreaterThan(65_536)
  expect(listener.dropped).toBe(0)
})

test('what nobody reads in time is counted', async () => {
  const listener = await DatagramListener.open('127.0.0.1', 0, () => undefined)
  open.push(listener)
  const { port } = listener
  // Another process sends while this one cannot read.
  const send = `const s=require('dgram').createSocket('udp4');const b=Buffer.alloc(60000);let n=0;const go=()=>n++<2000?s.send(b,${port},'127.0.0.1',go):s.close();go()`
  execFileSync(process.execPath, ['-e', send])
  expect(listener.dropped).toBeGreaterThan(0)
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
