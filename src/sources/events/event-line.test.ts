import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEventLine } from './event-line.ts'
import type { Read } from './event-values.ts'
import { readSyslog } from './syslog-line.ts'

const NOW_MS = Date.UTC(2026, 10, 26, 20, 0, 0)
const read = (line: string): Read => {
  const found = readEventLine(line, NOW_MS, '192.0.2.7')
  if (typeof found === 'string') throw new Error(found)
  return found
}

describe('the front of a line', () => {
  test.each([
    [
      '<34>1 2026-11-26T19:59:01.5Z fw1 app 123 ID47 - hello',
      { severity: 2, host: 'fw1', program: 'app', message: 'hello', atMs: NOW_MS - 58_500 },
    ],
    ['<34>1 - - - - - -', { atMs: undefined, host: undefined, program: undefined, message: '' }],
    ['<13>1 - h p - - [a@1 x="1" y="say \\"\\]\\\\"][b z="2"] \uFEFFtext', { data: { x: '1', y: 'say "]\\', z: '2' }, message: 'text' }],
    ['<13>1 - h p - - [a@1 x="1', { data: { x: '1' } }],
    ['<86>Nov  6 07:08:09 gw sshd[42]: Failed password', { severity: 6, host: 'gw', program: 'sshd', message: 'Failed password' }],
    ['<86>kernel: IN=eth0', { program: 'kernel', message: 'IN=eth0' }],
    ['<86>just text: with a colon', { message: 'just text: with a colon' }],
    ['<999>not a priority', { severity: undefined, message: '<999>not a priority' }],
    ['<', { message: '<' }],
    ['no priority', { message: 'no priority' }],
  ])('%s', (line, expected) => {
    expect(readSyslog(line, NOW_MS)).toMatchObject(expected)
  })
  test('a date without a year is the nearest', () => {
    const at = (nowMs: number) => new Date(readSyslog('<1>Dec 31 23:59:59 h p: x', nowMs).atMs!).getFullYear()
    expect([at(new Date(2027, 0, 1).getTime()), at(new Date(2026, 11, 31).getTime())]).toEqual([2026, 2026])
  })
})

describe('Suricata', () => {
  const eve = (more: object) =>
    JSON.stringify({
      timestamp: '2026-11-26T19:59:59.000000+0000',
      src_ip: '10.0.0.5',
      src_port: 40_000,
      dest_ip: '198.51.100.9',
      dest_port: 443,
      proto: 'TCP',
      ...more,
    })

  test('an alert', () => {
    const { event, flow } = read(
      eve({
        event_type: 'alert',
        alert: { action: 'blocked', signature_id: 2_027_865, signature: 'ET INFO x', category: 'Bad', severity: 1 },
        app_proto: 'tls',
      }),
    )
    expect(event).toMatchObject({
      kind: 'alert',
      title: 'ET INFO x',
      severity: 9,
      category: 'Bad',
      signatureId: '2027865',
      action: 'blocked',
      src: '10.0.0.5',
      dstPort: 443,
      proto: 6,
      app: 'TLS',
      atMs: NOW_MS - 1000,
    })
    expect(flow).toBeUndefined()
  })
  test('a flow counts both ways', () => {
    const { flow } = read(
      eve({
        event_type: 'flow',
        app_proto: 'dns',
        flow: {
          pkts_toserver: 3,
          pkts_toclient: 4,
          bytes_toserver: 300,
          bytes_toclient: 4000,
          start: '2026-11-26T19:59:50.0+0000',
          end: '2026-11-26T19:59:58.0+0000',
          state: 'closed',
        },
      }),
    )
    expect(flow).toMatchObject({
      bytes: [300, 4000],
      packets: [3, 4],
      firstMs: NOW_MS - 10_000,
      lastMs: NOW_MS - 2000,
      isOver: true,
      extras: { app: 'DNS' },
    })
  })
  test('a netflow tells one way', () => {
    expect(read(eve({ event_type: 'netflow', netflow: { pkts: 3, bytes: 300 } })).flow).toMatchObject({ bytes: [300, 0], packets: [3, 0] })
  })
  test.each([
    [
      'dns of the second form',
      { event_type: 'dns', dns: { type: 'query', rrname: 'example.org', rrtype: 'A' } },
      { kind: 'dns', serverName: 'example.org' },
    ],
    ['dns of the third form', { event_type: 'dns', dns: { queries: [{ rrname: 'example.org' }] } }, { serverName: 'example.org' }],
    [
      'http',
      { event_type: 'http', http: { hostname: 'example.org', url: '/x', http_method: 'GET' } },
      { kind: 'http', title: 'GET example.org/x' },
    ],
    [
      'tls',
      { event_type: 'tls', tls: { sni: 'example.org', version: 'TLS 1.3' } },
      { kind: 'tls', title: 'tls example.org', fields: { 'tls.version': 'TLS 1.3' } },
    ],
    ['what it may tell tomorrow', { event_type: 'quantum' }, { kind: 'log', title: 'quantum' }],
    ['hostile names', { event_type: 'dns', ['__proto__']: { x: 1 }, constructor: 'y' }, { kind: 'dns' }],
  ])('%s', (_, more, expected) => {
    expect(read(eve(more)).event).toMatchObject(expected)
  })
})

describe('firewalls', () => {
  test('Fortinet tells a flow by key=value', () => {
    const { event, flow } = read(
      '<189>date=2026-11-26 time=20:00:00 devname="fw 1" type="traffic" subtype="forward" level="notice" srcip=10.1.1.1 srcport=5000 dstip=8.8.8.8 dstport=53 proto=17 action="accept" duration=180 sentbyte=76 rcvdbyte=152 sentpkt=1 rcvdpkt=2 msg="a \\"quoted\\" text"',
    )
    expect(event).toMatchObject({
      kind: 'firewall',
      action: 'accept',
      src: '10.1.1.1',
      dstPort: 53,
      proto: 17,
      severity: 2,
      title: 'a "quoted" text',
    })
    expect(event.fields['devname']).toBe('fw 1')
    expect(flow).toMatchObject({ bytes: [76, 152], packets: [1, 2], firstMs: NOW_MS - 180_000, lastMs: NOW_MS })
  })
  test('the kernel of Linux logs a packet', () => {
    const { event, flow } = read(
      '<4>Nov 26 19:59:00 gw kernel: [1.2] DROP IN=eth0 OUT= MAC=aa:bb SRC=203.0.113.5 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=4711 DPT=22 SYN',
    )
    expect(event).toMatchObject({
      kind: 'firewall',
      program: 'kernel',
      src: '203.0.113.5',
      dst: '192.0.2.1',
      srcPort: 4711,
      dstPort: 22,
      proto: 6,
    })
    expect(flow).toBeUndefined()
  })
  test('CEF, with what it escapes', () => {
    const { event } = read(
      '<14>CEF:0|Ven\\|dor|Pro|1.0|100|worm \\\\ stopped|8|src=10.0.0.1 dst=2.1.2.2 spt=1232 dpt=80 proto=UDP act=blocked msg=a text with blanks and a \\= in it rt=1795723000000',
    )
    expect(event).toMatchObject({
      kind: 'firewall',
      program: 'Ven|dor Pro',
      signatureId: '100',
      title: 'worm \\ stopped',
      severity: 8,
      src: '10.0.0.1',
      srcPort: 1232,
      proto: 17,
      action: 'blocked',
      atMs: 1_795_723_000_000,
    })
    expect(event.fields['msg']).toBe('a text with blanks and a = in it')
  })
  test('an attack is an alert', () => {
    expect(read('type="utm" subtype="ips" srcip=1.1.1.1 dstip=2.2.2.2 attack="Heartbleed" level=critical').event).toMatchObject({
      kind: 'alert',
      title: 'Heartbleed',
      severity: 8,
    })
  })
})

test('plain text is a log line', () => {
  expect(read('<11>Nov 26 19:59:00 gw cron[1]: job done').event).toMatchObject({
    kind: 'log',
    title: 'job done',
    program: 'cron',
    severity: 6,
  })
})
test.each([
  ['JSON that is none', '{"a":'],
  ['JSON that is no object', '<1>@cee: []'],
  ['JSON nested too deeply', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ['empty line', '<13>1 - - - - - - '],
])('%s', (cause, line) => {
  expect(readEventLine(line, NOW_MS, 'x')).toBe(cause)
})

test('whatever comes, nothing throws and all that is kept is bounded', () => {
  const part = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '<34>1 ',
      '<13>',
      'CEF:0|',
      '|',
      '="',
      '\\',
      '[',
      ']',
      '=',
      ' ',
      '{"event_type":"flow","src_ip":',
      '}',
      'src=1.2.3.4 ',
      '\ud800',
    ),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.jsonValue(), (parts, value) => {
      for (const line of [
        parts.join(''),
        `{"event_type":"flow","x":${JSON.stringify(value)}}`,
        JSON.stringify({ event_type: 'alert', alert: value, src_ip: value }),
      ]) {
        const found = readEventLine(line, NOW_MS, 'x')
        if (typeof found === 'string') continue
        expect(found.event.title.length).toBeLessThanOrEqual(1100)
        expect(Object.keys(found.event.fields).length).toBeLessThanOrEqual(64)
      }
    }),
    { seed: 9, numRuns: 1000 },
  )
})
