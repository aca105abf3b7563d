/** Against libzmq, by the package zeromq: both ways, with and without CURVE, over TCP and local sockets. */

import { describe, expect, onTestFinished, test } from 'vitest'
import { curveKeyPair, Publisher, Subscriber } from 'zeromq'
import type { CurveOptions } from './curve.ts'
import { publicKeyOf } from './curve.ts'
import { PubSocket } from './pub-socket.ts'
import { SubSocket } from './sub-socket.ts'
import { endpoint, freePort, localPath, until } from './testing.ts'
import { parseKey, z85Encode } from './z85.ts'

const server = curveKeyPair()
const client = curveKeyPair()
const SERVER: CurveOptions = { secretKey: parseKey(server.secretKey)! }
const CLIENT: CurveOptions = { serverKey: parseKey(server.publicKey)! }
const THEIR_SERVER = { curveServer: true, curveSecretKey: server.secretKey }
const THEIR_CLIENT = { curveServerKey: server.publicKey, curvePublicKey: client.publicKey, curveSecretKey: client.secretKey }

const SIZES = [0, 1, 24, 255, 256, 70_000, 1_000_000]
const PARTS = SIZES.map((size) => [Buffer.from('flow'), Buffer.alloc(size, size & 255)])

const where = async (kind: string): Promise<string> => (kind === 'tcp' ? `tcp://127.0.0.1:${await freePort()}` : localPath())

/** How the two ends are keyed: ours, theirs. */
const MECHANISMS: readonly [string, CurveOptions | undefined, object][] = [
  ['NULL', undefined, {}],
  ['CURVE, ours the client', CLIENT, THEIR_SERVER],
  ['CURVE, ours the server', SERVER, THEIR_CLIENT],
]
const CASES = MECHANISMS.flatMap(([name, ours, theirs]) =>
  ['tcp', 'ipc'].flatMap((kind) => [true, false].map((isBound) => [name, kind, isBound ? 'binding' : 'connecting', ours, theirs] as const)),
)

describe.each(CASES)('%s over %s, ours %s', (_, kind, how, curve, theirs) => {
  const isBound = how === 'binding'

  test('their messages come', async () => {
    const at = await where(kind)
    const heard: Buffer[][] = []
    const faults: string[] = []
    const sub = new SubSocket([endpoint(at, isBound)], {
      prefixes: ['flow'],
      curve,
      message: (parts) => heard.push(parts.map((part) => Buffer.from(part))),
      fault: (_at, why) => faults.push(why),
    })
    const pub = new Publisher({ ...theirs, sendHighWaterMark: 0 })
    onTestFinished(async () => {
      await sub.close()
      pub.close()
    })
    if (!isBound) await pub.bind(at)
    await sub.open()
    if (isBound) pub.connect(at)
    await until(() => sub.connected === 1, 'connected')
    // A publisher learns a moment later what is wanted.
    while (heard.length === 0) {
      await pub.send(['flow', 'first'])
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    heard.length = 0
    for (const parts of PARTS) {
      await pub.send(['event', 'not wanted'])
      await pub.send(parts)
    }
    await until(() => heard.some(([, body]) => body!.length === 1_000_000), 'the last message')
    expect(heard.filter(([, body]) => body!.toString() !== 'first')).toEqual(PARTS)
    expect(faults).toEqual([])
  })

  test('they get our messages', async () => {
    const at = await where(kind)
    const pub = new PubSocket([endpoint(at, isBound)], { curve })
    const sub = new Subscriber({ ...theirs, receiveHighWaterMark: 0 })
    onTestFinished(async () => {
      await pub.close()
      sub.close()
    })
    sub.subscribe('flow')
    sub.subscribe('flowers')
    sub.unsubscribe('flowers')
    if (!isBound) await sub.bind(at)
    await pub.open()
    if (isBound) sub.connect(at)
    // libzmq gives its thread a turn, and tells what it wants, when it is asked for a message.
    const received = (async () => {
      const messages: Buffer[][] = []
      while (messages.length < PARTS.length) messages.push(await sub.receive())
      return messages
    })()
    await until(() => pub.hasSubscriber(Buffer.from('flow')), 'subscribed')
    expect(pub.hasSubscriber(Buffer.from('event'))).toBe(false)
    for (const parts of PARTS) {
      pub.send([Buffer.from('event'), Buffer.from('not wanted')])
      expect(pub.send(parts)).toBe(1)
    }
    expect(await received).toEqual(PARTS)
    expect(pub.sent).toBe(PARTS.length)
    expect(pub.dropped).toBe(0)
  })
})

test('public keys are those of libsodium', () => {
  expect(z85Encode(publicKeyOf(parseKey(server.secretKey)!))).toBe(server.publicKey)
})

test('a server with another key is not believed', async () => {
  const at = `tcp://127.0.0.1:${await freePort()}`
  const pub = new Publisher(THEIR_SERVER)
  await pub.bind(at)
  const faults = new Set<string>()
  const sub = new SubSocket([endpoint(at, false)], {
    prefixes: [''],
    curve: { serverKey: parseKey(client.publicKey)! },
    message: () => undefined,
    fault: (_, why) => faults.add(why),
  })
  onTestFinished(async () => {
    await sub.close()
    pub.close()
  })
  await sub.open()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sub.connected).toBe(0)
})

test('a publisher that begins anew is found again', async () => {
  const at = `tcp://127.0.0.1:${await freePort()}`
  const heard: string[] = []
  const sub = new SubSocket([endpoint(at, false)], { prefixes: ['f'], message: ([, body]) => heard.push(Buffer.from(body!).toString()) })
  await sub.open()
  onTestFinished(() => sub.close())
  for (const round of ['one', 'two']) {
    const pub = new Publisher()
    await pub.bind(at)
    while (!heard.includes(round)) {
      await pub.send(['f', round])
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    pub.close()
    await until(() => sub.connected === 0, 'lost')
  }
})

test('a subscriber that begins anew is served again', async () => {
  const at = `tcp://127.0.0.1:${await freePort()}`
  const pub = new PubSocket([endpoint(at, true)])
  await pub.open()
  onTestFinished(() => pub.close())
  for (let round = 0; round < 2; round++) {
    const sub = new Subscriber()
    sub.subscribe('')
    sub.connect(at)
    await until(() => pub.hasSubscriber(Buffer.from('x')), 'subscribed')
    pub.send([Buffer.from('x'), Buffer.from(`${round}`)])
    expect((await sub.receive()).map(String)).toEqual(['x', `${round}`])
    sub.close()
    await until(() => pub.connected === 0, 'gone')
  }
})

test('libzmq answers our heartbeats, and we its', async () => {
  const at = `tcp://127.0.0.1:${await freePort()}`
  const faults: string[] = []
  const pub = new PubSocket([endpoint(at, true)], { heartbeatMs: 30, fault: (_, why) => faults.push(why) })
  await pub.open()
  const sub = new Subscriber({ heartbeatInterval: 30, heartbeatTimeout: 100, heartbeatTimeToLive: 200 })
  onTestFinished(async () => {
    await pub.close()
    sub.close()
  })
  sub.subscribe('')
  sub.connect(at)
  await until(() => pub.connected === 1, 'connected')
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(pub.connected).toBe(1)
  expect(faults).toEqual([])
})
