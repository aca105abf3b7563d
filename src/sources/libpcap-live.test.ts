/** Real packets on a veth pair. Devices of a namespace are seen from inside it, so the capture runs in a process there. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedFrames, numberedCapture } from './filter-testing.ts'
import { LibpcapLive } from './libpcap-live.ts'
import { PacketFilter, type PacketProgram } from './packet-filter.ts'
import { collect } from './testing.ts'

const NAMESPACE = `wt-libpcap-${process.pid}`
const ip = (...args: string[]) => spawnSync('ip', args).status === 0
const canMakeNamespaces = ip('netns', 'add', NAMESPACE)
const hasTools = spawnSync('tcpreplay', ['--version']).status === 0
const skipped = !canMakeNamespaces ? 'skipped: needs CAP_NET_ADMIN' : hasTools ? undefined : 'skipped: needs tcpreplay'

const folder = mkdtempSync(join(tmpdir(), 'wiretop-libpcap-live-'))
const frames = mixedFrames().filter((frame) => frame.length > 14)
afterAll(() => {
  if (canMakeNamespaces) ip('netns', 'del', NAMESPACE)
  rmSync(folder, { recursive: true })
})

interface Captured {
  readonly packets: number
  readonly dropped: number
  readonly linkTypes: number[]
  readonly frames: string[]
  readonly span: number
}

/** Captures while the frames are replayed, then is asked to stop. */
async function captured(device: string, filter?: string, bufferBytes?: number, pace = ['-p', '4000']): Promise<Captured> {
  const options = JSON.stringify({ filter, bufferBytes })
  const child = spawn(
    'ip',
    ['netns', 'exec', NAMESPACE, process.execPath, join(import.meta.dirname, 'libpcap-live-testing.ts'), device, options],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const said: Buffer[] = []
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (part: Buffer) => {
      said.push(part)
      resolve()
    })
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await Promise.race([ready, ended])
  execFileSync('ip', ['netns', 'exec', NAMESPACE, 'tcpreplay', '-q', ...pace, '-i', 'sends', join(folder, 'frames.pcap')], {
    stdio: 'ignore',
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  child.stdin.end('\n')
  await ended
  return JSON.parse(
    Buffer.concat(said)
      .toString()
      .replace(/^ready\n/, ''),
  ) as Captured
}

describe.skipIf(skipped !== undefined)(`live capture by libpcap${skipped === undefined ? '' : ` (${skipped})`}`, () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'frames.pcap'), numberedCapture(1, frames))
    ip('netns', 'exec', NAMESPACE, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1')
    ip('-n', NAMESPACE, 'link', 'add', 'sends', 'mtu', '9100', 'type', 'veth', 'peer', 'name', 'taps', 'mtu', '9100')
    for (const device of ['sends', 'taps']) ip('-n', NAMESPACE, 'link', 'set', device, 'arp', 'off', 'up')
  })

  it('hands over every packet, byte for byte, tags included, in order', async () => {
    const { packets, dropped, linkTypes, frames: seen, span } = await captured('taps')
    expect({ packets, dropped, linkTypes }).toEqual({ packets: frames.length, dropped: 0, linkTypes: [1] })
    expect(seen).toEqual(frames.map((frame) => Buffer.from(frame).toString('hex')))
    // The replay took more than a second, and no time stamp is from elsewhere.
    expect(span).toBeGreaterThan(1000)
    expect(span).toBeLessThan(30_000)
  })

  it('takes what the filter accepts', async () => {
    const { accepts } = new PacketFilter('vlan 10 and udp').programFor(1) as PacketProgram
    const wanted = frames.filter((frame) => accepts(frame, 0, frame.length, frame.length) > 0)
    const { frames: seen } = await captured('taps', 'vlan 10 and udp')
    expect(seen).toEqual(wanted.map((frame) => Buffer.from(frame).toString('hex')))
    expect(wanted.length).toBeGreaterThan(0)
  })

  it('captures from all devices at once, with the header that libpcap gives them', async () => {
    const { packets, linkTypes } = await captured('any')
    // Each is seen leaving one end and coming in at the other.
    expect(packets).toBe(2 * frames.length)
    expect(linkTypes).toEqual([113])
  })

  it('counts what the kernel dropped', async () => {
    const { packets, dropped } = await captured('taps', undefined, 65_536, ['--topspeed', '--loop', '10'])
    expect(dropped).toBeGreaterThan(0)
    expect(packets + dropped).toBeLessThanOrEqual(10 * frames.length)
    expect(packets).toBeGreaterThan(0)
  })
})

describe('a device that cannot be captured from', () => {
  it.each(['usbmon0', 'nflog', 'nfqueue', 'bluetooth-monitor', 'dbus-system'])('%s is refused by name', async (device) => {
    await expect(collect(new LibpcapLive(device))).rejects.toThrow(`${device}: not a network interface: give one that carries packets`)
  })

  it.skipIf(skipped !== undefined)('that is not there: those that are there are named', async () => {
    await expect(collect(new LibpcapLive('none0'))).rejects.toThrow(/^none0: no such network interface: there are .*\blo\b/)
  })

  it.skipIf(skipped !== undefined)('of a link type that nobody can decode', async () => {
    const run = collect(new LibpcapLive('lo', { knowsLinkType: () => false }))
    await expect(run).rejects.toThrow('lo: link type 1 is not supported: capture on another interface')
  })

  it.skipIf(skipped !== undefined)('with a filter that is wrong', async () => {
    await expect(collect(new LibpcapLive('lo', { filter: 'udp prt 3' }))).rejects.toThrow(
      /^lo: .*\(packet filter udp prt 3\): .*syntax error$/,
    )
  })
})
