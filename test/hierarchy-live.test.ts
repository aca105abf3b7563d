/**
 * A probe that captures, a region that collects it, and a centre that collects the region: what passed the probe's wire is at the centre, and each of the three
 * processes and of the three cables may go and come back. By IPFIX and by ZeroMQ, side by side.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ItemOf } from '../src/lib/fields.ts'
import type { ExportInfo } from '../src/lib/flow-export.ts'
import type { ListAnswer, Totals } from '../src/lib/live.ts'
import { pause, sample } from './live-testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { childrenOf, isRunning, whyMissing } from './processes.ts'
import { scratchFolder, until } from './product.ts'
import { InsideProduct } from './product-inside.ts'

const whyNot = whyNoNamespaces ?? whyMissing(['tcpreplay', 'tcpdump'])
if (whyNot !== undefined) console.log(whyNot)

/** TCP sends again after 0.2, 0.4, 0.8 seconds: longer than it is down a cable is not waited for. */
const CABLE_DOWN_MS = 700
/** With a record a second, a new flow's first one comes at the second tick at the latest. */
const TOLD_WITHIN_MS = 2200
/** Packets with IP of the sample. */
const IN_CAPTURE = 1685
const NAMES = ['remote', 'region', 'centre'] as const
type Name = (typeof NAMES)[number]
const WIRE = { namespace: 'wire', name: 'eth0' }
const CAPTURED = 'probe0'
const [UP, DOWN] = ['up0', 'down0']
/** Addresses of a cable's lower and upper end. */
const LOWER = { lower: '10.1.0.1', upper: '10.1.0.2' }
const UPPER = { lower: '10.2.0.1', upper: '10.2.0.2' }
type Ends = typeof LOWER

interface Carrier {
  readonly label: string
  /** What the collector opens, and what the sender is told. */
  readonly listens: (ends: Ends) => string
  readonly sends: (ends: Ends) => string
  /** What nobody takes waits; else it is dropped and counted. */
  readonly waits: boolean
}
const CARRIERS: readonly Carrier[] = [
  { label: 'ipfix', listens: ({ upper }) => `ipfix+tcp://${upper}:4739`, sends: ({ upper }) => `ipfix+tcp://${upper}:4739`, waits: true },
  { label: 'zmq', listens: ({ lower }) => `tcp://${lower}:5556`, sends: () => 'tcp://*:5556', waits: false },
]

interface Amount {
  packets: number
  bytes: number
}

describe.skipIf(whyNot !== undefined)('three levels', () => {
  const folder = scratchFolder()
  const net = new Namespaces()
  const capture = folder.path('ip.pcap')
  /** What one replay of it is. */
  const one: Amount = { packets: 0, bytes: 0 }

  class Chain {
    readonly carrier: Carrier
    readonly products = {} as Record<Name, InsideProduct>
    /** All processes that there ever were. */
    readonly pids = new Set<number>()
    /** What each has counted since it was started. */
    private readonly counted = {} as Record<Name, Amount>
    private readonly namespaces: Readonly<Record<Name | 'wire', string>>
    private readonly links: Readonly<Record<Name, readonly string[]>>

    constructor(carrier: Carrier) {
      const { label, listens, sends } = carrier
      this.carrier = carrier
      const at = (this.namespaces = {
        wire: net.add(`${label}-wire`),
        remote: net.add(`${label}-remote`),
        region: net.add(`${label}-region`),
        centre: net.add(`${label}-centre`),
      })
      const cable = (lower: Name, upper: Name, ends: Ends) =>
        net.cable(
          { namespace: at[lower], name: UP, address: `${ends.lower}/30` },
          { namespace: at[upper], name: DOWN, address: `${ends.upper}/30` },
        )
      net.cable({ ...WIRE, namespace: at.wire }, { namespace: at.remote, name: CAPTURED })
      cable('remote', 'region', LOWER)
      cable('region', 'centre', UPPER)
      this.links = {
        remote: ['-i', CAPTURED, '-I', sends(LOWER)],
        region: ['-i', listens(LOWER), '-I', sends(UPPER)],
        centre: ['-i', listens(UPPER)],
      }
    }

    async start(name: Name): Promise<void> {
      const kept = folder.path(`${this.carrier.label}-${name}`)
      mkdirSync(kept, { recursive: true })
      const args = ['-s', '-d', kept, '-N', name, '--export-interval', '1', ...this.links[name]]
      const product = await InsideProduct.start(net, this.namespaces[name], args)
      this.products[name] = product
      this.counted[name] = { packets: 0, bytes: 0 }
      for (const pid of [product.pid, ...(childrenOf(product.pid) ?? [])]) this.pids.add(pid)
    }
    async kill(name: Name): Promise<void> {
      await this.products[name].end('SIGKILL')
    }
    cable(name: Name, device: string, to: 'up' | 'down'): void {
      net.run(this.namespaces[name], 'ip', 'link', 'set', device, to)
    }
    replay(): void {
      net.run(this.namespaces.wire, 'tcpreplay', '-q', '-p', '8000', '-i', WIRE.name, capture)
    }

    totals = (name: Name) => this.products[name].get<Totals>('/api/v1/totals?interface=1')
    async sent(name: Name): Promise<ExportInfo> {
      return (await this.products[name].get<{ exports: ExportInfo[] }>('/api/v1/exports')).exports[0]!
    }
    connected = (name: Name, peers = 1) =>
      until(`${name} has ${peers} peers`, async () => (await this.sent(name)).peers === peers || undefined)
    async items<E extends 'apps' | 'exporters' | 'flows'>(name: Name, list: E): Promise<readonly ItemOf<E>[]> {
      return (await this.products[name].get<ListAnswer<E>>(`/api/v1/${list}?interface=1&limit=1000`)).items as readonly ItemOf<E>[]
    }
    /** By application: packets, bytes and flows. */
    async apps(name: Name): Promise<string[]> {
      return (await this.items(name, 'apps')).map(({ app, packets, bytes, flows }) => `${app}: ${packets} ${bytes} ${flows}`).sort()
    }

    /** So many replays more are counted there, and nothing else. */
    async counts(replays: number, ...names: readonly Name[]): Promise<void> {
      for (const name of names) {
        const expected = this.counted[name]
        expected.packets += replays * one.packets
        expected.bytes += replays * one.bytes
        await until(
          `${expected.packets} packets at the ${name}`,
          async () => (await this.totals(name)).packets >= expected.packets || undefined,
        )
        expect(await this.totals(name)).toMatchObject(expected)
      }
    }
    /** Replays, while nobody is above that level: what is kept or dropped is told there. */
    async lose(name: Name): Promise<void> {
      const before = await this.sent(name)
      this.replay()
      await this.counts(1, ...NAMES.slice(0, NAMES.indexOf(name) + 1))
      await pause(TOLD_WITHIN_MS)
      const { waiting, dropped } = await this.sent(name)
      if (this.carrier.waits) expect([waiting > 0, dropped]).toEqual([true, before.dropped])
      else expect([waiting, dropped > before.dropped]).toEqual([0, true])
    }
  }

  let chains: readonly Chain[] = []
  /** The same of each chain at once. */
  const each = (step: (chain: Chain) => Promise<void>) => async () => {
    const ends = await Promise.allSettled(chains.map((chain) => step(chain)))
    for (const [i, end] of ends.entries())
      if (end.status === 'rejected') throw new Error(`${chains[i]!.carrier.label}: ${(end.reason as Error).message}`, { cause: end.reason })
  }

  beforeAll(async () => {
    execFileSync('tcpdump', ['-r', sample('office.pcap'), '-w', capture, 'ip or ip6'], { stdio: 'pipe' })
    chains = CARRIERS.map((carrier) => new Chain(carrier))
    await each(async (chain) => {
      await Promise.all(NAMES.map((name) => chain.start(name)))
      await Promise.all([chain.connected('remote'), chain.connected('region')])
    })()
  })
  afterAll(async () => {
    await net.close()
    folder.dispose()
  })

  test(
    'what passes the wire is at the centre: packets, bytes, names and where it was seen',
    each(async (chain) => {
      chain.replay()
      const { packets, bytes, nonIpPackets, dropped } = await chain.products.remote.settled(IN_CAPTURE)
      expect({ packets, nonIpPackets, dropped }).toEqual({ packets: IN_CAPTURE, nonIpPackets: 0, dropped: 0 })
      Object.assign(one, { packets, bytes })
      await chain.counts(1, ...NAMES)
      const isSame = async () => `${await chain.apps('centre')}` === `${await chain.apps('remote')}`
      // A guess at a name comes when a flow is over.
      await until('names are the same', async () => (await isSame()) || undefined, 10_000).catch(() => undefined)
      expect(await chain.apps('centre')).toEqual(await chain.apps('remote'))
      const flows = await chain.items('centre', 'flows')
      expect(flows.length).toBeGreaterThan(100)
      expect(new Set(flows.map(({ site }) => site))).toEqual(new Set(['remote']))
    }),
  )

  test.each(['remote', 'region'] as const)(
    'the cable above the %s is out for a while: nothing is lost, nothing comes twice',
    async (name) => {
      await each(async (chain) => {
        chain.cable(name, UP, 'down')
        chain.replay()
        await pause(CABLE_DOWN_MS)
        chain.cable(name, UP, 'up')
        await chain.counts(1, ...NAMES)
      })()
    },
  )

  test(
    'the cable that is captured is out for a while: it is captured on',
    each(async (chain) => {
      const { remote } = chain.products
      chain.cable('remote', CAPTURED, 'down')
      await remote.until('it is noticed', ({ device }) => device!.link === 'down', 1)
      chain.cable('remote', CAPTURED, 'up')
      await remote.until('it is back', ({ device }) => device!.link === 'up', 1)
      chain.replay()
      await chain.counts(1, ...NAMES)
    }),
  )

  test(
    'the region is killed: what waits at the remote comes later, what does not is told there',
    each(async (chain) => {
      await chain.kill('region')
      await chain.lose('remote')
      await chain.start('region')
      await Promise.all([chain.connected('remote'), chain.connected('region')])
      chain.replay()
      await chain.counts(1, 'remote')
      await chain.counts(chain.carrier.waits ? 2 : 1, 'region', 'centre')
      expect((await chain.sent('remote')).waiting).toBe(0)
    }),
  )

  test(
    'the centre is killed: it begins anew with what waited at the region, what did not is told there',
    each(async (chain) => {
      await chain.kill('centre')
      await chain.lose('region')
      await chain.start('centre')
      await chain.connected('region')
      chain.replay()
      await chain.counts(1, 'remote', 'region')
      await chain.counts(chain.carrier.waits ? 2 : 1, 'centre')
      expect(await chain.items('centre', 'exporters')).toMatchObject([{ missed: 0, setsUndecoded: 0 }])
    }),
  )

  test(
    'the remote is killed: it goes on where it is started again',
    each(async (chain) => {
      await chain.kill('remote')
      await chain.start('remote')
      await chain.connected('remote')
      chain.replay()
      await chain.counts(1, ...NAMES)
    }),
  )

  test(
    'in the end no process is left',
    each(async ({ products, pids }) => {
      // Who sends waits for who takes.
      for (const name of NAMES) await products[name].end()
      await until('all are gone', () => ![...pids].some(isRunning) || undefined)
      // Three, and one more of each that was killed.
      expect(pids.size).toBeGreaterThanOrEqual(6)
    }),
  )
})
