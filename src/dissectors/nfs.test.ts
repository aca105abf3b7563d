import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import { u32 } from './dns-testing.ts'
import nfs from './nfs.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const call = (program: number, version: number, procedure: number, credentials: Uint8Array = concat(u32(0), u32(0))) =>
  concat(u32(0x1234abcd), u32(0), u32(2), u32(program), u32(version), u32(procedure), credentials, u32(0), u32(0))
const unix = (machine: string) => {
  const padded = latin1(machine.padEnd((machine.length + 3) & ~3, '\0'))
  return concat(u32(1), u32(4 + 4 + padded.length + 12), u32(99), u32(machine.length), padded, u32(0), u32(0), u32(0))
}
const reply = concat(u32(0x1234abcd), u32(1), u32(0), u32(0), u32(0), u32(0))
const marked = (m: Uint8Array) => concat(u32(0x80000000 + m.length), m)

test.each([
  ['NFS', call(100003, 3, 6, unix('workstation')), { service: 'nfs', version: 3, procedure: 'READ', machine: 'workstation' }],
  ['portmapper', call(100000, 2, 3), { service: 'portmapper', version: 2, procedure: '3' }],
  ['mount', call(100005, 3, 1), { service: 'mount' }],
])('a call to %s, over UDP and TCP, on any port', (_case, bytes, fields) => {
  expect(show(nfs, [fromClient(bytes)], { transport: 'udp', serverPort: 1048 })).toMatchObject({ verdict: Match, bad: false, fields })
  expect(show(nfs, [fromClient(marked(bytes))], { transport: 'tcp', serverPort: 1048 })).toMatchObject({ verdict: Match, fields })
})
test('a reply says nothing by itself but on the port', () => {
  expect(show(nfs, [fromServer(reply)], { transport: 'udp' }).verdict).toBe(Match)
  expect(show(nfs, [fromServer(reply)], { transport: 'udp', serverPort: 1048 }).verdict).toBe(Exclude)
})
test.each([
  ['another program', call(100999, 1, 1)],
  ['RPC version 3', call(100003, 3, 6).fill(3, 11, 12)],
  ['NFS version 9', call(100003, 9, 6)],
  ['procedure 65', call(100003, 3, 65)],
  ['an unknown flavour', call(100003, 3, 6, concat(u32(7), u32(0)))],
  ['a fragment that is not the last', call(100003, 3, 6).subarray(0, 24)],
])('not NFS: %s', (_case, bytes) => {
  if (_case === 'a fragment that is not the last')
    expect(show(nfs, [fromClient(concat(u32(24), bytes))], { transport: 'tcp' }).verdict).toBe(Exclude)
  else expect(show(nfs, [fromClient(bytes)], { transport: 'udp' }).verdict).toBe(Exclude)
})
test('a beginning is waited for on TCP', () => {
  expect(show(nfs, [fromClient(marked(call(100003, 3, 6)).subarray(0, 26))], { transport: 'tcp' }).verdict).toBe(NeedMore)
})
test('a machine name beyond its end is none', () => {
  const lying = call(100003, 3, 6, concat(u32(1), u32(8), hex('00000063 000000ff')))
  expect(show(nfs, [fromClient(lying)], { transport: 'udp' }).fields['machine']).toBeUndefined()
})

test('the same however it is cut', () => {
  sameHoweverCut(nfs, marked(call(100003, 3, 6)))
})
