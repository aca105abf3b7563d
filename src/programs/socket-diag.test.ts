import { createServer } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress, parseAddress } from '../wire/address.ts'
import { readWhole } from './proc-file.ts'
import { readProcNet } from './proc-net.ts'
import { AF_INET, AF_INET6, type DumpStep, dumpRequest, readDump, SocketDiag } from './socket-diag.ts'
import { PROTO_TCP, SocketRecord } from './socket-record.ts'

const SEQ = 7
const address = ([a, b, c, d]: Int32Array) => formatAddress(a!, b!, c!, d!)
const shown = (s: SocketRecord) => ({
  local: `${address(s.local)} ${s.localPort}`,
  remote: `${address(s.remote)} ${s.remotePort}`,
  uid: s.uid,
  inode: s.inode,
  v6Only: s.v6Only,
})
type Shown = ReturnType<typeof shown>

function read(bytes: Uint8Array, end = bytes.length): { step: DumpStep; sockets: Shown[] } {
  const sockets: Shown[] = []
  const step = readDump(bytes, end, SEQ, PROTO_TCP, new SocketRecord(), (s) => sockets.push(shown(s)))
  return { step, sockets }
}

interface Message {
  readonly type: number
  readonly seq?: number
  readonly body?: readonly number[]
}
const le16 = (n: number) => [n & 255, n >>> 8]
const le32 = (n: number) => [...le16(n & 0xffff), ...le16(n >>> 16)]
const datagram = (...messages: readonly Message[]) =>
  Uint8Array.from(
    messages.flatMap(({ type, seq = SEQ, body = [] }) => {
      const bytes = [...le32(16 + body.length), ...le16(type), 0, 0, ...le32(seq), ...le32(0), ...body]
      return [...bytes, ...new Array<number>(-bytes.length & 3).fill(0)]
    }),
  )
/** struct inet_diag_msg; ports and addresses in network order. */
const diag = (family: number, local: readonly number[], remote: readonly number[], more: readonly number[] = []) => [
  ...[family, 1, 0, 0, 0x1f, 0x90, 0xc0, 0x01],
  ...[...local, ...new Array<number>(16 - local.length).fill(0)],
  ...[...remote, ...new Array<number>(16 - remote.length).fill(0)],
  ...new Array<number>(24).fill(0),
  ...[...le32(1000), ...le32(4242)],
  ...more,
]
const IPV6 = [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1]

test('sockets of both families, attributes and the end of a dump', () => {
  const { step, sockets } = read(
    datagram(
      { type: 20, body: diag(AF_INET, [10, 0, 0, 1], [192, 0, 2, 200]) },
      { type: 20, body: diag(AF_INET6, IPV6, [], [...le16(5), ...le16(8), 0, 0, 0, 0, ...le16(5), ...le16(11), 1, 0, 0, 0]) },
      { type: 20, seq: SEQ - 1, body: diag(AF_INET, [1, 1, 1, 1], [1, 1, 1, 1]) },
      { type: 20, body: diag(99, [], []) },
      { type: 3 },
    ),
  )
  expect(step).toBe('done')
  expect(sockets).toEqual([
    { local: '10.0.0.1 8080', remote: '192.0.2.200 49153', uid: 1000, inode: 4242, v6Only: false },
    { local: '2001:db8::1 8080', remote: ':: 49153', uid: 1000, inode: 4242, v6Only: true },
  ])
})

test.each<[string, Uint8Array, DumpStep]>([
  ['nothing', datagram(), 'more'],
  ['an error of the kernel', datagram({ type: 2, body: le32(-1 >>> 0) }), { errno: 1 }],
  ['an error without its number', datagram({ type: 2 }), 'malformed'],
  ['a length that is shorter than its head', Uint8Array.from([...le32(15), ...new Array<number>(12).fill(0)]), 'malformed'],
  ['a length beyond the end', Uint8Array.from([...le32(17), ...new Array<number>(12).fill(0)]), 'malformed'],
  ['half a head', new Uint8Array(15), 'malformed'],
  ['a socket cut short', datagram({ type: 20, body: diag(AF_INET, [], []).slice(0, 71) }), 'malformed'],
])('%s', (_, bytes, step) => {
  expect(read(bytes)).toEqual({ step, sockets: [] })
})

test('no bytes make it throw, loop or read past the end', () => {
  const whole = datagram({ type: 20, body: diag(AF_INET6, IPV6, IPV6, [...le16(5), ...le16(11), 1, 0, 0, 0]) }, { type: 3 })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(whole.length), (damage, end) => {
      const bytes = whole.slice()
      for (const [at, value] of damage) bytes[at] = value
      expect(read(bytes, end).sockets.length).toBeLessThanOrEqual(1)
    }),
    { seed: 1, numRuns: 2000 },
  )
})

test('a request asks for no sockets that nobody holds', () => {
  const request = dumpRequest(AF_INET, PROTO_TCP, 1)
  expect(request.length).toBe(72)
  const states = new DataView(request.buffer).getUint32(20, true)
  expect(states & (1 << 6)).toBe(0)
  expect(states & (1 << 10)).not.toBe(0)
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['::', '127.0.0.1'],
])('one by one: a listener on %s is found for %s, and what is not there is not', async (listen, address) => {
  const server = createServer().listen(0, listen)
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const words = parseAddress(address)!
  const ends = (localPort: number) => [...words, ...words, ((localPort << 16) | 9) >>> 0]
  const found: Shown[] = []
  const netlink = new SocketDiag()
  expect(netlink.lookUp([ends(1), ends(port), ...Array.from({ length: 100 }, () => ends(1))], (s) => found.push(shown(s)))).toBe(true)
  netlink.close()
  server.close()
  expect(found).toMatchObject([{ local: `${listen} ${port}`, inode: expect.any(Number) }])
  expect(found[0]!.inode).toBeGreaterThan(0)
})

test("the kernel's list and /proc/net agree on a socket of ours", async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const found = { netlink: [] as Shown[], text: [] as Shown[] }
  const netlink = new SocketDiag()
  expect(netlink.dump(AF_INET, PROTO_TCP, (s) => s.localPort === port && s.remotePort === 0 && found.netlink.push(shown(s)))).toBe(true)
  netlink.close()
  readProcNet(
    readWhole('/proc/net/tcp', 1 << 24),
    PROTO_TCP,
    (s) => s.localPort === port && s.remotePort === 0 && found.text.push(shown(s)),
  )
  server.close()
  expect(found.netlink).toEqual(found.text)
  expect(found.netlink).toMatchObject([{ local: `127.0.0.1 ${port}`, remote: '0.0.0.0 0', uid: process.getuid!() }])
})
