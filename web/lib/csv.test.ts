import { expect, test } from 'vitest'
import { flowFields } from '../../src/lib/fields.ts'
import { toCsv } from './csv.ts'

test('quotes, times and what is absent', () => {
  const row = { client: '10.0.0.1', info: 'a "b", c', firstSeen: 1551694800123, bytes: 1234567 }
  expect(toCsv([row], ['client', 'info', 'firstSeen', 'bytes', 'serverName'], flowFields)).toBe(
    'client,info,firstSeen,bytes,serverName\r\n10.0.0.1,"a ""b"", c",2019-03-04T10:20:00.123Z,1234567,\r\n',
  )
})

test('text from the wire is no formula', () => {
  const rows = ['=1+1', '@SUM(A1)', '-2', '+3'].map((info) => ({ info }))
  expect(toCsv(rows, ['info'], flowFields).split('\r\n').slice(1, -1)).toEqual(["'=1+1", "'@SUM(A1)", "'-2", "'+3"])
})

test('negative figures stay figures', () => expect(toCsv([{ bytes: -5 }], ['bytes'], flowFields)).toBe('bytes\r\n-5\r\n'))
