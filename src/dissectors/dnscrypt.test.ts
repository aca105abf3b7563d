import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import dnscrypt from './dnscrypt.ts'
import { concat, fromServer, hex, latin1, show } from './testing.ts'

const answer = concat(latin1('r6fnvWj8'), new Uint8Array(24 + 80).fill(0x5a))
test('an answer by its magic, over UDP and TCP', () => {
  expect(show(dnscrypt, [fromServer(answer)], { transport: 'udp' }).verdict).toBe(Match)
  expect(show(dnscrypt, [fromServer(concat(hex('0068'), answer))], { transport: 'tcp' }).verdict).toBe(Match)
  expect(show(dnscrypt, [fromServer(answer.subarray(0, 20))], { transport: 'tcp' }).verdict).toBe(NeedMore)
})
test('other bytes and short ones are not', () => {
  expect(show(dnscrypt, [fromServer(concat(latin1('r6fnvWj9'), answer.subarray(8)))], { transport: 'udp' }).verdict).toBe(Exclude)
  expect(show(dnscrypt, [fromServer(answer.subarray(0, 40))], { transport: 'udp' }).verdict).toBe(Exclude)
})
