import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import lineCall from './line-call.ts'
import { concat, fromClient, fromServer, type Shown, show } from './testing.ts'
import { u16 } from './tls-testing.ts'

const message = (counter: number, { flag = 0, length = 60, extra = 0 } = {}) =>
  concat(u16(0xd000 | flag | (length + extra), counter & 0xffff), new Uint8Array(length).fill(0x39))
const opening = (type = 0x0602, length = 200) => concat(u16(0xd800 | length, 1, type), new Uint8Array(length - 2))

test.each<[string, Shown[], number]>([
  ['an opening', [fromClient(opening())], Match],
  ['an opening of another type', [fromClient(opening(0x0603))], Exclude],
  ['a short opening', [fromClient(opening(0x0602, 60))], Exclude],
  ['three messages in a row', [1, 2, 3].map((n) => fromServer(message(n))), Match],
  ['across the wrap', [0xffff, 0x10000, 0x10001].map((n) => fromServer(message(n))), Match],
  ['two messages', [1, 2].map((n) => fromServer(message(n))), NeedMore],
  ['counters that do not follow', [1, 3, 5, 7].map((n) => fromServer(message(n))), NeedMore],
  ['two sides', [fromServer(message(1)), fromClient(message(2)), fromServer(message(3))], NeedMore],
  ['a wrong length', [fromClient(message(1, { extra: 1 }))], Exclude],
])('%s', (_case, shown, verdict) => expect(show(lineCall, shown).verdict).toBe(verdict))
