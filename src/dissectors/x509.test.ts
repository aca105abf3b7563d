import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concat } from './testing.ts'
import { certificate, der, generalizedTime, nameOf, utcTime } from './tls-testing.ts'
import { type CertificateFields, commonName, MAX_NAMES, readCertificate } from './x509.ts'

const read = (b: Uint8Array, padding = 0) => {
  const out: CertificateFields = {}
  const around = concat(new Uint8Array(padding), b, new Uint8Array(padding))
  return { whole: readCertificate(around, padding, padding + b.length, out), out }
}
const subject = nameOf([6, 'DE'], [10, 'Beispiel GmbH'], [3, 'www.example.org'])
const issuer = nameOf([6, 'US'], [10, "Let's Encrypt"], [3, 'R3'])
const usual = certificate({ subject, issuer, dnsNames: ['www.example.org', '*.example.net'] })

test('names, validity and alternative names are read, wherever the bytes lie', () => {
  const { whole, out } = read(usual, 9)
  expect(whole).toBe(true)
  expect(out).toEqual({
    subject: 'C=DE, O=Beispiel GmbH, CN=www.example.org',
    issuer: "C=US, O=Let's Encrypt, CN=R3",
    notBefore: Date.UTC(2024, 0, 2, 3, 4, 5),
    notAfter: Date.UTC(2051, 1, 3, 4, 5, 6),
    names: ['www.example.org', '*.example.net', '192.0.2.1'],
    serialNumber: '010203',
    certificateSha1: createHash('sha1')
      .update(usual)
      .digest('hex')
      .toUpperCase()
      .replace(/..(?=.)/g, '$&:'),
  })
})

test.each([
  [utcTime('491231235959Z'), Date.UTC(2049, 11, 31, 23, 59, 59)],
  [utcTime('500101000000Z'), Date.UTC(1950, 0, 1)],
  [generalizedTime('99991231235959Z'), Date.UTC(9999, 11, 31, 23, 59, 59)],
])('times of both forms (%#)', (from, expected) => {
  expect(read(certificate({ subject, issuer, from })).out.notBefore).toBe(expected)
})

test('a time that is none leaves the field out and goes on', () => {
  const { out } = read(certificate({ subject, issuer, from: utcTime('garbage here!') }))
  expect(out.notBefore).toBeUndefined()
  expect(out.subject).toContain('example')
})

test('sixteen names are kept of many, and hostile ones are made visible', () => {
  const many = Array.from({ length: 100 }, (_, i) => (i === 0 ? '<script>\x00\x1b' : `n${i}.example`))
  const { out } = read(certificate({ subject: nameOf([3, 'a\x07b']), issuer, dnsNames: many }))
  expect(out.names).toHaveLength(MAX_NAMES)
  expect(out.names?.[0]).toBe('<script>␀␛')
  expect(out.subject).toBe('CN=a␇b')
})

test('issuer and subject that are the same are a self-signed certificate', () => {
  expect(read(certificate({ subject, issuer: subject })).out.selfSigned).toBe(true)
  expect(
    read(certificate({ subject, issuer: nameOf([6, 'DE'], [10, 'Beispiel GmbH'], [3, 'www.example.orG']) })).out.selfSigned,
  ).toBeUndefined()
})

test('addresses among the names are read, those of version 6 too', () => {
  const v6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
  expect(read(certificate({ subject, issuer, addresses: [v6] })).out.names).toEqual(['192.0.2.1', '2001:db8::1'])
})

test('a name in UTF-16 is read', () => {
  expect(read(certificate({ subject: nameOf([3, 'host', 0x1e]), issuer })).out.subject).toBe('CN=host')
})

test('cut at any length it is never read past, and says so while the subject is missing', () => {
  for (let n = 0; n < usual.length; n++) expect(() => read(usual.subarray(0, n))).not.toThrow()
  expect(read(usual.subarray(0, 60)).whole).toBe(false)
})

test('lengths that lie end the reading', () => {
  for (let i = 0; i < 120; i++) {
    const lying = usual.slice()
    lying[i] = 0xff
    expect(() => read(lying)).not.toThrow()
  }
  expect(read(der(0x30, new Uint8Array(0))).whole).toBe(false)
})

describe('commonName', () => {
  test.each([
    ['CN=a.example', 'a.example'],
    ['C=US, CN=b.example, O=x', 'b.example'],
    ['O=CN=no', ''],
    ['C=US', ''],
    [undefined, ''],
  ])('%s', (name, expected) => expect(commonName(name)).toBe(expected))
})
