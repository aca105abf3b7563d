import { createSocket } from 'node:dgram'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { Program } from '../lib/programs.ts'
import { ProgramLookup } from './program-lookup.ts'
import { type Ends, endHolders, holder, wantedOf } from './testing.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const netlink = new ProgramLookup()
const procNet = new ProgramLookup('proc-net')
const list = new ProgramLookup('list')
afterEach(endHolders)
afterAll(() => {
  for (const lookup of [netlink, list]) lookup.close()
})

function find(lookup: ProgramLookup, ...ends: readonly Ends[]): (Program | undefined)[] {
  const { programs, of } = lookup.find(wantedOf(...ends), Date.now())
  return [...of].map((n) => programs[n - 1])
}
const turned = ({ proto, local, localPort, remote, remotePort }: Ends): Ends => ({
  proto,
  local: remote,
  localPort: remotePort,
  remote: local,
  remotePort: localPort,
})

/** A server that keeps what connects, in a process of its own; says its port. */
const tcpServer = (address: string) =>
  `const s = require('net').createServer((c) => c.on('error', () => {})).listen(0, '${address}', () => console.log(s.address().port))`
const udpSocket = (type: 'udp4' | 'udp6', bind: string, then = '') =>
  `const s = require('dgram').createSocket('${type}'); s.bind(0, ${bind}, () => { ${then || 'console.log(s.address().port)'} })`

async function connected(port: number, host: string): Promise<Socket> {
  const socket = connect(port, host)
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

describe.each([
  ['netlink, one by one', netlink],
  ['netlink, all', list],
  ['/proc/net', procNet],
])('by %s', (_, lookup) => {
  test.each(['127.0.0.1', '::1'])('both ends of a TCP connection on %s', async (host) => {
    const server = await holder<number>(tcpServer(host))
    const client = await connected(server.said, host)
    const ends = { proto: 6, local: host, localPort: client.localPort!, remote: host, remotePort: server.said }
    const found = find(lookup, ends, turned(ends))
    client.destroy()
    expect(found).toMatchObject([
      { pid: process.pid, name: 'node' },
      { pid: server.pid, name: 'node', user: isRoot ? 'root' : expect.any(String), executable: process.execPath },
    ])
  })

  test('IPv4 through a socket of IPv6', async () => {
    const server = await holder<number>(tcpServer('::'))
    const client = await connected(server.said, '127.0.0.1')
    const found = find(lookup, { proto: 6, local: '127.0.0.1', localPort: server.said, remote: '127.0.0.1', remotePort: client.localPort! })
    client.destroy()
    expect(found[0]?.pid).toBe(server.pid)
  })

  test.each([
    ['udp4', "'127.0.0.1'", '127.0.0.1'],
    ['udp4', 'undefined', '127.0.0.1'],
    ['udp6', "'::1'", '::1'],
    ['udp6', 'undefined', '::1'],
    ['udp6', 'undefined', '127.0.0.1'],
  ] as const)('a UDP port that is not connected: %s bound to %s, asked for %s', async (type, bind, address) => {
    const { pid, said: port } = await holder<number>(udpSocket(type, bind))
    const found = find(lookup, { proto: 17, local: address, localPort: port, remote: address, remotePort: 9 })
    expect(found[0]?.pid).toBe(pid)
  })

  test('a connected UDP socket is its own connection, and no other', async () => {
    const script = udpSocket('udp4', "'127.0.0.1'", "s.connect(9, '127.0.0.1', () => console.log(s.address().port))")
    const { pid, said: port } = await holder<number>(script)
    const ends = { proto: 17, local: '127.0.0.1', localPort: port, remote: '127.0.0.1', remotePort: 9 }
    expect(find(lookup, ends)[0]?.pid).toBe(pid)
    expect(find(lookup, { ...ends, remotePort: 10 })).toEqual([undefined])
  })
})

test.skipIf(!isRoot)("another user's process; skipped: needs root", async () => {
  const { pid, said: port } = await holder<number>(tcpServer('127.0.0.1'), { uid: NOBODY })
  const found = find(netlink, { proto: 6, local: '127.0.0.1', localPort: port, remote: '127.0.0.1', remotePort: 1 })
  expect(found).toMatchObject([{ pid, uid: NOBODY, user: 'nobody' }])
})

test('a connection that was seen is known when it has closed, and only that one', async () => {
  const server = createServer((c) => c.on('error', () => {})).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const client = await connected(port, '127.0.0.1')
  const ends = { proto: 6, local: '127.0.0.1', localPort: client.localPort!, remote: '127.0.0.1', remotePort: port }
  const lookup = new ProgramLookup()
  expect(find(lookup, ends)[0]?.pid).toBe(process.pid)
  client.resetAndDestroy()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  expect(find(lookup, ends)[0]?.pid).toBe(process.pid)
  expect(find(lookup, { ...ends, remotePort: port ^ 1 })).toEqual([undefined])
  expect(lookup.find(wantedOf(ends), Date.now() + 300_001).of).toEqual(Uint16Array.of(0))
  lookup.close()
})

test('a bound UDP port that was seen is known for any peer when it has closed', async () => {
  const { said: port, end, pid } = await holder<number>(udpSocket('udp4', 'undefined'))
  const ends = { proto: 17, local: '127.0.0.1', localPort: port, remote: '127.0.0.1', remotePort: 9 }
  expect(find(netlink, ends)[0]?.pid).toBe(pid)
  await end()
  expect(find(netlink, { ...ends, remotePort: 77 })[0]?.pid).toBe(pid)
  expect(find(netlink, { ...ends, local: '127.0.0.2' })).toEqual([undefined])
})

test('a short connection that has left nothing is its listener’s', async () => {
  const { pid, said: port } = await holder<number>(tcpServer('127.0.0.1'))
  expect(find(netlink, { proto: 6, local: '127.0.0.1', localPort: port, remote: '127.0.0.1', remotePort: 1 })[0]?.pid).toBe(pid)
})

test('a port that programs of different names share is nobody’s', async () => {
  const reuse = "{ type: 'udp4', reuseAddr: true }"
  const ours = createSocket({ type: 'udp4', reuseAddr: true })
  await new Promise<void>((resolve) => ours.bind(0, '127.0.0.1', resolve))
  const { port } = ours.address()
  const ends = { proto: 17, local: '127.0.0.1', localPort: port, remote: '127.0.0.1', remotePort: 9 }
  const script = `const s = require('dgram').createSocket(${reuse}); s.bind(${port}, '127.0.0.1', () => console.log(1))`
  const twin = await holder<number>(script)
  // Of one name: either will do.
  expect(find(new ProgramLookup(), ends)[0]?.name).toBe('node')
  await twin.end()
  if (isRoot) {
    await holder<number>(script, { uid: NOBODY })
    expect(find(new ProgramLookup(), ends)).toEqual([undefined])
  }
  ours.close()
})

test('a connection that nobody has accepted yet is its listener’s', async () => {
  // Stopped before the first connection comes: the kernel takes it all the same.
  const { pid, said: port } = await holder<number>(tcpServer('127.0.0.1'))
  process.kill(pid, 'SIGSTOP')
  const client = await connected(port, '127.0.0.1')
  const ends = { proto: 6, local: '127.0.0.1', localPort: port, remote: '127.0.0.1', remotePort: client.localPort! }
  const found = [netlink, list, procNet].map((lookup) => find(lookup, ends)[0]?.pid)
  client.destroy()
  expect(found).toEqual([pid, pid, pid])
})

test('more connections than are asked for one by one', async () => {
  const server = await holder<number>(tcpServer('127.0.0.1'))
  const clients = await Promise.all(Array.from({ length: 50 }, () => connected(server.said, '127.0.0.1')))
  const all = clients.map(({ localPort }) => ({
    proto: 6,
    local: '127.0.0.1',
    localPort: localPort!,
    remote: '127.0.0.1',
    remotePort: server.said,
  }))
  for (const lookup of [netlink, list]) {
    const found = find(lookup, ...all, ...all.map(turned))
    expect(found.map((program) => program?.pid)).toEqual([...all.map(() => process.pid), ...all.map(() => server.pid)])
  }
  for (const client of clients) client.destroy()
})

test('nothing at all', () => {
  expect(find(netlink, { proto: 6, local: '127.0.0.1', localPort: 1, remote: '127.0.0.1', remotePort: 1 })).toEqual([undefined])
  expect(find(netlink, { proto: 99, local: '::', localPort: 0, remote: '::', remotePort: 0 })).toEqual([undefined])
})
