import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import smpp from './smpp.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const bind = concat(hex('00000028 00000002 00000000 00000001'), latin1('system\0secret1\0SMPP\0'), hex('34 01 01 00'))
test('a bind says who', () =>
  expect(sameHoweverCut(smpp, bind)).toMatchObject({
    fields: { command: 'bind_transmitter', system: 'system', version: '3.4' },
    info: 'system',
  }))

const alive = hex('00000010 00000015 00000000 00000007')
const living = hex('00000010 80000015 00000000 00000007')
test.each([
  ['a request and its answer', [fromClient(alive), fromServer(living)], Match],
  ['a request', [fromClient(alive)], NeedMore],
  ['the answer to another', [fromClient(alive), fromServer(living.slice().fill(8, 15, 16))], NeedMore],
  ['a command unknown', [fromClient(alive.slice().fill(0x16, 7, 8))], Exclude],
  ['a request with a status', [fromClient(alive.slice().fill(1, 11, 12))], Exclude],
  ['a length beyond', [fromClient(alive.slice().fill(2, 1, 2))], Exclude],
  ['a command with more bits', [fromClient(alive.slice().fill(1, 5, 6))], Exclude],
  ['a negative number', [fromClient(alive.slice().fill(0x80, 12, 13))], Exclude],
  ['a length too short', [fromClient(alive.slice().fill(0x0f, 3, 4))], Exclude],
  ['a bind of no type', [fromClient(bind.slice().fill(19, 37, 38))], Exclude],
  ['a bind of no plan', [fromClient(bind.slice().fill(19, 38, 39))], Exclude],
  ['an answer with a status beyond', [fromClient(alive), fromServer(living.slice().fill(5, 10, 11))], NeedMore],
  ['number 0', [fromClient(alive.slice().fill(0, 15, 16))], Exclude],
  ['a bind of a later version', [fromClient(bind.slice().fill(0x51, 36, 37))], Exclude],
  ['a bind with a password too long', [fromClient(bind.slice().fill(0x41, 30, 31))], Exclude],
  ['a bind longer than its texts', [fromClient(bind.slice().fill(1, 39, 40))], Exclude],
])('%s', (_case, packets, verdict) => expect(show(smpp, packets).verdict).toBe(verdict))
