/** The same filters in the kernel: what sockets get with our instructions attached, against what is taken from a file, and what tcpdump gets. */
import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXPRESSIONS, mixedFrames, numberedCapture, withoutOuterTag } from './filter-testing.ts'
import { isFault, PacketFilter } from './packet-filter.ts'

const NAMESPACE = `wt-filter-${process.pid}`
/** Slow enough for the backlog queue of a veth (net.core.netdev_max_backlog), with all these sockets to serve. */
const PACKETS_A_SECOND = 3000
const ETHERNET_MIN = 14

const ip = (...args: string[]) => spawnSync('ip', args).status === 0
const canMakeNamespaces = ip('netns', 'add', NAMESPACE)
const hasTools = ['tcpdump', 'tcpreplay'].every((tool) => spawnSync(tool, ['--version']).status === 0)
const skipped = !canMakeNamespaces ? 'skipped: needs CAP_NET_ADMIN' : hasTools ? undefined : 'skipped: needs tcpdump and tcpreplay'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-kernel-filter-'))
const children: ChildProcessByStdio<Writable, Readable, Readable>[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  if (canMakeNamespaces) ip('netns', 'del', NAMESPACE)
  rmSync(folder, { recursive: true })
})

function inNamespace(command: string, ...args: string[]) {
  const child = spawn('ip', ['netns', 'exec', NAMESPACE, command, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

function said(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  let text = ''
  return new Promise((resolve, reject) => {
    stream.on('data', (part: Buffer) => {
      text += part.toString()
      const match = pattern.exec(text)
      if (match !== null) resolve(match)
    })
    stream.on('end', () => reject(new Error(`it ended, having said: ${text}`)))
  })
}

/** Only these ask the kernel for the tag that it has taken out of the frame. */
const speaksOfTags = (expression: string) => expression.includes('vlan')
/** tcpdump is asked as well; of the others by a sample, because each is a process. */
const watched = EXPRESSIONS.filter((expression, i) => speaksOfTags(expression) || i % 16 === 0)

interface Outcome {
  readonly sent: number
  readonly ours: readonly (number | string)[]
  readonly tcpdump: ReadonlyMap<string, number>
}

async function replay(frames: readonly Uint8Array[]): Promise<Outcome> {
  writeFileSync(join(folder, 'frames.pcap'), numberedCapture(1, frames))
  writeFileSync(join(folder, 'expressions.json'), JSON.stringify(['', ...EXPRESSIONS]))
  const ours = inNamespace(
    process.execPath,
    join(import.meta.dirname, 'kernel-filter-testing.ts'),
    'taps',
    join(folder, 'expressions.json'),
  )
  const watchers = watched.map((expression) => {
    const child = inNamespace('tcpdump', '-ni', 'taps', '-B', '4096', '-w', '/dev/null', expression)
    return { expression, child, listening: said(child.stderr, /listening on/), captured: said(child.stderr, /(\d+) packets? captured/) }
  })
  await Promise.all([said(ours.stdout, /^ready$/m), ...watchers.map(({ listening }) => listening)])
  execFileSync(
    'ip',
    ['netns', 'exec', NAMESPACE, 'tcpreplay', '-q', '-p', String(PACKETS_A_SECOND), '-i', 'sends', join(folder, 'frames.pcap')],
    {
      stdio: 'ignore',
    },
  )
  const counts = said(ours.stdout, /^\[.*\]$/m)
  ours.stdin.write('\n')
  // tcpdump sees what is still in its buffer after its time-out of a second.
  await new Promise((resolve) => setTimeout(resolve, 1200))
  for (const { child } of watchers) child.kill('SIGINT')
  const captured = await Promise.all(watchers.map(async (w) => [w.expression, Number((await w.captured)[1])] as const))
  const [sent, ...rest] = JSON.parse((await counts)[0]) as [number, ...(number | string)[]]
  return { sent, ours: rest, tcpdump: new Map(captured) }
}

function takenFromFile(expression: string, frames: readonly Uint8Array[]): number {
  const program = new PacketFilter(expression).programFor(1)
  if (isFault(program)) throw new Error(program.message)
  return frames.filter((frame) => program.accepts(frame, 0, frame.length, frame.length) > 0).length
}

describe.skipIf(skipped !== undefined)(`filters in the kernel${skipped === undefined ? '' : ` (${skipped})`}`, () => {
  const frames = mixedFrames().filter((frame) => frame.length > ETHERNET_MIN)
  let outcome: Outcome

  beforeAll(async () => {
    // No addresses, no IPv6, no ARP: nothing but the replay is on this wire.
    ip('netns', 'exec', NAMESPACE, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1')
    ip('-n', NAMESPACE, 'link', 'add', 'sends', 'mtu', '9100', 'type', 'veth', 'peer', 'name', 'taps', 'mtu', '9100')
    for (const device of ['sends', 'taps']) ip('-n', NAMESPACE, 'link', 'set', device, 'arp', 'off', 'up')
    outcome = await replay(frames)
  }, 60_000)

  it('every packet came over', () => expect(outcome.sent).toBe(frames.length))

  // Where tags are not spoken of, tagged packets are taken for what is in them, as tcpdump does it live.
  it.each(EXPRESSIONS.map((expression, i) => ({ expression, i })))('$expression: as many as from a file', ({ expression, i }) => {
    const seen = speaksOfTags(expression) ? frames : frames.map(withoutOuterTag)
    expect(outcome.ours[i]).toBe(takenFromFile(expression, seen))
  })

  it.each(watched)('%s: as many as tcpdump gets', (expression) => {
    expect(outcome.ours[EXPRESSIONS.indexOf(expression)]).toBe(outcome.tcpdump.get(expression))
  })
})
