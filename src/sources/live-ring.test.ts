import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { udp } from '../../test/frames.ts'
import { Namespaces, whyNoNamespaces } from '../../test/namespaces.ts'
import { PcapFile } from './pcap-file.ts'
import { joinBytes, pcapBytes } from './pcap-writer.ts'
import { collect } from './testing.ts'
import { type CaptureReport, type CaptureRequest, digestOf } from './testing-capture.ts'

const ROOT = join(import.meta.dirname, '../..')
const CHILD = join(import.meta.dirname, 'testing-capture.ts')
/** Longer than a packet may lie in a block that does not fill up. */
const SETTLE_MS = 400
const MIB = 1024 * 1024

/** A capturing process inside a namespace. */
class Capture {
  readonly #child: ChildProcess
  readonly #reports: AsyncIterator<string>
  #complaint = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#reports = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    child.stderr!.on('data', (part: Buffer) => (this.#complaint += part.toString()))
  }

  static async start(namespace: string, request: CaptureRequest): Promise<Capture> {
    const capture = Capture.launch(namespace, request)
    expect((await capture.next()).event).toBe('running')
    return capture
  }
  static launch(namespace: string, request: CaptureRequest): Capture {
    return new Capture(net.start(namespace, process.execPath, CHILD, JSON.stringify(request)))
  }

  async next(): Promise<CaptureReport> {
    const line = await this.#reports.next()
    if (line.done === true) throw new Error(`the capture ended: ${this.#complaint}`)
    return JSON.parse(line.value as string) as CaptureReport
  }
  stats(): Promise<CaptureReport> {
    this.#child.stdin!.write('stats\n')
    return this.next()
  }
  async until(holds: (report: CaptureReport) => boolean): Promise<CaptureReport> {
    for (;;) {
      const report = await this.stats()
      if (holds(report)) return report
      await sleep(50)
    }
  }
  /** What it has seen once everything that was sent has arrived. */
  async stop(): Promise<CaptureReport> {
    await sleep(SETTLE_MS)
    const exit = once(this.#child, 'exit')
    this.#child.stdin!.write('stop\n')
    const report = await this.next()
    await exit
    return report
  }
  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}

let net: Namespaces
let folder: string
let sender: string
let receiver: string

const replay = (file: string, ...options: string[]) => net.run(sender, 'tcpreplay', '-q', '-i', 's0', ...options, file)
const promiscuity = () => Number(/promiscuity (\d+)/.exec(net.run(receiver, 'ip', '-d', 'link', 'show', 'dev', 'r0'))![1])

/** UDP packets of many flows. */
function manyFlows(count: number, payloadBytes = 100): string {
  const file = join(folder, `flows-${count}-${payloadBytes}.pcap`)
  const data = Array.from({ length: count }, (_, i) => {
    const payload = new Uint8Array(payloadBytes)
    new DataView(payload.buffer).setUint32(0, i)
    return udp({ ip: `10.1.${i & 63}.1`, port: 1000 + (i % 997) }, { ip: '10.2.0.1', port: 2000 }, payload)
  })
  writeFileSync(
    file,
    pcapBytes(
      { linkType: 1 },
      data.map((frame, i) => ({ tsMs: i, data: frame })),
    ),
  )
  return file
}

async function seenIn(file: string): Promise<{ packets: number; capBytes: number; wireBytes: number; digest: string }> {
  const seen = (await collect(new PcapFile(file))).map(({ data, wireLen }) => ({ data: Buffer.from(data, 'hex'), wireLen }))
  return {
    packets: seen.length,
    capBytes: seen.reduce((sum, { data }) => sum + data.length, 0),
    wireBytes: seen.reduce((sum, { wireLen }) => sum + wireLen, 0),
    digest: seen.reduce((all, { data }) => all ^ digestOf(data), 0n).toString(16),
  }
}
const summary = ({ stats: { packets }, capBytes, wireBytes, digest }: CaptureReport) => ({ packets, capBytes, wireBytes, digest })

/** tcpdump's own compiler, as the oracle for filters: sock_filter instructions in hex. */
function compiled(filter: string): string {
  const [, ...lines] = execFileSync('tcpdump', ['-ddd', '-y', 'EN10MB', filter], { encoding: 'utf8', stdio: 'pipe' }).trim().split('\n')
  const instructions = lines.map((line) => {
    const [code, jt, jf, k] = line.split(' ').map(Number)
    const bytes = Buffer.alloc(8)
    bytes.writeUInt16LE(code!, 0)
    bytes.set([jt!, jf!], 2)
    bytes.writeUInt32LE(k!, 4)
    return bytes
  })
  return Buffer.concat(instructions).toString('hex')
}

// How soon a ring grows depends on how busy the machine is: once more, then it is a defect.
describe.skipIf(whyNoNamespaces !== undefined)(`capture on a cable between namespaces ${whyNoNamespaces ?? ''}`, { retry: 1 }, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wiretop-ring-'))
    net = new Namespaces()
    sender = net.add('s')
    receiver = net.add('r')
  })
  const lay = () =>
    net.cable({ namespace: sender, name: 's0', address: '10.9.0.1/24' }, { namespace: receiver, name: 'r0', address: '10.9.0.2/24' })
  beforeAll(lay)
  afterEach(() => {
    // One of the tests removes it.
    if (!net.run(receiver, 'ip', '-o', 'link').includes('r0')) lay()
  })
  afterAll(async () => {
    await net.close()
    rmSync(folder, { recursive: true })
  })

  test('sees what tcpdump sees, VLAN tags included', async () => {
    const dump = join(folder, 'tcpdump.pcap')
    const tcpdump = net.start(receiver, 'tcpdump', '-i', 'r0', '-w', dump, '-U', '-B', '32768', '-Z', 'root')
    await once(tcpdump.stderr!, 'data')
    const capture = await Capture.start(receiver, { name: 'r0' })
    for (const sample of ['office', 'vlan', 'qinq', 'fragments']) replay(join(ROOT, `samples/${sample}.pcap`), '-M', '200')
    const report = await capture.stop()
    // On a busy machine tcpdump takes its time.
    let oracle = await seenIn(dump)
    for (let tries = 0; tries < 50 && oracle.packets < report.stats.packets; tries++) {
      await sleep(100)
      oracle = await seenIn(dump)
    }
    const exit = once(tcpdump, 'exit')
    tcpdump.kill('SIGINT')
    await exit
    expect(oracle.packets).toBeGreaterThan(500)
    expect(summary(report)).toEqual(oracle)
    expect(report.stats).toMatchObject({ dropped: 0, freezes: 0, faults: [], link: 'up' })
    expect(report.outOfOrder).toBe(0)
  })

  test('tags come back at their place', async () => {
    const capture = await Capture.start(receiver, { name: 'r0' })
    replay(join(ROOT, 'samples/qinq.pcap'), '-L', '1')
    const { first } = await capture.stop()
    const [sent] = await collect(new PcapFile(join(ROOT, 'samples/qinq.pcap')))
    expect(first).toEqual([sent!.data])
  })

  test('large segments that the kernel has put together are whole', async () => {
    const capture = await Capture.start(receiver, { name: 'r0', ringBytes: 32 * MIB })
    const listen = `require('net').createServer(s => s.resume().on('end', () => process.exit())).listen(9, '10.9.0.2', () => console.log('up'))`
    const server = net.start(receiver, process.execPath, '-e', listen)
    await once(server.stdout!, 'data')
    const exit = once(server, 'exit')
    net.run(sender, process.execPath, '-e', `require('net').connect(9, '10.9.0.2').end(Buffer.alloc(8e6))`)
    await exit
    const { stats, capBytes, wireBytes } = await capture.stop()
    expect(capBytes).toBeGreaterThan(8e6)
    expect(wireBytes).toBe(capBytes)
    expect(stats.dropped).toBe(0)
    // Frames of 1500 bytes would be more.
    expect(stats.packets).toBeLessThan(8e6 / 1500)
  })

  test('two rings of a group share the packets, each flow whole in one', async () => {
    const fanout = { groupId: 4242, members: 2, seed: 1 }
    const captures = [await Capture.start(receiver, { name: 'r0', fanout }), await Capture.start(receiver, { name: 'r0', fanout })]
    const file = manyFlows(4000)
    replay(file, '-M', '100')
    const [a, b] = await Promise.all(captures.map((capture) => capture.stop()))
    expect(a!.stats.packets + b!.stats.packets).toBe(4000)
    expect(Math.min(a!.stats.packets, b!.stats.packets)).toBeGreaterThan(500)
    expect((BigInt(`0x${a!.digest}`) ^ BigInt(`0x${b!.digest}`)).toString(16)).toBe((await seenIn(file)).digest)
  })

  test('a group shares packets by their innermost hosts, and what is sent as what is received', async () => {
    const shares: CaptureReport[][] = []
    const captures: Capture[][] = []
    // After a connection the kernels ask each other by ARP whether they are still there.
    for (const end of [receiver, sender]) net.run(end, 'ip', 'neigh', 'flush', 'all')
    for (const [end, name] of [
      [receiver, 'r0'],
      [sender, 's0'],
    ] as const) {
      const members: Capture[] = []
      const fanout = { groupId: 4243, members: 3, seed: 9 }
      // One after the other: so the numbers of the members are the same at both ends.
      for (let n = 0; n < 3; n++) members.push(await Capture.start(end, { name, fanout }))
      captures.push(members)
    }
    for (const sample of ['office', 'vxlan', 'gre', 'qinq', 'vlan', 'ipv6', 'fragments'])
      replay(join(ROOT, `samples/${sample}.pcap`), '-M', '100')
    for (const members of captures) shares.push(await Promise.all(members.map((capture) => capture.stop())))
    const [received, sent] = shares.map((members) => members.map(summary))
    expect(sent).toEqual(received)
    for (const { packets } of received!) expect(packets).toBeGreaterThan(50)
    for (const { stats } of shares.flat()) expect(stats.faults).toEqual([])
  })

  test('a filter lets through what it says, from the first packet on', async () => {
    const file = manyFlows(2000)
    const sending = net.start(sender, 'tcpreplay', '-q', '-i', 's0', '-p', '5000', '-l', '4', file)
    const done = once(sending, 'exit')
    const capture = await Capture.start(receiver, { name: 'r0', filter: compiled('udp src port 1003') })
    await done
    const { first, stats } = await capture.stop()
    expect(stats.packets).toBeGreaterThan(0)
    expect(stats.packets).toBeLessThanOrEqual(12)
    for (const data of first) expect(Buffer.from(data, 'hex').readUInt16BE(34)).toBe(1003)
  })

  test('a filter that is no program is refused in one line', async () => {
    const report = await Capture.launch(receiver, { name: 'r0', filter: 'ffff' }).next()
    expect(report).toMatchObject({ event: 'failed', message: expect.stringMatching(/^SourceError: [^\n]*compile it again$/) as string })
  })

  test('the interface is promiscuous while it is captured, not when that was not asked for, and not after the end, a killed process included', async () => {
    expect(promiscuity()).toBe(0)
    const polite = await Capture.start(receiver, { name: 'r0', promiscuous: false })
    expect(promiscuity()).toBe(0)
    const first = await Capture.start(receiver, { name: 'r0' })
    const second = await Capture.start(receiver, { name: 'r0', openBefore: 1 })
    expect(promiscuity()).toBe(2)
    await first.stop()
    await polite.stop()
    expect(promiscuity()).toBe(1)
    await second.kill()
    expect(promiscuity()).toBe(0)
  })

  test('a socket opened before privileges were dropped captures, grows its ring, and needs none', async () => {
    const request = { name: 'r0', openBefore: 3, dropPrivileges: true, ringBytes: 4 * MIB, maxRingBytes: 16 * MIB, sinkMs: 50 }
    const capture = await Capture.start(receiver, request)
    const file = manyFlows(15_000)
    replay(file, '-p', '10000')
    await capture.until(({ stats }) => stats.packets === 15_000 || stats.dropped > 0)
    const grown = await capture.stats()
    const report = await capture.stop()
    expect(summary(report)).toEqual(await seenIn(file))
    expect(report.stats.dropped).toBe(0)
    expect(grown.ringBytes).toBeGreaterThan(4 * MIB)
  })

  test('without the right to capture it says so in one line', async () => {
    const report = await Capture.launch(receiver, { name: 'r0', dropPrivileges: true }).next()
    expect(report).toMatchObject({
      event: 'failed',
      message: expect.stringMatching(/run as root or give the program CAP_NET_RAW$/) as string,
    })
  })

  test('an interface that does not exist is refused in one line', async () => {
    const report = await Capture.launch(receiver, { name: 'r9' }).next()
    expect(report).toMatchObject({ event: 'failed', message: expect.stringMatching(/^SourceError: r9: no such interface/) as string })
  })

  test('a ring too small for a slow sink drops, and counts what it dropped', async () => {
    const capture = await Capture.start(receiver, { name: 'r0', ringBytes: MIB / 2, maxRingBytes: MIB / 2, sinkMs: 300 })
    replay(manyFlows(20_000), '-t')
    const { stats } = await capture.until(({ stats: { packets, dropped } }) => packets + dropped === 20_000)
    expect(stats.dropped).toBeGreaterThan(1000)
    expect(stats.freezes).toBeGreaterThan(0)
    await capture.kill()
  })

  test('a ring grows while its sink is slow, and loses nothing, changes nothing, and stays in order', async () => {
    // Forty batches a second come, and the sink takes twenty.
    const capture = await Capture.start(receiver, { name: 'r0', ringBytes: 4 * MIB, maxRingBytes: 32 * MIB, sinkMs: 50 })
    const file = manyFlows(30_000)
    replay(file, '-p', '10000')
    const grown = await capture.until(({ stats }) => stats.packets === 30_000 || stats.dropped > 0)
    const report = await capture.stop()
    expect(grown.ringBytes).toBeGreaterThan(4 * MIB)
    expect(report.stats).toMatchObject({ dropped: 0, faults: [] })
    expect(summary(report)).toEqual(await seenIn(file))
    expect(report.outOfOrder).toBe(0)
  })

  test('waits while the interface is down, and goes on when it is up again', async () => {
    const capture = await Capture.start(receiver, { name: 'r0' })
    const file = manyFlows(100)
    replay(file)
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'down')
    await capture.until(({ stats }) => stats.link === 'down')
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'up')
    await capture.until(({ stats }) => stats.link === 'up')
    replay(file)
    const { stats } = await capture.stop()
    expect(stats).toMatchObject({ packets: 200, link: 'up', faults: [] })
  })

  test('another name and another MTU change nothing', async () => {
    const capture = await Capture.start(receiver, { name: 'r0' })
    const file = manyFlows(100)
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'mtu', '1400')
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'down')
    net.run(receiver, 'ip', 'link', 'set', 'r0', 'name', 'other')
    net.run(receiver, 'ip', 'link', 'set', 'other', 'up')
    replay(file)
    const { stats } = await capture.until(({ stats: { link, packets } }) => link === 'up' && packets > 0)
    await capture.kill()
    net.run(receiver, 'ip', 'link', 'set', 'other', 'down')
    net.run(receiver, 'ip', 'link', 'set', 'other', 'name', 'r0', 'up')
    expect(stats).toMatchObject({ packets: 100, link: 'up' })
  })

  test.each([
    ['while it is up', []],
    ['while it is down', [['ip', 'link', 'set', 'r0', 'down']]],
  ])('ends when the interface is removed %s, with what came before', async (_, before) => {
    const capture = await Capture.start(receiver, { name: 'r0' })
    replay(manyFlows(100))
    for (const [command, ...args] of before) net.run(receiver, command!, ...args)
    net.run(receiver, 'ip', 'link', 'delete', 'r0')
    const report = await capture.next()
    expect(report).toMatchObject({ event: 'ended', stats: { packets: 100, link: 'gone' } })
  })

  test('what loopback delivers twice counts once', async () => {
    const capture = await Capture.start(sender, { name: 'lo' })
    const send = `const s = require('dgram').createSocket('udp4'); let n = 0; const go = () => n++ < 50 ? s.send('x', 9, '127.0.0.1', go) : s.close(); go()`
    const sink = net.start(
      sender,
      process.execPath,
      '-e',
      `require('dgram').createSocket('udp4').bind(9, '127.0.0.1', () => console.log('up'))`,
    )
    await once(sink.stdout!, 'data')
    net.run(sender, process.execPath, '-e', send)
    const { stats } = await capture.stop()
    expect(stats.packets).toBe(50)
  })

  test('a large payload keeps its length where a filter cuts it', async () => {
    // ret #80: the first 80 bytes of everything.
    const capture = await Capture.start(receiver, { name: 'r0', filter: '0600000050000000' })
    replay(manyFlows(10, 1000))
    const { stats, capBytes, wireBytes } = await capture.stop()
    expect({ packets: stats.packets, capBytes, wireBytes }).toEqual({
      packets: 10,
      capBytes: 800,
      wireBytes: 10 * joinBytes([new Uint8Array(1042)]).length,
    })
  })
})
