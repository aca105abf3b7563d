import { describe, expect, test } from 'vitest'
import type { RuleKind } from '../lib/custom-rules.ts'
import { formatNetwork } from '../wire/address.ts'
import { type Matcher, parseList, parseRules } from './custom-rules.ts'

const shown = (matcher: Matcher): string =>
  matcher.kind === 'port'
    ? `${matcher.over} ${matcher.from}-${matcher.to}`
    : matcher.kind === 'name'
      ? matcher.text
      : `${formatNetwork(matcher.network)}${matcher.port === 0 ? '' : ` port ${matcher.port}`}`

const rules = (text: string, kind: RuleKind = 'applications') => {
  const { rules, faults } = parseRules('my.txt', text, kind)
  expect(faults).toEqual([])
  return rules.map(({ line, matchers, name, given }) => ({ line, name, given, matchers: matchers.map(shown) }))
}

test.each([
  ['tcp:81,tcp:8181@HTTP', 'HTTP', ['tcp 81-81', 'tcp 8181-8181']],
  ['udp:5061-5062@SIP', 'SIP', ['udp 5061-5062']],
  ['tcp:3000@ntop', 'ntop', ['tcp 3000-3000']],
  ['host:"Kataweb.IT", host:repubblica.it @ Repubblica', 'Repubblica', ['kataweb.it', 'repubblica.it']],
  ['host:"a.example,b@c#d".x@Never', undefined, []],
  ['host:*.example.com@Mine', 'Mine', ['.example.com']],
  ['ip:10.0.0.0/8@LAN', 'LAN', ['10.0.0.0/8']],
  ['ip:10.1.2.3/8:443@LAN', 'LAN', ['10.0.0.0/8 port 443']],
  ['ip:3.3.3.3:444@CustomProtocolB=439', 'CustomProtocolB', ['3.3.3.3/32 port 444']],
  ['ipv6:[2001:db8::1]/32@Six', 'Six', ['2001:db8::/32']],
  ['ipv6:[fe80::1]:12717@Six', 'Six', ['fe80::1/128 port 12717']],
  ['ipv6:2001:db8::1@Six', 'Six', ['2001:db8::1/128']],
  ['TCP:81,ip:10.0.0.1@Two words', 'Two words', ['tcp 81-81', '10.0.0.1/32']],
])('%s', (text, name, matchers) => {
  const parsed = parseRules('f', text)
  if (name === undefined) expect(parsed.rules).toEqual([])
  else expect(parsed.rules.map((rule) => ({ name: rule.name, matchers: rule.matchers.map(shown) }))).toEqual([{ name, matchers }])
})

test('comments, empty lines, carriage returns, a byte order mark and a last line without an end', () => {
  expect(rules('\ufeff# all of it\r\n\r\ntcp:81@HTTP # the proxy\r\n  \n host:"x#1.example"@X'.replace('#1', '1'))).toEqual([
    { line: 3, name: 'HTTP', given: '', matchers: ['tcp 81-81'] },
    { line: 5, name: 'X', given: '', matchers: ['x1.example'] },
  ])
})

describe('a fault says where it is, and the other rules hold', () => {
  test.each([
    ['tcp:81', 7, 'a rule ends in @'],
    ['tcp:81@', 8, 'the name is missing'],
    ['@HTTP', 1, 'nothing before the @'],
    ['tcp:81,,udp:5@X', 8, 'nothing between the commas'],
    ['  sctp:81@X', 3, 'a matcher begins with tcp:'],
    ['nbpf:"host 1.2.3.4"@X', 1, 'nbpf'],
    ['tcp:0@X', 5, 'a port is'],
    ['tcp:65536@X', 5, 'a port is'],
    ['udp:7-x@X', 5, 'a port is'],
    ['udp:9-7@X', 5, 'the first port'],
    ['tcp:80,ip:10.0.0.256@X', 11, 'an IPv4 address'],
    ['ip:10.0.0.0/33@X', 4, 'an IPv4 address'],
    ['ip:[2001:db8::1]@X', 4, 'an IPv4 address'],
    ['ip:10.0.0.1:0@X', 4, 'a port is'],
    ['ip:10.0.0.1:65536@X', 4, 'a port is'],
    ['ipv6:10.0.0.1@X', 6, 'an IPv6 address'],
    ['ipv6:[2001:db8::]/129@X', 6, 'an IPv6 address'],
    ['host:""@X', 6, 'a server name has'],
    ['host:"a b"@X', 6, 'a server name has'],
    [`host:${'a'.repeat(63)}-@X`, 6, 'what may stand inside'],
    ['host:"a.example"@TLS.X', 18, 'a dot'],
    [`tcp:1@${'x'.repeat(65)}`, 7, '64 characters'],
    ['tcp:1@unknown', 7, 'Unknown is'],
    ['tcp:1@X=0', 9, 'a number from 1'],
    ['tcp:1@X=Y', 9, 'a number from 1'],
  ])('%s: column %i, %s', (text, column, message) => {
    const { rules, faults } = parseRules('my.txt', `tcp:1@First\n${text}\ntcp:2@Last`)
    expect(rules.map(({ name }) => name)).toEqual(['First', 'Last'])
    expect(faults).toEqual([{ file: 'my.txt', line: 2, column, message: expect.stringContaining(message) }])
  })

  test('a line may not be longer than 65536 characters', () => {
    const { rules, faults } = parseRules('f', `${'host:a.example,'.repeat(5000)}tcp:1@X\ntcp:2@Y`)
    expect([rules.length, faults.map(({ line }) => line)]).toEqual([1, [1]])
  })
})

describe('categories', () => {
  test('have names with dots and ampersands, addresses without ports, and new names', () => {
    expect(rules('host:evil.example,ip:192.0.2.0/24@Malware\n@User custom category 1=Ads & Co.', 'categories')).toEqual([
      { line: 1, name: 'Malware', given: '', matchers: ['evil.example', '192.0.2.0/24'] },
      { line: 2, name: 'User custom category 1', given: 'Ads & Co.', matchers: [] },
    ])
  })
  test.each([
    ['tcp:80@Malware', 1, 'host:, ip: or ipv6:'],
    ['ip:10.0.0.1:80@Malware', 4, 'without ports'],
    ['@Malware', 1, 'nothing before the @'],
    ['@Malware=Bad', 2, 'only User custom category 1 to 5'],
    ['@User custom category 6=Bad', 2, 'only User custom category 1 to 5'],
    ['@User custom category 1=', 25, 'the name is missing'],
    ['host:a.example', 15, 'the name of a category'],
  ])('%s: column %i, %s', (text, column, message) => {
    expect(parseRules('f', text, 'categories').faults).toEqual([{ file: 'f', line: 1, column, message: expect.stringContaining(message) }])
  })
})

test('a plain list has names and networks, also as a hosts file has them', () => {
  const { rules, faults } = parseList(
    'bad.txt',
    '# bad\nEvil.example\n192.0.2.0/24\n0.0.0.0 ads.example # seen\n2001:db8::1\nno name\nx@y\n',
    'Malware',
  )
  expect(rules.map(({ name, line, matchers }) => [name, line, ...matchers.map(shown)])).toEqual([
    ['Malware', 2, 'evil.example'],
    ['Malware', 3, '192.0.2.0/24'],
    ['Malware', 4, 'ads.example'],
    ['Malware', 5, '2001:db8::1/128'],
  ])
  expect(faults.map(({ line, column }) => [line, column])).toEqual([
    [6, 4],
    [7, 1],
  ])
})
