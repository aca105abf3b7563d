import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { sameHoweverCut } from './split-testing.ts'
import telegram from './telegram.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'
import { bytes } from './tls-testing.ts'

const tcp = { transport: 'tcp', serverPort: 443 } as const
const le = (n: number) => bytes(n & 255, (n >> 8) & 255, (n >> 16) & 255, 0)
/** A request for the first half of a key: no key id, message id, length, constructor, nonce. */
const handshake = (length = 20) =>
  concat(new Uint8Array(8), hex('00112233 44556677'), le(length), hex('f18e7ebe'), new Uint8Array(16).fill(9))

/** "Transport obfuscation" of the specification, without a proxy. */
function opening(tag: string, seed = 0x31): Uint8Array {
  const clear = Buffer.from(Uint8Array.from({ length: 64 }, (_, i) => (i * seed + 7) & 255))
  const cipher = createCipheriv('aes-256-ctr', clear.subarray(8, 40), clear.subarray(40, 56))
  clear.set(hex(tag), 56)
  const enciphered = cipher.update(clear)
  return concat(clear.subarray(0, 56), enciphered.subarray(56))
}

describe('obfuscated', () => {
  test.each([
    ['abridged', 'efefefef'],
    ['intermediate', 'eeeeeeee'],
    ['padded intermediate', 'dddddddd'],
  ])('%s', (transport, tag) => {
    expect(show(telegram, [fromClient(concat(opening(tag), new Uint8Array(41)))], tcp)).toMatchObject({
      verdict: Match,
      fields: { transport },
    })
  })
  test('a counter that carries over', () => {
    const begun = Array.from({ length: 256 }, (_, seed) => opening('efefefef', seed)).filter((b) => b[55]! > 0xfc)
    expect(begun.length).toBeGreaterThan(0)
    for (const b of begun) expect(show(telegram, [fromClient(b)], tcp).verdict).toBe(Match)
  })
  test.each([
    ['another transport', opening('efefeeef'), Exclude],
    ['cut', opening('efefefef').subarray(0, 63), NeedMore],
    ['what TLS begins with', concat(hex('160301'), opening('efefefef').subarray(3)), Exclude],
  ])('%s', (_case, payload, verdict) => expect(show(telegram, [fromClient(payload)], tcp).verdict).toBe(verdict))
  test('not from a server, not in the middle, and not awaited at other ports', () => {
    expect(show(telegram, [fromServer(opening('efefefef'))], tcp).verdict).toBe(Exclude)
    expect(show(telegram, [fromClient(opening('efefefef'))], { ...tcp, midStream: true }).verdict).toBe(Exclude)
    expect(show(telegram, [fromClient(opening('efefefef').subarray(0, 20))], { ...tcp, serverPort: 8000 }).verdict).toBe(Exclude)
  })
})

describe('in clear', () => {
  const framed = (tag: string, length: number, body: Uint8Array) => concat(hex(tag), le(length), body)
  test.each([
    ['abridged', concat(hex('ef0a'), handshake())],
    ['intermediate', framed('eeeeeeee', 40, handshake())],
    ['padded intermediate', framed('dddddddd', 47, concat(handshake(), new Uint8Array(7)))],
  ])('%s', (transport, payload) => {
    expect(show(telegram, [fromClient(payload)], tcp)).toMatchObject({ verdict: Match, fields: { transport } })
  })
  test.each([
    ['abridged with another length inside', concat(hex('ef0a'), handshake(24)), Exclude],
    ['abridged with a key', concat(hex('ef0a'), hex('01'), handshake().subarray(1)), Exclude],
    ['with a key, enciphered in blocks', framed('eeeeeeee', 24 + 64, new Uint8Array(88).fill(5)), Match],
    ['with a key, not in blocks', framed('eeeeeeee', 24 + 60, new Uint8Array(84).fill(5)), Exclude],
    ['a length of no message', framed('eeeeeeee', 0x200000, new Uint8Array(84).fill(5)), Exclude],
  ])('%s', (_case, payload, verdict) => expect(show(telegram, [fromClient(payload)], tcp).verdict).toBe(verdict))
})

test('the same however it is cut', () => void sameHoweverCut(telegram, opening('eeeeeeee'), tcp))

test.each([
  ['a request', 'ffffffffffffffffffffffff feffffff', Match],
  ['an answer', 'ffffffffffffffffffffffff c77215c0', Match],
  ['silence', 'ffffffffffffffffffffffff ffffffff', Exclude],
  ['a mark too short', 'ffffffffffffffff00000000 feffffff', Exclude],
])('a reflector of calls: %s', (_case, behindTag, verdict) => {
  const payload = concat(new Uint8Array(16).fill(7), hex(behindTag), new Uint8Array(8))
  expect(show(telegram, [fromClient(payload)], { transport: 'udp', serverPort: 533 }).verdict).toBe(verdict)
})
