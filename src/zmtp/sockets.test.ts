/** What peers do that a library would not: stall, lie, vanish. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { commandBody, metadataBytes } from './commands.ts'
import { curveMechanism, newKeyPair } from './curve.ts'
import { parseEndpoint } from './endpoint.ts'
import { FRAME_COMMAND, FRAME_MORE, frameBytes } from './frames.ts'
import { greetingBytes } from './greeting.ts'
import type { Step } from './mechanism.ts'
import { type PubOptions, PubSocket } from './pub-socket.ts'
import { type SubOptions, SubSocket } from './sub-socket.ts'
import { endpoint, freePort, localPath, talk, until } from './testing.ts'

const GREETING = greetingBytes('NULL', false)
const ready = (type: string) => frameBytes(FRAME_COMMAND, commandBody('READY', metadataBytes({ 'Socket-Type': type })))
const subscribe = (prefix: string) => frameBytes(FRAME_COMMAND, commandBody('SUBSCRIBE', Buffer.from(prefix)))

async function publisher(options: PubOptions = {}, at = 'tcp://127.0.0.1:0') {
  const faults: string[] = []
  const pub = new PubSocket([endpoint(at, true)], { ...options, fault: (_, why) => faults.push(why) })
  await pub.open()
  onTestFinished(() => pub.close())
  return { pub, faults, at: pub.boundTo[0]!, port: Number(pub.boundTo[0]!.split(':').at(-1)) }
}
async function subscriber(at: string, options: Partial<SubOptions> = {}, isBound = false) {
  const heard: string[] = []
  const faults: string[] = []
  const sub = new SubSocket([endpoint(at, isBound)], {
    prefixes: [''],
    message: (parts, from) => heard.push(`${from} ${parts.map((part) => Buffer.from(part)).join('|')}`),
    fault: (_, why) => faults.push(why),
    ...options,
  })
  await sub.open()
  onTestFinished(() => sub.close())
  return { sub, heard, faults }
}
const A = Buffer.from('a')

test('several publishers, one of which connects to us', async () => {
  const one = await publisher()
  const port = await freePort()
  const heard: string[] = []
  const sub = new SubSocket([endpoint(one.at, false), endpoint(`tcp://*:${port}`, true)], {
    prefixes: ['a'],
    message: (parts, from) => heard.push(`${from} ${Buffer.from(parts[0]!)}`),
  })
  await sub.open()
  onTestFinished(() => sub.close())
  const two = new PubSocket([endpoint(`tcp://127.0.0.1:${port}`, false)])
  await two.open()
  onTestFinished(() => two.close())
  await until(() => one.pub.hasSubscriber(A) && two.hasSubscriber(A), 'both subscribed')
  one.pub.send([Buffer.from('a1')])
  two.send([Buffer.from('a2')])
  two.send([Buffer.from('b')])
  await until(() => heard.length === 2, 'both heard')
  expect(heard.sort()).toEqual([`${one.at} a1`, 'tcp://127.0.0.1 a2'].sort())
})

test('a slow subscriber loses its own messages, and no other does', async () => {
  const { pub, port, at } = await publisher({ queueBytes: 1 << 20 })
  const { heard } = await subscriber(at)
  const deaf = createDeaf(port)
  onTestFinished(() => void deaf.destroy())
  await until(() => pub.connected === 2, 'both connected')
  await until(() => pub.send([Buffer.from('x')]) === 2, 'both subscribed')
  const message = [Buffer.alloc(64 * 1024)]
  let sent = 0
  const isHeard = () => heard.filter((text) => text.length > 1000).length === sent
  while (pub.dropped < 100) {
    pub.send(message)
    sent++
    await until(isHeard, 'the quick one hears each')
  }
  expect(pub.waiting).toBeLessThan(1.2 * 1024 * 1024)
})
function createDeaf(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  for (const part of [GREETING, ready('SUB'), subscribe('')]) socket.write(part)
  return socket.pause()
}

test.each<[string, string, readonly Uint8Array[]]>([
  ['does not speak ZMTP', 'HTTP', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
  ['speaks an older ZMTP than 3', 'ZMTP 2', [Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 2)]],
  ['wants CURVE, and we NULL', 'another mechanism', [greetingBytes('CURVE', false)]],
  ['is no SUB socket', 'another publisher', [GREETING, ready('PUB')]],
  ['sent something else than a handshake', 'a message at once', [GREETING, frameBytes(0, A)]],
  ['said something else than READY', 'another command', [GREETING, frameBytes(FRAME_COMMAND, commandBody('HELLO'))]],
  ['refused us: no way', 'an error', [GREETING, frameBytes(FRAME_COMMAND, commandBody('ERROR', Buffer.from('\x06no way')))]],
  ['sent something else than a handshake', 'a long handshake', [GREETING, frameBytes(FRAME_COMMAND, new Uint8Array(9000))]],
  ['frame longer than allowed', 'a frame of 17 MiB', [GREETING, ready('SUB'), Uint8Array.of(2, 0, 0, 0, 0, 1, 0x10, 0, 0)]],
  [
    'message longer than allowed',
    'too many parts',
    [GREETING, ready('SUB'), ...Array.from({ length: 65 }, () => frameBytes(FRAME_MORE, A))],
  ],
  ['sent a command without a name', 'no command', [GREETING, ready('SUB'), frameBytes(FRAME_COMMAND, new Uint8Array(3))]],
  ['subscribes to too much', 'a long prefix', [GREETING, ready('SUB'), subscribe('a'.repeat(257))]],
  [
    'subscribes to too much',
    'many prefixes',
    [GREETING, ready('SUB'), ...Array.from({ length: 1025 }, (_, n) => frameBytes(0, Buffer.from(`\x01${n}`)))],
  ],
])('%s: %s is cut off', async (why, _, parts) => {
  const { pub, faults, port } = await publisher()
  await talk(port, ...parts).closed
  await until(() => faults.length > 0, 'told')
  expect(faults).toEqual([why])
  expect(pub.connected).toBe(0)
})

test('a message of several parts may have 16 MiB, and not a byte more', async () => {
  const { faults, port } = await publisher()
  const half = 8 * 1024 * 1024
  await talk(port, GREETING, ready('SUB'), frameBytes(FRAME_MORE, new Uint8Array(half)), frameBytes(0, new Uint8Array(half + 1))).closed
  expect(faults).toEqual(['message longer than allowed'])
})

test('prefixes that were asked for twice are taken back twice', async () => {
  const { pub, port } = await publisher()
  const cancel = frameBytes(FRAME_COMMAND, commandBody('CANCEL', A))
  const { end } = talk(port, GREETING, ready('SUB'), subscribe('a'), frameBytes(0, Buffer.from('\x01a')), cancel, subscribe('mark'))
  onTestFinished(end)
  await until(() => pub.hasSubscriber(Buffer.from('mark')), 'all heard')
  expect(pub.hasSubscriber(A)).toBe(true)
  expect(pub.hasSubscriber(Buffer.from(''))).toBe(false)
  const two = talk(port, GREETING, ready('SUB'), subscribe('b'), frameBytes(0, Buffer.from('\x00b')), subscribe('mork'))
  onTestFinished(two.end)
  await until(() => pub.hasSubscriber(Buffer.from('mork')), 'all heard')
  expect(pub.hasSubscriber(Buffer.from('b'))).toBe(false)
})

test('a ping is answered with its context', async () => {
  const { port } = await publisher()
  const peer = talk(port, GREETING, ready('SUB'), frameBytes(FRAME_COMMAND, commandBody('PING', Uint8Array.of(0, 9), Buffer.from('hello'))))
  onTestFinished(peer.end)
  const pong = frameBytes(FRAME_COMMAND, commandBody('PONG', Buffer.from('hello')))
  await until(() => peer.heard().includes(Buffer.from(pong)), 'the pong')
})

test('who never answers is given up, and dialled again', async () => {
  let calls = 0
  const server = createServer((socket) => {
    calls++
    socket.on('error', () => undefined)
    socket.write(GREETING)
    socket.write(ready('PUB'))
    socket.resume()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await until(() => server.listening, 'listening')
  const { faults } = await subscriber(`tcp://127.0.0.1:${(server.address() as { port: number }).port}`, { heartbeatMs: 20 })
  await until(() => calls > 1, 'dialled again')
  expect(faults[0]).toBe('does not answer')
})

test('before 3.1 subscriptions are messages', async () => {
  const older = GREETING.slice()
  older[11] = 0
  const heard: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('data', (bytes) => heard.push(bytes as Buffer)).on('error', () => undefined)
    socket.write(Buffer.from(older))
    socket.write(ready('PUB'))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await until(() => server.listening, 'listening')
  await subscriber(`tcp://127.0.0.1:${(server.address() as { port: number }).port}`, { prefixes: ['flow'] })
  await until(() => Buffer.concat(heard).includes('\x00\x05\x01flow'), 'subscribed')
})

test('each end may go and come back', async () => {
  const port = await freePort()
  const at = `tcp://127.0.0.1:${port}`
  const { sub, heard } = await subscriber(at)
  for (const round of ['one', 'two', 'three']) {
    const pub = new PubSocket([endpoint(at, true)])
    await pub.open()
    await until(() => pub.send([Buffer.from(round)]) === 1, 'subscribed')
    await until(() => heard.some((text) => text.endsWith(round)), 'heard')
    await pub.close()
    await until(() => sub.connected === 0, 'lost')
  }
})

test('a port in use is told, and taken as soon as it is free', async () => {
  const { pub, port } = await publisher()
  const faults: string[] = []
  const second = new PubSocket([endpoint(`tcp://127.0.0.1:${port}`, true)], { fault: (_, why) => faults.push(why) })
  onTestFinished(() => second.close())
  await expect(second.open()).rejects.toThrow(/^tcp:\/\/127.0.0.1:\d+: in use by another program/)
  expect(second.boundTo).toEqual([])
  await pub.close()
  await until(() => second.boundTo.length === 1, 'bound')
  expect(faults[0]).toMatch(/^in use/)
})

test('the file that a killed publisher left is no hindrance, and that of one alive is left alone', async () => {
  const at = localPath()
  const path = at.slice('ipc://'.length)
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 9))`
  spawnSync(process.execPath, ['-e', script])
  expect(existsSync(path)).toBe(true)
  const { pub } = await publisher({}, at)
  expect(pub.boundTo).toEqual([at])
  const second = new PubSocket([endpoint(at, true)])
  onTestFinished(() => second.close())
  await expect(second.open()).rejects.toThrow(/in use/)
  const { sub } = await subscriber(at)
  await until(() => sub.connected === 1, 'connected')
})

test('a file that is no socket stays', async () => {
  const at = localPath()
  writeFileSync(at.slice('ipc://'.length), 'mine')
  const pub = new PubSocket([endpoint(at, true)])
  onTestFinished(() => pub.close())
  await expect(pub.open()).rejects.toThrow(/in use/)
})

test('an abstract local socket', async () => {
  const at = `ipc://@wiretop-test-${process.pid}`
  const { pub } = await publisher({}, at)
  await subscriber(at)
  await until(() => pub.send([A]) === 1, 'subscribed')
})

test.each([
  ['udp://a:1', /no endpoint/],
  ['tcp://a', /host and a port/],
  ['tcp://a:99999', /from 1 to 65535/],
  ['tcp://a:0', /from 1 to 65535/],
  ['tcp://*:1', /no host to connect/],
  ['ipc://', /needs a path/],
  [`ipc:///${'a'.repeat(120)}`, /at most 107/],
])('%s is no endpoint', (text, why) => expect(parseEndpoint(text, false)).toMatch(why))

test('boxes that were changed, replayed or made by others do not open', () => {
  const keys = newKeyPair()
  const client = curveMechanism('SUB', { serverKey: keys.publicKey })
  const server = curveMechanism('PUB', { secretKey: keys.secretKey })
  const hello = client.begin().say!
  const welcome = server.hear(hello).say!
  const initiate = client.hear(welcome).say!
  const last = server.hear(initiate)
  expect(client.hear(last.say!).peer?.get('socket-type')).toBe('PUB')
  expect(last.peer?.get('socket-type')).toBe('SUB')
  const box = Buffer.from(server.message([Buffer.from('hello')])).subarray(2)
  expect(Buffer.from(client.open!(box)!.bytes).toString()).toBe('hello')
  expect(client.open!(box)).toBeUndefined()
  for (const at of [0, 12, 20, box.length - 1]) {
    const next = Buffer.from(server.message([Buffer.from('again')])).subarray(2)
    next[at]! ^= 1
    expect(client.open!(next)).toBeUndefined()
  }
  for (const step of [hello, welcome, initiate])
    expect(curveMechanism('PUB', { secretKey: newKeyPair().secretKey }).hear(step).fault).toBeDefined()
})

test('a client that claims the key of another is not believed', () => {
  const keys = newKeyPair()
  const client = curveMechanism('SUB', { serverKey: keys.publicKey })
  Object.assign(client, { long: { publicKey: newKeyPair().publicKey, secretKey: newKeyPair().secretKey } })
  const server = curveMechanism('PUB', { secretKey: keys.secretKey })
  const initiate = client.hear(server.hear(client.begin().say!).say!).say!
  expect(server.hear(initiate)).toEqual({ fault: 'sent a box that does not open: the keys do not fit' })
})

test('a handshake of CURVE with anything in it: a fault, never a throw', () => {
  const keys = newKeyPair()
  const names = fc.constantFrom('HELLO', 'WELCOME', 'INITIATE', 'READY', 'ERROR', 'MESSAGE')
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(160, 194, 257).map((length) => new Uint8Array(length)),
  )
  fc.assert(
    fc.property(names, data, fc.boolean(), (name, bytes, isServer) => {
      const mechanism = curveMechanism('PUB', isServer ? { secretKey: keys.secretKey } : { serverKey: keys.publicKey })
      const first: Step = mechanism.begin()
      expect(first.fault).toBeUndefined()
      expect(mechanism.hear(commandBody(name, bytes)).fault).toBeDefined()
    }),
    { numRuns: 60 },
  )
})

test('a server key that is no point of the curve', () => {
  expect(curveMechanism('SUB', { serverKey: new Uint8Array(32) }).begin().fault).toBeDefined()
})
