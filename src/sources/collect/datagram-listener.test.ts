import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { hasLibc, libc } from '../native/libc.ts'
import { DatagramListener, type DatagramTaker } from './datagram-listener.ts'
import { deafen, droppedBy, hear, openUdp } from './udp-socket.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** Keeps what comes, as `sender: first bytes, length`. */
class Taken implements DatagramTaker {
  readonly lines: string[] = []
  private readonly wanted: number
  private readonly whole = Promise.withResolvers<readonly string[]>()
  pauses = 0
  constructor(wanted = Number.POSITIVE_INFINITY) {
    this.wanted = wanted
  }
  datagram(datagram: Uint8Array, from: string, port: number): void {
    if (!(port > 0)) throw new Error('a sender without a port')
    this.lines.push(`${from} ${Buffer.from(datagram.subarray(0, 5))} ${datagram.length}`)
  }
  taken(): void {
    this.pauses++
    if (this.lines.length >= this.wanted) this.whole.resolve(this.lines)
  }
  /** Once so many have come. */
  get all(): Promise<readonly string[]> {
    return this.whole.promise
  }
}
async function listen(host: string, taker: DatagramTaker, ...more: unknown[]): Promise<DatagramListener> {
  const [socket] = more as Parameters<typeof DatagramListener.open>[3][]
  const listener = await DatagramListener.open(host, 0, taker, socket)
  open.push(listener)
  return listener
}
/** Another process sends while this one cannot read. */
function sendAtOnce(to: string, port: number, lengths: readonly number[]): void {
  const send = `const s=require('dgram').createSocket('${to.includes(':') ? 'udp6' : 'udp4'}');const l=${JSON.stringify(lengths)};let n=0
    const go=()=>n<l.length?s.send(Buffer.from(String(n).padStart(5,'0').padEnd(l[n++],'.')),${port},'${to}',go):s.close();go()`
  execFileSync(process.execPath, ['-e', send])
}
const number = (n: number) => String(n).padStart(5, '0')

test.each([
  ['127.0.0.1', 'udp4', '127.0.0.1'],
  ['localhost', 'udp4', '127.0.0.1'],
  ['::1', 'udp6', '::1'],
] as const)('%s: hands over what comes, and counts what the kernel had to throw away', async (host, type, from) => {
  const taken = new Taken(1)
  const listener = await listen(host, taken)
  const sender = createSocket(type)
  sender.send('hello', listener.port, from)
  expect(await taken.all).toEqual([`${from} hello 5`])
  sender.close()
  await once(sender, 'close')
  expect(listener.bufferBytes).toBeGreaterThan(65_536)
  expect(listener.dropped).toBe(0)
})

test.each([
  ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['::1', '::1', '::1'],
  ['::', '127.0.0.1', '127.0.0.1'],
])('at %s what has come from %s while nobody read is handed over whole, in order, and in few pieces', async (host, to, from) => {
  const lengths = Array.from({ length: 500 }, (_, n) => (n === 77 ? 60_000 : n % 3 === 0 ? 5 : 5 + n))
  const taken = new Taken(lengths.length)
  const listener = await listen(host, taken)
  sendAtOnce(to, listener.port, lengths)
  expect(await taken.all).toEqual(lengths.map((length, n) => `${from} ${number(n)} ${length}`))
  if (hasLibc()) expect(taken.pauses).toBeLessThan(lengths.length / 2)
  expect(listener.dropped).toBe(0)
})

test('what nobody reads in time is counted', async () => {
  const listener = await listen('127.0.0.1', new Taken())
  sendAtOnce('127.0.0.1', listener.port, new Array<number>(2000).fill(60_000))
  expect(listener.dropped).toBeGreaterThan(0)
})

test('an address that is taken is refused in one line', async () => {
  const first = await listen('127.0.0.1', new Taken())
  await expect(DatagramListener.open('127.0.0.1', first.port, new Taken())).rejects.toThrow(
    /^UDP 127\.0\.0\.1:\d+: in use by another program/,
  )
})

test('an address of another machine is refused', async () => {
  await expect(DatagramListener.open('192.0.2.1', 0, new Taken())).rejects.toThrow(/no address of this machine/)
})

describe.skipIf(!hasLibc())('a socket that somebody else owns', () => {
  function owned(isDeaf = false): number {
    const fd = openUdp('127.0.0.1', 0, false, { isDeaf })
    open.push({ close: () => libc().close(fd) })
    return fd
  }

  test('what comes between two listeners waits for the second', async () => {
    const fd = owned()
    const before = await DatagramListener.open('127.0.0.1', 0, new Taken(), { fd, droppedBefore: 0 })
    const { port } = before
    await before.close()
    sendAtOnce('127.0.0.1', port, [5, 5, 5])
    const taken = new Taken(3)
    const after = await listen('127.0.0.1', taken, { fd, droppedBefore: 0 })
    expect(after.port).toBe(port)
    expect(await taken.all).toEqual([0, 1, 2].map((n) => `127.0.0.1 ${number(n)} 5`))
  })

  test('nothing is kept while it is deaf, and that counts as no loss of who listens then', async () => {
    const fd = owned(true)
    const taken = new Taken(1)
    const listener = await listen('127.0.0.1', taken, { fd, droppedBefore: 0 })
    const { port } = listener
    sendAtOnce('127.0.0.1', port, [6, 6])
    expect(droppedBy(fd)).toBe(2)
    hear(fd)
    const next = new Taken(1)
    const again = await listen('127.0.0.1', next, { fd, droppedBefore: droppedBy(fd) })
    await listener.close()
    open.splice(open.indexOf(listener), 1)
    sendAtOnce('127.0.0.1', port, [7])
    expect(await next.all).toEqual([`127.0.0.1 ${number(0)} 7`])
    expect(again.dropped).toBe(0)
    deafen(fd)
    sendAtOnce('127.0.0.1', port, [8])
    expect(again.dropped).toBe(1)
    expect(taken.lines).toEqual([])
  })
})
