import { describe, expect, test } from 'vitest'
import type { Context } from './dissector.ts'
import { concat } from './testing.ts'
import { readFirstCertificate } from './tls-certificate.ts'
import { certificate, nameOf } from './tls-testing.ts'
import { type CertificateFields, readCertificate } from './x509.ts'

const issuer = nameOf([6, 'US'], [3, 'R3'])
const shown = (cert: Uint8Array, named = false) => {
  const length = (n: number) => [n >> 16, (n >> 8) & 255, n & 255]
  const message = concat(Uint8Array.from([...length(cert.length + 3), ...length(cert.length)]), cert)
  const said: string[] = []
  const ctx = {
    serverName: (name: string) => void said.push(`server ${name}`),
    info: (text: string) => void said.push(`info ${text}`),
    inside: (app: string) => void said.push(`inside ${app}`),
  } as unknown as Context
  const out: CertificateFields = {}
  const done = readFirstCertificate(message, 0, message.length, named, out, ctx)
  for (let n = 0; n < message.length; n++) expect(readFirstCertificate(message, 0, n, named, {}, ctx)).toBe(false)
  return { done, out, said }
}

describe('a certificate', () => {
  test('shown again says the same, from the same objects', () => {
    const cert = certificate({ subject: nameOf([3, 'www.example.org']), issuer, dnsNames: ['www.example.org', '*.example.net'] })
    const first = shown(cert)
    const again = shown(cert.slice())
    expect(again).toEqual(first)
    expect(again.out.names).toBe(first.out.names)
    expect(first).toMatchObject({
      done: true,
      out: { subject: 'CN=www.example.org', issuer: 'C=US, CN=R3' },
      said: ['server www.example.org', 'info CN=www.example.org'],
    })
  })

  test('of the same serial number and length is told from another by any byte that counts', () => {
    const one = certificate({ subject: nameOf([3, 'one.example.org']), issuer, dnsNames: ['a.example.org'] })
    const two = certificate({ subject: nameOf([3, 'two.example.org']), issuer, dnsNames: ['a.example.org'] })
    const three = certificate({ subject: nameOf([3, 'one.example.org']), issuer, dnsNames: ['b.example.org'] })
    expect([two.length, three.length]).toEqual([one.length, one.length])
    for (let round = 0; round < 2; round++) {
      expect(shown(one).said[0]).toBe('server one.example.org')
      expect(shown(two).said[0]).toBe('server two.example.org')
      expect(shown(three).out.names?.[0]).toBe('b.example.org')
    }
  })

  test('of a flow that has its name says only its fields and the application', () => {
    const cert = certificate({ subject: nameOf([3, 'AnyNet Relay']), issuer })
    expect(shown(cert, true).said).toEqual(['inside AnyDesk'])
    expect(shown(cert).said).toEqual(['info CN=AnyNet Relay', 'inside AnyDesk'])
  })

  test('that a content network shares is of the site among its alternative names', () => {
    const cert = certificate({
      subject: nameOf([3, 'sni.cloudflaressl.com']),
      issuer,
      dnsNames: ['sni.cloudflaressl.com', '*.psiphon3.net'],
    })
    expect(shown(cert).said[0]).toBe('server psiphon3.net')
  })

  test.each([
    ['an organisation that is called as its site', nameOf([6, 'IT'], [10, 'example.org']), 'server example.org'],
    ['a FortiGate', nameOf([10, 'Fortinet'], [11, 'FortiGate'], [3, 'FGT60E']), 'inside FortiClient'],
    ['a loudspeaker', nameOf([3, '347E5CFFA26E'], [11, 'Sonos Devices'], [10, 'Sonos, Inc'], [7, 'Santa Barbara']), 'inside Sonos'],
  ])('of %s says whose it is', (_name, subject, what) => {
    expect(shown(certificate({ subject, issuer })).said).toContain(what)
  })

  test.each([
    ['a common name', nameOf([10, 'example.org'], [3, 'somebody'])],
    ['another unit', nameOf([10, 'Fortinet'], [11, 'Sales'])],
  ])('with %s does not', (_name, subject) => {
    expect(shown(certificate({ subject, issuer })).said.filter((said) => !said.startsWith('info'))).toEqual([])
  })

  test.each(['constructor', '__proto__'])('that calls itself %s is of no application', (name) => {
    expect(shown(certificate({ subject: nameOf([3, name]), issuer })).said).toEqual([`info CN=${name}`])
  })

  test('with any byte changed says what it would have said if it came first', () => {
    const cert = certificate({ subject: nameOf([3, 'www.example.org']), issuer, dnsNames: ['www.example.org'] })
    for (let i = 0; i < cert.length; i += 3) {
      const changed = cert.slice()
      changed[i]! ^= 0x41
      const expected: CertificateFields = {}
      readCertificate(changed, 0, changed.length, expected)
      expect(shown(changed).out).toEqual(expected)
      expect(shown(cert).out.subject).toBe('CN=www.example.org')
    }
  })
})
