/** Exporters as people run them, into a collector as people start it: what is counted is what was in the capture that they read. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ItemOf } from '../src/lib/fields.ts'
import type { InterfaceInfo, ListAnswer, Totals } from '../src/lib/live.ts'
import { udpUnread, whyMissing } from './processes.ts'
import { freePort, type Product, root, scratchFolder, startProduct, until } from './product.ts'

const CAPTURE = join(root, 'samples/office.pcap')
const folder = scratchFolder()
afterAll(() => folder.dispose())
const run = promisify(execFile)
interface Counted {
  readonly packets: number
  readonly bytes: number
}

/** Packets and bytes of layer 3 of a capture, by tshark. */
function contents(isV4Only: boolean): Counted {
  const fields = ['-e', 'ip.len', '-e', 'ipv6.plen']
  const out = execFileSync('tshark', ['-r', CAPTURE, '-T', 'fields', '-E', 'occurrence=f', '-E', 'separator=,', ...fields], {
    encoding: 'utf8',
  })
  const lengths = out.split('\n').flatMap((line) => {
    const [v4, v6] = line.split(',')
    if (v4) return [Number(v4)]
    return v6 && !isV4Only ? [Number(v6) + 40] : []
  })
  return { packets: lengths.length, bytes: lengths.reduce((a, b) => a + b, 0) }
}

/** One interface of a wiretop that collects there. */
class Endpoint {
  readonly product: Product
  readonly port: number
  readonly id: number
  constructor(product: Product, port: number, id: number) {
    this.product = product
    this.port = port
    this.id = id
  }
  async info(): Promise<InterfaceInfo> {
    return (await this.product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')).interfaces.find(({ id }) => id === this.id)!
  }
  totals = () => this.product.get<Totals>(`/api/v1/totals?interface=${this.id}`)
  async exporters(): Promise<readonly ItemOf<'exporters'>[]> {
    return (await this.product.get<ListAnswer<'exporters'>>(`/api/v1/exporters?interface=${this.id}`)).items
  }
  /** What is counted beyond `before`, once it is as many packets. */
  async counted(packets: number, before: Counted = { packets: 0, bytes: 0 }): Promise<Counted> {
    const now = await until(`${packets} packets are counted`, async () => {
      const totals = await this.totals()
      return totals.packets - before.packets >= packets ? totals : undefined
    })
    expect(now.dropped).toBe(0)
    return { packets: now.packets - before.packets, bytes: now.bytes - before.bytes }
  }
}

/** A wiretop with an endpoint for each of these options, all of them open. */
async function collect<const O extends readonly string[]>(options: O): Promise<{ [K in keyof O]: Endpoint }> {
  const ports = await Promise.all(options.map(() => freePort()))
  const product = await startProduct([
    '-s',
    '-d',
    folder.path('kept'),
    ...ports.flatMap((port, i) => ['-i', `netflow://127.0.0.1:${port}${options[i]}`]),
  ])
  const { interfaces } = await until('it listens', async () => {
    const all = await product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')
    return all.interfaces.every(({ state }) => state === 'running') ? all : undefined
  })
  return interfaces.map(({ id }, i) => new Endpoint(product, ports[i]!, id)) as { [K in keyof O]: Endpoint }
}

const softflowd = (port: number, ...args: string[]) =>
  run('softflowd', ['-r', CAPTURE, '-n', `127.0.0.1:${port}`, '-d', '-c', 'none', '-p', folder.path('pid'), ...args], { timeout: 20_000 })

/** The datagrams that softflowd sends of the capture. */
async function exported(...args: string[]): Promise<Buffer[]> {
  const datagrams: Buffer[] = []
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (datagram) => datagrams.push(datagram))
  await softflowd(socket.address().port, ...args)
  // What was sent lies in the socket already.
  await new Promise((resolve) => setImmediate(resolve))
  socket.close()
  return datagrams
}
/** The sums of their records as they stand there, by tshark. */
function recordsIn(datagrams: readonly Buffer[]): Counted {
  const file = folder.path('datagrams.pcap')
  const input = datagrams.map((datagram) => `000000 ${datagram.toString('hex').replace(/../g, '$& ')}\n`).join('')
  execFileSync('text2pcap', ['-q', '-u', '2055,2055', '-', file], { input, stdio: 'pipe' })
  const sum = (field: string) =>
    execFileSync('tshark', ['-r', file, '-d', 'udp.port==2055,cflow', '-T', 'fields', '-e', field], { encoding: 'utf8', stdio: 'pipe' })
      .split(/[\n,]/)
      .reduce((total, value) => total + Number(value), 0)
  return { packets: sum('cflow.packets'), bytes: sum('cflow.octets') }
}
async function sendAll(port: number, datagrams: readonly Buffer[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const datagram of datagrams) await new Promise((resolve) => socket.send(datagram, port, '127.0.0.1', resolve))
  socket.close()
}

const PACKAGES = 'softflowd nfdump pmacct tshark'
const whyNot = whyMissing(['softflowd', 'tshark', 'text2pcap'], PACKAGES)
const whyNoReplay = whyNot ?? whyMissing(['nfcapd', 'nfreplay'], PACKAGES)
const whyNoPmacct = whyNot ?? whyMissing(['pmacctd'], PACKAGES)
for (const why of new Set([whyNot, whyNoReplay, whyNoPmacct])) if (why !== undefined) console.log(why)

describe.skipIf(whyNot !== undefined)('what exporters tell of a capture', () => {
  /** Everything counts where several tell of the same flows. */
  let all: Endpoint
  let sampling: Endpoint
  let sampled: Endpoint
  let guarded: Endpoint
  beforeAll(async () => {
    ;[all, sampling, sampled, guarded] = await collect(['?repeats=all', '?repeats=all', '?sampling=100', '?allow=192.0.2.0/24'])
  })
  afterAll(() => all.product.stop())

  test.each([
    ['NetFlow v5', ['-v', '5'], true],
    ['NetFlow v9', ['-v', '9'], false],
    ['IPFIX', ['-v', '10'], false],
    ['IPFIX', ['-v', '10', '-b'], false],
    ['IPFIX', ['-v', '10', '-A', 'milli'], false],
  ])('softflowd by %s %j', async (protocol, args, isV4Only) => {
    const before = await all.totals()
    await softflowd(all.port, ...args)
    const there = contents(isV4Only)
    expect(await all.counted(there.packets, before)).toEqual(there)
    expect((await all.exporters()).find((one) => one.protocol === protocol)).toMatchObject({
      address: '127.0.0.1',
      missed: 0,
      setsWaiting: 0,
      setsUndecoded: 0,
    })
  })

  test.each([
    ['NetFlow v5', ['-v', '5'], 'records'],
    ['NetFlow v9', ['-v', '9'], 'options'],
    ['IPFIX', ['-v', '10'], 'options'],
  ])('softflowd that counts one packet of seven, by %s: what its records hold is multiplied', async (protocol, args, samplingFrom) => {
    const before = await sampling.totals()
    const datagrams = await exported(...args, '-s', '7')
    await sendAll(sampling.port, datagrams)
    const { packets, bytes } = recordsIn(datagrams)
    expect(packets).toBeGreaterThan(100)
    expect(await sampling.counted(7 * packets, before)).toEqual({ packets: 7 * packets, bytes: 7 * bytes })
    expect((await sampling.exporters()).find((one) => one.protocol === protocol)).toMatchObject({ sampling: '7', samplingFrom })
  })

  test('sampled by the user’s word, what is counted is multiplied', async () => {
    await softflowd(sampled.port, '-v', '9')
    const { bytes, packets } = contents(false)
    expect(await sampled.counted(100 * packets)).toEqual({ bytes: 100 * bytes, packets: 100 * packets })
    expect(await sampled.exporters()).toMatchObject([{ sampling: '100', samplingFrom: 'user' }])
  })

  test('who may not send is counted, and nothing else', async () => {
    await softflowd(guarded.port, '-v', '5')
    const { collector } = await until('it is refused', async () => {
      const now = await guarded.info()
      return (now.collector?.sendersRefused ?? 0) > 5 ? now : undefined
    })
    expect(collector).toMatchObject({ records: 0, exporters: 0 })
  })

  test.skipIf(whyNoReplay !== undefined)('what nfcapd has kept comes again as v9', async () => {
    const kept = folder.path('nf')
    mkdirSync(kept)
    const port = await freePort()
    const nfcapd = spawn('nfcapd', ['-l', kept, '-p', String(port), '-b', '127.0.0.1'], { stdio: ['ignore', 'pipe', 'pipe'] })
    await until('nfcapd listens', () => (udpUnread(port) === undefined ? undefined : true))
    await softflowd(port, '-v', '9')
    await until('nfcapd has read it all', () => (udpUnread(port) === 0 ? true : undefined))
    const ended = once(nfcapd, 'close')
    nfcapd.kill('SIGTERM')
    await ended
    const before = await all.totals()
    await run('nfreplay', ['-v', '9', '-r', join(kept, readdirSync(kept)[0]!), '-H', '127.0.0.1', '-p', String(all.port)], {
      timeout: 20_000,
    })
    const there = contents(false)
    expect(await all.counted(there.packets, before)).toEqual(there)
  })

  test.skipIf(whyNoPmacct !== undefined)('pmacctd with nfprobe by NetFlow v9, and another by IPFIX', async () => {
    const before = await all.totals()
    // They send after some seconds, and take their time to end.
    const both = [9, 10].map((version) => {
      const config = folder.path(`pmacct-${version}.conf`)
      const lines = [
        'daemonize: false',
        `pcap_savefile: ${CAPTURE}`,
        'pcap_savefile_wait: false',
        'plugins: nfprobe',
        'aggregate: src_host,dst_host,src_port,dst_port,proto,tos',
        `nfprobe_receiver: 127.0.0.1:${all.port}`,
        `nfprobe_version: ${version}`,
      ]
      writeFileSync(config, `${lines.join('\n')}\n`)
      return spawn('pmacctd', ['-f', config], { stdio: 'ignore' })
    })
    const ended = Promise.all(both.map((pmacctd) => once(pmacctd, 'close')))
    try {
      const { packets, bytes } = contents(false)
      expect(await all.counted(2 * packets, before)).toEqual({ packets: 2 * packets, bytes: 2 * bytes })
      for (const one of await all.exporters()) expect(one).toMatchObject({ setsUndecoded: 0 })
    } finally {
      for (const pmacctd of both) pmacctd.kill()
      await ended
    }
  })
})

describe.skipIf(whyNot !== undefined)('a restart', () => {
  test('knows templates again, and each exporter can be an interface', async () => {
    const [first] = await collect([''])
    await softflowd(first.port, '-v', '9')
    await first.counted(contents(false).packets)
    await first.product.stop()
    const second = await startProduct(['-s', '-d', folder.path('kept'), '-i', `netflow://127.0.0.1:${first.port}`, '--per-exporter'])
    try {
      const { items } = await until('its exporter is known', async () => {
        const answer = await second.get<ListAnswer<'exporters'>>('/api/v1/exporters').catch(() => undefined)
        return answer !== undefined && answer.items.length > 0 ? answer : undefined
      })
      expect(items[0]!.templates).toBeGreaterThan(0)
      await softflowd(first.port, '-v', '9')
      const own = await until('an interface of its own has its flows', async () => {
        const { interfaces } = await second.get<{ interfaces: (InterfaceInfo & { totals?: Totals })[] }>('/api/v1/interfaces')
        return interfaces.find(({ kind, totals }) => kind === 'exporter' && totals !== undefined && totals.packets > 0)
      })
      expect(own.name).toContain('127.0.0.1 NetFlow v9')
    } finally {
      await second.stop()
    }
  })
})
