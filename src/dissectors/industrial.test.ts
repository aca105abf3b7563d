/** Protocols of plants, meters, vehicles and buildings: what each is known by, and what is not theirs. */
import { expect, test } from 'vitest'
import { Cursor } from '../wire/cursor.ts'
import ansiC1222 from './ansi-c1222.ts'
import atg from './atg.ts'
import beckhoffAds from './beckhoff-ads.ts'
import { but, type Case, describeCases, tcp, udp } from './cases-testing.ts'
import cip from './cip.ts'
import cnpIp from './cnp-ip.ts'
import controllerAreaNetwork from './controller-area-network.ts'
import { crcCcitt, crcHdlc } from './crc16.ts'
import { Exclude, Match, NeedMore } from './dissector.ts'
import etherSBus from './ether-s-bus.ts'
import ethernetGlobalData from './ethernet-global-data.ts'
import ethernetIp from './ethernet-ip.ts'
import etherSio from './ethersio.ts'
import fins from './fins.ts'
import hartIp from './hart-ip.ts'
import hislip from './hislip.ts'
import iec62056 from './iec62056.ts'
import ieeeC37118 from './ieee-c37118.ts'
import knxnetIp from './knxnet-ip.ts'
import mms from './mms.ts'
import opcUa from './opc-ua.ts'
import { concat, fromClient, hex, latin1, show } from './testing.ts'
import trdp from './trdp.ts'

// Universal command 0 to a long address, and its check byte.
const readIdentity = hex('01 00 03 00 0003 0011 82 26 4e 00 00 d2 00 00 38')
const initiate = hex('01 00 00 00 0002 000d 01 00007530')
const readDatabase = hex('0000000d 01 00 0001 00 0a 20 5318')
const knxSearch = hex('0610 0201 000e 08 01 c0a80001 0e57')
const registerSession = hex('6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000')
const sendUnitData = hex('7000 0800 05000000 00000000 0000000000000000 00000000 00000000 0a00 0000')
const product = latin1('1756-EN2T/B')
const listIdentity = concat(
  hex('6300 3300 00000000 00000000 0000000000000000 00000000 0100 0c00 2d00 0100'),
  hex('0002 af12 c0a80001 0000000000000000 0100 0c00 a600 0a0d 3000 78563412'),
  Uint8Array.of(product.length),
  product,
  hex('03'),
)
const cyclic = hex('0200 0280 0800 11223344 01000000 b100 0600 0100 00000000')
const lonData = hex('001a 01 01 00 00 0000 0000abcd 00000001 00000064 010203040506')
const hislipOpen = concat(hex('4853 00 00 01004b53 0000000000000007'), latin1('hislip0'))
// SNRM to server 1, client 16.
const snrm = hex('7e a0 07 03 21 93 0f 01 7e')
const association = hex('0001 0010 0001 001f 60 1d a1 09 06 07 60857405080101 be 10 04 0e 01000000065f1f0400001e1dffff')
const connect = hex('03 00 0016 11 e0 0000 0001 00 c0010a c1020001 c2020001')
const mmsInitiate = concat(
  hex('03 00 0046 02 f0 80'),
  hex(
    '0d 3d 05 06 13 01 00 16 01 02 14 02 00 02 c1 2f 31 2d a0 03 80 01 01 a2 26 a4 24 30 0f 02 01 01 06 04 52 01 00 01 30 04 06 02 51 01',
  ),
  hex('30 10 02 01 03 06 05 28 ca 22 02 01 30 04 06 02 51 01 00 00'),
)
const mmsRead = hex('03 00 0026 02 f0 80 01 00 01 00 61 19 30 17 02 01 03 a0 12 a0 10 02 01 01 a4 0b a1 09 a0 07 30 05 a0 03 80 01 41')
const meter = hex('60 1c a2 05 80 03 7b 01 02 a6 05 80 03 7b 01 03 a8 03 02 01 05 be 07 28 05 81 03 80 01 20')
const cannelloni = hex('02 00 07 0002 00000123 04 01020304 8000abcd 02 0102')
const isoFrames = concat(latin1('ISO11898'), hex('01 01 6a12f109 08 3b 20d6700000ff7ffd 1000'))
const egd = hex('0d01 0500 c0a8084d 7b000000 be8a7e38 00811b2c 00000000 00000000 00000000 0102')
const inventory = concat(hex('01'), latin1('I20100\r\n'))
const report = concat(hex('01 0d 0a'), latin1('I20100\r\nJUN 3, 2024 10:12 AM\r\n'))
const processData = concat(
  hex('00000001 0100 5064 000003e8 00000000 00000000 00000005 00000000 00000000 00000000 12345678'),
  hex('48656c6c6f000000'),
)
const trainRequest = concat(
  hex('00000001 0100 4d72 000003e9 00000000 00000000 00000004 00000000 000102030405060708090a0b0c0d0e0f 001e8480'),
  latin1('door-control'.padEnd(32, '\0')),
  latin1(''.padEnd(32, '\0')),
  hex('12345678 31323334'),
)
const url = latin1('opc.tcp://plc-1:4840/')
const hello = concat(hex('48454c46 35000000 00000000 ffff0000 ffff0000 00000000 00000000 15000000'), url)
const policy = latin1('http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256')
const openChannel = concat(hex('4f504e46 85000000 00000000'), Uint8Array.of(policy.length, 0, 0, 0), policy, hex('ffffffff ffffffff'))
const memoryRead = hex('80 00 02 00 01 00 00 63 00 ef 01 01 82 0064 00 0001')
const finsFrame = concat(latin1('FINS'), hex('0000001a 00000002 00000000'), memoryRead)
const adsRead = hex('0000 2c000000 c0a800010101 5303 c0a800020101 9880 0200 0400 0c000000 00000000 01000000 05400000 00000000 02000000')
// Command frame: turn on transmission.
const phasorCommand = hex('aa41 0012 003c 4489 7ac0 0000 0000 0002 ce00')

/** With the check sum that the frame must have, so that only what else is wrong with it tells. */
const withCrc = (frame: Uint8Array, initial: number): Uint8Array => {
  const sum = crcCcitt(new Cursor().reset(frame, 0, frame.length), 0, frame.length - 2, initial)
  return but(frame, -2, sum >> 8, sum & 0xff)
}
const withFcs = (frame: Uint8Array): Uint8Array => {
  const sum = crcHdlc(new Cursor().reset(frame, 0, frame.length), 1, frame.length - 4)
  return but(frame, -3, sum & 0xff, sum >> 8)
}
const phasor = withCrc(phasorCommand, 0xffff)

const cases: Case[] = [
  {
    name: 'HART-IP: a universal command',
    d: hartIp,
    ends: udp(),
    bytes: readIdentity,
    fields: { type: 'request', message: 'token-passing-pdu', command: 0 },
    others: [
      but(but(readIdentity, 8, 0x83), 16, 0x39),
      but(but(readIdentity, 15, 1), 16, 0x39),
      '01 00 04 00 0001 000a 0000',
      but(readIdentity, 16, 0x39),
      but(readIdentity, 7, 0x12),
      but(readIdentity, 0, 3),
      but(readIdentity, 2, 9),
      but(readIdentity, 15, 1),
    ],
  },
  {
    name: 'HART-IP over TCP: a session opens',
    d: hartIp,
    ends: tcp(),
    bytes: initiate,
    fields: { message: 'session-initiate' },
    others: [but(initiate, 8, 2), but(initiate, 7, 12), but(initiate, 3, 1)],
  },
  {
    name: 'HART-IP: keep-alive',
    d: hartIp,
    ends: udp(5094),
    bytes: hex('01 01 02 00 0009 0008'),
    fields: { type: 'response', message: 'keep-alive' },
    others: ['01 01 02 00 0009 0009', '01 01 02 00 0009 0009 00'],
    onlyThere: true,
  },
  {
    name: 'Ether-S-I/O',
    d: etherSio,
    ends: udp(),
    bytes: hex('4553494f 0002 0000 0018 0000 0001000c 0000000d 00010100'),
    fields: { telegram: 2 },
    others: [
      '4553494f 0002 0000 0019 0000 0001000c 0000000d 00010100',
      '4553494f 0102 0000 0018 0000 0001000c 0000000d 00010100',
      '4553504f 0002 0000 0018 0000 0001000c 0000000d 00010100',
    ],
  },
  {
    name: 'Ether-S-Bus',
    d: etherSBus,
    ends: udp(),
    bytes: readDatabase,
    fields: { attribute: 'request', station: 10, command: 0x20 },
    others: [
      withCrc(but(readDatabase, 3, 0x0e), 0),
      withCrc(but(readDatabase, 4, 2), 0),
      withCrc(but(readDatabase, 5, 2), 0),
      withCrc(but(readDatabase, 8, 3), 0),
      but(readDatabase, 12, 0x19),
      but(readDatabase, 3, 0x0e),
      but(readDatabase, 8, 3),
    ],
  },
  {
    name: 'KNXnet/IP',
    d: knxnetIp,
    ends: udp(),
    bytes: knxSearch,
    fields: { service: 'search request' },
    others: [but(knxSearch, 1, 0x20), but(knxSearch, 3, 0x20), but(knxSearch, 5, 0x0f), knxSearch.subarray(0, 12)],
  },
  {
    name: 'KNXnet/IP over TCP',
    d: knxnetIp,
    ends: tcp(),
    bytes: hex('0610 0423 000e 04 01 02 00 06001087'),
    fields: { service: 'tunnelling feature response' },
    others: ['0610 0423 ff0e 04 01 02 00', '0610 0423 0005 04 01', '0610 0499 000e 04 01'],
  },
  {
    name: 'EtherNet/IP: a session',
    d: ethernetIp,
    ends: tcp(),
    bytes: registerSession,
    fields: { command: 'RegisterSession' },
    others: [
      '0400 0000 00000000 00000000 0000000000000000 00000000',
      but(registerSession, 2, 5),
      but(registerSession, 8, 7),
      but(registerSession, 20, 1),
      but(registerSession, 24, 2),
      but(registerSession, 0, 0x61),
    ],
  },
  {
    name: 'EtherNet/IP: data',
    d: ethernetIp,
    ends: tcp(),
    bytes: sendUnitData,
    fields: { command: 'SendUnitData' },
    others: [but(sendUnitData, 0, 0x71), but(sendUnitData, 4, 0), but(sendUnitData, 2, 0xff, 0xff)],
  },
  {
    name: 'EtherNet/IP: who is there',
    d: ethernetIp,
    ends: udp(44_818),
    bytes: listIdentity,
    fromServer: true,
    fields: { command: 'ListIdentity', product: '1756-EN2T/B' },
    others: [but(listIdentity, 2, 0x34), concat(listIdentity, product)],
  },
  {
    name: 'CIP',
    d: cip,
    ends: udp(),
    bytes: cyclic,
    fields: { connection: 0x44332211 },
    others: [but(cyclic, 16, 7), but(cyclic, 3, 0x81), but(cyclic, 14, 0xb2), but(cyclic, 4, 9)],
  },
  {
    name: 'CNP/IP: data',
    d: cnpIp,
    ends: udp(),
    bytes: lonData,
    fields: { session: 0xabcd },
    others: [but(lonData, 1, 0x1b), but(lonData, 2, 2), but(lonData, 3, 0x63), but(lonData, 4, 1)],
  },
  {
    name: 'CNP/IP: configuration',
    d: cnpIp,
    ends: udp(1629),
    bytes: but(lonData, 3, 0x63),
    others: [but(but(lonData, 3, 0x63), 4, 17), but(lonData, 3, 0x80), but(lonData, 3, 0)],
    onlyThere: true,
  },
  {
    name: 'HiSLIP',
    d: hislip,
    ends: tcp(),
    bytes: hislipOpen,
    fields: { message: 'Initialize', subAddress: 'hislip0' },
    others: [but(hislipOpen, 1, 0x54), but(hislipOpen, 2, 40), but(hislipOpen, 3, 1), but(hislipOpen, 8, 1)],
  },
  {
    name: 'HiSLIP: an answer',
    d: hislip,
    ends: tcp(),
    bytes: hex('4853 01 00 01000001 0000000000000000'),
    fromServer: true,
    fields: { message: 'InitializeResponse' },
    others: ['4853 07 05 00000000 0000000000000004'],
  },
  {
    name: 'DLMS in HDLC',
    d: iec62056,
    ends: tcp(),
    bytes: snrm,
    others: [
      withFcs(but(snrm, 1, 0xb0)),
      withFcs(hex('7e a0 06 03 93 00 00 7e 00')),
      but(snrm, 6, 0x10),
      but(snrm, 1, 0xb0),
      but(snrm, 2, 6),
      but(snrm, 8, 0x7f),
    ],
  },
  {
    name: 'DLMS in its wrapper',
    d: iec62056,
    ends: udp(),
    bytes: association,
    fields: { unit: 'association request' },
    others: [
      but(association, 4, 0x40),
      '0001 0010 0001 0001 60',
      but(association, 7, 0x20),
      but(association, 1, 2),
      but(association, 8, 0x59),
      but(association, 2, 0x40),
    ],
  },
  {
    name: 'DLMS in its wrapper over TCP',
    d: iec62056,
    ends: tcp(),
    bytes: association,
    fields: { unit: 'association request' },
    others: [concat(association, hex('00'))],
  },
  { name: 'DLMS at its port', d: iec62056, ends: tcp(4059), bytes: association, others: [but(association, 6, 0x40)] },
  {
    name: 'MMS: a session under way',
    d: mms,
    ends: tcp(),
    bytes: mmsRead,
    fields: { pdu: 'confirmed request' },
    others: [
      but(mmsRead, 0, 4),
      but(mmsRead, 1, 1),
      but(mmsRead, 5, 0x80),
      but(mmsRead, 4, 3),
      but(mmsRead, 3, 0x0c),
      but(mmsRead, 13, 0x31),
      but(mmsRead, 15, 3),
      but(mmsRead, 17, 0x10),
      but(mmsRead, 18, 0xa1),
      but(mmsRead, 11, 0x62),
      but(mmsRead, 7, 2),
      but(mmsRead, 5, 0xe0),
      but(mmsRead, 20, 0x90),
    ],
  },
  {
    name: 'MMS: connection and opening',
    d: mms,
    ends: tcp(102),
    bytes: concat(connect, mmsInitiate),
    others: [
      concat(connect, but(mmsInitiate, 0, 4)),
      concat(connect, but(mmsInitiate, 57, 0x24)),
      concat(connect, hex('03 00 0019 02 f0 80 32 01 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0')),
    ],
    onlyThere: true,
  },
  {
    name: 'ANSI C12.22',
    d: ansiC1222,
    ends: udp(),
    bytes: meter,
    fields: { called: '7b0102', calling: '7b0103' },
    others: [
      concat(meter, hex('00')),
      but(meter, 1, 0x1d),
      but(meter, 16, 0xa7),
      but(meter, 2, 0x06),
      but(meter, 9, 0xa1),
      but(meter, 22, 6),
    ],
  },
  { name: 'ANSI C12.22 over TCP', d: ansiC1222, ends: tcp(), bytes: meter, others: [but(meter, 1, 0x84)] },
  {
    name: 'CAN: cannelloni',
    d: controllerAreaNetwork,
    ends: udp(),
    bytes: cannelloni,
    fields: { frames: 2 },
    others: [
      but(cannelloni, 1, 1),
      '02 00 07 0001 00000123 09 010203040506070809',
      but(cannelloni, 0, 3),
      but(cannelloni, 4, 3),
      but(cannelloni, 9, 9),
      but(cannelloni, 5, 0x10),
      cannelloni.subarray(0, -1),
    ],
  },
  {
    name: 'CAN: named after ISO 11898',
    d: controllerAreaNetwork,
    ends: udp(),
    bytes: isoFrames,
    fields: { frames: 1 },
    others: [but(isoFrames, 7, 0x39), but(isoFrames, 9, 9)],
  },
  {
    name: 'CAN: cannelloni over TCP',
    d: controllerAreaNetwork,
    ends: tcp(),
    bytes: latin1('CANNELLONIv1'),
    others: [latin1('CANNELLONI v')],
  },
  { name: 'CAN: socketcand', d: controllerAreaNetwork, ends: tcp(), bytes: latin1('< hi >'), fromServer: true, others: [latin1('< hi!>')] },
  {
    name: 'Ethernet Global Data',
    d: ethernetGlobalData,
    ends: udp(),
    bytes: egd,
    fields: { producer: '192.168.8.77', exchange: 123 },
    others: [concat(egd, new Uint8Array(1400)), but(egd, 1, 2), but(egd, 19, 0xff), but(egd, 28, 1), but(egd, 22, 1)],
  },
  {
    name: 'tank gauge: a command',
    d: atg,
    ends: tcp(),
    bytes: inventory,
    fields: { command: 'I201', tank: '00' },
    others: [latin1('\x01I2x100\r\n'), latin1('\x01J20100\r\n'), latin1('\x01I20100\0')],
  },
  {
    name: 'tank gauge: a report',
    d: atg,
    ends: tcp(),
    bytes: report,
    fromServer: true,
    fields: { command: 'I201', tank: '00' },
    others: [latin1('\r\nI2010'), latin1('\r\nINSERT INTO'), latin1('\r\nI20100 ok')],
  },
  {
    name: 'TRDP: process data',
    d: trdp,
    ends: udp(),
    bytes: processData,
    fields: { kind: 'process data', comId: 1000 },
    others: [but(processData, 23, 9), but(processData, 4, 2), but(processData, 7, 0x66), processData.subarray(0, -1)],
  },
  {
    name: 'TRDP: a request over TCP',
    d: trdp,
    ends: tcp(),
    bytes: trainRequest,
    fields: { kind: 'request', comId: 1001, source: 'door-control' },
    others: [but(trainRequest, 20, 1), but(trainRequest, 6, 0x50, 0x64)],
  },
  {
    name: 'OPC UA: hello',
    d: opcUa,
    ends: tcp(),
    bytes: hello,
    fields: { message: 'HELF', endpoint: 'opc.tcp://plc-1:4840/' },
    others: [but(hello, 4, 11), but(hello, 3, 0x58), but(hello, 6, 1), but(hello, 13, 0), latin1('HELLO, WORLD, HERE I AM AGAIN TODAY')],
  },
  {
    name: 'OPC UA: a secure channel',
    d: opcUa,
    ends: tcp(),
    bytes: openChannel,
    fields: { message: 'OPNF', policy: 'Basic256Sha256' },
    others: [but(openChannel, 16, 0x48), but(openChannel, 7, 0x40)],
  },
  {
    name: 'FINS over UDP',
    d: fins,
    ends: udp(9600),
    bytes: memoryRead,
    fields: { command: 'memory area read' },
    others: [but(memoryRead, 0, 0x90), but(memoryRead, 1, 1), but(memoryRead, 2, 8), but(memoryRead, 11, 9)],
    onlyThere: true,
  },
  {
    name: 'FINS over TCP',
    d: fins,
    ends: tcp(),
    bytes: finsFrame,
    fields: { command: 'memory area read' },
    others: [but(finsFrame, 3, 0x47), but(finsFrame, 4, 1), but(finsFrame, 11, 7)],
  },
  {
    name: 'ADS',
    d: beckhoffAds,
    ends: tcp(),
    bytes: adsRead,
    fields: { command: 'read', target: '192.168.0.1.1.1', targetPort: 851, source: '192.168.0.2.1.1' },
    others: [but(adsRead, 2, 0x2d), but(adsRead, 22, 10), but(adsRead, 25, 1), but(adsRead, 22, 0)],
  },
  {
    name: 'C37.118',
    d: ieeeC37118,
    ends: tcp(),
    bytes: phasor,
    fields: { frame: 'command', idCode: 60 },
    others: [but(phasor, 17, 0), but(phasor, 1, 0x71), but(phasor, 1, 0x40), but(phasor, 3, 0x11)],
  },
]
describeCases(cases)

test('HART-IP: a response with expansion bytes and a short address', () => {
  const frame = hex('26 80 aa 03 04 00 40 12 34')
  const parity = frame.reduce((sum, byte) => sum ^ byte, 0)
  const said = show(hartIp, [fromClient(concat(hex('01 01 03 00 0003 0012'), frame, Uint8Array.of(parity)))], udp())
  expect(said.verdict).toBe(Match)
  expect(said.fields.command).toBe(3)
})
test('MMS waits behind a connection for what comes in it', () => {
  expect(show(mms, [fromClient(connect)], tcp(102)).verdict).toBe(NeedMore)
  expect(show(mms, [fromClient(connect)], tcp(1102)).verdict).toBe(Exclude)
})
test('what cannot become a unit is not waited for', () => {
  expect(show(ansiC1222, [fromClient(but(meter, 2, 6).subarray(0, 12))], tcp()).verdict).toBe(Exclude)
  expect(show(ansiC1222, [fromClient(but(meter, 1, 0x84, 1))], tcp()).verdict).toBe(Exclude)
  expect(show(opcUa, [fromClient(but(hello, 5, 0x40))], tcp()).verdict).toBe(Exclude)
})
