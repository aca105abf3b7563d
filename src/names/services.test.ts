import { expect, test } from 'vitest'
import { serviceName, services } from './services.ts'

test.each([
  [443, 'tcp', 'https'],
  [443, 'udp', 'quic'],
  [53, 'udp', 'domain'],
  [53, 'tcp', 'domain'],
  [514, 'udp', 'syslog'],
  [514, 'tcp', 'shell'],
  [22, 'sctp', 'ssh'],
  [123, 'tcp', undefined],
  [443, 'icmp', undefined],
  [40_000, 'tcp', undefined],
])('%i/%s is %s', (port, proto, name) => expect(serviceName(port, proto)).toBe(name))

test('the table is well formed', () => {
  expect(services.size).toBeGreaterThan(250)
  for (const [port, name] of services) {
    expect(port).toMatch(/^\d{1,5}\/(tcp|udp)$/)
    expect(Number.parseInt(port, 10)).toBeLessThan(65_536)
    expect(name).toMatch(/^[a-z0-9-]+$/)
  }
})
