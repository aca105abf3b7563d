import { expect, test } from 'vitest'
import { parseEventsUrl } from './events-url.ts'

test.each([
  ['syslog://0.0.0.0', { kind: 'udp', port: 514 }],
  ['syslog+tcp://[::1]:1514?allow=10.0.0.0/8', { kind: 'tcp', host: '::1', port: 1514, allow: [{ bits: 104 }] }],
  ['events+tcp://127.0.0.1', { kind: 'tcp', port: 5170 }],
  ['eve:///var/log/suricata/eve.json', { kind: 'file', path: '/var/log/suricata/eve.json', fromStart: false }],
  ['eve:///x?from=start', { kind: 'file', path: '/x', fromStart: true }],
])('%s', (text, expected) => {
  expect(parseEventsUrl(text)).toMatchObject(expected)
})
test.each([
  ['eve://x', /needs a whole path/],
  ['eve:///x?from=end', /no option here/],
  ['events://0.0.0.0:1', /by TCP/],
  ['syslog+tls://0.0.0.0', /no transport tls/],
  ['syslog://0.0.0.0?allow=x', /no network/],
  ['syslog://0.0.0.0:99999', /no address and port/],
])('%s is refused', (text, why) => {
  expect(parseEventsUrl(text)).toMatch(why)
})
