import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EXPORT_KINDS } from './export-kinds.ts'
import { IpfixReader, numberOf } from './ipfix-testing.ts'
import { openExport } from './open-export.ts'
import { readFrames } from './syslog-testing.ts'
import { batchOf, receiver, START_MS, until } from './testing.ts'

test.for([
  'ipfix://collector:4739',
  'ipfix://collector',
  'ipfix+tcp://[2001:db8::1]:4739',
  'ipfix+tls://192.0.2.1/',
  'json+tcp://collector.example:5000',
  'syslog://logs',
  'kafka://broker:9092/flows',
  'kafka://a,b:9093,[::1]:9094/flows_v1.x-y',
])('%s is one', async (spec) => {
  const opened = openExport(spec)
  expect(opened.name).toBe(spec)
  await opened.close(0)
})

test.for([
  ['', `"": where to? An address as ipfix://HOST, one of ${EXPORT_KINDS.map((kind) => `${kind}://`).join(', ')}`],
  ['collector:4739', `collector:4739: where to? An address as ipfix://HOST, one of ${EXPORT_KINDS.map((kind) => `${kind}://`).join(', ')}`],
  ['ipfx://collector', 'ipfx://collector: ipfx:// is not known: ipfix:// was probably meant'],
  ['sylog+tls://x', 'sylog+tls://x: sylog+tls:// is not known: syslog+tls:// was probably meant'],
  ['constructor://x', `constructor://x: constructor:// is not known: it may be ${EXPORT_KINDS.map((kind) => `${kind}://`).join(', ')}`],
  ['ipfix://', 'ipfix://: needs a host, as HOST:PORT or [IPv6]:PORT'],
  ['ipfix://a b', '"ipfix://a b": needs a host, as HOST:PORT or [IPv6]:PORT'],
  ['ipfix://2001:db8::1', 'ipfix://2001:db8::1: needs a host, as HOST:PORT or [IPv6]:PORT'],
  ['ipfix://user@host', 'ipfix://user@host: needs a host, as HOST:PORT or [IPv6]:PORT'],
  ['syslog://host:70000', 'syslog://host:70000: ports go from 1 to 65535'],
  ['syslog://host:0', 'syslog://host:0: ports go from 1 to 65535'],
  ['json+tcp://host', 'json+tcp://host: needs a port, as HOST:PORT'],
  ['json://flows.json', 'json://flows.json: needs a whole path, as json:///var/log/flows.json, or json://- for standard output'],
  ['kafka://broker:9092', 'kafka://broker:9092: needs brokers and a topic, as kafka://broker:9092/flows'],
  ['kafka://broker/a/b', 'kafka://broker/a/b: needs brokers and a topic, as kafka://broker:9092/flows'],
  ['kafka://bro ker/a', '"kafka://bro ker/a": needs a host, as HOST:PORT or [IPv6]:PORT'],
])('%s is not, and why', ([spec, why]) => {
  expect(() => openExport(spec!)).toThrow(new Error(why))
})

test('what is opened sends, by the options it was given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wiretop-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [ipfixAt, syslogAt] = [await receiver(), await receiver()]
  onTestFinished(() => Promise.all([ipfixAt.close(), syslogAt.close()]).then(() => {}))
  const options = { ipfix: { observationDomain: 9 }, syslog: { facility: 1, form: 'structured' }, queueBytes: 100_000 } as const
  const specs = [`ipfix+tcp://127.0.0.1:${ipfixAt.port}`, `syslog+tcp://127.0.0.1:${syslogAt.port}`, `json://${folder}/flows.json`]
  const opened = specs.map((spec) => openExport(spec, options))
  for (const one of opened) one.send(batchOf({ srcPort: 77 }), START_MS)
  await until(() => opened.every((one) => one.stats().records === 1), 'one record each')
  await Promise.all(opened.map((one) => one.close(1000)))
  await until(() => syslogAt.bytes().length > 0 && ipfixAt.bytes().length > 300, 'all to arrive')
  const messages = new IpfixReader().read(ipfixAt.bytes())
  expect(messages.every(({ domain }) => domain === 9)).toBe(true)
  expect(messages.flatMap(({ records }) => records).map(({ values }) => numberOf(values.get('7')))).toContain(77)
  expect(readFrames(syslogAt.bytes())[0]).toMatchObject({ pri: 14, message: '' })
  expect(JSON.parse(readFileSync(`${folder}/flows.json`, 'utf8'))).toMatchObject({ clientPort: 77 })
})
