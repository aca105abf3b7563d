import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import { message, question, record, toQuestion, withLength } from './dns-testing.ts'
import llmnr from './llmnr.ts'
import { fromClient, fromServer, hex, show } from './testing.ts'

const query = message({ flags: 0, questions: [question('Wpad', 1)] })
const reply = message({ flags: 0x8000, questions: [question('Wpad', 1)], answers: [record(toQuestion, 1, hex('0a000007'))] })

test('query and reply', () => {
  const said = show(llmnr, [fromClient(query), fromServer(reply)])
  expect(said).toMatchObject({ verdict: Match, serverName: 'wpad', fields: { queryName: 'wpad', queryType: 'A' } })
  expect(said.names).toEqual([{ end: '0a000007', name: 'wpad', from: 'netbios' }])
})
test('over TCP', () => {
  expect(show(llmnr, [fromClient(withLength(query))], { transport: 'tcp' })).toMatchObject({ verdict: Match, serverName: 'wpad' })
})
test('on its port alone, and whole', () => {
  expect(show(llmnr, [fromClient(query)], { serverPort: 5353 }).verdict).toBe(Exclude)
  for (let n = 0; n < query.length; n++) expect(show(llmnr, [fromClient(query.subarray(0, n))]).verdict).toBe(Exclude)
})

test('an address of the wrong length names nobody', () => {
  const answer = (type: number, data: string) =>
    message({ flags: 0x8000, questions: [question('Wpad', 1)], answers: [record(toQuestion, type, hex(data))] })
  for (const bytes of [answer(1, '0a00'), answer(28, '0a000009'), answer(16, '030a0009')])
    expect(show(llmnr, [fromServer(bytes)]).names).toEqual([])
})
