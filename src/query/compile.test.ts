import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowFields, hostFields } from '../lib/fields.ts'
import { matches } from './compile.ts'
import { compileFilter } from './filter.ts'
import { anyFilter, flow, matchesRow, NOW_MS, parsed, readerOf } from './testing.ts'

test.each([
  'bytes > 1M',
  'bytes >= 1.5M and bytes <= 1500k and bytes = 1.5M',
  'bps > 4Mbps and bps < 6Mbit',
  'duration > 1m and duration < 2m',
  'packets in 1000..2000',
  'port = 443 and port = 51000',
  'port in (80, 443)',
  'port in (80, 400..500)',
  'port != 80',
  'client = 10.0.0.7',
  'client in 10.0.0.0/8',
  'client in 10.0.0.1..10.0.0.9',
  'host = 142.250.74.46 and host in (1.1.1.1, 10.0.0.0/24)',
  'host = 10.0.0.7@100',
  'host in 0.0.0.0/0',
  'host = www.google.COM',
  'host contains google',
  'host like *.google.com',
  "host = bob's-phone",
  'host in (1.1.1.1, www.google.com)',
  'app = google and app = tls and app = TLS.google and app in (DNS, Google)',
  'app contains s.g and app starts tls and app ends GOOGLE and app like t?s.*',
  'not app = TLS.Goog and not app = Goog',
  'app != DNS',
  'confidence = server-name',
  'tcpState in (closed, established)',
  'id = aB3 and not id = ab3',
  'mac = 001B213A4F55 and mac starts 001b21 and mac like 00:1b:* and mac != 00:1b:21:3a:4f:56',
  'serverName exists and not info exists and clientMac exists and not serverMac exists',
  'firstSeen < -1m and firstSeen > -3m and lastSeen in -5s..now',
  'firstSeen > 2024-05-01T11:57Z',
  'serverLatency < 13ms',
  '10.0.0.7 and 443 and google and *.google.com and 00:1b:21:3a:4f:55 and "GOOGLE"',
  'vlan = 7 or bytes > 1 and proto = TCP',
  'risk = "SQL Injection" and risk = "http obsolete server"',
  'risks in ("XSS Attack", "SQL Injection") and risk starts HTTP and risk contains injection and risk exists',
  'not risk = "XSS Attack" and risk != "XSS Attack" and "sql inj"',
  'score > 50 and score = 200',
  '',
])('matches: %s', (text) => {
  expect(matchesRow(text, flow)).toBe(true)
})

test.each([
  'bytes > 1.5M',
  'bytes < 1500000',
  'risk = "XSS Attack"',
  'risk != "SQL Injection"',
  // One text of the field, not all of them as one.
  'risk starts "SQL" and risk ends "server" and risk like "SQL*Server"',
  'not risk exists',
  'port = 80',
  'port != 443',
  'port in (80, 81..400)',
  'packets in 1201..2000',
  'client = 10.0.0.8',
  'client in 11.0.0.0/8',
  'client in 10.0.0.8..10.0.0.9',
  'client in ::/0 and client in ::/8 and client in 1::/16',
  'host != 142.250.74.46',
  'host = 10.0.0.7@101',
  'host in 2001:db8::/32',
  'host = google.com',
  'app = TLS.Goog',
  'app = oogle',
  'app != google',
  'info exists',
  'not serverName exists',
  'firstSeen > -1m',
  'serverLatency > 13ms',
  '10.0.0.8',
  '81',
  'sap', // only the flags have it
  'not (vlan = 100 or bytes > 1)',
])('does not match: %s', (text) => {
  expect(matchesRow(text, flow)).toBe(false)
})

test('IPv6 prefixes of every length hold their own and not their neighbour', () => {
  const words = '2001:db8:1234:5678:9abc:def0:1357:9bdf'
  for (let bits = 1; bits <= 128; bits++) {
    const bit =
      (1n << BigInt(128 - bits)) ^
      BigInt(
        `0x${words
          .split(':')
          .map((g) => g.padStart(4, '0'))
          .join('')}`,
      )
    const other = bit.toString(16).padStart(32, '0').match(/..../g)!.join(':')
    expect(matchesRow(`client = ${words}/${bits}`, { client: words })).toBe(true)
    expect(matchesRow(`client = ${words}/${bits}`, { client: other })).toBe(false)
  }
})

test('a number that is absent is not small', () => {
  for (const text of [
    'clientLatency < 10ms',
    'clientLatency <= 10ms',
    'clientLatency in 0..10',
    'clientLatency >= 0',
    'clientLatency in (1, 0..10)',
  ])
    expect([text, matchesRow(text, flow)]).toEqual([text, false])
  expect(matchesRow('clientLatency < 10ms', { clientLatency: 9 })).toBe(true)
  expect(matchesRow('retransmissions < 10', { retransmissions: 0 })).toBe(true)
})

test('long lists of numbers say what short ones say', () => {
  const long = Array.from({ length: 30 }, (_, i) => 1000 + 2 * i).join(', ')
  for (const list of ['1002, 1004, 0..10', `${long}, 0..10`])
    for (const [n, expected] of [
      [1002, true],
      [1003, false],
      [5, true],
      [11, false],
      [0, false],
    ] as const)
      expect([list, n, matchesRow(`clientLatency in (${list})`, { clientLatency: n })]).toEqual([list, n, expected])
})

test('flags', () => {
  for (const [text, local] of [
    ['local', true],
    ['local = no', false],
    ['local != yes', false],
    ['not local', false],
  ] as const) {
    expect(matchesRow(text, { local }, hostFields)).toBe(true)
    expect(matchesRow(text, { local: !local }, hostFields)).toBe(false)
  }
})

test('rows of the same and of no text keep their own answers', () => {
  const rows = ['n7', 'n7', '', 'n8', '', 'n7'].map((info) => ({ info }))
  const test = compileFilter(parsed('info ends 7'), flowFields, readerOf(rows), NOW_MS)
  expect(rows.map((_, i) => test(i))).toEqual([true, true, false, false, false, true])
})

test('an application with a dot is met whole only', () => {
  expect(matchesRow('app = TLS.Google', { app: 'TLS.Google.Maps' })).toBe(false)
  expect(matchesRow('app = Google.Maps', { app: 'TLS.Google.Maps' })).toBe(false)
})

test('text is judged anew when its answers are too many to keep', () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => ({ info: `n${i % 20_000}` }))
  const test = compileFilter(parsed('info ends 7'), flowFields, readerOf(rows), NOW_MS)
  expect(rows.filter((_, i) => test(i))).toEqual(rows.filter(({ info }) => info.endsWith('7')))
})

test('double negation, and what De Morgan says', () => {
  const seed = 20_240_501
  fc.assert(
    fc.property(anyFilter, anyFilter, (a, b) => {
      const [yesA, yesB] = [matchesRow(a, flow), matchesRow(b, flow)]
      expect(matchesRow(`not not (${a})`, flow)).toBe(yesA)
      expect(matchesRow(`(${a}) and (${b})`, flow)).toBe(yesA && yesB)
      expect(matchesRow(`not (not (${a}) and not (${b}))`, flow)).toBe(yesA || yesB)
    }),
    { seed, numRuns: 500 },
  )
})

test.each([
  ['', '', true],
  ['', '*', true],
  ['', '?', false],
  ['abc', 'a*c', true],
  ['abc', 'a?c', true],
  ['abc', 'a?', false],
  ['abcbc', '*bc', true],
  ['abcbd', 'a*bc', false],
  ['a*c', 'a*c', true],
  ['abc', 'abc**', true],
])('%j like %j: %s', (text, pattern, expected) => {
  expect(matches(text, pattern)).toBe(expected)
})

test('a hostile pattern costs no more than the product of both lengths', () => {
  expect(matches('a'.repeat(255), `${'*a'.repeat(250)}b`)).toBe(false)
})
