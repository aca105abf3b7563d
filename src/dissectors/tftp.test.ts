import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import tftp from './tftp.ts'

const read = concat(hex('0001'), latin1('boot/pxe.0\0octet\0blksize\x001428\0'))
const block = (n: number, size = 512) => concat(hex('0003'), Uint8Array.of(n >> 8, n), new Uint8Array(size))
const ack = (n: number) => concat(hex('0004'), Uint8Array.of(n >> 8, n))
const ends = { serverPort: 5000 }

test('a read request; the answer is expected at the client’s port', () => {
  const said = show(tftp, [fromClient(read)])
  expect(said).toMatchObject({ verdict: Match, info: 'read boot/pxe.0', fields: { operation: 'read', file: 'boot/pxe.0', mode: 'octet' } })
  expect(said.expects).toEqual([{ proto: 'udp', end: 'client', port: 40_000, app: 'TFTP' }])
})
test('a write request in capitals', () => {
  expect(show(tftp, [fromClient(concat(hex('0002'), latin1('a.bin\0OCTET\0')))])).toMatchObject({
    verdict: Match,
    fields: { operation: 'write', mode: 'octet' },
  })
})
test.each([
  ['three blocks', [fromServer(block(1)), fromServer(block(2)), fromServer(block(3))], Match],
  ['blocks and acknowledgements', [fromServer(block(7)), fromClient(ack(7)), fromServer(block(8))], Match],
  ['two are too few', [fromServer(block(1)), fromClient(ack(1))], NeedMore],
  ['a gap', [fromServer(block(1)), fromServer(block(3)), fromServer(block(4))], Exclude],
  ['an acknowledgement of another', [fromServer(block(1)), fromClient(ack(2)), fromServer(block(3))], Exclude],
  ['an acknowledgement with more', [fromClient(concat(ack(1), hex('00')))], Exclude],
  ['an option acknowledgement', [fromServer(concat(hex('0006'), latin1('blksize\x001428\0')))], Match],
  ['options nobody knows', [fromServer(concat(hex('0006'), latin1('colour\0red\0')))], Exclude],
  ['an error', [fromServer(concat(hex('0005 0001'), latin1('File not found\0')))], Match],
  ['an error out of range', [fromServer(concat(hex('0005 0009'), latin1('File not found\0')))], Exclude],
])('%s', (_case, packets, verdict) => {
  expect(show(tftp, packets, ends).verdict).toBe(verdict)
})
test('shown twice, a packet counts once', () => {
  const c = [fromServer(block(1)), fromServer(block(1))]
  expect(show(tftp, c, ends).verdict).toBe(Exclude)
})
test.each([
  ['no mode', concat(hex('0001'), latin1('file\0fast\0'))],
  ['a name with control characters', concat(hex('0001'), latin1('fi\x01le\0octet\0'))],
  ['no name', concat(hex('0001'), latin1('\0octet\0'))],
  ['STUN', hex('0001 0000 2112a442 000102030405060708090a0b')],
])('not TFTP: %s', (_case, bytes) => {
  expect(show(tftp, [fromClient(bytes)], ends).verdict).toBe(Exclude)
})
