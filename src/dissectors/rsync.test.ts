import { expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import rsync from './rsync.ts'
import { fromClient, fromServer, latin1, type Shown, show } from './testing.ts'

const s = (text: string): Shown => fromServer(latin1(text))
const c = (text: string): Shown => fromClient(latin1(text))

test.each([
  ['apart', [s('@RSYNCD: 31.0 sha512\n'), c('@RSYNCD: 31.0\n'), c('pictures\n')]],
  ['greeting and module together', [s('@RSYNCD: 31.0 sha512\n'), c('@RSYNCD: 31.0\npictures\n')]],
])('version and module, %s', (_case, shown) => {
  const report = show(rsync, shown)
  expect(report).toMatchObject({ verdict: Match, packets: 1, info: 'pictures', wantsMore: false, bad: false })
  expect(report.fields).toEqual({ version: '31.0 sha512', module: 'pictures' })
})
test.each([
  ['@RSYNCD: 31.0\n', Match],
  ['@RSYN', NeedMore],
  ['@RSYNCD: ', NeedMore],
  ['@RSYNCD: EXIT\n', Exclude],
  ['@RSYNCX: 31.0\n', Exclude],
  ['@echo off\r\n', Exclude],
])('%j', (text, verdict) => expect(show(rsync, [s(text)]).verdict).toBe(verdict))
