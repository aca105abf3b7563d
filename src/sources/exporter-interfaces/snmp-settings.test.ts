import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSnmpSettings } from './snmp-settings.ts'

const parse = (...lines: string[]) => parseSnmpSettings('snmp.conf', lines.join('\n'))
const access = (address: string, ...lines: string[]) => {
  const { settings, faults } = parse(...lines)
  expect(faults).toEqual([])
  return settings.of(address)
}

test('a community for a network', () => {
  expect(access('10.1.2.3', '# ours', '10.0.0.0/8 community=secret', '')).toEqual({
    credentials: { version: '2c', community: 'secret' },
    port: 161,
    timeoutMs: 2000,
    counters: false,
  })
})

test('a user with keys, in full', () => {
  const line =
    '192.0.2.1 version=3 user=wiretop auth=sha256 auth-key="a # \\"key\\" of" priv=AES priv-key=secret-key context=vrf port=1161 timeout=5 counters=yes # a router'
  expect(access('192.0.2.1', line)).toEqual({
    credentials: {
      version: '3',
      user: 'wiretop',
      level: 'authPriv',
      auth: 'SHA-256',
      authKey: 'a # "key" of',
      priv: 'AES',
      privKey: 'secret-key',
      context: 'vrf',
    },
    port: 1161,
    timeoutMs: 5000,
    counters: true,
  })
})

test.each([
  ['user=u', 'noAuthNoPriv'],
  ['user=u auth-key=12345678', 'authNoPriv'],
  ['user=u auth-key=12345678 priv-key=12345678', 'authPriv'],
  ['user=u auth-key=12345678 priv-key=12345678 level=authNoPriv', 'authNoPriv'],
])('%s has the level %s', (text, level) => {
  expect(access('::1', `::/0 ${text}`)?.credentials).toMatchObject({ version: '3', level })
})

test('the smallest network holds, in whatever order; nobody is asked who is in none, or is not to be', () => {
  const lines = [
    '0.0.0.0/0 community=all',
    '10.1.0.0/16 community=site',
    '10.0.0.0/8 community=company',
    '10.1.9.9 ask=no',
    '2001:db8::/32 community=six',
  ]
  const community = (address: string) => (access(address, ...lines)?.credentials as { community: string } | undefined)?.community
  expect(['10.1.2.3', '10.2.2.3', '192.0.2.1', '10.1.9.9', '2001:db8::7', '2001:db9::7', 'none'].map(community)).toEqual([
    'site',
    'company',
    'all',
    undefined,
    'six',
    undefined,
    undefined,
  ])
})

test.each([
  ['nowhere community=secret', '1:1: no network: give one as 10.0.0.0/8, or an address, and then key=value'],
  ['  10.0.0.0/8', '1:1: no community: nobody is asked without one'],
  ['10.0.0.0/8 secret', '1:12: no key=value; a value with blanks or quotes stands in "quotes", quotes in it as \\"'],
  ['10.0.0.0/8 community="secret', '1:12: no key=value; a value with blanks or quotes stands in "quotes", quotes in it as \\"'],
  ['10.0.0.0/8 community=secret x', '1:29: no key=value; a value with blanks or quotes stands in "quotes", quotes in it as \\"'],
  ['10.0.0.0/8  secret=1', /^1:13: no such key: there are version, /],
  ['10.0.0.0/8 community=a community=secret', '1:24: community for the second time'],
  ['10.0.0.0/8 community=', '1:12: no community: nobody is asked without one'],
  ['10.0.0.0/8 community=secret user=u', '1:12: community is not of version 3'],
  ['10.0.0.0/8 community=a auth-key=secret', '1:24: auth-key is not of version 2c'],
  ['10.0.0.0/8 version=1 community=secret', '1:12: version must be 2c or 3'],
  ['10.0.0.0/8 user=u level=authPriv', '1:1: auth-key must have at least 8 characters'],
  ['10.0.0.0/8 user=u auth-key=12345678 priv-key=secret', '1:37: priv-key must have at least 8 characters'],
  ['10.0.0.0/8 user=u auth=secret', '1:19: auth must be one of MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512'],
  ['10.0.0.0/8 community=a port=70000', '1:24: port must be a whole number from 1 to 65535'],
  ['10.0.0.0/8 community=a counters=secret', '1:24: counters must be yes or no'],
  [`10.0.0.0/8 community=${'secret'.repeat(50)}`, '1:12: community has more than 255 characters'],
  ['x'.repeat(5000), '1:4097: longer than 4096 characters'],
])('%j is refused by line and column, and shows no secret', (line, expected) => {
  const { settings, faults } = parse(line, '10.9.0.0/16 community=other')
  const text = faults.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n')
  if (typeof expected === 'string') expect(text).toBe(expected)
  else expect(text).toMatch(expected)
  expect(text).not.toContain('secret')
  expect(settings.of('10.9.0.1')).toBeDefined()
})

test('any text is a value', () => {
  const part = fc.constantFrom('10.0.0.0/8', ' ', '=', '"', '\\', '#', 'community', 'user', 'auth-key', '12345678', '\n', 'é', '\ud800')
  fc.assert(fc.property(fc.array(part, { maxLength: 30 }), (parts) => parse(parts.join('')).faults.length <= 30))
  expect(parse(...Array.from({ length: 5000 }, () => '10.0.0.0/8 community=a')).faults).toMatchObject([{ line: 4097 }])
})
