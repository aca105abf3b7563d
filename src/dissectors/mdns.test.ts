import { expect, test } from 'vitest'
import { Exclude, Match } from './dissector.ts'
import { labels, message, question, record } from './dns-testing.ts'
import mdns from './mdns.ts'
import { fromClient, hex, show } from './testing.ts'

const FLUSH_IN = 0x8001
const ends = { clientPort: 5353, serverPort: 5353 }
const reply = message({
  id: 0,
  flags: 0x8400,
  answers: [
    record(labels('_ipp._tcp.local'), 12, labels('Printer._ipp._tcp.local')),
    record(labels('Desk.local'), 1, hex('0a000009'), FLUSH_IN),
    record(labels('Desk.local'), 28, hex('fe80000000000000 0000000000000009'), FLUSH_IN),
  ],
})

test('a query names what is looked for', () => {
  const said = show(
    mdns,
    [fromClient(message({ id: 0, flags: 0, questions: [question('_raop._tcp.local', 12), question('_ipp._tcp.local', 12)] }))],
    ends,
  )
  expect(said).toMatchObject({ verdict: Match, serverName: '_raop._tcp.local', fields: { queryName: '_raop._tcp.local' }, names: [] })
})

test('a reply names hosts by their address records', () => {
  const said = show(mdns, [fromClient(reply)], ends)
  expect(said.verdict).toBe(Match)
  expect(said.fields['answers']).toEqual(['printer._ipp._tcp.local', '10.0.0.9', 'fe80::9'])
  expect(said.names).toEqual([
    { end: '0a000009', name: 'desk.local', from: 'mdns' },
    { end: 'fe800000000000000000000000000009', name: 'desk.local', from: 'mdns' },
  ])
})

test('a name outside .local is not believed', () => {
  const lie = message({ flags: 0x8400, answers: [record(labels('www.bank.example'), 1, hex('0a000009'))] })
  expect(show(mdns, [fromClient(lie)], ends).names).toEqual([])
})

test('not on other ports, not without anything, not with a byte too many or too few', () => {
  expect(show(mdns, [fromClient(reply)], { serverPort: 53 }).verdict).toBe(Exclude)
  expect(show(mdns, [fromClient(message({ flags: 0 }))], ends).verdict).toBe(Exclude)
  for (let n = 0; n < reply.length; n++) expect(show(mdns, [fromClient(reply.subarray(0, n))], ends).verdict).toBe(Exclude)
})

test('an address of the wrong length, or of another class, names nobody', () => {
  const answer = (type: number, data: string, rclass = FLUSH_IN) =>
    message({ flags: 0x8400, answers: [record(labels('Desk.local'), type, hex(data), rclass)] })
  for (const bytes of [answer(1, '0a00'), answer(28, '0a000009'), answer(16, '030a0009'), answer(1, '0a000009', 0x8003)])
    expect(show(mdns, [fromClient(bytes)], ends).names).toEqual([])
})
