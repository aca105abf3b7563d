import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../wire/address.ts'
import { readProcNet } from './proc-net.ts'
import { PROTO_UDP } from './socket-record.ts'

const read = (text: string) => {
  const found: string[] = []
  const address = ([a, b, c, d]: Int32Array) => formatAddress(a!, b!, c!, d!)
  readProcNet(text, PROTO_UDP, (s) =>
    found.push(`${address(s.local)} ${s.localPort} ${address(s.remote)} ${s.remotePort} ${s.uid} ${s.inode}`),
  )
  return found
}
const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'

// As a little-endian kernel writes them.
test.each([
  [
    '   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   112        0 26537 1 0000000000000000 100 0 0 10 0',
    '127.0.0.1 3306 0.0.0.0 0 112 26537',
  ],
  [
    '  12: 00000000000000000000000001000000:0277 B80D0120000000000000000001000000:D431 01 00000000:00000000 02:00000A5B 00000000  1000        0 99 2 0',
    '::1 631 2001:db8::1 54321 1000 99',
  ],
])('%s', (line, expected) => {
  expect(read(`${HEAD}\n${line}\n`)).toEqual([expected])
})

test('damage is passed over', () => {
  const line = '   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   112        0 26537 1'
  fc.assert(
    fc.property(fc.nat(line.length), fc.string({ maxLength: 5 }), (at, text) => {
      expect(read(line.slice(0, at) + text + line.slice(at + text.length)).length).toBeLessThanOrEqual(2)
    }),
    { seed: 1, numRuns: 1000 },
  )
  expect(read(`${line.slice(0, 60)}\n${line}`)).toHaveLength(1)
})
