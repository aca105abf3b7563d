import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u16, u32 } from './dns-testing.ts'
import netbios from './netbios.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

/** RFC 1001 §14.1: each half byte as a letter from A. */
const encoded = (name: string, suffix: number) => {
  const bytes = [...Buffer.from(name.padEnd(15, ' '), 'latin1'), suffix]
  return concat(Uint8Array.of(32), Uint8Array.from(bytes.flatMap((b) => [0x41 + (b >> 4), 0x41 + (b & 15)])), Uint8Array.of(0))
}
const header = (flags: number, ...counts: number[]) => concat(u16(7), u16(flags), ...counts.map(u16))
const question = (name: string, suffix: number, type = 0x20) => concat(encoded(name, suffix), u16(type), u16(1))
const ns = { clientPort: 137, serverPort: 137 }

describe('name service', () => {
  test('a query names what is looked for, and nobody', () => {
    const said = show(netbios, [fromClient(concat(header(0x0110, 1, 0, 0, 0), question('FILES', 0x20)))], ns)
    expect(said).toMatchObject({ verdict: Match, serverName: 'files', fields: { operation: 'query', name: 'files' }, names: [] })
  })
  const registration = (group: boolean) =>
    concat(
      header(0x2910, 1, 0, 0, 1),
      question('DESK', 0),
      hex('c00c 0020 0001'),
      u32(300),
      u16(6),
      u16(group ? 0x8000 : 0),
      hex('0a000003'),
    )
  test('a registration names its address, unless it is a group’s', () => {
    expect(show(netbios, [fromClient(registration(false))], ns).names).toEqual([{ end: '0a000003', name: 'desk', from: 'netbios' }])
    expect(show(netbios, [fromClient(registration(true))], ns).names).toEqual([])
  })
  test('a positive reply', () => {
    const reply = concat(header(0x8580, 0, 1, 0, 0), encoded('DESK', 0x20), u16(0x20), u16(1), u32(300), u16(6), u16(0), hex('0a000004'))
    expect(show(netbios, [fromServer(reply)], ns)).toMatchObject({
      verdict: Match,
      names: [{ end: '0a000004', name: 'desk', from: 'netbios' }],
    })
  })
  test('a node status names its sender by its first unique name', () => {
    const entry = (name: string, suffix: number, flags: number) => concat(latin1(name.padEnd(15)), Uint8Array.of(suffix), u16(flags))
    const names = concat(Uint8Array.of(2), entry('WORKGROUP', 0, 0x8400), entry('BOX', 0, 0x0400))
    const status = concat(header(0x8400, 0, 1, 0, 0), encoded('*', 0), u16(0x21), u16(1), u32(0), u16(names.length), names)
    expect(show(netbios, [fromServer(status)], ns).names).toEqual([{ end: 'server', name: 'box', from: 'netbios' }])
  })
})

describe('datagrams', () => {
  const datagram = (payload: Uint8Array) => {
    const body = concat(encoded('NVR9', 0), encoded('WORKGROUP', 0x1d), payload)
    return concat(hex('1102 0001 0a000009 008a'), u16(body.length), u16(0), body)
  }
  const ends = { clientPort: 138, serverPort: 138 }
  test('the source names its address; a mailslot is SMB', () => {
    const said = show(netbios, [fromClient(datagram(concat(hex('ff'), latin1('SMB%'), new Uint8Array(30))))], ends)
    expect(said).toMatchObject({ verdict: Match, inside: 'SMBv1', fields: { name: 'nvr9', destination: 'workgroup' } })
    expect(said.names).toEqual([{ end: '0a000009', name: 'nvr9', from: 'netbios' }])
  })
  test('without SMB there is nothing inside', () => {
    expect(show(netbios, [fromClient(datagram(latin1('hello')))], ends).inside).toBeUndefined()
  })
})

describe('sessions', () => {
  const request = concat(hex('81 00 0044'), encoded('SERVER', 0x20), encoded('LAPTOP', 0))
  const smb = concat(hex('00 000023 ff'), latin1('SMBr'), new Uint8Array(30))
  test('a request, split, names its sender; after the answer comes what the session carries', () => {
    const said = show(
      netbios,
      [
        fromClient(request.subarray(0, 30)),
        fromClient(request.subarray(30, 60)),
        fromClient(request.subarray(60)),
        fromServer(hex('82000000')),
        fromClient(smb),
      ],
      {
        transport: 'tcp',
      },
    )
    expect(said).toMatchObject({ verdict: Match, within: true, fields: { name: 'laptop', destination: 'server' } })
    expect(said.names).toEqual([{ end: 'client', name: 'laptop', from: 'netbios' }])
  })
  test.each([
    ['a TLS record', hex('16030100 44'), Exclude],
    ['a length that no two names have', concat(hex('81 00 0010'), request.subarray(4)), Exclude],
    ['names that are not half-ASCII', concat(hex('81 00 0044 20'), latin1('hello world hello world hello world ')), Exclude],
    ['a beginning', request.subarray(0, 10), NeedMore],
  ])('%s', (_case, bytes, verdict) => {
    expect(show(netbios, [fromClient(bytes)], { transport: 'tcp' }).verdict).toBe(verdict)
  })
})

test('DNS on other ports is not NetBIOS', () => {
  expect(
    show(
      netbios,
      [fromClient(concat(header(0x0100, 1, 0, 0, 0), hex('03777777 07'), latin1('example'), hex('00 0001 0001'), new Uint8Array(20)))],
      ns,
    ).verdict,
  ).toBe(Exclude)
})

test('a session request means the same however it is cut', () => {
  sameHoweverCut(netbios, concat(hex('81 00 0044'), encoded('SERVER', 0x20), encoded('LAPTOP', 0)))
})
test.each([
  ['flags that must be zero', concat(header(0x0170, 1, 0, 0, 0), question('FILES', 0x20))],
  ['two questions', concat(header(0x0110, 2, 0, 0, 0), question('FILES', 0x20))],
  ['five records', concat(header(0x0110, 1, 5, 0, 0), question('FILES', 0x20))],
  ['nothing at all', concat(header(0x0110, 0, 0, 0, 0), question('FILES', 0x20))],
  ['an unknown operation', concat(header(0x1910, 1, 0, 0, 0), question('FILES', 0x20))],
  ['another type', concat(header(0x0110, 1, 0, 0, 0), question('FILES', 0x20, 1))],
])('not a name message: %s', (_case, bytes) => {
  expect(show(netbios, [fromClient(bytes)], ns).verdict).toBe(Exclude)
})
test('off its port only a question will do', () => {
  const reply = concat(header(0x8580, 0, 1, 0, 0), question('DESK', 0x20), new Uint8Array(12))
  expect(show(netbios, [fromClient(reply)], { serverPort: 1137 }).verdict).toBe(Exclude)
  expect(show(netbios, [fromClient(concat(header(0x0110, 1, 0, 0, 0), question('DESK', 0x20)))], { serverPort: 1137 }).verdict).toBe(Match)
})
