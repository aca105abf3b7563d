import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SourceError } from '../lib/source.ts'
import { PcapFile } from './pcap-file.ts'
import { joinBytes, pcapBytes } from './pcap-writer.ts'
import { CollectingSink, collect, NEVER, PcapngBuilder, payload } from './testing.ts'

const packets = Array.from({ length: 2000 }, (_, i) => ({ tsMs: 1.7e12 + i, data: payload(40 + ((i * 37) % 1400), i) }))
const capture = pcapBytes({ linkType: 1 }, packets)
const expected = packets.map(({ data }) => Buffer.from(data).toString('hex'))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-pcap-file-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

describe('PcapFile', () => {
  const half = capture.length >> 1
  const packed: [string, Uint8Array][] = [
    ['plain', capture],
    ['gzip', gzipSync(capture)],
    ['zstd', zstdCompressSync(capture)],
    ['gzip in two members', joinBytes([gzipSync(capture.subarray(0, half)), gzipSync(capture.subarray(half))])],
    ['zstd in two frames', joinBytes([zstdCompressSync(capture.subarray(0, half)), zstdCompressSync(capture.subarray(half))])],
    ['zstd behind a frame to skip', joinBytes([Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3), zstdCompressSync(capture)])],
  ]
  it.each(packed)('reads a file that is %s, by its first bytes', async (name, bytes) => {
    const source = new PcapFile(file(`${name}.whatever`, bytes))
    expect((await collect(source)).map((p) => p.data)).toEqual(expected)
    expect(source.stats()).toMatchObject({
      packets: packets.length,
      faultCount: 0,
      cutShort: false,
      bytesRead: bytes.length,
      bytesTotal: bytes.length,
    })
  })

  it.each(packed)('reads standard input that is %s', async (_, bytes) => {
    const script = `
      import { PcapFile } from '${import.meta.dirname}/pcap-file.ts'
      const source = new PcapFile('-')
      await source.run({ packets() {} }, new AbortController().signal)
      console.log(JSON.stringify(source.stats()))`
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script])
    child.stdin.write(bytes.subarray(0, 2))
    setTimeout(() => child.stdin.end(bytes.subarray(2)), 20)
    let out = ''
    for await (const text of child.stdout) out += text
    expect(JSON.parse(out)).toMatchObject({ packets: packets.length, faultCount: 0, bytesRead: bytes.length })
  })

  it('reads a named pipe and stops when told to', async () => {
    const path = join(folder, 'pipe')
    await new Promise((resolve) => spawn('mkfifo', [path]).on('exit', resolve))
    const stop = new AbortController()
    const sink = new CollectingSink()
    const running = new PcapFile(path).run(sink, stop.signal)
    const writer = createWriteStream(path)
    writer.write(capture)
    await expect.poll(() => sink.seen.length).toBe(packets.length)
    stop.abort()
    await running
    writer.destroy()
  })

  it.each([
    ['gzip', gzipSync(capture)],
    ['zstd', zstdCompressSync(capture)],
  ] as const)('keeps the packets of a %s file that is cut short', async (name, bytes) => {
    const source = new PcapFile(file(`cut.${name}`, bytes.subarray(0, Math.floor(bytes.length * 0.9))))
    const seen = await collect(source)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.map((p) => p.data)).toEqual(expected.slice(0, seen.length))
    expect(source.stats()).toMatchObject({
      packets: seen.length,
      cutShort: true,
      faults: [expect.stringMatching(/^cut short at byte \d+: /), expect.anything()],
    })
  })

  it('gives all packets of a gzip file that lacks only its checksum', async () => {
    const source = new PcapFile(file('no-trailer.gz', gzipSync(capture).subarray(0, -8)))
    expect(await collect(source)).toHaveLength(packets.length)
    expect(source.stats()).toMatchObject({ cutShort: true, faultCount: 1 })
  })

  it('waits for the sink before the next batch, and stops between two of them', async () => {
    const stop = new AbortController()
    let under = 0
    let batches = 0
    const sink = {
      packets: async () => {
        expect(++under).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 1))
        under--
        if (++batches === 2) stop.abort()
      },
    }
    await new PcapFile(file('waits.pcap', capture)).run(sink, stop.signal)
    expect(batches).toBe(2)
  })

  it("lets the sink's own errors through", async () => {
    const broken = { packets: () => Promise.reject(Object.assign(new Error('mine'), { code: 'EMINE' })) }
    await expect(new PcapFile(file('mine.pcap', capture)).run(broken, NEVER)).rejects.toThrow('mine')
    await expect(new PcapFile(file('mine.gz', gzipSync(capture))).run(broken, NEVER)).rejects.toThrow('mine')
  })

  const badMagic = pcapBytes({ linkType: 1 }, []).fill(0x55, 0, 4)
  const refused: [string, Uint8Array | string, RegExp][] = [
    ['is empty', '', /: empty: a capture has at least a file header/],
    ['is shorter than a magic', 'ab', /: not a capture; pcap and pcapng are read/],
    ['ends in its header', capture.subarray(0, 20), /: cut short at byte 20, inside its file header/],
    ['has another magic', badMagic, /: not a capture; pcap and pcapng are read/],
    ['has a section header that is none', new PcapngBuilder().section(0x12345678).bytes(), /: not a capture;/],
    ['is packed with xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), /: not a capture but compressed with xz: unpack it/],
    ['is packed twice', gzipSync(gzipSync(capture)), /: not a capture but compressed twice/],
    ['is packed but no capture', gzipSync('hello, world'), /: not a capture;/],
    ['only looks packed', Uint8Array.of(0x1f, 0x8b, 8, 0xff, 1, 2, 3), /: cannot be read from its first byte \(/],
    ['has a link type that nobody knows', pcapBytes({ linkType: 147 }, packets), /: link type 147 is not supported: /],
  ]
  it.each(refused)('refuses a file that %s, in one line', async (name, bytes, message) => {
    const path = file(`refused ${name}`, bytes)
    const run = collect(new PcapFile(path, { knowsLinkType: (type) => type === 1 }))
    await expect(run).rejects.toThrow(SourceError)
    await expect(run).rejects.toThrow(message)
    await run.catch(({ message }: Error) => {
      expect(message.startsWith(`${path}: `)).toBe(true)
      expect(message).not.toContain('\n')
    })
  })

  it('refuses what is not there and what is a folder', async () => {
    await expect(collect(new PcapFile(join(folder, 'none')))).rejects.toThrow(/none: no such file: check the path$/)
    mkdirSync(join(folder, 'sub'))
    await expect(collect(new PcapFile(join(folder, 'sub')))).rejects.toThrow(/sub: a directory: give the capture files in it$/)
  })
})
