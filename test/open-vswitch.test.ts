/** Open vSwitch tells by sFlow, NetFlow and IPFIX what it has passed on, and it is what was sent through it. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExporterInfo } from '../src/lib/exporters.ts'
import type { Totals } from '../src/lib/live.ts'
import { capinfos } from './capinfos.ts'
import { sample } from './live-testing.ts'
import { Namespaces, whyNoNamespaces } from './namespaces.ts'
import { whyMissing } from './processes.ts'
import { outputOf, scratchFolder, until } from './product.ts'
import { InsideProduct } from './product-inside.ts'

const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema'
const PROGRAMS = ['ovsdb-tool', 'ovsdb-server', 'ovs-vswitchd', 'ovs-vsctl', 'tcpreplay', 'tcprewrite', 'tcpdump', 'tshark']
const whyNot = whyNoNamespaces ?? whyMissing(PROGRAMS, 'openvswitch-switch tcpreplay tcpdump tshark') ?? whyNoSchema()
function whyNoSchema(): string | undefined {
  return existsSync(SCHEMA) ? undefined : `skipped: no ${SCHEMA}: apt-get install openvswitch-switch`
}
if (whyNot !== undefined) console.log(whyNot)

/** The switch looks at DHCP and neighbour discovery itself, past its samplers. */
const FILTER = '(tcp or udp) and not port 67 and not port 68'
/** One address at either end: a switch that learned both at one end would pass nothing on. */
const MACS = ['--enet-smac=02:00:00:00:00:0a', '--enet-dmac=02:00:00:00:00:0b']
const LOOPS = 20
const RATE = 16

/** A switch of its own in a namespace, with a port to each of two others; in user space, so that it needs no module of the kernel. */
class Switch {
  private readonly database: string

  private constructor(folder: string) {
    this.database = `unix:${folder}/db.sock`
  }

  static async start(net: Namespaces, namespace: string, folder: string, ports: readonly string[]): Promise<Switch> {
    const own = ['env', `OVS_RUNDIR=${folder}`, `OVS_LOGDIR=${folder}`, `OVS_DBDIR=${folder}`]
    net.run(namespace, 'ovsdb-tool', 'create', `${folder}/conf.db`, SCHEMA)
    const one = new Switch(folder)
    const started = [
      ['ovsdb-server', `${folder}/conf.db`, `--remote=punix:${folder}/db.sock`, `--unixctl=${folder}/db.ctl`],
      ['ovs-vswitchd', one.database, `--unixctl=${folder}/switch.ctl`],
    ]
    for (const command of started) {
      const child = net.start(namespace, own[0]!, ...own.slice(1), ...command)
      const { said } = outputOf(child)
      await until(`${command[0]} answers`, () => {
        if (child.exitCode !== null) throw new Error(`${command[0]}: ${said()}`)
        return existsSync(command.at(-1)!.replace('--unixctl=', '')) || undefined
      })
    }
    one.set(
      'add-br',
      'br0',
      '--',
      'set',
      'bridge',
      'br0',
      'datapath_type=netdev',
      ...ports.flatMap((port) => ['--', 'add-port', 'br0', port]),
    )
    return one
  }

  /** Returns when the switch does what it says. */
  set(...command: readonly string[]): void {
    execFileSync('ovs-vsctl', ['--timeout=20', `--db=${this.database}`, ...command], { stdio: 'pipe' })
  }
  /** How the bridge tells of what it passes on. */
  tell(by: 'sFlow' | 'NetFlow' | 'IPFIX', ...settings: readonly string[]): void {
    this.set('--', '--id=@it', 'create', by, ...settings, '--', 'set', 'bridge', 'br0', `${by.toLowerCase()}=@it`)
  }
  silence(by: 'sFlow' | 'NetFlow' | 'IPFIX'): void {
    this.set('clear', 'bridge', 'br0', by.toLowerCase())
  }
}

describe.skipIf(whyNot !== undefined)('Open vSwitch', () => {
  const folder = scratchFolder()
  const net = new Namespaces()
  const capture = folder.path('through.pcap')
  let left: string
  let bridge: Switch
  let product: InsideProduct
  const sent = { packets: 0, frameBytes: 0, v4Packets: 0, v4FrameBytes: 0, ipBytes: 0 }

  beforeAll(async () => {
    const [middle, right] = [net.add('ovs'), net.add('right')]
    left = net.add('left')
    net.cable({ namespace: left, name: 'eth0' }, { namespace: middle, name: 'port1' })
    net.cable({ namespace: right, name: 'eth0' }, { namespace: middle, name: 'port2' })
    execFileSync('tcpdump', ['-r', sample('office.pcap'), '-w', folder.path('some.pcap'), FILTER], { stdio: 'pipe' })
    execFileSync('tcprewrite', [...MACS, '-i', folder.path('some.pcap'), '-o', capture], { stdio: 'pipe' })
    measure()
    const endpoints = ['sflow://127.0.0.1:6343', 'netflow://127.0.0.1:2055', 'ipfix://127.0.0.1:4739?repeats=ingress']
    const starting = InsideProduct.start(net, middle, [
      '-s',
      '-d',
      folder.path('kept'),
      ...endpoints.flatMap((endpoint) => ['-i', endpoint]),
    ])
    bridge = await Switch.start(net, middle, folder.path('.'), ['port1', 'port2'])
    product = await starting
    await product.until('all listen', ({ state }) => state === 'running')
  })
  afterAll(async () => {
    await product?.end()
    await net.close()
    folder.dispose()
  })

  function measure(): void {
    const lines = execFileSync(
      'tshark',
      ['-r', capture, '-T', 'fields', '-E', 'occurrence=f', '-e', 'frame.len', '-e', 'ip.len', '-e', 'ipv6.plen'],
      {
        encoding: 'utf8',
        stdio: 'pipe',
      },
    )
    for (const line of lines.trimEnd().split('\n')) {
      const [frame, v4, v6] = line.split('\t').map(Number) as [number, number, number]
      sent.packets++
      sent.frameBytes += frame
      sent.ipBytes += v4 || v6 + 40
      if (v4) {
        sent.v4Packets++
        sent.v4FrameBytes += frame
      }
    }
    expect(sent.packets).toBe(capinfos([capture])!.get(capture)!.packets)
  }
  const replay = (...args: readonly string[]) => net.run(left, 'tcpreplay', '-q', '-i', 'eth0', ...args, capture)
  const counted = (id: number, packets: number) =>
    until(`${packets} packets at interface ${id}`, async () => {
      const totals = await product.get<Totals>(`/api/v1/totals?interface=${id}`)
      return totals.packets >= packets ? totals : undefined
    })
  const exporter = (id: number) => product.get<ExporterInfo>(`/api/v1/exporters/0?interface=${id}`)

  test('all that it passes is told by sFlow, NetFlow and IPFIX, each as it counts', async () => {
    bridge.tell('sFlow', 'agent=lo', 'target="127.0.0.1:6343"', 'header=128', 'sampling=1', 'polling=1')
    bridge.tell('NetFlow', 'targets="127.0.0.1:2055"', 'active_timeout=1')
    bridge.tell('IPFIX', 'targets="127.0.0.1:4739"', 'sampling=1', 'obs_domain_id=7', 'cache_active_timeout=1')
    replay('-p', '2000')
    // The frames themselves.
    expect(await counted(1, sent.packets)).toMatchObject({ packets: sent.packets, bytes: sent.frameBytes })
    // IPv4 alone, and bytes of frames.
    expect(await counted(2, sent.v4Packets)).toMatchObject({ packets: sent.v4Packets, bytes: sent.v4FrameBytes })
    // As they come in, though it tells of them where they go out as well; bytes of layer 3.
    expect(await counted(3, sent.packets)).toMatchObject({ packets: sent.packets, bytes: sent.ipBytes })
    expect(await exporter(1)).toMatchObject({ protocol: 'sFlow v5', sampling: [1], missed: 0, faults: {} })
    expect(await exporter(2)).toMatchObject({ protocol: 'NetFlow v5', missed: 0, faults: {} })
    expect(await exporter(3)).toMatchObject({ protocol: 'IPFIX', domain: 7, missed: 0, setsUndecoded: 0, faults: {} })
    const port = await until('its own counters have come', async () =>
      (await exporter(1)).interfaces.find(({ name, counters }) => name === 'port1' && (counters?.['ifInUcastPkts'] ?? 0) >= sent.packets),
    )
    expect(port).toMatchObject({ bytesIn: sent.frameBytes, counters: { ifInOctets: sent.frameBytes, ifInUcastPkts: sent.packets } })
  })

  test('sampled by sFlow, what is counted is within five standard deviations of what was sent', async () => {
    bridge.silence('NetFlow')
    bridge.silence('IPFIX')
    bridge.tell('sFlow', 'agent=lo', 'target="127.0.0.1:6343"', 'header=128', `sampling=${RATE}`, 'polling=1')
    const before = await product.get<Totals>('/api/v1/totals?interface=1')
    replay('-p', '8000', '-l', String(LOOPS))
    const packets = LOOPS * sent.packets
    const deviation = Math.sqrt(packets * (RATE - 1))
    await until('the switch has told of all', async () => {
      const port = (await exporter(1)).interfaces.find(({ name }) => name === 'port1')
      return (port?.counters?.['ifInUcastPkts'] ?? 0) >= packets + sent.packets || undefined
    })
    const { packets: after } = await product.get<Totals>('/api/v1/totals?interface=1')
    const estimated = after - before.packets
    expect(estimated % RATE).toBe(0)
    expect(Math.abs(estimated - packets)).toBeLessThan(5 * deviation)
    expect(await exporter(1)).toMatchObject({ sampling: [1, RATE], missed: 0, faults: {} })
  })
})
