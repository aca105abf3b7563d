import { describe, expect, test } from 'vitest'
import { parseAddress } from '../wire/address.ts'
import type { Bytes } from '../wire/testing.ts'
import { DEFAULT_IDLE } from './expiry.ts'
import { applyLearned } from './learned.ts'
import type { LiveTables } from './live-tables.ts'
import { catalogue, feed, type Segment, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { appView } from './views/roll-up-view.ts'
import { itemOf } from './views/view.ts'

const TELEGRAM = '149.154.167.91'
const SYN = 2
const SYN_ACK = 0x12

/** The flows of these frames when all is over: application and confidence. */
function named(frames: readonly Bytes[], tables = testTables(), atMs = START_MS) {
  feed(tables, frames, atMs)
  tables.finish()
  return namesIn(tables)
}
function namesIn(tables: LiveTables) {
  tables.settle()
  const view = flowView(tables)
  return Array.from({ length: view.used() }, (_, row) => itemOf(view, row)).map(({ app, confidence }) => `${app} by ${confidence}`)
}

const there = (s: Segment) => tcpFrame({ to: TELEGRAM, ...s })
const back = (s: Segment & { readonly dstPort: number }) =>
  tcpFrame({ from: TELEGRAM, to: '10.0.0.1', ...s, srcPort: s.dstPort, dstPort: 40_000 })
const spoken = (dstPort: number, ...payloads: readonly [string, string]) => [
  there({ dstPort, seq: 0, flags: SYN }),
  back({ dstPort, seq: 0, flags: SYN_ACK }),
  there({ dstPort, payload: payloads[0] }),
  back({ dstPort, payload: payloads[1] }),
]
const NOTHING_KNOWN = 'ÿ\0ÿ\0 nothing of the kind'

describe('what no payload names', () => {
  test('the port is asked before the address', () => {
    expect(named([there({ dstPort: 443, seq: 0, flags: SYN })])).toEqual(['TLS by port'])
  })

  test('the address, where the port says nothing', () => {
    expect(named([there({ dstPort: 4711, seq: 0, flags: SYN })])).toEqual(['Telegram by address'])
    expect(named([udpFrame({ to: TELEGRAM, dstPort: 4711, payload: NOTHING_KNOWN })])).toEqual(['Telegram by address'])
  })

  test('the address, where a conversation was not what its port is for', () => {
    expect(named(spoken(443, NOTHING_KNOWN, NOTHING_KNOWN))).toEqual(['Telegram by address'])
  })

  test('but not where its beginning was missed, or only one end spoke', () => {
    expect(named(spoken(443, NOTHING_KNOWN, NOTHING_KNOWN).slice(2))).toEqual(['TLS by port'])
    expect(named(spoken(443, NOTHING_KNOWN, NOTHING_KNOWN).slice(0, 3))).toEqual(['TLS by port'])
  })

  test('never against the payload', () => {
    expect(named(spoken(4711, 'GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'))).toEqual(['HTTP by payload'])
  })

  test('the client’s address, where the server has no owner', () => {
    expect(named([udpFrame({ from: TELEGRAM, dstPort: 4711, payload: NOTHING_KNOWN })])).toEqual(['Telegram by address'])
  })
})

describe('what was looked up', () => {
  /** An answer of DNS: this name has this address. */
  const lookup = (name: string, address: string) => {
    const labels = name.split('.').map((label) => String.fromCharCode(label.length) + label)
    const question = `${labels.join('')}\0\0\x01\0\x01`
    const answer = `\xc0\x0c\0\x01\0\x01\0\0\x0e\x10\0\x04${String.fromCharCode(...address.split('.').map(Number))}`
    return udpFrame({ from: '10.0.0.53', to: '10.0.0.1', srcPort: 53, payload: `\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0${question}${answer}` })
  }
  const SERVER = '198.51.100.7'
  const flow = udpFrame({ to: SERVER, dstPort: 4711, payload: NOTHING_KNOWN })

  test('names later flows to the address', () => {
    expect(named([lookup('media.discord.com', SERVER), flow])).toEqual(['DNS.Discord by server-name', 'Discord by earlier-flow'])
  })
  test('says more than whose address it is', () => {
    const there = udpFrame({ to: TELEGRAM, dstPort: 4711, payload: NOTHING_KNOWN })
    expect(named([lookup('media.discord.com', TELEGRAM), there])[1]).toBe('Discord by earlier-flow')
  })
  test('but neither where its name tells no application, nor an hour later', () => {
    expect(named([lookup('www.example.com', SERVER), flow])[1]).toBe('Unknown by unknown')
    const tables = testTables()
    feed(tables, [lookup('media.discord.com', SERVER)])
    expect(named([flow], tables, START_MS + 3_600_001)[1]).toBe('Unknown by unknown')
  })
  test('that another worker heard names flows that have begun since', () => {
    const tables = testTables()
    feed(tables, [udpFrame({ to: SERVER, dstPort: 4712, payload: NOTHING_KNOWN })])
    feed(tables, [flow], START_MS + 2000)
    tables.finish()
    const words = [0, 0, 0xffff, parseAddress(SERVER)![3]] as const
    applyLearned(tables, { names: [{ words, name: 'media.discord.com', source: 'dns', atMs: START_MS + 1000 }], expected: [] })
    expect(namesIn(tables)).toEqual(['Unknown by unknown', 'Discord by earlier-flow'])
  })
})

test('a flow that is given up for want of room has its guess at once, and every table knows', () => {
  const tables = testTables({ maxStreamBytes: 1024 })
  const syn = (srcPort: number) => there({ srcPort, dstPort: 443, seq: 0, flags: SYN })
  const hello = (srcPort: number) => there({ srcPort, dstPort: 443, payload: '\x16\x03\x01\x02\0\x01\0' })
  const ports = [40_001, 40_002, 40_003, 40_004]
  const begin = (some: readonly number[]) =>
    feed(
      tables,
      some.flatMap((port) => [syn(port), hello(port)]),
    )
  begin(ports.slice(0, 2))
  tables.settle()
  begin(ports.slice(2))
  expect(tables.recogniser.flowsGivenUp).toBe(2)
  expect(namesIn(tables)).toEqual(['TLS by port', 'TLS by port', 'Unknown by unknown', 'Unknown by unknown'])
  const view = appView(tables)
  const apps = Array.from({ length: view.used() }, (_, row) => itemOf(view, row))
  expect(apps.map(({ app, flows, packets }) => [app, flows, packets])).toEqual(
    expect.arrayContaining([
      ['TLS', 2, 4],
      ['Unknown', 2, 4],
    ]),
  )
})

test('the category of a server is not that of an application which is known by other means', () => {
  const tables = testTables()
  feed(tables, [udpFrame({ dstPort: 4711, payload: NOTHING_KNOWN })])
  const { naming, flows } = tables
  const categoryOf = () => {
    const { master, app } = flows.rows.go(0)
    return catalogue.categories[catalogue.pairCategoryId(master, app, naming.details.category(0))]
  }
  flows.rows.go(0).master = catalogue.idOf('STUN')
  naming.serverName('viber.com')
  expect(categoryOf()).toBe('Chat')
  naming.inside('ViberVoip', '')
  expect(categoryOf()).toBe('VoIP')
  naming.serverName('viber.com')
  expect(categoryOf()).toBe('VoIP')
})

test('a row that a flow has left says nothing of the next one', () => {
  const tables = testTables({ idle: DEFAULT_IDLE })
  feed(tables, [tcpFrame({ dstPort: 8080, payload: 'GET / HTTP/1.1\r\nHost: www.wikipedia.org\r\n\r\n' })])
  const { evidence } = tables.naming
  expect([evidence.match(0)?.packet, evidence.said(0)?.packet]).toEqual([1, 1])
  tables.tickTo(START_MS + 3_600_000)
  expect(tables.flows.rows.live).toBe(0)
  expect([evidence.match(0), evidence.said(0)]).toEqual([undefined, undefined])
})
