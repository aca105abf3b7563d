import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import mpegTs from './mpeg-ts.ts'
import { concat, fromClient, show } from './testing.ts'

const packet = concat(Uint8Array.of(0x47, 0x01, 0x00, 0x10), new Uint8Array(184))
const many = (n: number) => concat(...Array.from({ length: n }, () => packet))
test.each([
  ['seven', [many(7)], Match],
  ['one', [packet], NeedMore],
  ['one, and one more', [packet, packet], Match],
  ['eight', [many(8)], Exclude],
  ['not whole', [many(2).subarray(0, 375)], Exclude],
  ['a sync byte missing', [concat(packet, packet.slice().fill(0, 0, 1))], Exclude],
  ['an error marked in all', [many(2).fill(0x81, 1, 2)], Exclude],
])('%s', (_case, packets, verdict) => expect(show(mpegTs, packets.map(fromClient)).verdict).toBe(verdict))
