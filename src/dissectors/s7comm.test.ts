import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import s7 from './s7comm.ts'
import { concat, fromClient, fromServer, hex, type Shown, show } from './testing.ts'

const connect = hex('03 00 00 16 11 e0 00 00 00 01 00 c1 02 01 00 c2 02 01 02 c0 01 0a')
// A job: set up communication.
const job = hex('03 00 00 19 02 f0 80 32 01 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0')
const acknowledgement = hex('03 00 00 1b 02 f0 80 32 03 00 00 00 00 00 08 00 00 00 00 f0 00 00 01 00 01 00 f0')
const plus = hex('03 00 00 10 02 f0 80 72 01 00 05 31 00 00 04 ca')
const at102 = { serverPort: 102 }

test.each([
  ['a job', [fromClient(job)], { kind: 1, function: 0xf0 }],
  ['an answer', [fromServer(acknowledgement)], { kind: 3, function: 0xf0 }],
  ['behind the connection', [fromClient(concat(connect, job))], { kind: 1, function: 0xf0 }],
])('%s', (_case, shown, fields) => expect(show(s7, shown, at102)).toMatchObject({ verdict: Match, fields }))

test('S7 plus has a name of its own', () =>
  expect(show(s7, [fromClient(plus)], at102)).toMatchObject({ verdict: Match, becomes: 'S7CommPlus' }))

test.each<[string, Shown[], number, object]>([
  ['the connection alone', [fromClient(connect)], NeedMore, at102],
  ['the connection, then a job', [fromClient(connect), fromClient(job)], Match, at102],
  ['a connection elsewhere is RDP', [fromClient(connect)], Exclude, { serverPort: 3389 }],
  ['a job elsewhere', [fromClient(job)], Match, { serverPort: 3389 }],
  ['another protocol id', [fromClient(concat(job.subarray(0, 7), hex('33'), job.subarray(8)))], Exclude, at102],
  ['a connection whose length lies', [fromClient(concat(connect.slice().fill(0x10, 4, 5), job))], Exclude, at102],
  ['a kind unknown', [fromClient(concat(job.subarray(0, 8), hex('09'), job.subarray(9)))], Exclude, at102],
  ['MMS behind the connection', [fromClient(concat(connect, hex('03 00 00 09 02 f0 80 0d 00')))], Exclude, at102],
  ['cut', [fromClient(job.subarray(0, 8))], NeedMore, at102],
])('%s', (_case, shown, verdict, ends) => expect(show(s7, shown, ends).verdict).toBe(verdict))
