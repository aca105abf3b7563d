/** What dissectors of several protocols say of risks; those of HTTP are in http-attacks.test.ts. */
import { describe, expect, test } from 'vitest'
import dns from './dns.ts'
import ftp from './ftp-control.ts'
import icmp from './icmp.ts'
import imap from './imap.ts'
import ldap from './ldap.ts'
import mqtt from './mqtt.ts'
import pop3 from './pop3.ts'
import smtp from './smtp.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const NAME = '03 77 77 77 07 65 78 61 6d 70 6c 65 00'
const header = (flags: string, answers: number, additional = 0, questions = 1) =>
  hex(`12 34 ${flags} 00 0${questions} 00 0${answers} 00 00 00 0${additional}`)
const question = hex(`${NAME} 00 01 00 01`)
const answer = (ttl: string) => hex(`c0 0c 00 01 00 01 ${ttl} 00 04 c6 33 64 07`)
const certificate = concat(hex('01 32 0d'), latin1('dnscrypt-cert'), hex(`${NAME} 00 10 00 01`))
const txt = (n: number, ttl = '00 00 0e 10') =>
  concat(hex(`c0 0c 00 10 00 01 ${ttl} ${n.toString(16).padStart(4, '0')}`), new Uint8Array(n).fill(0x61))
const risksOf = (d: Parameters<typeof show>[0], ...packets: Parameters<typeof show>[1]) => Object.keys(show(d, packets).risks)

describe('DNS', () => {
  test.each([
    ['an answer', concat(header('81 80', 1), question, answer('00 00 0e 10')), []],
    ['a time to live of nought', concat(header('81 80', 1), question, answer('00 00 00 00')), ['Minor Issues']],
    ['a text with a time to live of nought', concat(header('81 80', 1), question, txt(9, '00 00 00 00')), ['Minor Issues']],
    ['long without EDNS', concat(header('81 80', 3), question, txt(200), txt(200), txt(200)), ['Large DNS Packet (512+ bytes)']],
    [
      'long with EDNS',
      concat(header('81 80', 3, 1), question, txt(200), txt(200), txt(200), hex('00 00 29 04 d0 00 00 00 00 00 00')),
      ['Large DNS Packet (512+ bytes)'],
    ],
    [
      'a certificate of DNSCrypt, which fills its room',
      concat(header('81 80', 3), certificate, txt(200, '00 00 00 00'), txt(200), txt(200)),
      [],
    ],
    ['a second question that is none', concat(header('81 80', 0, 0, 2), question, hex('22 41 41')), ['Malformed Packet']],
    [
      'control characters in the name',
      concat(header('01 00', 0), hex('04 61 01 02 62 00 00 01 00 01')),
      ['Non-Printable/Invalid Chars Detected'],
    ],
    ['a service', concat(header('01 00', 0), hex('05 5f 6c 64 61 70 04 5f 74 63 70 00 00 21 00 01')), []],
  ] as const)('%s', (_, message, risks) => {
    const query = concat(header('01 00', 0), question)
    expect(Object.keys(show(dns, [fromClient(query), fromServer(message)], { transport: 'udp' }).risks)).toEqual(risks)
  })
})

describe('credentials in clear', () => {
  test.each([
    ['POP3', pop3, [fromServer(latin1('+OK POP3 ready\r\n')), fromClient(latin1('USER joe\r\n'))], 'user joe'],
    ['FTP', ftp, [fromServer(latin1('220 FTP ready\r\n')), fromClient(latin1('USER joe\r\n'))], 'user joe'],
    ['FTP without an account', ftp, [fromServer(latin1('220 FTP ready\r\n')), fromClient(latin1('USER anonymous\r\n'))], undefined],
    ['IMAP', imap, [fromServer(latin1('* OK IMAP ready\r\n')), fromClient(latin1('a1 LOGIN joe secret\r\n'))], 'user joe'],
    ['SMTP', smtp, [fromServer(latin1('220 mx ESMTP\r\n')), fromClient(latin1('AUTH LOGIN\r\n'))], 'AUTH LOGIN'],
    ['SMTP with a digest', smtp, [fromServer(latin1('220 mx ESMTP\r\n')), fromClient(latin1('AUTH CRAM-MD5\r\n'))], undefined],
    ['LDAP', ldap, [fromClient(hex('30 15 02 01 01 60 10 02 01 03 04 04 63 6e 3d 61 80 05 68 65 6c 6c 6f'))], 'simple bind as cn=a'],
    ['LDAP without a password', ldap, [fromClient(hex('30 10 02 01 01 60 0b 02 01 03 04 04 63 6e 3d 61 80 00'))], undefined],
    [
      'MQTT',
      mqtt,
      [
        fromClient(
          concat(hex('10 16 00 04'), latin1('MQTT'), hex('04 c2 00 3c 00 01 61 00 03'), latin1('joe'), hex('00 02'), latin1('pw')),
        ),
      ],
      'user joe',
    ],
  ] as const)('%s', (_, d, packets, evidence) => {
    expect(show(d as never, packets, { transport: 'tcp' }).risks).toEqual(
      evidence === undefined ? {} : { 'Clear-Text Credentials': evidence },
    )
  })
})

describe('ICMP', () => {
  /** With the sum that it should have (RFC 1071). */
  function echo(body: Uint8Array, damage = 0): Uint8Array {
    const bytes = concat(hex('08 00 00 00 00 01 00 01'), body)
    let sum = damage
    for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0)
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
    bytes[2] = (~sum >> 8) & 255
    bytes[3] = ~sum & 255
    return bytes
  }
  let state = 5
  const noise = Uint8Array.from({ length: 200 }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 24)
  const counting = Uint8Array.from({ length: 200 }, (_, i) => 0x10 + i)
  test.each([
    ['a ping', echo(counting), []],
    ['an odd number of bytes', echo(counting.subarray(0, 55)), []],
    ['a tunnel', echo(noise), ['Susp Entropy']],
    ['a wrong sum', echo(counting, 5), ['Malformed Packet']],
    ['a type that nobody has assigned', hex('a5 00 5a ff 00 00 00 00'), ['Malformed Packet']],
    ['a type for experiments', hex('fd 00 02 ff 00 00 00 00'), []],
    ['an error that quotes noise', concat(hex('03 03 00 00 00 00 00 00'), noise), []],
  ] as const)('%s', (_, message, risks) => {
    expect(risksOf(icmp, fromClient(message))).toEqual(risks)
  })
})
