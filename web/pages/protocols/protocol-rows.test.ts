import { describe, expect, test } from 'vitest'
import { filtered, flowsByProtocol, type ProtocolRow, portsOf, type Sort, sorted } from './protocol-rows.ts'

const row = (name: string, category: string, tcpPorts: readonly number[], flows: number, by = 'payload'): ProtocolRow => {
  const protocol = {
    ...{ name, category, about: `${name} it is`, by: ['payload'] as const, inside: [], serverNames: 0, customRules: 0 },
    ...{ tcpPorts, udpPorts: [], ipProtocols: [], firstBytes: '', fields: [] },
  }
  return { protocol, by, ports: portsOf(protocol), flows }
}
const rows = [
  row('DNS', 'Network', [53], 3),
  row('HTTP', 'Web', [80, 8080], 0, 'payload; port'),
  row('TLS', 'Web', [443], 9),
  row('X2', 'Chat', [], 0),
]
const names = (of: readonly ProtocolRow[]) => of.map(({ protocol }) => protocol.name).join()

test('flows of Master.App are those of both', () => {
  const flows = flowsByProtocol([
    { app: 'TLS.Google', activeFlows: 2 },
    { app: 'TLS', activeFlows: 3 },
    { app: 'QUIC.Google', activeFlows: 4 },
  ])
  expect(Object.fromEntries(flows)).toEqual({ TLS: 5, Google: 6, QUIC: 4 })
})

test('ports in words', () => {
  expect(portsOf({ tcpPorts: [80, 81], udpPorts: [443], ipProtocols: [] })).toBe('tcp 80, 81; udp 443')
  expect(portsOf({ tcpPorts: [], udpPorts: [], ipProtocols: [89] })).toBe('ip 89')
})

describe('filter', () => {
  test.each([
    ['', 'DNS,HTTP,TLS,X2'],
    ['web', 'HTTP,TLS'],
    ['WEB port', 'HTTP'],
    ['8080', 'HTTP'],
    ['80', 'HTTP'],
    ['2', 'X2'],
    ['dns web', ''],
  ])('%j', (filter, expected) => expect(names(filtered(rows, filter))).toBe(expected))
})

describe('sort', () => {
  test.each<[Sort, boolean, string]>([
    ['name', false, 'DNS,HTTP,TLS,X2'],
    ['name', true, 'X2,TLS,HTTP,DNS'],
    ['category', false, 'X2,DNS,HTTP,TLS'],
    ['ports', false, 'DNS,HTTP,TLS,X2'],
    ['flows', true, 'TLS,DNS,HTTP,X2'],
    ['by', true, 'HTTP,DNS,TLS,X2'],
  ])('%s, descending %s', (sort, isDescending, expected) => expect(names(sorted(rows, sort, isDescending))).toBe(expected))
})
