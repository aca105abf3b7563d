/** Several workers on one interface, live: what passes on a cable between namespaces is told as by one. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pcapBytes } from '../src/sources/pcap-writer.ts'
import { readBytes } from '../src/sources/testing.ts'
import { Decoder } from '../src/wire/decode.ts'
import { KIND_IP, Packet } from '../src/wire/packet.ts'
import { type Bytes, be16, eth, ip4, ip6, tcp, udp, zeros } from '../src/wire/testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { root, scratchFolder, withFolder } from './product.ts'

const scratch = scratchFolder()
afterAll(() => scratch.dispose())
const MAIN = join(root, 'src/main.ts')
const READY_WITHIN_MS = 30_000

let net: Namespaces
let sender: string
let receiver: string

/** The product inside the receiver's namespace, asked from inside by curl. */
class Inside {
  readonly process: ReturnType<Namespaces['start']>
  private readonly port: number
  private said = ''
  constructor(port: number, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
    this.port = port
    const set = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    this.process = net.start(receiver, 'env', ...set, process.execPath, MAIN, '-i', 'r0', '-w', String(port), '-s', ...withFolder(args))
    for (const stream of [this.process.stdout!, this.process.stderr!]) stream.on('data', (part: Buffer) => (this.said += part.toString()))
  }

  get<T>(path: string, ...args: readonly string[]): T {
    return JSON.parse(net.run(receiver, 'curl', '-sS', '--max-time', '10', ...args, `http://127.0.0.1:${this.port}/api/v1${path}`)) as T
  }
  download(path: string): Buffer {
    const file = scratch.path('downloaded')
    net.run(receiver, 'curl', '-sS', '--max-time', '30', '-o', file, `http://127.0.0.1:${this.port}/api/v1${path}`)
    return readFileSync(file)
  }

  get interface(): { id: number; state: string; failure?: string } {
    return this.get<{ interfaces: { id: number; state: string; failure?: string }[] }>('/interfaces').interfaces[0]!
  }
  get packets(): number {
    return this.get<{ packets: number }>('/totals').packets
  }

  async ready(): Promise<this> {
    for (const untilMs = Date.now() + READY_WITHIN_MS; Date.now() < untilMs; await sleep(100)) {
      try {
        if (this.get<{ interfaces: { device?: { link: string }; state: string }[] }>('/interfaces').interfaces[0]?.state === 'running')
          break
      } catch {
        if (this.process.exitCode !== null) throw new Error(`it ended: ${this.said}`)
      }
    }
    // All rings take packets from here on: one that comes late would find its share begun.
    await sleep(1500)
    return this
  }
  async counted(packets: number): Promise<void> {
    for (const untilMs = Date.now() + 15_000; this.packets < packets && Date.now() < untilMs; ) await sleep(100)
    await sleep(300)
    expect(this.packets).toBe(packets)
  }

  /** Cores that each of its threads may run on. */
  cores(): string[] {
    const tasks = `/proc/${this.process.pid}/task`
    return readdirSync(tasks).map((task) => /Cpus_allowed_list:\s+(\S+)/.exec(readFileSync(join(tasks, task, 'status'), 'utf8'))![1]!)
  }

  async stop(): Promise<void> {
    const exit = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    await exit
  }
}

const lay = () =>
  net.cable({ namespace: sender, name: 's0', address: '10.9.0.1/24' }, { namespace: receiver, name: 'r0', address: '10.9.0.2/24' })
/** On one core: a sender that changes cores has its packets come in another order, and not the same one for everybody. */
const replay = (file: string, ...options: string[]) =>
  net.run(sender, 'taskset', '-c', '0', 'tcpreplay', '-q', '-i', 's0', ...options, file)
const sample = (name: string) => join(root, 'samples', `${name}.pcap`)

async function packetsIn(file: string): Promise<number> {
  return (await readBytes(readFileSync(file))).seen.length
}

const ether = (packet: Bytes) => eth(packet[0]! >> 4 === 6 ? 0x86dd : 0x0800, packet)
const withLabel = (packet: Bytes, label: number): Bytes => [packet[0]!, packet[1]! & 0xf0, ...be16(label), ...packet.slice(4)]

/** Frames without IP are given to a host by the worker that sees them, which knows fewer hosts behind one link address. */
async function withoutArp(name: string): Promise<string> {
  const decoder = new Decoder(1)
  const p = new Packet()
  const { seen } = await readBytes(readFileSync(sample(name)))
  const kept = seen.flatMap(({ tsMs, data: hex, linkType }) => {
    const data = Uint8Array.from(Buffer.from(hex, 'hex'))
    decoder.decode(data, 0, data.length, data.length, linkType, p)
    return p.kind === KIND_IP ? [{ tsMs, data }] : []
  })
  const file = scratch.path(`${name}-ip.pcap`)
  writeFileSync(file, pcapBytes({ linkType: 1 }, kept))
  return file
}

/** Geneve both ways with ports of their own, and IPv6 whose directions have flow labels of their own: the kernel's hash tears both apart. */
function madeFrames(): string {
  const frames: Bytes[] = []
  for (let i = 0; i < 40; i++) {
    const [a, b] = [`10.177.0.${i + 1}`, `10.178.0.${i + 1}`]
    const geneve = (inside: Bytes): Bytes => [1, 0, 0x65, 0x58, 0, 0, 9, 0, ...zeros(4), ...inside]
    const there = ether(ip4(udp(4000 + i, 9000, zeros(20)), { src: a, dst: b }))
    const back = ether(ip4(udp(9000, 4000 + i, zeros(30)), { src: b, dst: a }))
    frames.push(ether(ip4(udp(50_000 + i, 6081, geneve(there)), { src: '10.9.9.1', dst: '10.9.9.2' })))
    frames.push(ether(ip4(udp(40_000 + i, 6081, geneve(back)), { src: '10.9.9.2', dst: '10.9.9.1' })))
    const [a6, b6] = [`2001:db8::${i + 1}`, `2001:db8:1::${i + 1}`]
    frames.push(ether(withLabel(ip6(tcp(4000 + i, 9001, zeros(10)), { src: a6, dst: b6, next: 6 }), 100 + i)))
    frames.push(ether(withLabel(ip6(tcp(9001, 4000 + i, zeros(12)), { src: b6, dst: a6, next: 6 }), 900 + i)))
  }
  const file = scratch.path('made.pcap')
  writeFileSync(
    file,
    pcapBytes(
      { linkType: 1 },
      frames.map((frame, i) => ({ tsMs: 1_700_000_000_000 + i, data: Uint8Array.from(frame) })),
    ),
  )
  return file
}

type Item = Readonly<Record<string, unknown>>

/**
 * What depends on when it was asked or received: both products see the same packets, but stamp them for themselves. Risks among it: some are judged ten
 * seconds after a flow began, or by its period.
 */
const TIMED = /Seen|duration|bps|pps|trend|Latency|^id$|activeFlows|^nowMs|clock|series|lagMs|Limit|fields|communityId|^risks|[sS]core/
/** A host's first connection may lie on another worker than its first packet: which of two systems behind one address is told is open. */
const BY_FIRST_SYN = /^(?:system|tcpFingerprint)$/
const timeless = (value: unknown): unknown =>
  Array.isArray(value)
    ? inOrder(value)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .flatMap(([name, v]) => (TIMED.test(name) || BY_FIRST_SYN.test(name) ? [] : [[name, timeless(v)] as const]))
            .sort(([x], [y]) => (x < y ? -1 : 1)),
        )
      : value
const inOrder = (items: readonly unknown[]): string[] => items.map((item) => JSON.stringify(timeless(item))).sort()

describe.skipIf(whyNoNamespaces !== undefined)(`one and three workers on a cable ${whyNoNamespaces ?? ''}`, () => {
  let one: Inside
  let three: Inside
  beforeAll(async () => {
    net = new Namespaces()
    sender = net.add('ws')
    receiver = net.add('wr')
    lay()
    one = new Inside(3997, {}, '--packet-ring', '16M')
    three = new Inside(3998, {}, '--workers', '3', '--packet-ring', '16M', '-g', '0')
    await Promise.all([one.ready(), three.ready()])
    let sent = 0
    for (const file of [...(await Promise.all(['vxlan', 'fragments', 'ftp', 'office'].map(withoutArp))), madeFrames()]) {
      // Slow enough that names which are heard again (a second later) are told again.
      replay(file, '-x', '20')
      sent += await packetsIn(file)
    }
    await Promise.all([one.counted(sent), three.counted(sent)])
    // Flows that have ended leave three seconds later; afterwards nothing changes for a while.
    await sleep(5000)
  }, 120_000)
  afterAll(async () => {
    await net?.close()
  })

  test('packets that arrive are packets counted, and totals are the same', () => {
    const [a, b] = [one, three].map((product) => timeless(product.get('/totals')))
    expect(b).toEqual(a)
  })

  test.each(['hosts', 'flows', 'apps', 'l4', 'ports', 'vlans', 'macs', 'talkers', 'nonip'])('%s are the same rows', (entity) => {
    const rows = (product: Inside) => inOrder(product.get<{ items: Item[] }>(`/${entity}?limit=1000`).items)
    expect(rows(three)).toEqual(rows(one))
  })

  test.each(['bytes', 'packets', 'clientPort', 'serverPort', 'app'])('flows by %s', (sort) => {
    const values = (product: Inside) => product.get<{ items: Item[] }>(`/flows?limit=100&sort=${sort}`).items.map((item) => item[sort])
    expect(values(three)).toEqual(values(one))
  })

  test('no flow of a tunnel, of fragments or with flow labels is in two halves', () => {
    const flows = (filter: string) => three.get<{ items: Item[] }>(`/flows?limit=1000&filter=${encodeURIComponent(filter)}`).items
    for (const filter of ['host in 10.177.0.0/16', 'host in 2001:db8::/32 and port = 9001']) {
      const items = flows(filter)
      expect(items, filter).toHaveLength(40)
      for (const { packetsC2s, packetsS2c } of items) expect([packetsC2s, packetsS2c]).toEqual([1, 1])
    }
  })

  test('the data of FTP is named', () => {
    const apps = (product: Inside) => product.get<{ items: Item[] }>(`/apps?limit=1000`).items.map(({ app }) => app)
    expect(apps(three)).toContain('FTP_DATA')
    expect(apps(three).sort()).toEqual(apps(one).sort())
  })

  test('pages of hosts', () => {
    const hosts = one.get<{ items: { address: string }[] }>('/hosts?limit=12&sort=bytes').items
    const page = (product: Inside, address: string) => timeless(product.get(`/hosts/${address}`))
    for (const { address } of hosts) expect(page(three, address), address).toEqual(page(one, address))
  })

  test.skipIf(availableParallelism() < 2)('threads are pinned to successive cores, all others to none', () => {
    const allowed = three.cores()
    const pinned = allowed.filter((cores) => /^\d+$/.test(cores))
    // More workers than cores begin again with the first.
    expect(pinned.sort()).toEqual(Array.from({ length: 3 }, (_, worker) => String(worker % availableParallelism())).sort())
    expect(allowed.length).toBeGreaterThan(pinned.length)
  })

  test('the rings keep all packets, in order', async () => {
    const [a, b] = await Promise.all([one, three].map(async (product) => readBytes(product.download('/packets?format=pcapng'))))
    expect(b!.seen.map(({ data }) => data).sort()).toEqual(a!.seen.map(({ data }) => data).sort())
    const times = b!.seen.map(({ tsMs }) => tsMs)
    expect(times).toEqual([...times].sort((x, y) => x - y))
  })

  test('a recording holds what passes meanwhile, in order', async () => {
    const { id } = three.get<{ id: number }>('/recordings?maxSeconds=4', '-X', 'POST')
    replay(sample('office'), '-M', '20')
    for (const untilMs = Date.now() + 10_000; Date.now() < untilMs; await sleep(200))
      if (three.get<{ state: string }>(`/recordings/${id}`).state !== 'running') break
    const { seen } = await readBytes(three.download(`/recordings/${id}/packets`))
    expect(seen).toHaveLength(await packetsIn(sample('office')))
    expect(seen.map(({ tsMs }) => tsMs)).toEqual(seen.map(({ tsMs }) => tsMs).sort((x, y) => x - y))
  }, 30_000)
})

describe.skipIf(whyNoNamespaces !== undefined)(`three workers ${whyNoNamespaces ?? ''}`, () => {
  beforeAll(() => {
    net = new Namespaces()
    sender = net.add('ds')
    receiver = net.add('dr')
    lay()
  })
  afterAll(async () => {
    await net?.close()
  })

  test('one that dies leaves its packets to the others, the interface says so, and a restart has all again', async () => {
    const order = scratch.path('die')
    const env = {
      WIRETOP_TEST_DYING: 'r0 1',
      WIRETOP_TEST_DYING_ORDER: order,
      NODE_OPTIONS: `--import ${join(root, 'test/dying-on-order.js')}`,
    }
    const product = await new Inside(3996, env, '--workers', '3').ready()
    const file = madeFrames()
    const sent = await packetsIn(file)
    replay(file, '-M', '20')
    await product.counted(sent)
    writeFileSync(order, '')
    for (const untilMs = Date.now() + 10_000; product.interface.state !== 'failed' && Date.now() < untilMs; ) await sleep(100)
    expect(product.interface.failure).toMatch(
      /^worker 2 of 3, whose packets the others get from now on \(restart .*\): its worker died: struck by lightning/,
    )
    // Until its socket is closed.
    await sleep(1000)
    const left = product.packets
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(sent)
    replay(file, '-M', '20')
    await product.counted(left + sent)
    const { items } = product.get<{ items: Item[] }>('/flows?limit=1000')
    expect(items.length).toBeGreaterThan(0)

    rmSync(order)
    product.get(`/interfaces/${product.interface.id}/restart`, '-X', 'POST')
    await product.ready()
    replay(file, '-M', '20')
    await product.counted(sent)
    expect(product.interface.state).toBe('running')
    await product.stop()
  }, 90_000)

  test('all come back with an interface that had vanished', async () => {
    const product = await new Inside(3995, {}, '--workers', '3').ready()
    const link = () => product.get<{ interfaces: { device: { link: string } }[] }>('/interfaces').interfaces[0]!.device.link
    const until = async (state: string) => {
      for (const untilMs = Date.now() + 15_000; link() !== state && Date.now() < untilMs; ) await sleep(100)
      expect(link()).toBe(state)
    }
    const file = madeFrames()
    const sent = await packetsIn(file)
    replay(file, '-M', '20')
    await product.counted(sent)
    net.run(receiver, 'ip', 'link', 'delete', 'r0')
    await until('gone')
    lay()
    await until('up')
    await sleep(1500)
    replay(file, '-M', '20')
    await product.counted(2 * sent)
    expect(product.interface.failure).toBeUndefined()
    await product.stop()
  }, 90_000)
})
