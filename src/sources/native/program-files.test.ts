import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hasLibc } from './libc.ts'
import { cleanMappings, releaseProgramFiles } from './program-files.ts'

const entry = (head: string, dirty: number) =>
  `${head}\nSize: 4 kB\nShared_Dirty: 0 kB\nPrivate_Dirty:         ${dirty} kB\nVmFlags: rd mr mw me`

describe('files of the run time', () => {
  test('what was written, can be written, is shared or is of no file stays', () => {
    const smaps = [
      entry('00400000-00401000 r-xp 00000000 08:01 1234  /usr/bin/node', 0),
      entry('00500000-00503000 r--p 00000000 08:01 1234  /usr/bin/node', 0),
      entry('00600000-00601000 r--p 00000000 08:01 1234  /usr/bin/node', 8),
      entry('00700000-00701000 rw-p 00000000 08:01 1234  /usr/bin/node', 0),
      entry('00800000-00801000 r--s 00000000 08:01 1234  /var/cache/x', 0),
      entry('7f0000000000-7f0000001000 r-xp 00000000 00:00 0  [vdso]', 0),
      entry('7f0000002000-7f0000003000 r--p 00000000 00:00 0 ', 0),
    ].join('\n')
    expect(cleanMappings(smaps)).toEqual([
      { from: 0x400000n, bytes: 4096 },
      { from: 0x500000n, bytes: 3 * 4096 },
    ])
  })

  const filesOf = (smaps: string): number => {
    let sum = 0
    let isNode = false
    for (const line of smaps.split('\n')) {
      if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isNode = line.endsWith('/node')
      else if (isNode) sum += Number(/^Rss:\s+(\d+)/.exec(line)?.[1] ?? 0)
    }
    return sum
  }
  test.skipIf(process.platform !== 'linux' || !hasLibc())('go from memory, and everything runs on', () => {
    const before = filesOf(readFileSync('/proc/self/smaps', 'latin1'))
    releaseProgramFiles()
    const after = filesOf(readFileSync('/proc/self/smaps', 'latin1'))
    expect(after).toBeLessThan(before / 2)
    expect(
      JSON.stringify({ regexp: /(\d+)-(?<b>x+)/u.exec('12-xx')!.groups!['b'], intl: new Intl.NumberFormat('de').format(1234.5) }),
    ).toBe('{"regexp":"xx","intl":"1.234,5"}')
    expect(execFileSync(process.execPath, ['-p', '1 + 1'], { encoding: 'utf8' })).toBe('2\n')
  })
})
