import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import whatsapp from './whatsapp.ts'

const hello = concat(latin1('WA'), hex('06 03 000004'), hex('01020304'))
test.each([
  ['the hello', fromClient(hello), Match],
  ['the place to route to, alone', fromClient(latin1('ED\0\x01')), Match],
  ['the place to route to, with the hello', fromClient(concat(latin1('ED\0\x01'), hex('000002 0801'), hello)), Match],
  ['cut', fromClient(hello.subarray(0, 6)), NeedMore],
  ['cut in the length of the place', fromClient(latin1('ED\0\x01\0')), NeedMore],
  ['a frame that has not come', fromClient(hello.subarray(0, 9)), Exclude],
  ['a text', fromClient(latin1('WAIT for me')), Exclude],
  ['a place too long', fromClient(concat(latin1('ED\0\x01'), hex('010000'))), Exclude],
  ['of a server', fromServer(hello), Exclude],
])('%s', (_case, shown, verdict) => expect(show(whatsapp, [shown]).verdict).toBe(verdict))
