/** Filters against tcpdump: the very packets that it takes out of the same file. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXPRESSIONS, FIRST_MS, isIpFrame, mixedFrames, numberedCapture, OTHER_LINKS, onOtherLink } from './filter-testing.ts'
import { openInput } from './open-source.ts'
import { isFault, PacketFilter } from './packet-filter.ts'
import { collect, readBytes } from './testing.ts'

const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'wiretop-packet-filter-'))
const at = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

const numbersOf = (seen: readonly { tsMs: number }[]) => seen.map(({ tsMs }) => Math.round(tsMs - FIRST_MS))

async function tcpdumpTakes(path: string, expression: string): Promise<number[]> {
  const { stdout, stderr, status } = spawnSync('tcpdump', ['-nr', path, '-w', '-', expression], { maxBuffer: 64 * 1024 * 1024 })
  if (status !== 0) throw new Error(stderr.toString())
  return numbersOf((await readBytes(stdout)).seen)
}

async function filterTakes(path: string, expression: string): Promise<number[]> {
  const source = openInput(path, { filter: new PacketFilter(expression) })
  const taken = await collect(source)
  expect(source.stats().faults).toEqual([])
  return numbersOf(taken)
}

const frames = mixedFrames()
/** Every fifth was captured in part. */
const cut = (frame: Uint8Array, i: number) => (i % 5 === 0 ? frame.subarray(0, Math.min(frame.length, 20 + (i % 60))) : frame)

describe.skipIf(!hasTcpdump)('a filter takes what tcpdump takes (skipped: needs tcpdump)', () => {
  beforeAll(() => {
    writeFileSync(at('ethernet.pcap'), numberedCapture(1, frames))
    const lengths = frames.map((frame) => frame.length)
    writeFileSync(at('cut.pcap'), numberedCapture(1, frames.map(cut), lengths))
    for (const [, linkType, head] of OTHER_LINKS) {
      const packets = frames.filter(isIpFrame).map((frame) => onOtherLink(frame, head))
      writeFileSync(at(`${linkType}.pcap`), numberedCapture(linkType, packets))
    }
  })

  it.each(EXPRESSIONS)('%s', async (expression) => {
    const taken = await filterTakes(at('ethernet.pcap'), expression)
    expect(taken).toEqual(await tcpdumpTakes(at('ethernet.pcap'), expression))
    // It proves little of a filter that it takes nothing, or everything.
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.length).toBeLessThan(frames.length)
  })

  it.each(EXPRESSIONS.filter((_, i) => i % 3 === 0))('of packets that were captured in part: %s', async (expression) => {
    expect(await filterTakes(at('cut.pcap'), expression)).toEqual(await tcpdumpTakes(at('cut.pcap'), expression))
  })

  const others = [
    'ip6',
    'host 10.1.2.3',
    'tcp port 443 or udp port 53',
    'not tcp',
    'icmp[icmptype] = icmp-echo',
    'tcp[13] & 2 != 0',
    'less 80',
  ]
  it.each(OTHER_LINKS.flatMap(([name, linkType]) => others.map((expression) => [name, expression, linkType] as const)))(
    'on %s: %s',
    async (_, expression, linkType) => {
      const path = at(`${linkType}.pcap`)
      const taken = await filterTakes(path, expression)
      expect(taken).toEqual(await tcpdumpTakes(path, expression))
      expect(taken.length).toBeGreaterThan(0)
    },
  )
})

describe('a filter', () => {
  it('has a program for the kernel: instructions of 8 bytes that end in a return', () => {
    const program = new PacketFilter('tcp port 443').programFor(1)
    if (isFault(program)) throw new Error(program.message)
    expect(program.instructions.length % 8).toBe(0)
    expect(program.instructions.length).toBeGreaterThan(8 * 8)
    expect(program.instructions.at(-8)).toBe(0x06)
  })

  it('is compiled once a link type', () => {
    const filter = new PacketFilter('udp')
    expect(filter.programFor(1)).toBe(filter.programFor(1))
    expect(filter.programFor(1)).not.toBe(filter.programFor(101))
  })

  it('is good when one link type takes it', () => {
    for (const text of ['tcp', 'wlan type mgt subtype beacon', 'inbound', 'vlan 10']) expect(new PacketFilter(text).fault()).toBeUndefined()
  })

  const refused: [string, RegExp, offset: number | undefined][] = [
    ['tcp prot 443', /syntax error/, 4],
    ['tcp and', /syntax error/, 7],
    ['(tcp', /syntax error/, 4],
    ['tcp)', /syntax error/, 3],
    ['tcp[13', /syntax error/, 6],
    ['tcp[tcpflags] & tcp-syn == 0 && && udp', /syntax error/, 32],
    ['len >= 100 and less', /syntax error/, 19],
    ['udp @ 3', /syntax error/, 4],
    ['host no-such-host.invalid', /unknown host/, 5],
    ['udp port no-such-port', /unknown port/, 9],
    ['port 99999', /illegal port number/, 5],
    ['net 1.2.3.4/8', /non-network bits/, 4],
    ['vlan 5000', /greater than maximum/, 5],
    ['host 10.0.0.1 or gateway 10.0.0.1', /gateway/, 17],
    ['protochain 6', /protochain needs a loop/, undefined],
  ]
  it.each(refused)('%s is refused', (text, message, offset) => {
    const fault = new PacketFilter(text).fault()
    expect(fault?.message).toMatch(message)
    expect(fault?.offset).toBe(offset)
  })

  it('says what is missing when there is no libpcap', () => {
    expect(() => new PacketFilter('tcp', '/no/such/libpcap.so')).toThrow(
      /^\/no\/such\/libpcap\.so: no libpcap that can be loaded \(.*\): check the path$/,
    )
  })
})
