import { describe, expect, it } from 'vitest'
import { BadInstance, certificateFingerprint, givenInstance, instanceName, instanceToken, instanceUrl, nameOfUrl } from './instance-url.ts'

describe('an address', () => {
  it.each([
    ['http://probe:3000', 'http://probe:3000'],
    [' HTTPS://Probe.Example:443/ ', 'https://probe.example'],
    ['https://proxy/wiretop/', 'https://proxy/wiretop'],
    ['http://[::1]:3000/?v=1#x', 'http://[::1]:3000'],
    ['http://10.1:80', 'http://10.0.0.1'],
  ])('%s', (text, url) => expect(instanceUrl(text)).toBe(url))

  it.each([
    '',
    'probe',
    'probe:3000',
    'ftp://probe',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'unix:/run/x',
    'http://',
    'http://a:b@probe',
    'http://u@probe',
    `http://${'x'.repeat(600)}`,
  ])('%j is none', (text) => expect(() => instanceUrl(text)).toThrow(BadInstance))

  it('names what has no name', () => {
    expect(nameOfUrl('https://probe.example')).toBe('probe.example')
    expect(nameOfUrl('http://[::1]:3000')).toBe('[::1]:3000')
  })
})

describe('as an option', () => {
  it.each([
    ['http://probe:3000', 'probe:3000', 'http://probe:3000'],
    ['Berlin=http://probe:3000', 'Berlin', 'http://probe:3000'],
    ['Haus 1=https://probe/a=b', 'Haus 1', 'https://probe/a=b'],
    ['http://probe/?a=b', 'probe', 'http://probe'],
  ])('%s', (text, name, url) => expect(givenInstance(text)).toEqual({ name, url }))
  it.each(['=http://probe', 'x=', 'x=y=http://probe', 'x'])('%s is none', (text) => expect(() => givenInstance(text)).toThrow(BadInstance))
})

describe('what else is said', () => {
  it('a name', () => {
    expect(instanceName('  a b ')).toBe('a b')
    for (const text of ['', '  ', 'x'.repeat(65)]) expect(() => instanceName(text)).toThrow(BadInstance)
  })
  it('a token, which can end no header', () => {
    expect(instanceToken(' abc.DEF-1~+/= ')).toBe('abc.DEF-1~+/=')
    for (const text of ['', 'a b', 'a\r\nX: y', 'a\0', 'ä', 'x'.repeat(1025)]) expect(() => instanceToken(text)).toThrow(BadInstance)
  })
  it('a fingerprint, however it is written', () => {
    const plain = 'ab'.repeat(32)
    const wanted = Array(32).fill('AB').join(':')
    for (const text of [plain, wanted, `SHA256 ${wanted}`, `sha-256:${plain}`, wanted.replaceAll(':', ' ')])
      expect(certificateFingerprint(text)).toBe(wanted)
    for (const text of ['', 'ab', `${plain}00`, 'xy'.repeat(32)]) expect(() => certificateFingerprint(text)).toThrow(BadInstance)
  })
})
