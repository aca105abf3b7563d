/** What becomes of a capture when its interfaces change, and when nothing passes. */
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FlowItem, HostItem } from '../src/lib/fields.ts'
import { pcapBytes } from '../src/sources/pcap-writer.ts'
import { conversation, udp } from './frames.ts'
import { ON_THE_WAY_MS, pause, sample } from './live-testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { scratchFolder, until } from './product.ts'
import { InsideProduct } from './product-inside.ts'

const DNS_PACKETS = 76
const ASKS = 50
const FAST_MS = 20

describe.skipIf(whyNoNamespaces !== undefined)(`live interfaces that change ${whyNoNamespaces ?? ''}`, () => {
  const net = new Namespaces()
  const { path, dispose } = scratchFolder()
  let sender: string
  let receiver: string
  let product: InsideProduct
  /** What has been sent to the interface so far. */
  let sent = 0

  beforeAll(async () => {
    sender = net.add('interfaces-s')
    receiver = net.add('interfaces-r')
    plug()
    product = await InsideProduct.start(net, receiver, ['-i', 'r0'])
    await until('root is given up', () => /as user nobody/.test(product.said()) || undefined)
  })
  afterAll(async () => {
    await product?.end()
    await net.close()
    dispose()
  })

  function plug(name = 'r0'): void {
    net.cable({ namespace: sender, name: 's0', address: '203.0.113.1/24' }, { namespace: receiver, name, address: '203.0.113.2/24' })
  }
  /** Sends the sample, and waits until it has been counted once. */
  async function sends(): Promise<void> {
    net.run(sender, 'tcpreplay', '-q', '-i', 's0', '--topspeed', sample('dns.pcap'))
    sent += DNS_PACKETS
    await product.settled(sent)
    await pause(ON_THE_WAY_MS)
    expect((await product.totals()).packets).toBe(sent)
  }
  function send(name: string, frames: readonly Uint8Array[]): void {
    writeFileSync(
      path(name),
      pcapBytes(
        { linkType: 1 },
        frames.map((data, i) => ({ data, tsMs: i })),
      ),
    )
    net.run(sender, 'tcpreplay', '-q', '-i', 's0', '--topspeed', path(name))
    sent += frames.length
  }
  const link = async () => (await product.entry()).device?.link
  const linkIs = (state: string) => until(`the link is ${state}`, async () => (await link()) === state || undefined)
  const list = async <T>(what: string) => (await product.get<{ items: T[] }>(`/api/v1/${what}`)).items

  test('on a silent link the clock goes on, and answers come at once', async () => {
    const { nowMs } = await product.totals()
    expect(Math.abs(nowMs - Date.now())).toBeLessThan(5_000)
    await until('the clock has gone on', async () => (await product.totals()).nowMs > nowMs || undefined)
    const times: number[] = []
    for (let i = 0; i < ASKS; i++) times.push(await product.timed('/api/v1/totals'))
    expect(times.sort((a, b) => a - b)[ASKS / 2]).toBeLessThan(FAST_MS)
  })

  test('flows that last are in the past as soon as somebody looks', async () => {
    await sends()
    const query = `from=${Date.now() - 60_000}&to=${Date.now() + 1000}&measures=packets&filter=${encodeURIComponent('app = DNS')}`
    const { rows } = await product.get<{ rows: number[][] }>(`/api/v1/history/groups?${query}`)
    const flows = await list<FlowItem>('flows?filter=app=DNS&limit=500')
    expect(flows.length).toBeGreaterThan(5)
    expect(rows).toEqual([[flows.reduce((sum, { packets }) => sum + packets, 0)]])
  })

  test('a connection that was closed leaves after three seconds, also when nothing else passes', async () => {
    send(
      'closed.pcap',
      conversation(
        { ip: '203.0.113.1', port: 40_000 },
        { ip: '203.0.113.2', port: 80 },
        'GET / HTTP/1.0\r\n\r\n',
        'HTTP/1.0 200 OK\r\n\r\n',
      ),
    )
    const isThere = async () => (await list<FlowItem>('flows?filter=clientPort=40000')).length > 0
    await until('it is there', async () => (await isThere()) || undefined)
    await until('it has left', async () => !(await isThere()) || undefined, 8_000)
    expect((await product.totals()).flowsTotal).toBeGreaterThan(0)
  })

  test('the networks of the interface are local, and those of an address that it is given later', async () => {
    const local = async (address: string) => (await list<HostItem>(`hosts?filter=host=${address}`))[0]?.local
    send('local.pcap', [udp({ ip: '203.0.113.77', port: 1 }, { ip: '198.51.100.77', port: 2 }, 'x')])
    await until('it is seen', async () => (await local('203.0.113.77')) !== undefined || undefined)
    expect(await local('203.0.113.77')).toBe(true)
    expect(await local('198.51.100.77')).toBe(false)
    net.run(receiver, 'ip', 'address', 'add', '198.51.100.1/24', 'dev', 'r0')
    await until('it is local', async () => (await local('198.51.100.77')) || undefined)
    expect((await product.entry()).device?.addresses).toContain('198.51.100.1/24')
    expect((await product.totals()).localHosts).toBe((await list('hosts?filter=local=true')).length)
  })

  test('it goes down and comes up again', async () => {
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'down')
    await linkIs('down')
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'up')
    await linkIs('up')
    await sends()
  })

  test('it gets another name: it is captured on, under the name that it was given in the console, and its device by its own', async () => {
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'name', 'uplink')
    await until('the name follows', async () => (await product.entry()).device?.names.includes('uplink') || undefined)
    expect(await product.entry()).toMatchObject({ id: 1, name: 'r0', state: 'running', device: { names: ['uplink'], link: 'up' } })
    await sends()
  })

  test('it is removed and returns, more than once and at once: the same interface captures on, and its figures go on', async () => {
    for (const pauseMs of [2_000, 0, 0]) {
      net.run(receiver, 'ip', 'link', 'delete', 'uplink')
      if (pauseMs > 0) {
        await linkIs('gone')
        await pause(pauseMs)
      }
      plug('uplink')
      // What was there a second ago may still be taken for it.
      await pause(1_500)
      await linkIs('up')
      await sends()
    }
    await until('the interface says so', async () => (await product.entry()).progress.packets === sent || undefined)
    expect(await product.entry()).toMatchObject({ id: 1, name: 'r0', state: 'running', progress: { faultCount: 0 } })
  })

  test('an interface that nobody captured is captured by request', async () => {
    net.cable({ namespace: sender, name: 's1' }, { namespace: receiver, name: 'r1' })
    await until(
      'it is known',
      async () =>
        (await product.get<{ devices: { name: string }[] }>('/api/v1/devices')).devices.some(({ name }) => name === 'r1') || undefined,
    )
    await product.ask('/api/v1/devices/r1/capture', 'POST', 201)
    await product.until('it is open', ({ state }) => state === 'running', 2)
    net.run(sender, 'tcpreplay', '-q', '-i', 's1', '--topspeed', sample('dns.pcap'))
    expect(await product.settled(DNS_PACKETS, 2)).toMatchObject({ packets: DNS_PACKETS })
  })

  test('two as one, shared by two workers: one is removed and returns, the other is captured all the while', async () => {
    const both = await InsideProduct.start(net, receiver, ['-i', 'uplink,r1', '--workers', '2'])
    const over = (name: string) => net.run(sender, 'tcpreplay', '-q', '-i', name, '--topspeed', sample('dns.pcap'))
    try {
      over('s0')
      over('s1')
      expect((await both.settled(2 * DNS_PACKETS)).packets).toBe(2 * DNS_PACKETS)
      net.run(receiver, 'ip', 'link', 'delete', 'uplink')
      over('s1')
      expect((await both.settled(3 * DNS_PACKETS)).packets).toBe(3 * DNS_PACKETS)
      plug('uplink')
      // Nobody takes a packet before all workers have joined, which nothing outside shows but the packets.
      await until('uplink is captured again', async () => {
        net.run(sender, 'tcpreplay', '-q', '-i', 's0', '--limit=1', sample('dns.pcap'))
        return (await both.totals()).packets > 3 * DNS_PACKETS || undefined
      })
      const { packets } = await both.settled(Number.POSITIVE_INFINITY)
      over('s0')
      over('s1')
      expect((await both.settled(packets + 2 * DNS_PACKETS)).packets).toBe(packets + 2 * DNS_PACKETS)
      expect(await both.entry()).toMatchObject({ state: 'running', device: { names: ['uplink', 'r1'], link: 'up' } })
    } finally {
      await both.end()
    }
  })
})
