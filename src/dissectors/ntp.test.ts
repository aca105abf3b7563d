import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import ntp from './ntp.ts'
import { concat, fromClient, fromServer, hex, show } from './testing.ts'

/** RFC 5905 figure 8. */
const packet = (first: number, stratum: number, referenceId = '00000000', transmit = 'e9b2a1c0') =>
  concat(
    Uint8Array.of(first, stratum, 6, 0xec),
    hex('00000100 00000200'),
    hex(referenceId),
    new Uint8Array(24),
    hex(transmit),
    hex('12345678'),
  )

test.each([
  ['client', packet(0x23, 0), { version: 4, mode: 'client', stratum: 0 }],
  ['server, by address', packet(0x24, 2, 'c0000201'), { version: 4, mode: 'server', stratum: 2, referenceId: '192.0.2.1' }],
  ['server, by clock', packet(0x1c, 1, '47505300'), { version: 3, mode: 'server', stratum: 1, referenceId: 'GPS' }],
  ['broadcast', packet(0x25, 3, '0a000001'), { version: 4, mode: 'broadcast', stratum: 3, referenceId: '10.0.0.1' }],
])('%s', (_case, bytes, fields) => {
  expect(show(ntp, [fromClient(bytes)])).toMatchObject({ verdict: Match, fields })
  expect(show(ntp, [fromServer(bytes)], { serverPort: 1123 }).verdict).toBe(Match)
})

test.each([
  ['version 0', packet(0x03, 0), 123],
  ['version 5', packet(0x2b, 0), 123],
  ['mode 6 (ntpq)', packet(0x26, 0), 123],
  ['stratum 17', packet(0x24, 17), 123],
  ['cut', packet(0x23, 0).subarray(0, 47), 123],
  ['a part of a word behind it', concat(packet(0x23, 0), hex('00 00')), 123],
  ['off its port: longer', concat(packet(0x23, 0), hex('00')), 1123],
  ['off its port: a poll out of range', packet(0x23, 0).fill(40, 2, 3), 1123],
  ['off its port: a precision of two seconds', packet(0x23, 0).fill(1, 3, 4), 1123],
  ['off its port: an hour of root delay', packet(0x23, 0).fill(14, 4, 5), 1123],
  ['off its port: a server without a time', packet(0x24, 2, 'c0000201', '00000000'), 1123],
])('not NTP: %s', (_case, bytes, serverPort) => {
  expect(show(ntp, [fromClient(bytes)], { serverPort }).verdict).toBe(Exclude)
})
