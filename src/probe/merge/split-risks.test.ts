import { describe, expect, test } from 'vitest'
import type { LiveTables } from '../../tables/live-tables.ts'
import { feed, tcpFrame, testTables } from '../../tables/testing.ts'
import { flowView } from '../../tables/views/flow-view.ts'
import type { View } from '../../tables/views/view.ts'
import { columns } from '../columns.ts'
import { flowDetail, hostPart, scannedLinks } from '../details.ts'
import { facets } from '../facets.ts'
import { list } from '../list.ts'
import { dumpPart } from '../parts.ts'
import { mergeHostParts } from './host.ts'
import { hostChanges } from './host-items.ts'
import type { Columns } from './part.ts'
import { corrections, mergeFlow } from './split-flows.ts'
import { tableOf, viewOf } from './table.ts'

const SYN = 2
const ACK = 16
const SALT = 3
const NONE = new Int32Array(0)

/** One worker has what the client sends, the other what the server answers. */
function halves(): readonly [LiveTables, LiveTables] {
  const [client, server] = [testTables(), testTables()]
  feed(client, [
    tcpFrame({ dstPort: 80, seq: 1, flags: SYN }),
    tcpFrame({
      dstPort: 80,
      seq: 2,
      ack: 10,
      payload: "GET /?id=1'+union+select+1 HTTP/1.1\r\nHost: a.example\r\nUser-Agent: curl/8.4\r\n\r\n",
    }),
  ])
  feed(server, [
    tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 80, dstPort: 40_000, seq: 9, ack: 2, flags: SYN | ACK }),
    tcpFrame({ from: '10.0.0.2', to: '10.0.0.1', srcPort: 80, dstPort: 40_000, seq: 10, ack: 90, payload: 'HTTP/1.1 404 Gone\r\n\r\n' }),
  ])
  for (const t of [client, server]) t.finish()
  return [client, server]
}

describe('halves of one flow', () => {
  const parts = halves().map((t) => dumpPart(t, { salt: SALT, without: NONE }))
  const flow = mergeFlow(parts.flatMap((p) => p.flows))

  test('are each one way only, and together have all else that either has', () => {
    expect(parts.map((p) => p.flows[0]!.detail.risks)).toEqual([
      ['SQL Injection', 'Unidirectional Traffic'],
      ['Error Code', 'Unidirectional Traffic'],
    ])
    expect(flow.detail).toMatchObject({ risks: ['SQL Injection', 'Error Code'], score: 160, clientScore: 136, serverScore: 24 })
    expect(flow.detail.risksTold.map(({ name, evidence }) => [name, evidence])).toEqual([
      ['SQL Injection', "/?id=1'+union+select+1"],
      ['Error Code', 'HTTP 404'],
    ])
  })

  test('count once for their hosts', () => {
    const changes = hostChanges([flow])
    const split = { flows: [flow], without: [] } as unknown as Parameters<typeof mergeHostParts>[1]
    const skip = () => true
    const of = (address: string) =>
      mergeHostParts(
        halves().flatMap((t) => {
          const row = [0, 1].find((r) => hostPart(t, r, scannedLinks(t)).item.address === address)!
          return [hostPart(t, row, scannedLinks(t), skip)]
        }),
        split,
        changes,
      )
    expect(of('10.0.0.1').item).toMatchObject({ score: 136, scoreAsClient: 136, scoreAsServer: 0 })
    expect(of('10.0.0.2').item).toMatchObject({ score: 24, scoreAsClient: 0, scoreAsServer: 24 })
    expect(of('10.0.0.2').risks).toEqual([
      { name: 'SQL Injection', severity: 'Severe', flowsAsClient: 0, flowsAsServer: 1 },
      { name: 'Error Code', severity: 'Low', flowsAsClient: 0, flowsAsServer: 1 },
    ])
    const amounts = corrections('hosts', [flow], SALT).map((c) => [
      c.amounts['score'],
      c.amounts['scoreAsClient'],
      c.amounts['scoreAsServer'],
    ])
    expect(amounts).toContainEqual([136, 136, undefined])
    expect(amounts).toContainEqual([24, undefined, 24])
  })
})

test('lists and facets of several workers know risks one by one', () => {
  const fields = ['risks', 'score', 'bytes', 'firstSeen']
  const parts = halves().map((t) => columns(t, flowView(t) as View, { entity: 'flows', fields, salt: SALT }) as Columns)
  const view = viewOf(tableOf('flows', parts))
  const matching = (filter: string) => list(view, { entity: 'flows', filter, limit: 5, sort: 'score' }, 0).matching
  expect(matching('risk = "SQL Injection"')).toBe(1)
  expect(matching('risk = "Unidirectional Traffic"')).toBe(2)
  expect(matching('score > 50')).toBe(1)
  const [facet] = facets(view, ['risk'], undefined, undefined, 9, 0)
  expect(facet!.values.map(({ value, rows }) => [value, rows])).toEqual(
    expect.arrayContaining([
      ['Unidirectional Traffic', 2],
      ['SQL Injection', 1],
      ['Error Code', 1],
    ]),
  )
})

test('a flow of one worker tells its risks too', () => {
  const [t] = halves()
  expect(flowDetail(t, 0).risksTold.map(({ name }) => name)).toEqual(['SQL Injection', 'Unidirectional Traffic'])
})
