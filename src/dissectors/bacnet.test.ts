import { expect, test } from 'vitest'
import bacnet from './bacnet.ts'
import { Exclude, Match } from './dissector.ts'
import { fromClient, hex, show } from './testing.ts'

const whoIs = hex('81 0b 00 0c 01 20 ff ff 00 ff 10 08')
const off = { serverPort: 4444 }

test.each([
  ['a broadcast', whoIs, off, Match],
  ['forwarded', hex('81 04 00 12 c0 00 02 01 ba c0 01 20 ff ff 00 ff 10 08'), off, Match],
  ['a registration at its port', hex('81 05 00 06 00 3c'), {}, Match],
  ['a registration elsewhere', hex('81 05 00 06 00 3c'), off, Exclude],
  ['a length that does not fit', hex('81 0b 00 0d 01 20 ff ff 00 ff 10 08'), {}, Exclude],
  ['another version of the network layer', hex('81 0b 00 0c 02 20 ff ff 00 ff 10 08'), {}, Exclude],
  ['a function unknown', hex('81 0d 00 06 01 20'), {}, Exclude],
  ['cut', whoIs.subarray(0, 5), {}, Exclude],
])('%s', (_case, bytes, ends, verdict) => expect(show(bacnet, [fromClient(bytes)], ends).verdict).toBe(verdict))

test('the function', () => expect(show(bacnet, [fromClient(whoIs)]).fields).toEqual({ function: 11 }))
