/** All interfaces asked as one: files, a bridge beside its members, a capture beside a collector of the same link. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Entity, entities, type FlowItem } from '../src/lib/fields.ts'
import { ALL_INTERFACES, type InterfaceInfo, type ListAnswer, type LiveInterface, type Totals } from '../src/lib/live.ts'
import { Probes } from '../src/probe/probes.ts'
import { pcapBytes } from '../src/sources/pcap-writer.ts'
import { readBytes } from '../src/sources/testing.ts'
import { Decoder } from '../src/wire/decode.ts'
import { KIND_IP, Packet } from '../src/wire/packet.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { root, scratchFolder, until } from './product.ts'
import { InsideProduct } from './product-inside.ts'

const scratch = scratchFolder()
afterAll(() => scratch.dispose())
const ENTITIES = (Object.keys(entities) as Entity[]).filter((entity) => entity !== 'exporters')

/** Packets with IP, each with a number that the packets of its two hosts share. */
async function packetsOf(name: string) {
  const decoder = new Decoder(1)
  const p = new Packet()
  const { seen } = await readBytes(readFileSync(join(root, 'samples', `${name}.pcap`)))
  return seen.flatMap(({ tsMs, data: hex, linkType }) => {
    const data = Uint8Array.from(Buffer.from(hex, 'hex'))
    decoder.decode(data, 0, data.length, data.length, linkType, p)
    const pair = p.src0 ^ p.src1 ^ p.src2 ^ p.src3 ^ p.dst0 ^ p.dst1 ^ p.dst2 ^ p.dst3
    return p.kind === KIND_IP ? [{ tsMs, data, pair }] : []
  })
}
type Packets = Awaited<ReturnType<typeof packetsOf>>
function fileOf(name: string, packets: Packets): string {
  const path = scratch.path(name)
  writeFileSync(path, pcapBytes({ linkType: 1 }, packets))
  return path
}

const open: Probes[] = []
afterEach(async () => {
  for (const probes of open.splice(0)) await probes.close()
})
function probesOf(paths: Readonly<Record<string, string>>): Probes {
  const worker = new URL('../src/probe.worker.ts', import.meta.url)
  const probes = new Probes({ worker, originalSpeed: false, localNetworks: undefined, flowLimit: 4096, hostLimit: 4096 })
  open.push(probes)
  for (const [name, path] of Object.entries(paths)) probes.open(name, path)
  return probes
}
const isAtRest = ({ state }: InterfaceInfo) => state === 'ended' || state === 'failed'
const allRead = (probes: Probes) =>
  until('all are read', async () => (probes.interfaces().every(({ info }) => isAtRest(info)) ? true : undefined))

type Item = Readonly<Record<string, unknown>>
/** Rates are of each capture's own last second, and names of hosts are learnt by the interface that sees who tells them. */
const OWN = [
  ...['id', 'interfaces', 'bps', 'bpsSent', 'bpsRcvd', 'pps', 'trend'],
  ...[
    'name',
    'clientLabel',
    'serverLabel',
    'system',
    'tcpFingerprint',
    'risks',
    'score',
    'clientScore',
    'serverScore',
    'scoreAsClient',
    'scoreAsServer',
  ],
]
const counted = (item: Item): Item => Object.fromEntries(Object.entries(item).filter(([name]) => !OWN.includes(name)))
const textOf = (item: Item) => JSON.stringify(item, Object.keys(item).sort())
async function rowsOf(one: LiveInterface, entity: Entity): Promise<string[]> {
  const { items } = await one.ask('list', { entity, limit: 1000 })
  return (items as unknown as Item[]).map(counted).map(textOf).sort()
}

describe('capture files', () => {
  test.each(['tcp-loss', 'vlan', 'ipv6', 'office'])('%s, split over two interfaces, is as one', async (name) => {
    const packets = await packetsOf(name)
    // By pairs of hosts: what one flow says of another stays on its interface.
    const half = (n: number) => packets.filter(({ pair }) => ((pair ^ (pair >>> 8) ^ (pair >>> 16)) & 1) === n)
    const whole = probesOf({ whole: fileOf('whole.pcap', packets) })
    const halves = probesOf({ a: fileOf('a.pcap', half(0)), b: fileOf('b.pcap', half(1)) })
    await Promise.all([allRead(whole), allRead(halves)])
    const [single, merged] = [whole.interfaces()[0]!, halves.all!]
    for (const entity of ENTITIES) expect(await rowsOf(merged, entity), entity).toEqual(await rowsOf(single, entity))
    const figures = ({ packets: p, bytes, bytesSent, bytesRcvd, flows, flowsTotal, hosts, localHosts, macs, tcp }: Totals) => [
      ...[p, bytes, bytesSent, bytesRcvd, flows, flowsTotal, hosts, localHosts, macs],
      tcp,
    ]
    expect(figures(await merged.ask('totals', {}))).toEqual(figures(await single.ask('totals', {})))
    expect(await merged.ask('sizes', {})).toEqual(await single.ask('sizes', {}))
  })

  test('there is nothing to join with one interface; others come and go', async () => {
    const packets = await packetsOf('tcp-loss')
    const path = fileOf('one.pcap', packets)
    const probes = probesOf({ one: path })
    await allRead(probes)
    expect([probes.all, probes.get(ALL_INTERFACES)]).toEqual([undefined, undefined])
    const second = probes.open('two', path)
    await allRead(probes)
    const all = probes.get(ALL_INTERFACES)!
    expect(all.info).toMatchObject({ kind: 'all', state: 'ended', all: { rule: 'max', interfaces: [1, 2] } })
    const flows = async () => (await all.ask('list', { entity: 'flows', limit: 1000 })).items as FlowItem[]
    expect(new Set((await flows()).flatMap(({ interfaces }) => interfaces))).toEqual(new Set(['one', 'two']))
    const single = await second.ask('totals', {})
    expect(await all.ask('totals', {})).toMatchObject({ packets: single.packets, flows: single.flows, flowsTotal: single.flowsTotal })
    const third = probes.open('three', fileOf('three.pcap', await packetsOf('ipv6')))
    await allRead(probes)
    const more = await third.ask('totals', {})
    expect((await all.ask('totals', {})).packets).toBe(single.packets + more.packets)
    await probes.remove(second.info.id)
    expect((await all.ask('totals', {})).packets).toBe(single.packets + more.packets)
    expect(new Set((await flows()).flatMap(({ interfaces }) => interfaces))).toEqual(new Set(['one', 'three']))
    await probes.remove(third.info.id)
    expect(probes.all).toBeUndefined()
  })

  test('one that has failed is told, and the others answer', async () => {
    const path = fileOf('good.pcap', await packetsOf('tcp-loss'))
    const probes = probesOf({ good: path, bad: '/nonexistent/capture.pcap' })
    await allRead(probes)
    const all = probes.all!
    expect(all.info).toMatchObject({ state: 'ended', failure: expect.stringMatching(/^bad: .*nonexistent/) })
    const single = await probes.interfaces()[0]!.ask('totals', {})
    expect(await all.ask('totals', {})).toMatchObject({ packets: single.packets, flows: single.flows })
    await expect(all.recordings.start({} as never)).rejects.toThrow('one of them')
  })

  test('one that dies while it is asked is left out', async () => {
    const path = fileOf('good.pcap', await packetsOf('tcp-loss'))
    const probes = probesOf({ a: path, b: path })
    await allRead(probes)
    const all = probes.all!
    const single = await probes.interfaces()[0]!.ask('totals', {})
    const dying = probes.interfaces()[1] as unknown as { workers: { options: { thread: { worker: { terminate(): Promise<number> } } } }[] }
    const asked = all.ask('totals', {})
    void dying.workers[0]!.options.thread.worker.terminate()
    expect((await asked).packets).toBe(single.packets)
    expect((await all.ask('totals', {})).packets).toBe(single.packets)
    expect(all.info.failure).toMatch(/^b: /)
  })
})

const missing = ['tcpreplay', 'softflowd'].filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
const whyNot =
  whyNoNamespaces ??
  (missing.length === 0 ? undefined : `skipped: ${missing.join(', ')} not installed: apt-get install tcpreplay softflowd`)
if (whyNot !== undefined) console.log(whyNot)

describe.skipIf(whyNot !== undefined)('live', () => {
  let net: Namespaces
  let [left, bridge, right] = ['', '', '']
  let packets: Packets
  let file = ''
  let product: InsideProduct | undefined
  beforeAll(async () => {
    net = new Namespaces()
    ;[left, bridge, right] = [net.add('left'), net.add('bridge'), net.add('right')]
    net.cable({ namespace: left, name: 'l0' }, { namespace: bridge, name: 'm0' })
    net.cable({ namespace: right, name: 'r0' }, { namespace: bridge, name: 'm1' })
    // Both ends of the capture send from one side: a bridge that learnt that would not forward.
    net.run(bridge, 'ip', 'link', 'add', 'br0', 'type', 'bridge', 'ageing_time', '0')
    for (const member of ['m0', 'm1']) net.run(bridge, 'ip', 'link', 'set', member, 'master', 'br0')
    net.run(bridge, 'ip', 'link', 'set', 'br0', 'up')
    packets = await packetsOf('office')
    file = fileOf('office.pcap', packets)
  })
  afterEach(async () => {
    await product?.end()
    product = undefined
  })
  afterAll(() => net.close())

  const replay = () => net.run(left, 'tcpreplay', '-q', '--pps', '2000', '-i', 'l0', file)
  const all = <E extends Entity>(entity: E) => product!.get<ListAnswer<E>>(`/api/v1/${entity}?interface=all&limit=1000`)
  const totals = () => product!.get<Totals>('/api/v1/totals?interface=all')
  const bytesOf = (some: Packets) => some.reduce((sum, { data }) => sum + data.length, 0)

  test('a bridge beside its members: no packet counts three times', async () => {
    product = await InsideProduct.start(net, bridge, ['-s', '--store', 'none', '-i', 'br0', '-i', 'm0', '-i', 'm1'])
    replay()
    for (const id of [1, 2, 3]) expect((await product.settled(packets.length, id)).packets).toBe(packets.length)
    const found = await totals()
    expect(found).toMatchObject({ packets: packets.length, bytes: bytesOf(packets) })
    const own = await product.get<ListAnswer<'flows'>>('/api/v1/flows?interface=1&limit=1000')
    const flows = await all('flows')
    expect(flows.total).toBe(own.total)
    expect(new Set(flows.items.map(({ interfaces }) => interfaces?.join()))).toEqual(new Set(['br0,m0,m1']))
    const sum = async (entity: 'apps' | 'hosts' | 'l4' | 'macs', id: string) =>
      (await product!.get<ListAnswer<'l4'>>(`/api/v1/${entity}?interface=${id}&limit=1000`)).items.reduce((n, { bytes }) => n + bytes, 0)
    for (const entity of ['apps', 'l4', 'macs', 'hosts'] as const) expect(await sum(entity, 'all'), entity).toBe(await sum(entity, '1'))
  })

  test('what a loopback interface delivers is seen as one flow where two captures see it', async () => {
    product = await InsideProduct.start(net, right, ['-s', '--store', 'none', '-i', 'lo', '-i', 'any'])
    net.run(right, process.execPath, '-e', SAY_OVER_LOOPBACK)
    const own = await until('it is seen', async () => {
      const found = await product!.get<ListAnswer<'flows'>>(`/api/v1/flows?interface=1&filter=${encodeURIComponent('serverPort = 7007')}`)
      return found.items[0]?.packets === SAID ? found.items[0] : undefined
    })
    const flows = (await all('flows')).items.filter(({ serverPort }) => serverPort === 7007)
    expect(flows).toMatchObject([{ packets: own.packets, interfaces: ['lo', 'any'] }])
  })

  test('a capture beside a collector that is told of the same link', async () => {
    product = await InsideProduct.start(net, bridge, ['-s', '--store', 'none', '-i', 'm0', '-i', 'netflow://127.0.0.1:9995'])
    await product.until('it listens', ({ state }) => state === 'running')
    replay()
    expect((await product.settled(packets.length, 1)).packets).toBe(packets.length)
    const before = await totals()
    net.run(bridge, 'softflowd', '-r', file, '-n', '127.0.0.1:9995', '-d', '-c', 'none', '-v', '9', '-p', scratch.path('pid'))
    const told = await until('it is told', async () => {
      const { packets: n } = await product!.totals(2)
      return n > 0.9 * packets.length ? n : undefined
    })
    const after = await totals()
    expect(told + before.packets).toBeGreaterThan(1.9 * packets.length)
    expect(after.packets).toBe(before.packets)
    const { items } = await all('flows')
    expect(items.filter(({ interfaces }) => interfaces!.length === 2).length).toBeGreaterThan(100)
  })
})

const SAID = 5
const SAY_OVER_LOOPBACK = `
const { createSocket } = require('node:dgram')
const [to, from] = [createSocket('udp4'), createSocket('udp4')]
to.bind(7007, '127.0.0.1', async () => {
  for (let i = 0; i < ${SAID}; i++) await new Promise((done) => from.send('hello', 7007, '127.0.0.1', done))
  setTimeout(() => process.exit(), 200)
})`
