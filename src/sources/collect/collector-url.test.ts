import { expect, test } from 'vitest'
import { isCollectorUrl, parseCollectorUrl } from './collector-url.ts'

test.each([
  ['netflow://0.0.0.0:2055', { scheme: 'netflow', host: '0.0.0.0', port: 2055, transport: 'udp', repeats: 'first', sampling: undefined }],
  ['ipfix://127.0.0.1', { scheme: 'ipfix', host: '127.0.0.1', port: 4739 }],
  ['ipfix+tcp://[::1]:80', { host: '::1', port: 80, transport: 'tcp' }],
  ['ipfix+tls://0.0.0.0?cert=a.pem&key=b.pem', { port: 4740, transport: 'tls', certificateFile: 'a.pem', keyFile: 'b.pem' }],
  [
    'sflow://0.0.0.0:6343?sampling=100,10.0.0.1=4000&repeats=ingress',
    { sampling: 100, samplingOf: new Map([['10.0.0.1', 4000]]), repeats: 'ingress' },
  ],
])('%s', (text, expected) => {
  expect(isCollectorUrl(text)).toBe(true)
  expect(parseCollectorUrl(text)).toMatchObject(expected)
})

test('networks that may send', () => {
  expect(parseCollectorUrl('netflow://0.0.0.0?allow=10.0.0.0/8,192.0.2.1')).toMatchObject({ allow: [{ bits: 104 }, { bits: 128 }] })
})

test.each([
  ['netflow+tcp://0.0.0.0', /only IPFIX comes by tcp/],
  ['ipfix+tls://0.0.0.0', /TLS needs a certificate/],
  ['ipfix+quic://0.0.0.0', /no transport quic/],
  ['netflow://0.0.0.0:99999', /no address and port/],
  ['netflow://0.0.0.0?allow=ten', /ten is no network/],
  ['netflow://0.0.0.0?sampling=0', /0 is no rate/],
  ['netflow://0.0.0.0?repeats=never', /never is no rule/],
  ['netflow://0.0.0.0?colour=red', /colour is no option/],
])('%s is refused in one line', (text, why) => {
  const refusal = parseCollectorUrl(text)
  expect(refusal).toMatch(why)
  expect(refusal).not.toMatch(/\n/)
})
