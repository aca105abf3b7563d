/** What the product says to files and command lines that are wrong: one line (which, why, what to do), the rest goes on, and the status tells. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pcapBytes, pcapFileHeader } from '../src/sources/pcap-writer.ts'
import { linesOf, root, scratchFolder, wiretop } from './product.ts'

const scratch = scratchFolder()
afterAll(scratch.dispose)

const GOOD = join(root, 'samples/dns.pcap')
const good = readFileSync(GOOD)
const GOOD_PACKETS = 76
const frame = { tsMs: 1_700_000_000_000, data: new Uint8Array(60) }

/** A pcapng section header and one interface of Ethernet (draft-ietf-opsawg-pcapng), then whatever follows. */
function pcapng(...blocks: readonly (readonly number[])[]): Uint8Array {
  const section = [0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28]
  const ethernet = [1, 20, 1, 0, 20]
  return new Uint8Array(Uint32Array.from([section, ethernet, ...blocks].flat()).buffer)
}
/** An enhanced packet block with four bytes of packet, that says `length` of itself. */
const packetBlock = (length = 36) => [6, length, 0, 0, 0, 4, 4, 0, length]

/** `good`, where the record at `at` says this length of itself, both as captured and on the wire. */
function lying(at: number, length: number): Uint8Array {
  const bytes = Uint8Array.from(good)
  const view = new DataView(bytes.buffer)
  for (const field of [CAP_LEN, WIRE_LEN]) view.setUint32(at + field, length, true)
  return bytes
}
const FIRST_RECORD = 24
const CAP_LEN = 8
const WIRE_LEN = 12
const secondRecord = FIRST_RECORD + 16 + new DataView(good.buffer, good.byteOffset).getUint32(FIRST_RECORD + CAP_LEN, true)

describe('an input that cannot be read', () => {
  const isRoot = process.getuid?.() === 0
  const inputs: Record<string, { make?: Uint8Array; says: RegExp; skip?: string }> = {
    'missing.pcap': { says: /missing\.pcap: no such file: check the path/ },
    'locked.pcap': {
      make: good,
      says: /locked\.pcap: no permission to read it/,
      ...(isRoot ? { skip: 'skipped: root may read everything' } : {}),
    },
    'folder.pcap': { says: /folder\.pcap: a directory: give the capture files in it/ },
    'empty.pcap': { make: new Uint8Array(0), says: /empty\.pcap: empty: .*record it again/ },
    'picture.pcap': { make: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 0]), says: /picture\.pcap: / },
    'header.pcap': { make: good.subarray(0, 11), says: /header\.pcap: cut short at byte 11/ },
    'strange.pcap': { make: pcapBytes({ linkType: 147 }, [frame]), says: /strange\.pcap: link type 147 is not supported: / },
    'packed.pcap.gz': { make: Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), says: /packed\.pcap\.gz: / },
  }
  beforeAll(() => {
    for (const [name, { make }] of Object.entries(inputs)) if (make !== undefined) writeFileSync(scratch.path(name), make)
    chmodSync(scratch.path('locked.pcap'), 0)
    mkdirSync(scratch.path('folder.pcap'))
  })

  const named = Object.entries(inputs).map(
    ([name, input]) => [input.skip === undefined ? name : `${name} (${input.skip})`, name, input] as const,
  )
  it.for(named)('%s: one line, the others go on, exit 2', async ([, name, { says, skip: why }], { skip }) => {
    skip(why !== undefined, why)
    const { status, stdout, stderr } = await wiretop(['analyze', '--json', scratch.path(name), GOOD])
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^wiretop: [^\n]+\n$/)
    expect(status).toBe(2)
    expect(linesOf(stdout).summaries.map(({ capture, packets }) => [capture, packets])).toEqual([['dns.pcap', GOOD_PACKETS]])
  })
})

describe('a capture that is damaged further in', () => {
  const captures: Record<string, { bytes: Uint8Array; packets: number; at: number }> = {
    'cut in a record': { bytes: good.subarray(0, good.length - 7), packets: GOOD_PACKETS - 1, at: good.length - 7 },
    'cut in a record head': { bytes: good.subarray(0, secondRecord + 5), packets: 1, at: secondRecord + 5 },
    'a record of 2 GB': { bytes: lying(secondRecord, 0x8000_0000), packets: 1, at: secondRecord },
    'a record past the end': { bytes: lying(secondRecord, 0x0003_ffff), packets: 1, at: good.length },
    'pcapng: a block of no length': { bytes: pcapng(packetBlock(), packetBlock(0)), packets: 1, at: 84 },
    'pcapng: a block of 2 GB': { bytes: pcapng(packetBlock(), packetBlock(0x8000_0000)), packets: 1, at: 84 },
    'pcapng: a block past the end': { bytes: pcapng(packetBlock(), packetBlock(4096)), packets: 1, at: 120 },
    'pcapng: bad magic in the second section': {
      bytes: pcapng(packetBlock(), [0x0a0d0d0a, 28, 0xdeadbeef, 1, 0, 0, 28]),
      packets: 1,
      at: 84,
    },
  }
  it.for(Object.entries(captures))('%s: the packets before it count, and where it is cut is said', async ([, { bytes, packets, at }]) => {
    const path = scratch.path('damaged.pcap')
    writeFileSync(path, bytes)
    const { status, stdout, stderr } = await wiretop(['analyze', '--json', path, GOOD])
    const [damaged, whole] = linesOf(stdout).summaries
    expect(damaged).toMatchObject({ packets, cutShort: true })
    expect(whole).toMatchObject({ packets: GOOD_PACKETS, cutShort: false })
    expect(stderr).toMatch(new RegExp(`^wiretop: [^\\n]*cut short at byte ${at}\\b[^\\n]*\\n$`))
    expect(status).toBe(0)
  })

  it('records of no length are counted, and change nothing', async () => {
    const path = scratch.path('nothing.pcap')
    writeFileSync(path, pcapBytes({ linkType: 1 }, [{ ...frame, data: new Uint8Array(0) }, frame]))
    const { status, stdout } = await wiretop(['analyze', '--json', path])
    expect(linesOf(stdout).summaries).toMatchObject([{ packets: 2, cutShort: false }])
    expect(status).toBe(0)
  })

  it('a capture without packets is one', async () => {
    const path = scratch.path('none.pcap')
    writeFileSync(path, pcapFileHeader({ linkType: 1 }))
    const { status, stdout, stderr } = await wiretop(['analyze', '--json', path])
    expect(linesOf(stdout).summaries).toMatchObject([{ packets: 0, flows: 0, cutShort: false }])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

describe('a command line that is wrong', () => {
  const lines: [string[], RegExp][] = [
    [['--no-such-option'], /unknown option --no-such-option/],
    [['--http-prot', '3000'], /unknown option --http-prot: did you mean --http-port\?/],
    [['-w'], /option -w needs a value/],
    [['-w', '70000'], /option -w: must be a port/],
    [['-m', '10.0.0.0/33'], /option -m: .*10\.0\.0\.0\/33/],
    [['-x', 'many'], /option -x: must be a whole number/],
    [['-B', 'tcp prot 443', '-i', GOOD], /option -B: .*syntax error at character 5: 'prot 443': see man 7 pcap-filter/],
    [['analyze', '-B', 'udp and', GOOD], /option -B: .*syntax error at the end of 'udp and', where something is missing/],
    [['-l'], /option -l \(.*\): not yet available in this version/],
    [['-i', 'eth99'], /option -i: eth99: no such interface/],
    [['-i', 'netflow://0.0.0.0?colour=red'], /option -i: netflow:.* colour is no option of a collector/],
    [['analyse', 'x.pcap'], /did you mean wiretop analyze\?/],
    [['analyze'], /analyze: too few arguments/],
    [['analyze', '--jason', GOOD], /unknown option --jason: did you mean --json\?/],
    [['no-such.conf'], /no-such\.conf/],
  ]
  it.for(lines)('%j: one line, exit 2', async ([args, says]) => {
    const { status, stdout, stderr } = await wiretop(args)
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^wiretop: [^\n]+\n$/)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })
})

describe('standard input', () => {
  it('is read as a capture', async () => {
    const { status, stdout } = await wiretop(['analyze', '--json', '-'], good)
    expect(linesOf(stdout).summaries).toMatchObject([{ packets: GOOD_PACKETS }])
    expect(status).toBe(0)
  })
  it('that is no capture is refused', async () => {
    const { status, stderr } = await wiretop(['analyze', '-'], new TextEncoder().encode('hello, world\n'))
    expect(stderr).toMatch(/^wiretop: [^\n]+\n$/)
    expect(status).toBe(2)
  })
})
