import { expect, test } from 'vitest'
import type { NetworkEvent } from '../lib/events.ts'
import { feed, START_MS, testTables, udpFrame } from './testing.ts'
import { flowView } from './views/flow-view.ts'

const event = (more: Partial<NetworkEvent> = {}): NetworkEvent => ({
  atMs: START_MS,
  sender: 'ids',
  kind: 'alert',
  title: 'x',
  fields: {},
  ...more,
})

test('alerts come first, then the newest; hosts and flows are asked for by their ends, whichever way round', () => {
  const t = testTables()
  t.event(event({ title: 'first', src: '10.0.0.1', dst: '10.0.0.2', srcPort: 1, dstPort: 2 }), START_MS)
  t.event(event({ title: 'log', kind: 'log', src: '10.0.0.2', dst: '10.0.0.1', srcPort: 2, dstPort: 1 }), START_MS)
  t.event(event({ title: 'second', src: '10.0.0.9' }), START_MS)
  const titles = (asked: object) => t.events!.latest({ limit: 10, ...asked }).map(({ title }) => title)
  expect(titles({})).toEqual(['second', 'first', 'log'])
  expect(titles({ limit: 1 })).toEqual(['second'])
  expect(titles({ host: '10.0.0.2' })).toEqual(['first', 'log'])
  expect(titles({ flow: { client: '10.0.0.2', clientPort: 2, server: '10.0.0.1', serverPort: 1 } })).toEqual(['first', 'log'])
  expect(titles({ flow: { client: '10.0.0.2', clientPort: 3, server: '10.0.0.1', serverPort: 1 } })).toEqual([])
})

test('a flood of log lines is bounded, and drives no alert out', () => {
  const t = testTables()
  t.event(event({ title: 'alert' }), START_MS)
  for (let n = 0; n < 10_000; n++) t.event(event({ kind: 'log', title: `${n}` }), START_MS)
  const kept = t.events!.latest({ limit: 100_000 })
  expect([kept.length, kept[0]!.title, kept[1]!.title, t.events!.count]).toEqual([4097, 'alert', '9999', 10_001])
})

test('a flow that only its port had named gets the name that is told', () => {
  const t = testTables()
  feed(t, [udpFrame({ from: '10.0.0.1', to: '8.8.8.8', srcPort: 40_000, dstPort: 4711, payload: '\u0000\u0001' })])
  t.event(
    event({
      kind: 'tls',
      src: '8.8.8.8',
      dst: '10.0.0.1',
      srcPort: 4711,
      dstPort: 40_000,
      proto: 17,
      app: 'QUIC',
      serverName: 'example.org',
    }),
    START_MS,
  )
  t.event(event({ kind: 'tls', src: '8.8.8.8', dst: '10.9.9.9', proto: 17, app: 'QUIC' }), START_MS)
  const read = flowView(t).read
  expect([read.app(0), read.confidence(0), read.serverName(0)]).toEqual(['QUIC', 'exporter', 'example.org'])
})
