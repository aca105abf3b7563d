/** Exporters as people run them, into a collector as people start it: what is counted is what was in the capture that they read. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ItemOf } from '../src/lib/fields.ts'
import type { InterfaceInfo, ListAnswer, Totals } from '../src/lib/live.ts'
import { type Product, root, startProduct, until } from './product.ts'

const CAPTURE = join(root, 'samples/office.pcap')
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const dir = mkdtempSync(join(tmpdir(), 'wiretop-collect-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Bytes of layer 3 and packets of a capture, by tshark. */
function contents(isV4Only: boolean): { bytes: number; packets: number } {
  const fields = ['-e', 'ip.len', '-e', 'ipv6.plen']
  const out = execFileSync('tshark', ['-r', CAPTURE, '-T', 'fields', '-E', 'occurrence=f', '-E', 'separator=,', ...fields], {
    encoding: 'utf8',
  })
  const lengths = out.split('\n').flatMap((line) => {
    const [v4, v6] = line.split(',')
    if (v4) return [Number(v4)]
    return v6 && !isV4Only ? [Number(v6) + 40] : []
  })
  return { bytes: lengths.reduce((a, b) => a + b, 0), packets: lengths.length }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** A collector, and what it has counted once it has as many packets as there are. */
class Collecting {
  readonly product: Product
  readonly port: number
  private constructor(product: Product, port: number) {
    this.product = product
    this.port = port
  }
  static async start(scheme = 'netflow', query = '', ...args: string[]): Promise<Collecting> {
    const port = await freePort()
    const product = await startProduct(['-s', '-d', dir, '-i', `${scheme}://127.0.0.1:${port}${query}`, ...args])
    const one = new Collecting(product, port)
    await until('it listens', async () => ((await one.info())?.state === 'running' ? true : undefined))
    return one
  }
  async info(): Promise<InterfaceInfo | undefined> {
    return (await this.product.get<{ interfaces: InterfaceInfo[] }>('/api/v1/interfaces')).interfaces[0]
  }
  totals = () => this.product.get<Totals>('/api/v1/totals')
  async exporters(): Promise<readonly ItemOf<'exporters'>[]> {
    return (await this.product.get<ListAnswer<'exporters'>>('/api/v1/exporters')).items
  }
  counted = (packets: number) =>
    until(`${packets} packets are counted`, async () => {
      const totals = await this.totals()
      return totals.packets >= packets ? totals : undefined
    })
  stop = () => this.product.stop()
}

const softflowd = (port: number, ...args: string[]) =>
  execFileSync('softflowd', ['-r', CAPTURE, '-n', `127.0.0.1:${port}`, '-d', '-c', 'none', '-p', join(dir, 'pid'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  })

const needs = (...programs: string[]): string | undefined => {
  const missing = programs.filter((program) => !has(program))
  return missing.length === 0 ? undefined : `skipped: ${missing.join(', ')} not installed: apt-get install softflowd nfdump pmacct tshark`
}
const whyNot = needs('softflowd', 'tshark')
if (whyNot !== undefined) console.log(whyNot)

describe.skipIf(whyNot !== undefined)('softflowd', () => {
  test.each([
    ['NetFlow v5', ['-v', '5'], true],
    ['NetFlow v9', ['-v', '9'], false],
    ['IPFIX', ['-v', '10'], false],
    ['IPFIX', ['-v', '10', '-b'], false],
    ['IPFIX', ['-v', '10', '-A', 'milli'], false],
  ])('%s %j', async (protocol, args, isV4Only) => {
    const collecting = await Collecting.start()
    try {
      softflowd(collecting.port, ...args)
      const { bytes, packets } = contents(isV4Only)
      expect(await collecting.counted(packets)).toMatchObject({ bytes, packets, dropped: 0 })
      expect(await collecting.exporters()).toMatchObject([
        { address: '127.0.0.1', protocol, missed: 0, sequenceResets: 0, setsWaiting: 0, setsUndecoded: 0 },
      ])
    } finally {
      await collecting.stop()
    }
  })

  test('sampled by the user’s word, what is counted is multiplied', async () => {
    const collecting = await Collecting.start('netflow', '?sampling=100')
    try {
      softflowd(collecting.port, '-v', '9')
      const { bytes, packets } = contents(false)
      expect(await collecting.counted(100 * packets)).toMatchObject({ bytes: 100 * bytes, packets: 100 * packets })
      expect(await collecting.exporters()).toMatchObject([{ sampling: '100', samplingFrom: 'user' }])
    } finally {
      await collecting.stop()
    }
  })

  test('who may not send is counted, and nothing else', async () => {
    const collecting = await Collecting.start('netflow', '?allow=192.0.2.0/24')
    try {
      softflowd(collecting.port, '-v', '5')
      const info = await until('it is refused', async () => {
        const now = await collecting.info()
        return (now?.collector?.sendersRefused ?? 0) > 5 ? now : undefined
      })
      expect(info.collector).toMatchObject({ records: 0, exporters: 0 })
    } finally {
      await collecting.stop()
    }
  })

  test('templates are known again after a restart, and each exporter can be an interface', async () => {
    const first = await Collecting.start()
    softflowd(first.port, '-v', '9')
    await first.counted(contents(false).packets)
    await first.stop()
    const second = await startProduct(['-s', '-d', dir, '-i', `netflow://127.0.0.1:${first.port}`, '--per-exporter'])
    try {
      const { items } = await until('its exporter is known', async () => {
        const answer = await second.get<ListAnswer<'exporters'>>('/api/v1/exporters').catch(() => undefined)
        return answer !== undefined && answer.items.length > 0 ? answer : undefined
      })
      expect(items[0]!.templates).toBeGreaterThan(0)
      softflowd(first.port, '-v', '9')
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

const whyNoReplay = needs('nfcapd', 'nfreplay', 'nfdump', 'softflowd', 'tshark')
describe.skipIf(whyNoReplay !== undefined)('nfreplay', () => {
  let collecting: Collecting
  beforeAll(async () => {
    collecting = await Collecting.start()
  })
  afterAll(() => collecting.stop())

  test('what nfcapd has kept comes again as v9', async () => {
    const kept = join(dir, 'nf')
    mkdirSync(kept)
    const port = await freePort()
    const nfcapd = spawn('nfcapd', ['-l', kept, '-p', String(port), '-b', '127.0.0.1'], { stdio: 'ignore' })
    await new Promise((resolve) => setTimeout(resolve, 500))
    softflowd(port, '-v', '9')
    await new Promise((resolve) => setTimeout(resolve, 500))
    nfcapd.kill('SIGTERM')
    await once(nfcapd, 'close')
    execFileSync('nfreplay', ['-v', '9', '-r', join(kept, readdirSync(kept)[0]!), '-H', '127.0.0.1', '-p', String(collecting.port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    })
    const { bytes, packets } = contents(false)
    expect(await collecting.counted(packets)).toMatchObject({ bytes, packets })
  })
})

const whyNoPmacct = needs('pmacctd', 'tshark')
describe.skipIf(whyNoPmacct !== undefined)('pmacctd with nfprobe', () => {
  test.each([
    ['NetFlow v9', 9],
    ['IPFIX', 10],
  ])('%s', async (protocol, version) => {
    const collecting = await Collecting.start()
    try {
      const config = join(dir, `pmacct-${version}.conf`)
      execFileSync('sh', [
        '-c',
        `printf '%s\\n' 'daemonize: false' 'pcap_savefile: ${CAPTURE}' 'pcap_savefile_wait: false' 'plugins: nfprobe' 'aggregate: src_host,dst_host,src_port,dst_port,proto,tos' 'nfprobe_receiver: 127.0.0.1:${collecting.port}' 'nfprobe_version: ${version}' > ${config}`,
      ])
      spawnSync('pmacctd', ['-f', config], { timeout: 15_000, stdio: 'pipe' })
      const { bytes, packets } = contents(false)
      expect(await collecting.counted(packets)).toMatchObject({ bytes, packets })
      expect(await collecting.exporters()).toMatchObject([{ protocol, setsUndecoded: 0 }])
    } finally {
      await collecting.stop()
    }
  })
})
