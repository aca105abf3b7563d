import { expect, test } from 'vitest'
import { AGGREGATION_FAMILIES } from '../lib/aggregations.ts'
import { FlowWriter } from '../lib/flow-batch.ts'
import { firstAddress } from './aggregated-names.ts'
import type { LiveTables } from './live-tables.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'

const observed = () => testTables({ observe: { contactsOf: 'local', aggregations: 2 } })
/** 'kind protocol name queries hosts answered', in order. */
function namesOf(tables: LiveTables): string[] {
  tables.settle()
  const { table } = tables.observation!.names!
  return Array.from({ length: table.used }, (_, row) => row)
    .filter((row) => table.isLive(row))
    .map((row) => {
      const { kind, protocol } = AGGREGATION_FAMILIES[table.family(row)]!
      return `${kind} ${protocol} ${table.name(row)} ${table.queries(row)} ${table.hostCount(row)} ${table.isAnswered(row)}`
    })
    .sort()
}

const dnsMessage = (name: string, flags: number) => {
  const question = `${name
    .split('.')
    .map((label) => String.fromCharCode(label.length) + label)
    .join('')}\0\0\x01\0\x01`
  return `\x12\x34${String.fromCharCode(flags >> 8, flags & 255)}\0\x01\0\0\0\0\0\0${question}`
}
const query = (from: string, name: string, srcPort = 40_000) =>
  udpFrame({ from, to: '9.9.9.9', srcPort, dstPort: 53, payload: dnsMessage(name, 0x0100) })
const answer = (to: string, name: string, code: number, srcPort = 40_000) =>
  udpFrame({ from: '9.9.9.9', to, srcPort: 53, dstPort: srcPort, payload: dnsMessage(name, 0x8100 | code) })

test('DNS: each question counts, under its client; an answer without error says that the name is one', () => {
  const tables = observed()
  feed(tables, [
    query('10.0.0.1', 'a.example.org'),
    answer('10.0.0.1', 'a.example.org', 0),
    query('10.0.0.2', 'a.example.org'),
    query('10.0.0.2', 'none.example.org', 40_001),
    answer('10.0.0.2', 'none.example.org', 3, 40_001),
  ])
  expect(namesOf(tables)).toEqual(['domain DNS a.example.org 2 2 true', 'domain DNS none.example.org 1 1 false'])
})

test('HTTP: the host of each request, the system of who asks, and for whom a proxy asks', () => {
  const tables = observed()
  const request =
    'GET / HTTP/1.1\r\nHost: www.Example.org:8080\r\nX-Forwarded-For: 192.0.2.7, 10.0.0.9\r\n' +
    'User-Agent: Mozilla/5.0 (X11; Ubuntu; Linux x86_64) Firefox/120\r\n\r\n'
  feed(tables, [
    tcpFrame({ dstPort: 80, flags: 2, seq: 0, ack: 0 }),
    tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 80, dstPort: 40_000, flags: 0x12, seq: 0, ack: 1 }),
    tcpFrame({ dstPort: 80, flags: 0x18, payload: request }),
    tcpFrame({ dstPort: 80, flags: 0x18, seq: 1 + request.length, payload: request }),
  ])
  expect(namesOf(tables)).toEqual([
    'client HTTP 192.0.2.7 2 1 false',
    'domain HTTP www.example.org 2 1 false',
    'system HTTP Ubuntu 2 1 false',
  ])
})

test('what exporters tell: names of DNS, HTTP and TLS, and EPP by name and by number', () => {
  const tables = observed()
  const writer = new FlowWriter(8, (batch) => tables.collect(batch, START_MS))
  const flow = (port: number, extras: object) => {
    const i = writer.begin(0)
    const { batch } = writer
    batch.proto[i] = 6
    batch.ipVersion[i] = 4
    batch.src.set([0, 0, 0xffff, 0x0a000001], 4 * i)
    batch.dst.set([0, 0, 0xffff, 0x0a000002], 4 * i)
    batch.srcPort[i] = 40_000 + port
    batch.dstPort[i] = port
    batch.packets[2 * i] = 1
    batch.bytes[2 * i] = 100
    batch.firstMs[i] = batch.lastMs[i] = START_MS
    batch.extras[i] = extras
  }
  flow(53, { app: 'DNS', serverName: 'a.example.org' })
  flow(443, { app: 'TLS', serverName: 'b.example.org' })
  flow(444, { app: 'TLS.Google', serverName: 'www.google.com' })
  flow(445, { app: 'EPP', fields: { EPP_CMD: 'check', EPP_REGISTRAR_NAME: 'Acme', 57838: 'X.org', EPP_SERVER_NAME: 'epp1' } })
  writer.flush()
  expect(namesOf(tables)).toEqual([
    'domain DNS a.example.org 1 1 false',
    'domain EPP x.org 1 1 false',
    'domain TLS b.example.org 1 1 false',
    'domain TLS www.google.com 1 1 false',
    'registrar EPP acme 1 1 false',
    'server EPP epp1 1 1 false',
  ])
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7, 10.0.0.1', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['2001:DB8::1', '2001:db8::1'],
  ['for=192.0.2.60;proto=http;by=203.0.113.43', '192.0.2.60'],
  ['proto=http; For="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
  ['unknown', ''],
  ['for=_hidden, for=192.0.2.1', ''],
  ['', ''],
])('of %s the client is %s', (header, client) => expect(firstAddress(header)).toBe(client))
