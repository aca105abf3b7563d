import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import monero from './monero.ts'
import { concat, fromClient, hex, show } from './testing.ts'

const head = concat(hex('0121010101010101 e200000000000000 01 e9030000 00000000 01000000 01000000'), new Uint8Array(4))
test.each([
  ['a handshake', head, Match],
  ['another signature', concat(hex('0121010101010102'), head.subarray(8)), Exclude],
  ['another version', head.slice().fill(2, 29, 30), Exclude],
  ['a flag that is none', head.slice().fill(2, 16, 17), Exclude],
  ['cut', head.subarray(0, 32), NeedMore],
])('%s', (_case, bytes, verdict) => expect(show(monero, [fromClient(bytes)]).verdict).toBe(verdict))
