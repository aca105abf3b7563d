import { expect, test } from 'vitest'
import armagetron from './armagetron.ts'
import { Exclude, Match } from './dissector.ts'
import { concat, fromClient, hex, show } from './testing.ts'

const login = hex('000b 0001 0002 0001 0002')
test.each([
  ['a message', concat(login, hex('0000')), Match],
  ['two messages', concat(login, hex('0001 0000 0001 0005 0003')), Match],
  ['no sender', login, Exclude],
  ['a sender beyond', concat(login, hex('0021')), Exclude],
  ['a request for information, which has no words', hex('0035 0000 0000 0011'), Match],
  ['a second message of no descriptor', concat(login, hex('0000 0001 0001 0005 0003')), Exclude],
  ['a message that is cut', login.slice(0, 8), Exclude],
  ['a descriptor beyond', concat(hex('0201'), login.slice(2), hex('0000')), Exclude],
  ['words beyond the packet', concat(hex('000b 0001 0101 0001 0002'), hex('0000')), Exclude],
  ['zeros', new Uint8Array(24), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(armagetron, [fromClient(bytes)], { serverPort: 4534 }).verdict).toBe(verdict))
