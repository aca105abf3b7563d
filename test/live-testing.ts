/** What tests of live capture share: tcpdump on the same wire, and what is compared with it. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FlowItem } from '../src/lib/fields.ts'
import { capinfos } from './capinfos.ts'
import type { Namespaces } from './namespaces.ts'
import { type FlowLine, linesOf, outputOf, root, until, wiretop } from './product.ts'
import type { InsideProduct } from './product-inside.ts'

export const sample = (name: string): string => join(root, 'samples', name)
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** Longer than a packet may lie in a block of the ring that does not fill up, and on its way through a cable. */
export const ON_THE_WAY_MS = 300

/** Captures of Ethernet one after the other in one file. */
export function concatenate(path: string, ...samples: readonly string[]): string {
  execFileSync('mergecap', ['-a', '-F', 'pcap', '-w', path, ...samples.map(sample)], { stdio: 'pipe' })
  return path
}

/** What tcpdump says on SIGUSR1. */
const STATS = /(\d+) packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped/
/** tcpdump on an interface, into a file. */
export class Tcpdump {
  private readonly child: ChildProcess
  private readonly path: string
  private readonly said: () => string

  private constructor(child: ChildProcess, path: string, said: () => string) {
    this.child = child
    this.path = path
    this.said = said
  }

  static async start(net: Namespaces, namespace: string, device: string, path: string, filter = ''): Promise<Tcpdump> {
    rmSync(path, { force: true })
    const child = net.start(namespace, 'tcpdump', '-Z', 'root', '-n', '-B', '65536', '-s', '0', '-i', device, '-w', path, ...words(filter))
    const { said } = outputOf(child)
    await until('tcpdump listens', () => {
      if (child.exitCode !== null) throw new Error(`tcpdump: ${said()}`)
      return /listening on/.test(said()) || undefined
    })
    return new Tcpdump(child, path, said)
  }

  /** The file, once everything that was sent is in it. */
  async stop(): Promise<string> {
    await pause(ON_THE_WAY_MS)
    // What it has not read when it is told to end it does not write. Its ring holds all of a test in blocks; frame by frame (--immediate-mode) it holds 256.
    await until('tcpdump has read everything', async () => {
      const before = this.said().length
      this.child.kill('SIGUSR1')
      const [, captured, received, dropped] = await until(
        'tcpdump says how far it is',
        () => STATS.exec(this.said().slice(before)) ?? undefined,
      )
      return Number(captured) + Number(dropped) === Number(received) || undefined
    })
    const exit = once(this.child, 'exit')
    this.child.kill('SIGINT')
    await exit
    return this.path
  }
}
const words = (filter: string) => (filter === '' ? [] : [filter])

export interface Seen {
  readonly packets: number
  readonly bytes: number
  readonly hosts: number
  /** One line a flow, in order. */
  readonly flows: readonly string[]
}

/** What `wiretop analyze` sees in a capture. */
export async function analysed(path: string): Promise<Seen> {
  const { stdout, stderr, status } = await wiretop(['analyze', '--json', path])
  if (status !== 0) throw new Error(stderr)
  const { flows, summaries } = linesOf(stdout)
  const { packets, wireBytes, hosts } = summaries[0]!
  return { packets, bytes: wireBytes, hosts, flows: flows.map(lineOf).sort() }
}

/** How many packets a capture holds. */
export const packetsIn = (path: string): number => capinfos([path])!.get(path)!.packets

/** What the product sees on an interface, once it has seen so many packets. Ask before `analysed`, which takes its time: flows that were closed leave after three seconds. */
export async function captured(product: InsideProduct, packets: number, id = 1): Promise<Seen> {
  const totals = await product.settled(packets, id)
  const { items } = await product.get<{ items: FlowItem[] }>(`/api/v1/flows?interface=${id}&limit=1000&sort=firstSeen`)
  return { packets: totals.packets, bytes: totals.bytes, hosts: totals.hosts, flows: items.map(itemLine).sort() }
}

/** A flow that nobody has recognised gets the name that port, address or look-up tell when it ends: at the end of a file, and live later. */
const GUESSES = ['unknown', 'port', 'address', 'earlier-flow']
const flowText = (proto: string, ends: readonly string[], vlan: number, app: string, confidence: string, packets: number, bytes: number) =>
  `${proto} ${[...ends].sort().join(' ')} vlan ${vlan} ${GUESSES.includes(confidence) ? 'guessed' : app} ${packets} ${bytes}`
const lineOf = ({ l4, a, ap, b, bp, vlan, proto, confidence, packets, bytes }: FlowLine) =>
  flowText(l4, [`${a}:${ap}`, `${b}:${bp}`], vlan, proto, confidence, packets[0] + packets[1], bytes[0] + bytes[1])
const itemLine = ({ proto, client, clientPort = 0, server, serverPort = 0, vlan = 0, app, confidence, packets, bytes }: FlowItem) =>
  flowText(proto, [`${client}:${clientPort}`, `${server}:${serverPort}`], vlan, app, confidence, packets, bytes)
