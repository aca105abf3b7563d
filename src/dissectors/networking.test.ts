/** Protocols of networks, tunnels and many-to-one transfers, and a few old services: what each is known by, and what is not theirs. */
import { expect, test } from 'vitest'
import capwap from './capwap.ts'
import { but, type Case, describeCases, tcp, udp } from './cases-testing.ts'
import ciscoVpn from './cisco-vpn.ts'
import citrix from './citrix.ts'
import cpha from './cpha.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import dlep from './dlep.ts'
import drda from './drda.ts'
import eaq from './eaq.ts'
import flute from './flute.ts'
import kcp from './kcp.ts'
import lisp from './lisp.ts'
import noe from './noe.ts'
import openflow from './openflow.ts'
import ripeAtlas from './ripe-atlas.ts'
import teredo from './teredo.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'
import uftp from './uftp.ts'
import vmware from './vmware.ts'
import vxlan from './vxlan.ts'
import xdmcp from './xdmcp.ts'
import z3950 from './z3950.ts'

const signal = concat(latin1('DLEP'), hex('0001 0009 0004 0005 00'), latin1('edge'))
const opened = hex('0001 0012 0005 0004 0000ea60 0004 0006 00 6564676531')
const join = concat(hex('00 10 02 00 00000000 00000003 00 0013 00 002d 0005'), latin1('ap-17'), hex('0004 0003'), latin1('wlc'))
const dtls = hex('01 000000 16 feff 0000 000000000000 0004 01020304')
const inner = concat(hex('45 00 001c 0000 0000 40 11 0000 0a000001 0a000002'), new Uint8Array(8))
const mapRequest = hex('10 00 00 01 0011223344556677 0001 0a000001 0001 0a000002 00 20 0001 0a000003')
const mapRegister = concat(hex('30 00 00 01 0011223344556677 0001 0014'), new Uint8Array(20), hex('000005a0 01 20 1000 0000 0001 0a000001'))
const frame = concat(hex('ffffffffffff 020000000001 0806'), new Uint8Array(28))
const solicitation = concat(
  hex('0001 00 00 0011223344556677 00 60000000 0008 3a ff fe80000000000000 0000ffffffffffff ff020000000000000000000000000002'),
  hex('8500000000000000'),
)
const bubble = hex('60000000 0000 3b 15 2001000000010002 0003000400050006 2001000000010002 0003000400050007')
const table = concat(
  hex('10 10 08 00 00000000 0001 0000 c010000a 40040000 00000010 00000000 05780000 00400000'.replace(/\s/g, '')),
  latin1('<FDT-Instance><File Content-Location="a/b.txt" TOI="1"/></FDT-Instance>'),
)
const announce = hex('40 01 0001 0a000001 96f4c304 00 9d 00 00 01 02 0014 00000514')
const hpa = hex('1a90 0bb8 0001 0003 0001 0000 0000 0001 0000 0001')
const hello = hex('04 00 0010 00000001 0001 0008 00000010')
const query = hex('0001 0002 0001 00')
const magicCookie = concat(hex('6c 00 0b00 0000 1200 1000 0000'), latin1('MIT-MAGIC-COOKIE-1'), new Uint8Array(18))
const exchange = hex(
  '0026 d0 41 0001 0020 1041 0010 115e 84 a4 82 f2 83 93 86 95 a3 40 40 40 000c 1404 1403 0007 2407 0007'.replace(/\s/g, ''),
)
const implementation = latin1('YAZ')
const initRequest = concat(
  hex('b4 1a 83 02 00e0 84 03 00c1a2 85 02 4000 86 02 4000 9f6f'),
  Uint8Array.of(implementation.length),
  implementation,
  hex('9f70 00'),
)
const probe = concat(hex('1234'), latin1('http://atlas.ripe.net Atlas says Hi!'))
const sixProbe = concat(new Uint8Array(32), latin1('http://atlas.ripe.net Atlas says Hi!'))

const pushed = hex('11223344 51 00 8000 64000000 05000000 02000000 04000000 01020304')
const acknowledged = hex('11223344 52 00 8000 64000000 05000000 02000000 00000000')
const segments = concat(acknowledged, pushed)

const cases: Case[] = [
  {
    name: 'KCP: two segments',
    d: kcp,
    ends: udp(),
    bytes: segments,
    fields: { conversation: 0x44332211 },
    others: [
      but(segments, 4, 0x55),
      but(segments, 4, 0x50),
      but(segments, 20, 1),
      but(segments, 28, 0x50),
      but(segments, 24, 0x12),
      but(segments, 44, 5),
      but(segments, 7, 0x40),
      but(segments, 5, 1),
    ],
  },
  {
    name: 'Citrix ICA',
    d: citrix,
    ends: tcp(),
    bytes: latin1('\x7f\x7fICA\0'),
    fromServer: true,
    fields: { variant: 'ICA' },
    others: [latin1('\x7f\x7fICB\0')],
  },
  { name: 'Citrix CGP', d: citrix, ends: tcp(), bytes: latin1('\x1aCGP/01'), fields: { variant: 'CGP' }, others: [latin1('\x1aCGP/x1')] },
  {
    name: 'DLEP: a signal',
    d: dlep,
    ends: udp(),
    bytes: signal,
    fields: { message: 'peer discovery', peer: 'edge' },
    others: [concat(signal, hex('00')), but(signal, 3, 0x51), but(signal, 5, 3), but(signal, 7, 8), but(signal, 11, 4)],
  },
  {
    name: 'DLEP: a session',
    d: dlep,
    ends: tcp(854),
    bytes: opened,
    fields: { message: 'session initialization', peer: 'edge1' },
    others: [but(opened, 1, 17), but(opened, 7, 5)],
    onlyThere: true,
  },
  {
    name: 'CAPWAP: join',
    d: capwap,
    ends: udp(5246),
    bytes: join,
    fields: { message: 'join request', accessPoint: 'ap-17', controller: 'wlc' },
    others: [but(join, 1, 0x08), but(join, 11, 0), but(join, 14, 0x14), but(join, 1, 0xf8)],
    onlyThere: true,
  },
  {
    name: 'CAPWAP: DTLS',
    d: capwap,
    ends: udp(5246),
    bytes: dtls,
    others: [but(dtls, 1, 1), but(dtls, 5, 3), but(dtls, 16, 9), but(dtls, 4, 30)],
    onlyThere: true,
  },
  {
    name: 'CAPWAP: data',
    d: capwap,
    ends: udp(5247),
    bytes: hex('00 10 42 00 00000000 0102030405060708'),
    others: ['00 08 42 00 00000000 0102030405060708', '00 98 42 00 00000000 0102030405060708'],
    onlyThere: true,
  },
  {
    name: 'LISP: a request',
    d: lisp,
    ends: udp(4342),
    bytes: mapRequest,
    fields: { message: 'map request' },
    others: [but(mapRequest, 3, 0), but(mapRequest, 13, 9), but(mapRequest, 0, 0x90)],
    onlyThere: true,
  },
  {
    name: 'LISP: a registration',
    d: lisp,
    ends: udp(4342),
    bytes: mapRegister,
    fields: { message: 'map register' },
    others: [
      but(mapRegister, 0, 0x70),
      but(mapRegister, 0, 0),
      but(mapRegister, 13, 9),
      but(mapRegister, 15, 0x15),
      but(mapRegister, 40, 99),
    ],
    onlyThere: true,
  },
  {
    name: 'LISP: data',
    d: lisp,
    ends: udp(4341),
    bytes: concat(new Uint8Array(8), inner),
    others: [concat(new Uint8Array(8), but(inner, 3, 0x1d)), concat(new Uint8Array(8), but(inner, 0, 0x41))],
    onlyThere: true,
  },
  {
    name: 'VXLAN with what is not opened',
    d: vxlan,
    ends: udp(4789),
    bytes: concat(hex('08000000 000007 00'), frame),
    fields: { network: 7 },
    others: [concat(hex('08000000 000007 01'), frame), concat(hex('08000001 000007 00'), frame)],
    onlyThere: true,
  },
  {
    name: 'Teredo: a solicitation',
    d: teredo,
    ends: udp(),
    bytes: solicitation,
    others: [but(solicitation, 1, 2), but(solicitation, 18, 9), but(solicitation, 21, 0x20)],
  },
  {
    name: 'Teredo: a bubble',
    d: teredo,
    ends: udp(),
    bytes: bubble,
    others: [but(bubble, 0, 0x40), but(bubble, 5, 1), but(but(bubble, 8, 0x20, 0x02), 24, 0x20, 0x02)],
  },
  {
    name: 'FLUTE',
    d: flute,
    ends: udp(),
    bytes: table,
    fields: { table: 10, file: 'a/b.txt' },
    others: [but(table, 2, 7), but(table, 12, 0xc1), but(table, 13, 0x30), but(table, 1, 0x1c), but(table, 17, 0)],
  },
  {
    name: 'UFTP',
    d: uftp,
    ends: udp(),
    bytes: announce,
    fields: { function: 'announce', version: 4 },
    others: [
      but(but(announce, 1, 18), 16, 18),
      but(announce, 4, 0, 0, 0, 0),
      but(announce, 0, 0x30),
      but(announce, 16, 2),
      but(announce, 17, 3),
      but(announce, 15, 1),
      but(announce, 8, 0, 0, 0, 0),
    ],
  },
  { name: 'UFTP: encrypted', d: uftp, ends: udp(1044), bytes: but(announce, 1, 18), others: [but(announce, 1, 22)], onlyThere: true },
  {
    name: 'Check Point',
    d: cpha,
    ends: udp(8116),
    bytes: hpa,
    fields: { version: 3000, cluster: 1, operation: 3 },
    others: [but(hpa, 1, 0x91), but(hpa, 7, 99), but(hpa, 2, 0, 0)],
    onlyThere: true,
  },
  {
    name: 'Alcatel: data',
    d: noe,
    ends: udp(32_512),
    bytes: hex('07 0001 0002 0300 010203'),
    fields: { operation: 'data' },
    others: ['07 0001 0002 0400 010203', '08 0001 0002 0300 010203'],
    onlyThere: true,
  },
  {
    name: 'Alcatel: connect',
    d: noe,
    ends: udp(32_512),
    bytes: hex('00 00 01 01 01 01 10 03 01 05'),
    fields: { operation: 'connect' },
    others: ['00 00 01 01 01 01 10 03 02 05', '00 20 01 01 01 01 10 03 01 05'],
    onlyThere: true,
  },
  {
    name: 'OpenFlow: a hello with versions',
    d: openflow,
    ends: tcp(),
    bytes: hello,
    fields: { version: 4 },
    others: [but(hello, 0, 0), '01 05 0008 00000001', but(hello, 3, 0x11), but(hello, 9, 2), but(hello, 11, 9), but(hello, 0, 7)],
  },
  {
    name: 'OpenFlow: a bare hello, and more',
    d: openflow,
    ends: tcp(),
    bytes: hex('01 00 0008 00000001 01 05 0008 00000002'),
    others: ['01 00 0008 00000001 09 05 0008 00000002', '01 00 0008 00000001 01 05 0007 00000002'],
  },
  {
    name: 'OpenFlow: a bare hello',
    d: openflow,
    ends: tcp(6653),
    bytes: hex('01 00 0008 00000001'),
    others: ['01 05 0007 00000001', '01 24 0008 00000001'],
    onlyThere: true,
  },
  {
    name: 'XDMCP',
    d: xdmcp,
    ends: udp(),
    bytes: query,
    fields: { operation: 'query' },
    others: [but(query, 1, 2), but(query, 3, 15), but(query, 5, 2)],
  },
  {
    name: 'X11',
    d: xdmcp,
    ends: tcp(6000),
    bytes: magicCookie,
    others: [but(magicCookie, 2, 12), but(magicCookie, 4, 1), but(magicCookie, 12, 0x58)],
  },
  {
    name: 'VMware',
    d: vmware,
    ends: tcp(902),
    bytes: latin1('220 VMware Authentication Daemon Version 1.10: SSL Required, ServerDaemonProtocol:SOAP\r\n'),
    fromServer: true,
    fields: { version: '1.10' },
    others: [latin1('220 VMware FTP server, which is another thing altogether\r\n')],
  },
  {
    name: 'VMware: a heartbeat',
    d: vmware,
    ends: udp(902),
    bytes: concat(hex('a4'), new Uint8Array(65)),
    others: [concat(hex('a4'), new Uint8Array(66))],
    onlyThere: true,
  },
  {
    name: 'DRDA',
    d: drda,
    ends: tcp(),
    bytes: exchange,
    fields: { command: 'EXCSAT' },
    others: [but(exchange, 2, 0xd1), but(exchange, 7, 0x21), but(exchange, 9, 0x42), but(exchange, 3, 0x46), but(exchange, 3, 0xc1)],
  },
  {
    name: 'Z39.50',
    d: z3950,
    ends: tcp(),
    bytes: initRequest,
    fields: { implementation: 'YAZ' },
    others: [
      but(initRequest, 0, 0xb6),
      but(initRequest, 2, 0x84),
      but(initRequest, 7, 9),
      but(initRequest, 1, 9),
      but(initRequest, 15, 0x87),
    ],
  },
  { name: 'RIPE Atlas', d: ripeAtlas, ends: udp(), bytes: probe, others: [probe.subarray(1), but(probe, 10, 0x41)] },
  { name: 'RIPE Atlas over IPv6', d: ripeAtlas, ends: udp(), bytes: sixProbe, others: [concat(new Uint8Array(33), probe)] },
]
describeCases(cases)

test('Cisco VPN: two packets of one association, counted up', () => {
  const esp = (index: number, sequence: number) => {
    const bytes = new Uint8Array(64)
    new DataView(bytes.buffer).setUint32(0, index)
    new DataView(bytes.buffer).setUint32(4, sequence)
    return bytes
  }
  const ends = udp(10_000)
  const index = 0xf1234567
  expect(show(ciscoVpn, [fromClient(esp(index, 1)), fromServer(esp(77_777, 1)), fromClient(esp(index, 2))], ends).verdict).toBe(Match)
  expect(show(ciscoVpn, [fromClient(esp(index, 1)), fromClient(esp(index, 1))], ends).verdict).toBe(Exclude)
  expect(show(ciscoVpn, [fromClient(esp(index, 1)), fromClient(esp(index, 100))], ends).verdict).toBe(Exclude)
  expect(show(ciscoVpn, [fromClient(esp(index, 1)), fromClient(esp(index + 1, 2))], ends).verdict).toBe(NeedMore)
  expect(show(ciscoVpn, [fromClient(esp(255, 1))], ends).verdict).toBe(Exclude)
  expect(show(ciscoVpn, [fromClient(esp(index, 0))], ends).verdict).toBe(Exclude)
  expect(show(ciscoVpn, [fromClient(concat(esp(index, 1), hex('00')))], ends).verdict).toBe(Exclude)
  expect(show(ciscoVpn, [fromClient(esp(index, 70_000))], ends).verdict).toBe(Exclude)
  expect(ciscoVpn.onlyOnPorts).toBe(true)
})
test('Alcatel: a keep-alive needs its answer', () => {
  const ends = udp(32_512)
  expect(show(noe, [fromClient(hex('04')), fromClient(hex('04'))], ends).verdict).toBe(NeedMore)
  expect(show(noe, [fromClient(hex('04')), fromServer(hex('05'))], ends).verdict).toBe(Match)
  expect(show(noe, [fromClient(hex('04 00'))], ends).verdict).toBe(Exclude)
})
test('FLUTE waits through packets of files for the table', () => {
  const data = concat(hex('10 10 03 00 00000000 0001 0001 00000000'), latin1('Hello'))
  expect(show(flute, [fromClient(data)], udp()).verdict).toBe(NeedMore)
  expect(show(flute, [fromClient(data), fromClient(table)], udp()).verdict).toBe(Match)
})
test('KCP: one segment needs a second packet of its conversation', () => {
  expect(show(kcp, [fromClient(pushed)], udp()).verdict).toBe(NeedMore)
  expect(show(kcp, [fromClient(but(pushed, 20, 5))], udp()).verdict).toBe(Exclude)
  expect(show(kcp, [fromClient(pushed), fromServer(acknowledged)], udp()).verdict).toBe(Match)
  expect(show(kcp, [fromClient(pushed), fromClient(but(pushed, 0, 0x12))], udp()).verdict).toBe(NeedMore)
})
test('EAQ: packets are counted up or sent back', () => {
  const measure = hex('00000005 00000dda 00014b07 0000 9000')
  const ends = udp(6000)
  expect(show(eaq, [fromClient(measure)], ends).verdict).toBe(NeedMore)
  expect(show(eaq, [fromClient(measure), fromServer(but(measure, 14, 0x60))], ends).fields).toEqual({ sequence: 5 })
  expect(show(eaq, [fromClient(measure), fromClient(but(measure, 3, 6))], ends).verdict).toBe(Match)
  expect(show(eaq, [fromClient(measure), fromClient(but(measure, 3, 9))], ends).verdict).toBe(NeedMore)
  for (const other of [but(measure, 9, 0x10), but(measure, 1, 1), but(measure, 12, 1), concat(measure, hex('00'))])
    expect(show(eaq, [fromClient(other), fromServer(other)], ends).verdict).toBe(Exclude)
  expect(eaq.onlyOnPorts).toBe(true)
})
