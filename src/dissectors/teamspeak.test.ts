import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import teamspeak from './teamspeak.ts'
import { fromClient, latin1, show } from './testing.ts'

test.each([
  ['TS3INIT1\0\x65\0\0\x88', Match],
  ['TS3INIT1', Exclude],
  ['TS3INIT2\0\x65\0\0\x88', Exclude],
])('%j', (text, verdict) => expect(show(teamspeak, [fromClient(latin1(text))]).verdict).toBe(verdict))
