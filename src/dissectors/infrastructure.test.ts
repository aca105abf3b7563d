/** Protocols of routers, switches and their keepers whose signatures are a header each: what they say, and what is not theirs. */
import { describe, expect, test } from 'vitest'
import ajp from './ajp.ts'
import bfd from './bfd.ts'
import collectd from './collectd.ts'
import type { Dissector } from './dissector.ts'
import { Exclude, Match } from './dissector.ts'
import gtp from './gtp.ts'
import hsrp from './hsrp.ts'
import ldp from './ldp.ts'
import natPmp from './nat-pmp.ts'
import pfcp from './pfcp.ts'
import ptpv2 from './ptpv2.ts'
import rmcp from './rmcp.ts'
import rsh from './rsh.ts'
import slp from './service-location-protocol.ts'
import sflow from './sflow.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, type Ends, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import zabbix from './zabbix.ts'

const udp = (serverPort: number): Ends => ({ transport: 'udp', serverPort })
const tcp = (serverPort: number): Ends => ({ transport: 'tcp', serverPort })
const slpRequest = concat(hex('02 01 00001e 0000 000000 0001 0002'), latin1('en'), hex('0000 0000 0000 0000 0000 0000 0000'))
const agent = concat(hex('00000005 00000001 0a000001 00000000 00000007 00001000 00000001'), new Uint8Array(40))
const measured = concat(hex('0000 000a'), latin1('web-1\0'), hex('0008 000c 0000000000000001 0002 0008'), latin1('cpu\0'))

describe.each<[string, unknown, Ends, Uint8Array, Record<string, unknown>, string[]]>([
  [
    'HSRP',
    hsrp,
    udp(1985),
    hex('00 00 10 03 0a 6e 01 00 636973636f000000 0a000001'),
    { version: 1, group: 1, priority: 110, virtualAddress: '10.0.0.1' },
    [
      '00 04 10 03 0a 6e 01 00 636973636f000000 0a000001',
      '00 00 11 03 0a 6e 01 00 636973636f000000 0a000001',
      '00 00 10 03 0a 6e 01 01 636973636f000000 0a000001',
    ],
  ],
  [
    'HSRP 2',
    hsrp,
    udp(2029),
    hex('01 28 02 00 06 06 0009 020000000001 00000064 00000bb8 00002710 fe80000000000000 0005 73fffea00001'.replace('0005 73', '000573')),
    { version: 2, group: 9, priority: 100, virtualAddress: 'fe80::5:73ff:fea0:1' },
    ['01 28 03 00 06 06 0009 020000000001 00000064 00000bb8 00002710 fe80000000000000 000573fffea00001'],
  ],
  [
    'BFD',
    bfd,
    udp(3784),
    hex('20 c0 03 18 00000001 00000002 000f4240 000f4240 00000000'),
    { state: 'up', discriminator: 1 },
    [
      '20 c0 00 18 00000001 00000002 000f4240 000f4240 00000000',
      '20 c0 03 18 00000000 00000002 000f4240 000f4240 00000000',
      '20 c0 03 19 00000001 00000002 000f4240 000f4240 00000000',
      '20 c1 03 18 00000001 00000002 000f4240 000f4240 00000000',
      '20 c4 03 18 00000001 00000002 000f4240 000f4240 00000000',
      '20 c0 03 18 00000001 00000002 000f4240 000f4240 00000000 00',
    ],
  ],
  [
    'LDP hello',
    ldp,
    udp(646),
    hex('0001 001e 0a000001 0000 0100 0014 00000001 0400 0004 000f 0000 0401 0004 0a000001'),
    { message: 'hello', router: '10.0.0.1' },
    [
      '0002 001e 0a000001 0000 0100 0014 00000001 0400 0004 000f 0000 0401 0004 0a000001',
      '0001 001e 0a000001 0000 0110 0014 00000001 0400 0004 000f 0000 0401 0004 0a000001',
      '0001 001e 0a000001 0000 0100 0024 00000001 0400 0004 000f 0000 0401 0004 0a000001',
    ],
  ],
  [
    'NAT-PMP',
    natPmp,
    udp(5351),
    hex('00 01 0000 1f90 1f90 00000e10'),
    { operation: 'map-udp', internalPort: 8080, externalPort: 8080 },
    ['00 03 0000 1f90 1f90 00000e10', '00 01 0001 1f90 1f90 00000e10', '00 01 0000 1f90 1f90 00000e10 00'],
  ],
  [
    'IPMI',
    rmcp,
    udp(623),
    hex('06 00 ff 07 00 00000000 00000000 09 20 18'),
    { class: 'ipmi' },
    ['06 01 ff 07 00 00000000 00000000 09 20 18', '06 00 ff 07 0f 00000000 00000000 09 20 18', '06 00 ff 09 00 00000000 00000000 09 20 18'],
  ],
  ['ASF ping', rmcp, udp(9000), hex('06 00 ff 06 000011be 80 00 00 00'), { class: 'asf' }, ['06 00 ff 06 000011bf 80 00 00 00']],
  [
    'PTP',
    ptpv2,
    udp(319),
    concat(hex('00 02 002c 05 00 0000'), new Uint8Array(36)),
    { message: 'sync', domain: 5 },
    [`00 01 002c 05 00 0000 ${'00'.repeat(36)}`, `00 02 0021 05 00 0000 ${'00'.repeat(36)}`, `00 02 002d 05 00 0000 ${'00'.repeat(36)}`],
  ],
  [
    'PFCP',
    pfcp,
    udp(8805),
    hex('20 01 000c 000001 00 0060 0004 e0000000'),
    { message: 'heartbeat request', version: 1 },
    ['20 10 000c 000001 00 0060 0004 e0000000', '21 01 000c 000001 00 0060 0004 e0000000', '20 01 00ff 000001 00 0060 0004 e0000000'],
  ],
  [
    'GTP-C',
    gtp,
    udp(2123),
    hex('48 20 000c 00000000 000001 00 01000100'),
    { version: 2, messageType: 32 },
    ['48 00 000c 00000000 000001 00 01000100', '48 20 00ff 00000000 000001 00 01000100'],
  ],
  [
    "GTP'",
    gtp,
    udp(3386),
    hex('4e 01 0004 0001 0e 000100'.replace('0e 000100', '0e000100')),
    { messageType: 1 },
    ['4e 01 0005 0001 0e000100', '5e 01 0004 0001 0e000100'],
  ],
  [
    'sFlow',
    sflow,
    udp(9999),
    agent,
    { version: 5, agent: '10.0.0.1' },
    [
      '00000003 00000001 0a000001 00000000 00000007 00001000 00000001 0000000000000000',
      '00000005 00000003 0a000001 00000000 00000007 00001000 00000001 0000000000000000',
      '00000005 00000001 0a000001 00000000 00000007 00001000 00000009 0000000000000000',
    ],
  ],
  [
    'collectd',
    collectd,
    udp(9999),
    measured,
    { host: 'web-1', plugin: 'cpu' },
    [
      '0000 000a 7765622d3161 0008 000c 0000000000000001 0002 0008 63707500',
      '0000 000a 7765622d3100 0008 000b 0000000000000001 0002 0008 63707500',
      '0000 00ff 7765622d3100 0008 000c 0000000000000001 0002 0008 63707500',
    ],
  ],
  [
    'SLP',
    slp,
    udp(427),
    slpRequest,
    { function: 'service-request', language: 'en' },
    [
      '02 0c 00001e 0000 000000 0001 0002 656e 0000 0000 0000 0000 0000 0000 0000',
      '02 01 00001f 0000 000000 0001 0002 656e 0000 0000 0000 0000 0000 0000 0000',
      '02 01 00001e 0000 000000 0001 0002 010e 0000 0000 0000 0000 0000 0000 0000',
    ],
  ],
])('%s', (_name, d, ends, bytes, fields, others) => {
  const dissector = d as Dissector
  test('is known by its bytes', () => {
    expect(show(dissector, [fromClient(bytes)], ends)).toMatchObject({ verdict: Match, bad: false, fields })
  })
  test('is not what only looks like it', () => {
    for (const other of others) expect([other, show(dissector, [fromClient(hex(other))], ends).verdict]).toEqual([other, Exclude])
  })
  test('cut short it reads nothing that is not there', () => {
    for (let n = 0; n < bytes.length; n++) expect(show(dissector, [fromClient(bytes.subarray(0, n))], ends).bad).toBe(false)
  })
})

test('what the port alone makes believable is nothing elsewhere', () => {
  const elsewhere = udp(40_001)
  for (const [d, bytes] of [
    [hsrp, hex('00 00 10 03 0a 6e 01 00 636973636f000000 0a000001')],
    [bfd, hex('20 c0 03 18 00000001 00000002 000f4240 000f4240 00000000')],
    [natPmp, hex('0000')],
    [pfcp, hex('20 01 000c 000001 00 0060 0004 e0000000')],
    [gtp, hex('48 20 000c 00000000 000001 00 01000100')],
  ] as const)
    expect(show(d as unknown as Dissector, [fromClient(bytes)], elsewhere).verdict).toBe(Exclude)
})
test('NAT-PMP: the answer tells the outer address', () => {
  const said = show(natPmp, [fromClient(hex('0000')), fromServer(hex('00 80 0000 00001000 cb007101'))], udp(5351))
  expect(said.fields).toMatchObject({ operation: 'external-address', externalAddress: '203.0.113.1' })
})
test('GTP: what is inside is told by port', () => {
  expect(show(gtp, [fromClient(hex('48 20 000c 00000000 000001 00 01000100'))], udp(2123)).inside).toBe('GTP_C')
  expect(show(gtp, [fromClient(hex('30 ff 0004 00000001 45000000'))], udp(2152)).inside).toBe('GTP_U')
  expect(show(gtp, [fromClient(hex('4e 01 0004 0001 0e000100'))], udp(3386)).inside).toBe('GTP_PRIME')
})

describe('over TCP', () => {
  const shell = concat(latin1('1022\0'), latin1('alice\0root\0uptime\0'))
  test('RSH', () => {
    const said = sameHoweverCut(rsh, shell, { clientPort: 1021, serverPort: 514 })
    expect(said.fields).toEqual({ clientUser: 'alice', serverUser: 'root', command: 'uptime' })
    for (const [bytes, ends] of [
      [shell, { clientPort: 40_000, serverPort: 514 }],
      [shell, { clientPort: 1021, serverPort: 515 }],
      [latin1('123456\0a\0b\0c\0'), { clientPort: 1021, serverPort: 514 }],
      [latin1('1022\0al\x01ce\0root\0uptime\0'), { clientPort: 1021, serverPort: 514 }],
      [latin1('1022\0\0root\0uptime\0'), { clientPort: 1021, serverPort: 514 }],
    ] as const)
      expect(show(rsh, [fromClient(bytes)], { transport: 'tcp', ...ends }).verdict).toBe(Exclude)
  })
  test('LDP', () => {
    sameHoweverCut(ldp, hex('0001 0016 0a000001 0000 0200 000c 00000001 0500 0000'), tcp(646))
  })
  test('SLP', () => {
    sameHoweverCut(slp, slpRequest, tcp(427))
  })
  test('Zabbix', () => {
    sameHoweverCut(zabbix, concat(latin1('ZBXD\x01'), hex('0500000000000000'), latin1('hello')), tcp(9999))
    for (const flags of ['\x00', '\x08']) expect(show(zabbix, [fromClient(latin1(`ZBXD${flags}xxxx`))], tcp(10_050)).verdict).toBe(Exclude)
  })
  test('AJP', () => {
    const forward = concat(hex('1234 0010 02 02 0008'), latin1('HTTP/1.1'), hex('00 0001 2f00'))
    expect(sameHoweverCut(ajp, forward, tcp(9999)).fields).toEqual({ message: 'forward-request' })
    expect(show(ajp, [fromServer(hex('4142 0001 09'))], tcp(8009))).toMatchObject({ verdict: Match, fields: { message: 'cpong' } })
    for (const other of ['1234 0001 09', '4142 0001 02', '1234 0002 0a', '1233 0001 0a', '1234 0010 02 02 0008 48545450 20312e31 00'])
      expect([other, show(ajp, [fromClient(hex(other))], tcp(8009)).verdict]).toEqual([other, Exclude])
  })
})

test('collectd tells the measured host as the flow’s name', () => {
  expect(show(collectd, [fromClient(measured)], udp(9999)).serverName).toBe('web-1')
})
