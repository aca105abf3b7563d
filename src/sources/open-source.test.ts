import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SourceError } from '../lib/source.ts'
import { looksLikeText, parseFileList } from './file-list.ts'
import { openInput, splitInput } from './open-source.ts'
import { pcapBytes } from './pcap-writer.ts'
import { collect, PcapngBuilder, payload } from './testing.ts'

let folder: string
const at = (name: string) => join(folder, name)
const capture = (times: readonly number[], seed: number, length = 60) =>
  pcapBytes(
    { linkType: 1 },
    times.map((tsMs) => ({ tsMs, data: payload(length, seed) })),
  )
const timesOf = async (spec: string) => (await collect(openInput(spec))).map((p) => p.tsMs)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wiretop-open-source-'))
  mkdirSync(at('sub'))
  writeFileSync(at('a.pcap'), capture([1000, 3000, 5000], 1))
  writeFileSync(at('sub/b.pcap'), capture([2000, 4000, 4001, 9000], 2, 1400))
  writeFileSync(at('empty.pcap'), capture([], 0))
  writeFileSync(at('a,b.pcap'), capture([7], 3))
  writeFileSync(at('list.txt'), '# two captures\r\nsub/b.pcap\r\n\r\n  a.pcap   # the first one\r\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('openInput', () => {
  it('reads one capture', async () => expect(await timesOf(at('a.pcap'))).toEqual([1000, 3000, 5000]))

  it('reads the captures of a list one after the other', async () => {
    const source = openInput(at('list.txt'))
    expect((await collect(source)).map((p) => p.tsMs)).toEqual([2000, 4000, 4001, 9000, 1000, 3000, 5000])
    const { packets, bytesRead, bytesTotal, faultCount } = source.stats()
    expect({ packets, faultCount }).toEqual({ packets: 7, faultCount: 0 })
    expect(bytesRead).toBe(bytesTotal)
  })

  it('merges captures by time', async () => {
    expect(await timesOf(`${at('a.pcap')},${at('sub/b.pcap')}, ${at('empty.pcap')}`)).toEqual([1000, 2000, 3000, 4000, 4001, 5000, 9000])
  })

  it('takes a file with a comma in its name for that file', async () => {
    expect(splitInput(at('a,b.pcap'))).toHaveLength(1)
    expect(await timesOf(at('a,b.pcap'))).toEqual([7])
  })

  it('goes on without the inputs of a merge or a list that cannot be read', async () => {
    writeFileSync(at('holes.txt'), 'none.pcap\nlist.txt\na.pcap\n')
    for (const spec of [`${at('a.pcap')},${at('none')}`, at('holes.txt')]) {
      const source = openInput(spec)
      expect((await collect(source)).map((p) => p.tsMs)).toEqual([1000, 3000, 5000])
      expect(source.stats().faults[0]).toMatch(/none(\.pcap)?: no such file: check the path$/)
    }
  })

  const refused: [string, string | undefined, RegExp][] = [
    [
      'text that names no file',
      'hello\u009b31m\nworld\n',
      /: not a capture, and as a list of captures its line 1 names no file \(.*hello\ufffd31m\)$/,
    ],
    ['only comments', '# nothing\n', /: not a capture, and as a list of captures it names none: put one path on a line$/],
    ['a list of one file that is no capture', 'list.txt\n', /list\.txt: not a capture; pcap/],
    ['binary rubbish', '\u0000\u0001\u0002\u0003\u0004', /: not a capture; pcap/],
    ['no file at all', undefined, /: no such file: check the path$/],
  ]
  it.each(refused)('refuses %s', async (name, text, message) => {
    const path = at(`refused ${name}`)
    if (text !== undefined) writeFileSync(path, text)
    const run = collect(openInput(path))
    await expect(run).rejects.toThrow(SourceError)
    await expect(run).rejects.toThrow(message)
  })

  it('refuses a merge of nothing that can be read', async () => {
    await expect(timesOf(`${at('none')},${at('none2')}`)).rejects.toThrow(/none: no such file: check the path \(and 1 more\)$/)
    expect(() => openInput(',,')).toThrow(SourceError)
    expect(() => openInput('-,-')).toThrow(/only once/)
  })

  it('tells text from captures', () => {
    const text = new TextEncoder().encode('sub/ä.pcap\n')
    expect(looksLikeText(text)).toBe(true)
    expect(looksLikeText(text.subarray(0, 5))).toBe(true)
    expect(looksLikeText(capture([1], 1))).toBe(false)
    expect(looksLikeText(pcapBytes({ linkType: 1, bigEndian: true, nanoseconds: true }, []))).toBe(false)
    expect(looksLikeText(new PcapngBuilder().section().bytes())).toBe(false)
  })

  it('parses lists', () => {
    expect(parseFileList('\ufeffa.pcap\r\n#x\n/b c#d.pcap # e\r\t\n', '/f')).toEqual([
      { line: 1, path: '/f/a.pcap' },
      { line: 3, path: '/b c#d.pcap' },
    ])
  })
})
