import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig, readConfigFile } from './config-file.ts'
import { UsageError } from './usage-error.ts'

describe('parseConfig', () => {
  const lines: [string, string, string | undefined][] = [
    ['-i=eth1', '-i', 'eth1'],
    ['--interface=eth1', '--interface', 'eth1'],
    ['interface=eth1', 'interface', 'eth1'],
    ['-i eth1', '-i', 'eth1'],
    ['--interface\teth1  ', '--interface', 'eth1'],
    ['  -w  =  3000', '-w', '3000'],
    ['-v', '-v', undefined],
    ['-v=', '-v', ''],
    ['-v # more', '-v', undefined],
    ['-i=a.pcap # the first', '-i', 'a.pcap'],
    ['-i=a#b.pcap', '-i', 'a#b.pcap'],
    ['-i="a # b.pcap"  # quoted', '-i', 'a # b.pcap'],
    ['-B "tcp port 80 and not host 10.0.0.1"', '-B', 'tcp port 80 and not host 10.0.0.1'],
    ["-B='host a -v'", '-B', 'host a -v'],
    ["-i ''", '-i', ''],
    ['-i=it\'s "fine"', '-i', 'it\'s "fine"'],
    ['-i my capture.pcap', '-i', 'my capture.pcap'],
    ['-i=a=b.pcap', '-i', 'a=b.pcap'],
  ]
  it.each(lines)('%s', (text, key, value) => expect(parseConfig(text, 'x')).toEqual([{ line: 1, key, value }]))

  it('passes over comments and empty lines, and counts them', () => {
    const text = '\ufeff# one\r\n\r\n-v\r\n   # indented\n-w=1\r-w=2'
    expect(parseConfig(text, 'x').map(({ line, key }) => [line, key])).toEqual([
      [3, '-v'],
      [5, '-w'],
      [6, '-w'],
    ])
  })

  const refused: [string, string][] = [
    ['=3000', 'w.conf:2: no option before the =: write key=value'],
    ['-i "a.pcap', 'w.conf:2: a " that is not closed: add the one at the end'],
    ['-i "a" b', 'w.conf:2: b behind the closing ": put the whole value in quotes'],
    ['-i eth0 -w 3000', 'w.conf:2: more than one option: put each on its own line, or the value in quotes'],
    ['-i=eth0 --verbose', 'w.conf:2: more than one option: put each on its own line, or the value in quotes'],
  ]
  it.each(refused)('refuses %s', (text, message) => {
    expect(() => parseConfig(`# first\n${text}`, 'w.conf')).toThrow(new UsageError(message))
  })
})

describe('readConfigFile', () => {
  it('tells what is no configuration file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wiretop-config-'))
    const path = join(folder, 'x.pcap')
    try {
      writeFileSync(path, Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0))
      expect(() => readConfigFile(path)).toThrow(`${path}: not a configuration file; to read it as a capture: wiretop -i ${path}`)
      writeFileSync(path, '#'.repeat(2 ** 20 + 1))
      expect(() => readConfigFile(path)).toThrow('too long for a configuration file')
      expect(() => readConfigFile(folder)).toThrow('a directory, not a configuration file')
      expect(() => readConfigFile(join(folder, 'none'))).toThrow('none: no such configuration file')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
