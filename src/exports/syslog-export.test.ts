import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openTcp, openTls, openUdp } from './socket-channels.ts'
import { SyslogExport, type SyslogOptions } from './syslog-export.ts'
import { readFrames, readSyslog, type SyslogMessage } from './syslog-testing.ts'
import { batchOf, fullBatch, type Given, receiver, START_MS, until } from './testing.ts'

const HOST = '127.0.0.1'
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wiretop-syslog-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}
const numbered = (count: number): Given[] => Array.from({ length: count }, (_, i) => ({ srcPort: i, extras: { info: '€'.repeat(i % 50) } }))
const portsOf = (messages: readonly SyslogMessage[]): number[] => messages.map(({ message }) => JSON.parse(message).clientPort as number)

async function overTcp(options: SyslogOptions) {
  const at = await receiver()
  const sender = new SyslogExport('syslog', openTcp({ host: HOST, port: at.port }), 'stream', options)
  onTestFinished(async () => {
    await sender.close(0)
    await at.close()
  })
  return {
    at,
    sender,
    came: (records: number) =>
      until(() => sender.stats().records === records && at.bytes().length === sender.stats().bytes, `${records} records`),
  }
}

describe('over UDP', () => {
  test('a datagram a record', async () => {
    const socket = createSocket('udp4')
    const datagrams: string[] = []
    socket.on('message', (datagram) => datagrams.push(datagram.toString()))
    socket.bind(0, HOST)
    await once(socket, 'listening')
    const sender = new SyslogExport('syslog', openUdp({ host: HOST, port: socket.address().port }), 'datagrams', {
      hostName: 'probe 1\n.example',
    })
    onTestFinished(async () => {
      await sender.close(0)
      socket.close()
    })
    sender.send(batchOf(...numbered(100), { extras: { info: 'x'.repeat(9000) } }), START_MS)
    await until(() => datagrams.length === 100, '100 datagrams')
    const messages = datagrams.map(readSyslog)
    expect(messages[0]).toMatchObject({
      pri: 134,
      version: 1,
      timestamp: '2026-01-02T03:04:05.678Z',
      hostname: 'probe1.example',
      appName: 'wiretop',
      procId: `${process.pid}`,
      msgId: 'flow',
    })
    expect(portsOf(messages)).toEqual(numbered(100).map(({ srcPort }) => srcPort))
    expect(sender.stats()).toMatchObject({ records: 100, dropped: 1, faults: ['syslog: a record longer than a datagram of syslog'] })
  })
})

describe('over TCP', () => {
  test('frames with their lengths in bytes', async () => {
    const { at, sender, came } = await overTcp({ facility: 23 })
    sender.send(batchOf(...numbered(1000)), START_MS)
    await came(1000)
    const messages = readFrames(at.bytes())
    expect(messages[0]!.pri).toBe(190)
    expect(portsOf(messages)).toEqual(numbered(1000).map(({ srcPort }) => srcPort))
    expect(JSON.parse(messages[999]!.message).info).toBe('€'.repeat(49))
  })

  test('structured data', async () => {
    const { at, sender, came } = await overTcp({ form: 'structured', enterprise: 32_473 })
    sender.send(fullBatch(), START_MS)
    await came(1)
    const [{ data, message }] = readFrames(at.bytes()) as [SyslogMessage]
    expect(message).toBe('')
    expect([...data.keys()]).toEqual(['flow@32473'])
    expect(Object.fromEntries(data.get('flow@32473')!)).toMatchObject({
      client: '2001:db8::1',
      clientPort: '40000',
      bytes: '6000',
      info: 'https://example.org/a?b="c"]\\',
      ended: 'true',
      path: 'edge, region',
      'fields.http.status': '200',
      'fields.user_agent___': 'a\ufffdb',
    })
  })

  test('whatever text a record holds, the frame can be read, and holds no line\u2019s end', async () => {
    const { at, sender, came } = await overTcp({ form: 'structured' })
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const records = fc.sample(fc.record({ app: text, info: text, fields: fc.dictionary(text, text) }), { seed: 3, numRuns: 300 })
    sender.send(batchOf(...records.map((extras) => ({ extras }))), START_MS)
    await came(300)
    const messages = readFrames(at.bytes())
    expect(messages).toHaveLength(300)
    expect(at.text()).not.toMatch(/[\n\r\0]/)
    for (const [i, { info }] of records.entries()) {
      expect(messages[i]!.data.get('flow@32473')!.get('info')).toBe(info.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, '\ufffd'))
    }
  })
})

const hasOpenssl = existsSync('/usr/bin/openssl')
describe.skipIf(!hasOpenssl)(`over TLS${hasOpenssl ? '' : ' (apt-get install openssl)'}`, () => {
  async function tlsReceiver(name: string) {
    const at = folder()
    const [keyFile, certFile] = [join(at, 'key.pem'), join(at, 'cert.pem')]
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${name.startsWith('127') ? 'IP' : 'DNS'}:${name}`]
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        keyFile,
        '-out',
        certFile,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')]
    const taken = await receiver({
      serve: (taking: (socket: Socket) => void) => createTlsServer({ key, cert }, taking).on('tlsClientError', () => {}),
    })
    onTestFinished(() => taken.close())
    return { ...taken, cert }
  }

  test('frames arrive where the certificate is trusted and has the name', async () => {
    const at = await tlsReceiver(HOST)
    const sender = new SyslogExport('syslog', openTls({ host: HOST, port: at.port }, { ca: at.cert }), 'stream')
    onTestFinished(() => sender.close(0))
    sender.send(batchOf(...numbered(500)), START_MS)
    await until(() => sender.stats().records === 500 && at.bytes().length === sender.stats().bytes, '500 records')
    expect(portsOf(readFrames(at.bytes()))).toHaveLength(500)
  })

  test('the name may be told, where the address is not in the certificate', async () => {
    const at = await tlsReceiver('collector.example')
    const sender = new SyslogExport(
      'syslog',
      openTls({ host: HOST, port: at.port }, { ca: at.cert, serverName: 'collector.example' }),
      'stream',
    )
    onTestFinished(() => sender.close(0))
    sender.send(batchOf({}), START_MS)
    await until(() => sender.stats().records === 1, 'one record')
  })

  test.for([
    ['nobody vouches for it', '127.0.0.1', false, /its certificate is signed by itself: name it as an authority$/],
    ['it has another name', 'collector.example', true, /does not match certificate's altnames/],
  ] as const)('nothing is sent where %s', async ([, name, isTrusted, why]) => {
    const at = await tlsReceiver(name)
    const sender = new SyslogExport('syslog', openTls({ host: HOST, port: at.port }, isTrusted ? { ca: at.cert } : {}), 'stream')
    onTestFinished(() => sender.close(0))
    sender.send(batchOf({}), START_MS)
    await until(() => sender.stats().faultCount > 0, 'a fault')
    expect(sender.stats().faults[0]).toMatch(why)
    expect(sender.stats()).toMatchObject({ records: 0, dropped: 0, peers: 0 })
    expect(at.bytes()).toHaveLength(0)
  })
})

const rsyslogd = ['/usr/sbin/rsyslogd', '/usr/local/sbin/rsyslogd'].find((path) => existsSync(path))
describe.skipIf(rsyslogd === undefined)(`rsyslogd takes what we send${rsyslogd === undefined ? ' (apt-get install rsyslog)' : ''}`, () => {
  test.for([['stream'], ['datagrams']] as const)('%s', async ([carrier]) => {
    const at = folder()
    const free = createSocket('udp4').bind(0, HOST)
    await once(free, 'listening')
    const { port } = free.address()
    free.close()
    await once(free, 'close')
    const input = carrier === 'stream' ? 'imtcp' : 'imudp'
    const file = join(at, 'out')
    writeFileSync(
      join(at, 'conf'),
      `global(workDirectory="${at}" maxMessageSize="16k")
module(load="${input}")
template(name="flows" type="string" string="%app-name% %msgid% %pri% %msg%\\n")
ruleset(name="all") { action(type="omfile" file="${file}" template="flows") }
input(type="${input}" port="${port}" address="${HOST}" ruleset="all")
`,
    )
    const child = spawn(rsyslogd!, ['-n', '-iNONE', '-f', join(at, 'conf')], { stdio: 'ignore' })
    onTestFinished(async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null) await once(child, 'exit')
    })
    const open = carrier === 'stream' ? openTcp : openUdp
    const sender = new SyslogExport('syslog', open({ host: HOST, port }), carrier, { firstRetryMs: 50 })
    onTestFinished(() => sender.close(0))
    const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [])
    if (carrier === 'datagrams') {
      // It listens when it takes a first one.
      const knock = setInterval(() => sender.send(batchOf({ srcPort: 9 }), START_MS), 50)
      await until(() => lines().length > 0, 'rsyslogd to listen').finally(() => clearInterval(knock))
    } else await until(() => sender.stats().peers === 1, 'rsyslogd to listen')
    const count = lines().length
    sender.send(batchOf(...numbered(200)), START_MS)
    await until(() => lines().length >= count + 200, '200 lines')
    const read = lines().slice(-200)
    expect(read[0]).toMatch(/^wiretop flow 134 \{/)
    expect(read.map((line) => JSON.parse(line.slice('wiretop flow 134 '.length)).clientPort)).toEqual(
      numbered(200).map(({ srcPort }) => srcPort),
    )
  })
})
