import { describe, expect, test } from 'vitest'
import { RiskLists } from '../risks/risk-lists.ts'
import type { LiveTables } from './live-tables.ts'
import { feed, START_MS, tcpFrame, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'
import { hostView } from './views/host-view.ts'

const SYN = 2
const RST = 4
const ACK = 16
const IDLE = { flowMs: 60_000, closedFlowMs: 3_000, localHostMs: 300_000, remoteHostMs: 60_000 }
const ATTACK = "GET /?id=1'+union+select+1 HTTP/1.1\r\nHost: a.example\r\nUser-Agent: curl/8.4\r\n\r\n"

const http = (payload: string) => [
  tcpFrame({ dstPort: 80, seq: 1, flags: SYN }),
  tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 80, dstPort: 40_000, seq: 9, ack: 2, flags: SYN | ACK }),
  tcpFrame({ dstPort: 80, seq: 2, ack: 10, payload }),
]
const risksOf = (t: LiveTables, row = 0) => flowView(t).read.risks(row)
function scoresOf(t: LiveTables): Record<string, readonly [number, number, number]> {
  const { read, used } = hostView(t)
  return Object.fromEntries(
    Array.from({ length: used() }, (_, row) => [read.address(row), [read.score(row), read.scoreAsClient(row), read.scoreAsServer(row)]]),
  )
}

describe('a flow', () => {
  test('has what its dissector raises at once, and its hosts their parts of the score', () => {
    const t = testTables()
    feed(t, http(ATTACK))
    t.settle()
    expect(risksOf(t)).toEqual(['SQL Injection'])
    expect(scoresOf(t)).toEqual({ '10.0.0.1': [135, 135, 0], '10.0.0.2': [15, 0, 15] })
    expect(t.risks.told(0)).toMatchObject([{ name: 'SQL Injection', severity: 'Severe', score: 150, evidence: "/?id=1'+union+select+1" }])
  })

  test('has what checks find when it is booked, beside what was raised', () => {
    const t = testTables()
    feed(t, http(ATTACK.replace('User-Agent: curl/8.4\r\n', '')))
    t.settle()
    expect(risksOf(t)).toEqual(['SQL Injection', 'HTTP Susp User-Agent'])
    expect(t.risks.told(0)[1]).toMatchObject({ evidence: 'no user agent' })
    expect(scoresOf(t)['10.0.0.1']).toEqual([225, 225, 0])
    // Judged anew with more known of it, nothing counts twice.
    feed(t, [
      tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 80, dstPort: 40_000, seq: 10, ack: 99, payload: 'HTTP/1.1 404 Gone\r\n\r\n' }),
    ])
    t.settle()
    expect(risksOf(t)).toEqual(['SQL Injection', 'HTTP Susp User-Agent', 'Error Code'])
    expect(scoresOf(t)['10.0.0.1']).toEqual([226, 226, 0])
  })

  test('is asked nothing without recognition', () => {
    const t = testTables({ recognise: false })
    feed(t, http(ATTACK))
    t.finish()
    expect(risksOf(t)).toEqual([])
  })

  test('takes its score with it, and the next one in its row begins afresh', () => {
    const t = testTables({ idle: IDLE })
    feed(t, http(ATTACK))
    t.settle()
    expect(scoresOf(t)['10.0.0.1']).toEqual([135, 135, 0])
    t.tickTo(START_MS + 70_000)
    feed(t, [udpFrame({ from: '10.0.0.1', to: '10.0.0.3' })], START_MS + 70_001)
    t.settle()
    expect(scoresOf(t)['10.0.0.1']).toEqual([0, 0, 0])
    expect(risksOf(t)).toEqual([])
    expect(t.risks.told(0)).toEqual([])
  })
})

describe('what is missing', () => {
  const question = udpFrame({ dstPort: 4000 })
  const reply = udpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 4000, dstPort: 40_000 })

  test('is noticed after ten seconds, and forgotten when it comes', () => {
    const t = testTables({ idle: IDLE })
    feed(t, [question])
    t.tickTo(START_MS + 5000)
    expect(risksOf(t)).toEqual([])
    t.tickTo(START_MS + 12_000)
    expect(risksOf(t)).toEqual(['Unidirectional Traffic'])
    expect(scoresOf(t)).toEqual({ '10.0.0.1': [5, 5, 0], '10.0.0.2': [5, 0, 5] })
    feed(t, [reply], START_MS + 12_001)
    t.settle()
    expect(risksOf(t)).toEqual([])
    expect(scoresOf(t)['10.0.0.1']).toEqual([0, 0, 0])
  })

  test('is noticed at the end of a capture', () => {
    const t = testTables()
    feed(t, [question])
    t.settle()
    expect(risksOf(t)).toEqual([])
    t.finish()
    expect(risksOf(t)).toEqual(['Unidirectional Traffic'])
  })

  test('is no fault where nobody answers', () => {
    const t = testTables()
    feed(t, [udpFrame({ to: '10.0.0.255' }), udpFrame({ to: '239.1.2.3' }), udpFrame({ to: '255.255.255.255' })])
    t.finish()
    expect([0, 1, 2].map((row) => risksOf(t, row))).toEqual([[], [], []])
  })

  test('a refused connection is told when it is over, with the rest of the file still to come', () => {
    const t = testTables()
    feed(t, [
      tcpFrame({ dstPort: 81, seq: 1, flags: SYN }),
      tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 81, dstPort: 40_000, ack: 2, flags: RST | ACK }),
    ])
    t.settle()
    expect(risksOf(t)).toEqual(['TCP Connection Issues'])
  })
})

test("the user's lists hold for addresses and networks of servers", () => {
  const riskLists = new RiskLists()
  riskLists.add('10.0.0.2\n192.0.2.0/24')
  const t = testTables({ riskLists })
  feed(t, [udpFrame({}), udpFrame({ to: '192.0.2.9' }), udpFrame({ from: '10.0.0.2', to: '10.0.0.7' })])
  t.finish()
  expect(risksOf(t, 0)).toContain('Client Contacted A Malware Host')
  expect(risksOf(t, 1)).toContain('Risky ASN')
  expect(risksOf(t, 2)).toEqual(['Unidirectional Traffic'])
})

describe('random bytes', () => {
  let state = 11
  const noise = String.fromCharCode(
    ...Array.from({ length: 300 }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 24),
  )
  const talk = (port: number) => [
    tcpFrame({ dstPort: port, seq: 1, flags: SYN }),
    tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: port, dstPort: 40_000, seq: 9, ack: 2, flags: SYN | ACK }),
    tcpFrame({ dstPort: port, seq: 2, ack: 10, payload: noise }),
  ]
  test('are a tunnel, and on the port of SSH one in disguise', () => {
    const t = testTables()
    feed(t, talk(1234))
    feed(t, talk(22), START_MS + 100)
    t.finish()
    expect(risksOf(t, 0)).toEqual(['Fully Encrypted Flow'])
    expect(risksOf(t, 1)).toEqual(['Fully Encrypted Flow', 'Obfuscated Traffic'])
  })
  test('prove nothing in the middle of a connection', () => {
    const t = testTables()
    feed(t, [tcpFrame({ dstPort: 443, seq: 2, payload: noise })])
    t.finish()
    expect(risksOf(t)).not.toContain('Fully Encrypted Flow')
  })
})

describe('habits', () => {
  test('a client that comes again after the same time', () => {
    const t = testTables()
    const times = [0, 60, 120, 181, 240, 300, 360].map((s) => START_MS + s * 1000)
    times.forEach((ms, i) => {
      feed(t, [udpFrame({ srcPort: 40_000 + i, dstPort: 4000 })], ms)
    })
    t.settle()
    expect(times.map((_, row) => risksOf(t, row).includes('Periodic Flow'))).toEqual([false, false, false, false, false, true, true])
    expect(t.risks.told(6).find(({ name }) => name === 'Periodic Flow')?.evidence).toBe('every 60 s')
  })
  test('one that comes as it likes, or announces to all, has none', () => {
    const t = testTables()
    const times = [0, 60, 90, 200, 230, 400, 410, 700]
    times.forEach((s, i) => {
      feed(t, [udpFrame({ srcPort: 40_000 + i, dstPort: 4000 })], START_MS + s * 1000)
    })
    for (let i = 0; i < 9; i++) feed(t, [udpFrame({ srcPort: 41_000 + i, to: '10.0.0.255' })], START_MS + 800_000 + i * 60_000)
    t.settle()
    for (let row = 0; row < t.flows.rows.used; row++) expect(risksOf(t, row)).not.toContain('Periodic Flow')
  })

  const refused = (port: number) => [
    tcpFrame({ dstPort: port, seq: 1, flags: SYN }),
    tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: port, dstPort: 40_000, ack: 2, flags: RST | ACK }),
  ]
  test('many ports tried in vain are a scan', () => {
    const t = testTables()
    for (let i = 0; i < 25; i++) {
      feed(t, refused(1000 + i), START_MS + i * 100)
      t.settle()
    }
    expect([0, 18, 19, 24].map((row) => risksOf(t, row).includes('Probing Attempt'))).toEqual([false, false, true, true])
  })
  test('few, or over a long time, are none', () => {
    const t = testTables()
    for (let i = 0; i < 25; i++) {
      feed(t, refused(1000 + i), START_MS + i * 30_000)
      t.settle()
    }
    for (let row = 0; row < 25; row++) expect(risksOf(t, row)).not.toContain('Probing Attempt')
  })
})
