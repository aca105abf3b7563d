import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'
import zeromq from './zeromq.ts'

const signature = hex('ff 00000000000000 01 7f')
const greeting = concat(signature, hex('03 00'), latin1('CURVE'), new Uint8Array(47))

test('the mechanism, also in parts', () => {
  for (const parts of [[greeting], [signature, greeting.subarray(10, 12), greeting.subarray(12)]])
    expect(show(zeromq, parts.map(fromClient))).toMatchObject({ verdict: Match, fields: { mechanism: 'CURVE' }, wantsMore: false })
})
test.each([
  ['the signature alone', signature, NeedMore],
  ['ZMTP 2', concat(signature, hex('01 05')), Match],
  ['cut', signature.subarray(0, 8), NeedMore],
  ['a version unknown', concat(signature, hex('09')), Exclude],
  ['no zeros', concat(hex('ff 00000000000100 01 7f'), hex('03')), Exclude],
  ['no end', concat(hex('ff 00000000000000 01 ff'), hex('03')), Exclude],
])('%s', (_case, bytes, verdict) => expect(show(zeromq, [fromClient(bytes)]).verdict).toBe(verdict))
