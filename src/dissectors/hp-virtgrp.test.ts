import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import hpVirtgrp from './hp-virtgrp.ts'
import { concat, fromClient, fromServer, hex, type Shown, show } from './testing.ts'

const message = (kind: number, length: number, said = length) =>
  concat(Uint8Array.of(kind, said >> 8, said & 255), new Uint8Array(length - 3).fill(0x5a))
const port = { serverPort: 5223 }

test.each<[string, Shown[], number]>([
  ['a request and its answer', [fromClient(message(0x16, 132)), fromServer(message(0x17, 52))], Match],
  ['the other way to begin', [fromClient(message(0x25, 69)), fromServer(message(0x26, 16))], Match],
  ['a request alone', [fromClient(message(0x16, 132))], NeedMore],
  ['an answer alone', [fromServer(message(0x17, 52))], Exclude],
  ['the answer to another', [fromClient(message(0x16, 132)), fromServer(message(0x26, 16))], Exclude],
  ['an answer of another length', [fromClient(message(0x16, 132)), fromServer(message(0x17, 52, 51))], Exclude],
  ['a request of another length', [fromClient(message(0x16, 132, 133)), fromServer(message(0x17, 52))], Exclude],
  ['a hello of TLS', [fromClient(hex('16 0301 0004 01000000'))], Exclude],
])('%s', (_case, packets, verdict) => expect(show(hpVirtgrp, packets, port).verdict).toBe(verdict))
