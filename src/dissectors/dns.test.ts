import { describe, expect, test } from 'vitest'
import { Exclude, Match, NeedMore } from './dissector.ts'
import dns from './dns.ts'
import { labels, message, question, record, toQuestion, u16, withLength } from './dns-testing.ts'
import { sameHoweverCut } from './split-testing.ts'
import { concat, fromClient, fromServer, hex, latin1, show } from './testing.ts'

const A = 1
const CNAME = 5
const PTR = 12
const AAAA = 28
const query = message({ questions: [question('WWW.Example.org', A)] })
const alias = concat(Uint8Array.of(3), latin1('cdn'), Uint8Array.of(0xc0, 16))
const reply = message({
  flags: 0x8180,
  questions: [question('WWW.Example.org', A)],
  answers: [
    record(toQuestion, CNAME, alias),
    record(Uint8Array.of(0xc0, 45), A, hex('5db8d822')),
    record(Uint8Array.of(0xc0, 45), A, hex('5db8d823'), 1, 20),
  ],
})

describe('UDP', () => {
  test('a query and its reply: name, type, answers, addresses by the name that was asked for', () => {
    const said = show(dns, [fromClient(query), fromServer(reply)])
    expect(said).toMatchObject({
      verdict: Match,
      serverName: 'www.example.org',
      info: 'A www.example.org',
      fields: {
        queryName: 'www.example.org',
        queryType: 'A',
        responseCode: 'NOERROR',
        answers: ['cdn.example.org', '93.184.216.34', '93.184.216.35'],
        ttl: 20,
      },
      tallies: { queriesA: 1, repliesOk: 1 },
      bad: false,
    })
    expect(said.names).toEqual([
      { end: '5db8d822', name: 'www.example.org', from: 'dns' },
      { end: '5db8d823', name: 'www.example.org', from: 'dns' },
    ])
  })

  test.each([
    [1, 'queriesA'],
    [28, 'queriesAaaa'],
    [2, 'queriesNs'],
    [5, 'queriesCname'],
    [6, 'queriesSoa'],
    [12, 'queriesPtr'],
    [15, 'queriesMx'],
    [16, 'queriesTxt'],
    [255, 'queriesAny'],
    [65, 'queriesOther'],
  ])('a query of type %i counts as %s', (type, counter) => {
    expect(show(dns, [fromClient(message({ questions: [question('a.b', type)] }))]).tallies).toEqual({ [counter]: 1 })
  })

  test('an error counts as such and names nothing', () => {
    const nx = message({ flags: 0x8183, questions: [question('no.example', A)], answers: [record(toQuestion, A, hex('01020304'))] })
    expect(show(dns, [fromServer(nx)])).toMatchObject({ fields: { responseCode: 'NXDOMAIN' }, tallies: { repliesError: 1 }, names: [] })
  })

  test('two queries before the first reply: the flow keeps the first name', () => {
    const second = message({ questions: [question('second.example', AAAA)] })
    expect(show(dns, [fromClient(query), fromClient(second)]).serverName).toBe('www.example.org')
  })

  test('the first name that is answered is the flow’s, and later ones are not', () => {
    const ask = (name: string) => fromClient(message({ questions: [question(name, AAAA)] }))
    const answer = (name: string) => fromServer(message({ flags: 0x8180, questions: [question(name, AAAA)] }))
    const flow = [ask('one.example'), ask('two.example'), answer('two.example'), ask('three.example'), answer('three.example')]
    expect(show(dns, flow).serverName).toBe('two.example')
  })

  test('an inverse query tells whose data it asks for', () => {
    const inverse = message({ flags: 0x0900, answers: [record(labels('192.0.2.4'), A, new Uint8Array(0))] })
    expect(show(dns, [fromClient(inverse)])).toMatchObject({
      verdict: Match,
      serverName: '192.0.2.4',
      fields: { queryType: 'A' },
      bad: false,
    })
    const answered = message({ flags: 0x0100, answers: [record(labels('192.0.2.4'), A, new Uint8Array(0))] })
    expect(show(dns, [fromClient(answered)]).serverName).toBeUndefined()
  })

  test('off its port a first fragment may end within its last record', () => {
    const padded = message({ questions: [question('a.example', A)], additional: [record(Uint8Array.of(0), 41, new Uint8Array(1500))] })
    expect(show(dns, [fromClient(padded.subarray(0, 1472))], { serverPort: 443 }).verdict).toBe(Match)
    expect(show(dns, [fromClient(padded.subarray(0, 1000))], { serverPort: 443 }).verdict).toBe(Exclude)
  })

  test('every packet counts, the first name stays the flow’s', () => {
    const again = message({ questions: [question('second.example', AAAA)] })
    const said = show(dns, [fromClient(query), fromServer(reply), fromClient(again), fromClient(again)])
    expect(said.tallies).toEqual({ queriesA: 1, repliesOk: 1, queriesAaaa: 2 })
    expect(said.serverName).toBe('www.example.org')
  })

  test.each([
    ['2.dnscrypt-cert.example.org', 'DNScrypt'],
    ['2.SecureDNS.avast.com', 'AVASTSecureDNS'],
  ])('the certificate of a resolver, %s', (name, becomes) => {
    const said = show(dns, [fromClient(message({ questions: [question(name, 16)] }))], { serverPort: 443 })
    expect(said).toMatchObject({ verdict: Match, becomes })
    expect(said.serverName).toBeUndefined()
    expect(show(dns, [fromClient(message({ questions: [question(name, A)] }))], { serverPort: 443 }).becomes).toBeUndefined()
  })

  test('a reverse lookup names the address', () => {
    const v4 = message({
      flags: 0x8180,
      questions: [question('4.3.2.1.in-addr.arpa', PTR)],
      answers: [record(toQuestion, PTR, labels('host.example'))],
    })
    expect(show(dns, [fromServer(v4)]).names).toEqual([{ end: '01020304', name: 'host.example', from: 'dns' }])
    const nibbles = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'
    const v6 = message({ flags: 0x8180, questions: [question(nibbles, PTR)], answers: [record(toQuestion, PTR, labels('six.example'))] })
    expect(show(dns, [fromServer(v6)]).names).toEqual([{ end: '20010db8000000000000000000000001', name: 'six.example', from: 'dns' }])
  })

  test.each([
    ['::1', '0000000000000000 0000000000000001'],
    ['2001:db8::2:0:0:1', '20010db800000000 0002000000000001'],
    ['1:2:3:4:5:6:7:8', '0001000200030004 0005000600070008'],
  ])('an IPv6 answer reads %s', (text, bytes) => {
    const m = message({ flags: 0x8180, questions: [question('x.example', AAAA)], answers: [record(toQuestion, AAAA, hex(bytes))] })
    expect(show(dns, [fromServer(m)]).fields['answers']).toEqual([text])
  })
})

describe('TCP', () => {
  test('messages split over segments, several in one segment', () => {
    const bytes = concat(withLength(query), withLength(query))
    const said = show(
      dns,
      [fromClient(bytes.subarray(0, 1)), fromClient(bytes.subarray(1, 20)), fromClient(bytes.subarray(20)), fromServer(withLength(reply))],
      {
        transport: 'tcp',
      },
    )
    expect(said).toMatchObject({ verdict: Match, serverName: 'www.example.org', tallies: { queriesA: 2, repliesOk: 1 } })
  })
  test('off its port only once a message is whole', () => {
    const bytes = withLength(query)
    expect(show(dns, [fromClient(bytes.subarray(0, 20))], { transport: 'tcp', serverPort: 5300 }).verdict).toBe(NeedMore)
    expect(show(dns, [fromClient(bytes)], { transport: 'tcp', serverPort: 5300 }).verdict).toBe(Match)
  })
})

describe('hostile bytes', () => {
  test('a pointer loop ends and is a fault', () => {
    const loop = concat(
      hex('1234 8180 0001 0001 0000 0000'),
      labels('a.b'),
      hex('0001 0001'),
      hex('c015 0001 0001 0000 0000 0004 01020304'),
    )
    const said = show(dns, [fromServer(loop)])
    expect(said).toMatchObject({ verdict: Match, bad: true, names: [] })
  })
  test('a pointer forwards, or into the header, is no name', () => {
    for (const pointer of ['c020', 'c000', 'c00c'])
      expect(show(dns, [fromClient(concat(hex('1234 0100 0001 0000 0000 0000'), hex(pointer), hex('0001 0001')))]).verdict).toBe(Exclude)
  })
  test('control characters and markup come out visible', () => {
    const name = show(dns, [fromClient(message({ questions: [question('<script>\x07\x1b[31m.example', A)] }))]).serverName
    expect(name).toBe('<script>\u2407\u241b[31m.example')
  })
  test('a dot inside a label is told from one between labels', () => {
    const m = message({ questions: [concat(Uint8Array.of(7), latin1('www.bad'), Uint8Array.of(0), u16(1), u16(1))] })
    expect(show(dns, [fromClient(m)]).serverName).toBe('www\\.bad')
  })
  test('a name of more than 255 bytes is none', () => {
    expect(show(dns, [fromClient(message({ questions: [question(`${'abcdefghi.'.repeat(26)}x`, A)] }))]).verdict).toBe(Exclude)
  })
  test('a message cut at any length never gives an address it does not hold', () => {
    for (let n = 0; n < reply.length; n++) {
      const said = show(dns, [fromServer(reply.subarray(0, n))])
      expect(said.names.length).toBe(n >= reply.length - 16 ? 1 : 0)
      expect(said.names.length === 0 || said.names[0]?.end === '5db8d822').toBe(true)
    }
  })
})

describe('not DNS', () => {
  test.each([
    ['a message on the mDNS port', query, 5353],
    ['a message on the LLMNR port', query, 5355],
    ['reserved bit set', message({ flags: 0x0140, questions: [question('a.b', A)] }), 53],
    ['a query with a response code', message({ flags: 0x0103, questions: [question('a.b', A)] }), 53],
    ['more records than bytes', concat(hex('1234 0100 0001 0100 0000 0000'), question('a.b', A)), 53],
    ['off its port: a trailing byte', concat(query, hex('00')), 5300],
    ['off its port: an unknown type', message({ questions: [question('a.b', 999)] }), 5300],
    ['off its port: a name with control characters', message({ questions: [question('a\x01b', A)] }), 5300],
    ['RTP', concat(hex('8000 1234 0000 0001 dead beef'), new Uint8Array(160).fill(0xd5)), 53],
  ])('%s', (_case, bytes, port) => {
    expect(show(dns, [fromClient(bytes)], { serverPort: port }).verdict).toBe(Exclude)
  })
  test('a sound message off its port is one', () => {
    expect(show(dns, [fromClient(query)], { serverPort: 5300 }).verdict).toBe(Match)
    expect(show(dns, [fromServer(reply)], { serverPort: 5300 }).verdict).toBe(Match)
  })
})

test('the same however it is cut', () => {
  sameHoweverCut(dns, withLength(query))
  sameHoweverCut(dns, withLength(reply), { serverPort: 5300 }, fromServer)
})
