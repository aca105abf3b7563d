import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import syncthing from './syncthing.ts'
import { concat, fromClient, hex, show } from './testing.ts'

const announcement = concat(hex('2ea7d90b 0a20'), new Uint8Array(32), hex('1209'))
test.each([
  ['an announcement', announcement, Match],
  ['the magic of version 3', concat(hex('7d79bc40'), announcement.subarray(4)), Exclude],
  ['another first field', announcement.slice().fill(0x12, 4, 5), Exclude],
  ['cut', announcement.subarray(0, 37), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(syncthing, [fromClient(bytes)]).verdict).toBe(verdict))
