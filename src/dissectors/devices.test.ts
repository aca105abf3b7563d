/** Protocols of things at home and in offices, of vehicles and of what discovers them: what each is known by, and what is not theirs. */
import { expect, test } from 'vitest'
import bjnp from './bjnp.ts'
import { but, type Case, describeCases, tcp, udp } from './cases-testing.ts'
import dcerpc from './dcerpc.ts'
import { type Dissector, Exclude } from './dissector.ts'
import hl7 from './hl7.ts'
import merakiCloud from './meraki-cloud.ts'
import munin from './munin.ts'
import nestLogSink from './nest-log-sink.ts'
import roughtime from './roughtime.ts'
import rtps from './rtps.ts'
import someip from './someip.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'
import tivoConnect from './tivo-connect.ts'
import tplinkShp from './tplink-shp.ts'
import tuyaLp from './tuya-lp.ts'
import ubntac2 from './ubntac2.ts'
import wsd from './wsd.ts'

/** As TP-Link's devices cipher it. */
function running(clear: string): Uint8Array {
  let before = 0xab
  return latin1(clear).map((byte) => (before = byte ^ before))
}
const asked = running('{"system":{"get_sysinfo":{}}}')
const answered = running('{"system":{"get_sysinfo":{"alias":"Desk lamp","model":"HS100(EU)","err_code":0}}}')
const announcement = concat(hex('000055aa 00000000 00000013 00000010 00000000'), new Uint8Array(8).fill(7), hex('0000aa55'))
const later = concat(hex('00006699 0000 00000001 00000005 0000000c'), new Uint8Array(12).fill(9), hex('00009966'))
const host = concat(hex('02 06 001d 01 0006 802aa88d692b 0b 0005'), latin1('ap-01'), hex('15 0006'), latin1('U7-Pro'), hex('0a 0000'))
const connectRequest = concat(
  hex('04 00 20 00 100000 00'),
  hex('0000a0de976cd111827100010003015a'),
  hex('0100a0de976cd111827100a02442df7d'),
  hex('dbabbaec1d005443b2500b01630abafd'),
  hex('00000000 01000000 00000000 0000 ffff ffff 0400 0000 00 00 40800000'),
)
const bind = hex(
  '05 00 0b 03 10000000 0048 0000 00000001'.replace('0048 0000 00000001', '4800 0000 01000000') +
    '16d0 16d0 00000000 01 000000 0000 01 00 0883afe1 1f5d c911 91a4 08002b14a0fa 0300 0000 045d888a eb1c c911 9fe8 08002b104860 02000000',
)
const discovery = hex(
  'ffff8100 00000030 00000003 01010200 c0000000 00000010 01000010 00eb0000 01 00001e 00000000 0000000c 00090400 c0a85849 0011c350',
)
const call = hex('01230045 0000000c 0001 0007 01 02 00 00 01020304')
const segment = hex('01010009 00000014 00000005 01 01 20 00 00000001 0102030405060708')
const participant = hex('52545053 02 03 010f 010f000102030405 06070809 09 01 0800 00000000 00000000')
const ack = latin1('\x0bMSH|^~\\&|LAB|WEST|HIS|MAIN|20240301||ACK^R01|42|P|2.5\rMSA|AA|41\r\x1c\r')
const weave = concat(hex('1102 00 13 08030000 369e270000 30b418 0400000002 30b418 110a890604'), new Uint8Array(20))
const query = concat(latin1('ROUGHTIM'), hex('1c000000 02000000 04000000 5645520 04e4f4e43 01000000 00112233 44556677'.replace(/\s/g, '')))
const padded = concat(hex('02000000 40000000 4e4f4e43 504144ff'), new Uint8Array(64).fill(3), new Uint8Array(944))
const printer = concat(latin1('BJNP'), hex('81 30 0000 0001 0000 0000001c 001c'), latin1('MFG:Canon;MDL:MG5200;CLS;X'))
const tivo = latin1('tivoconnect=1\nswversion=1.95a\nmethod=broadcast\nidentity=7B2-1\nmachine=Living Room\nplatform=tcd/Series3\n')
const probe = latin1(
  '<?xml version="1.0"?><s:Envelope xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header><s:Body><d:Probe><d:Types>wsdp:Device</d:Types></d:Probe></s:Body></s:Envelope>',
)

const cases: Case[] = [
  {
    name: 'TP-Link: asked',
    d: tplinkShp,
    ends: udp(),
    bytes: asked,
    fields: { request: 'system' },
    others: [but(asked, 1, 0xf3), but(asked, 9, 0), but(asked, -1, 0)],
  },
  {
    name: 'TP-Link: answered over TCP',
    d: tplinkShp,
    ends: tcp(),
    bytes: concat(Uint8Array.of(0, 0, 0, answered.length), answered),
    fromServer: true,
    fields: { alias: 'Desk lamp', model: 'HS100(EU)' },
    others: [
      concat(Uint8Array.of(0, 0, 0, answered.length), but(answered, 0, 0xd1)),
      concat(Uint8Array.of(0, 0, 1, answered.length), answered),
      concat(Uint8Array.of(0, 0, 0, answered.length - 3), answered),
    ],
  },
  {
    name: 'Tuya',
    d: tuyaLp,
    ends: udp(),
    bytes: announcement,
    fields: { command: 0x13 },
    others: [
      concat(hex('000055aa 00000000 00000013 00000003'), new Uint8Array(3)),
      concat(hex('000055aa 00000000 00000013 00002004'), new Uint8Array(0x2000), hex('0000aa55')),
      but(announcement, 3, 0xab),
      but(announcement, 15, 0x11),
      but(announcement, -1, 0x54),
      but(announcement, 8, 1),
    ],
  },
  {
    name: 'Tuya 3.5 over TCP',
    d: tuyaLp,
    ends: tcp(),
    bytes: later,
    fields: { command: 5 },
    others: [but(later, -1, 0x67), but(later, 2, 0x65)],
  },
  {
    name: 'Ubiquiti: a device',
    d: ubntac2,
    ends: udp(),
    bytes: host,
    fields: { host: 'ap-01', model: 'U7-Pro' },
    others: [but(host, 3, 0x1e), but(host, 0, 3), but(host, 1, 0x20), but(host, 6, 7), '01 00 0003 0a 0000'],
  },
  { name: 'Ubiquiti: a query', d: ubntac2, ends: udp(10_001), bytes: hex('01 00 0000'), others: ['01 00 0001'], onlyThere: true },
  {
    name: 'PROFINET',
    d: dcerpc,
    ends: udp(34_964),
    bytes: connectRequest,
    fields: { packetType: 'request', interface: 'PROFINET device', operation: 0 },
    inside: 'PROFINET_IO',
    others: [
      connectRequest.subarray(0, 79),
      but(connectRequest, 3, 4),
      but(connectRequest, 5, 1),
      but(connectRequest, 6, 1),
      but(connectRequest, 0, 5),
      but(connectRequest, 74, 5),
      but(connectRequest, 4, 0x20),
      but(connectRequest, 2, 0x80),
      but(connectRequest, 1, 11),
    ],
  },
  {
    name: 'DCE/RPC: bind',
    d: dcerpc,
    ends: tcp(),
    bytes: bind,
    fields: { packetType: 'bind', interface: 'epmapper' },
    others: [
      concat(but(bind, 10, 1, 0x20), new Uint8Array(0x2100)),
      but(concat(but(bind, 10, 1, 0x20), new Uint8Array(0x2100)), 8, 0, 0x30),
      but(bind, 2, 1),
      but(bind, 4, 0x11),
      but(bind, 6, 1),
      but(bind, 8, 15, 0),
      but(bind, 10, 0x48),
      but(bind, 1, 2),
    ],
  },
  {
    name: 'SOME/IP: discovery',
    d: someip,
    ends: udp(),
    bytes: discovery,
    fields: { service: 0xffff, method: 0x8100, messageType: 'notification' },
    others: [but(discovery, 7, 0x31), but(discovery, 12, 2), but(discovery, 14, 3), but(discovery, 15, 1), but(discovery, 2, 0x82)],
  },
  {
    name: 'SOME/IP: two messages',
    d: someip,
    ends: udp(),
    bytes: concat(call, call),
    fields: { service: 0x123, method: 0x45, messageType: 'request' },
    others: [concat(call, but(call, 12, 0)), concat(call, call.subarray(1))],
  },
  {
    name: 'SOME/IP: a segment',
    d: someip,
    ends: udp(),
    bytes: segment,
    fields: { messageType: 'request' },
    others: [but(segment, 14, 0x30)],
  },
  {
    name: 'SOME/IP over TCP',
    d: someip,
    ends: tcp(),
    bytes: call,
    fields: { service: 0x123 },
    others: [concat(call, but(call, 12, 9)), but(call, 5, 1)],
  },
  {
    name: 'RTPS',
    d: rtps,
    ends: udp(),
    bytes: participant,
    fields: { version: '2.3', vendor: 'eProsima Fast DDS' },
    others: [but(participant, 3, 0x50), but(participant, 4, 3), but(participant, 6, 2)],
  },
  {
    name: 'HL7',
    d: hl7,
    ends: tcp(),
    bytes: ack,
    fields: { application: 'LAB', facility: 'WEST', receiver: 'HIS', messageType: 'ACK^R01' },
    others: [but(ack, 0, 0x0c), but(ack, 3, 0x47), but(ack, 5, 0x41), but(ack, 6, 0x7c)],
  },
  {
    name: 'Nest over Weave',
    d: nestLogSink,
    ends: tcp(),
    bytes: weave,
    fields: { node: '18b4300000279e36' },
    others: [but(weave, 3, 0x23), but(weave, 13, 0x31), but(weave, 22, 0), but(weave, 0, 1, 0)],
  },
  {
    name: 'Meraki',
    d: merakiCloud,
    ends: udp(),
    bytes: concat(hex('fef72891'), new Uint8Array(20)),
    others: [concat(hex('fef72892'), new Uint8Array(20))],
  },
  {
    name: 'Roughtime with its letters',
    d: roughtime,
    ends: udp(),
    bytes: query,
    fields: { direction: 'request' },
    others: [
      concat(latin1('ROUGHTIM'), hex('04000000 00000000')),
      concat(but(query, 8, 0x1e), hex('0000')),
      but(query, 8, 0x20),
      but(query, 7, 0x4e),
    ],
  },
  {
    name: 'Roughtime over TCP',
    d: roughtime,
    ends: tcp(),
    bytes: query,
    fields: { direction: 'request' },
    others: [but(query, 8, 0x1d), but(query, 10, 1)],
  },
  {
    name: 'Roughtime, Google’s',
    d: roughtime,
    ends: udp(),
    bytes: padded,
    fields: { direction: 'request' },
    others: [
      hex('01000000 4e4f4e43 00000000 00000000 00000000'),
      but(padded, 0, 0x30),
      hex('04000000 00000000 00000000 00000000 4e4f4e43'),
      hex('03000000 08000000 04000000 4e4f4e43 50414400 51414400 0000000000000000'),
      but(padded, 4, 0x41),
      but(padded, 6, 1),
      but(padded, 8, 0x4f),
    ],
  },
  {
    name: 'Canon',
    d: bjnp,
    ends: udp(),
    bytes: printer,
    fields: { device: 'printer', model: 'MG5200' },
    others: [but(printer, 3, 0x51), but(printer, 4, 3), but(printer, 15, 0x1d)],
  },
  {
    name: 'TiVo',
    d: tivoConnect,
    ends: udp(),
    bytes: tivo,
    fields: { machine: 'Living Room', platform: 'tcd/Series3', identity: '7B2-1' },
    others: [but(tivo, 12, 0x32)],
  },
  {
    name: 'TiVo over TCP',
    d: tivoConnect,
    ends: tcp(),
    bytes: concat(Uint8Array.of(0, 0, 0, tivo.length), tivo),
    fields: { machine: 'Living Room' },
    others: [
      concat(Uint8Array.of(0, 0, 0, 9), tivo),
      concat(Uint8Array.of(0, 0, 0, tivo.length), but(tivo, 12, 0x32)),
      concat(Uint8Array.of(0, 1, 0, 0), tivo),
    ],
  },
  {
    name: 'Munin',
    d: munin,
    ends: tcp(),
    bytes: latin1('# munin node at web-1.example\n'),
    fromServer: true,
    fields: { node: 'web-1.example' },
    others: [latin1('# munin nodes are here today\n')],
  },
  {
    name: 'WS-Discovery',
    d: wsd,
    ends: udp(),
    bytes: probe,
    fields: { action: 'Probe', types: 'wsdp:Device' },
    others: [latin1(Buffer.from(probe).toString('latin1').replaceAll('discovery', 'addressing')), but(probe, 0, 0x20)],
  },
]
describeCases(cases)

test('Roughtime: an answer is told by what is signed', () => {
  const said = show(roughtime, [fromClient(concat(hex('02000000 04000000 53494700 53524550'), new Uint8Array(12)))], udp())
  expect(said.fields).toEqual({ direction: 'answer' })
})
test('an interface without a name shows its identifier', () => {
  const said = show(dcerpc, [fromClient(but(bind, 32, 0x12, 0x34, 0x56, 0x78))], tcp())
  expect(said.fields.interface).toBe('78563412-5d1f-11c9')
})
test('what cannot become a message is not waited for', () => {
  const verdictOf = (d: unknown, bytes: Uint8Array) => show(d as Dissector, [fromClient(bytes)], tcp()).verdict
  expect(verdictOf(someip, but(call, 5, 0x10))).toBe(Exclude)
  expect(verdictOf(tivoConnect, concat(Uint8Array.of(0, 1, 0, 0), tivo))).toBe(Exclude)
  expect(verdictOf(roughtime, but(query, 10, 1))).toBe(Exclude)
})
