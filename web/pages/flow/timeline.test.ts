import { expect, test } from 'vitest'
import type { FlowDetail } from '../../../src/lib/live.ts'
import { timelineOf } from './timeline.ts'

const flow = (more: Partial<FlowDetail>): FlowDetail =>
  ({ retransmissions: 0, outOfOrder: 0, lost: 0, zeroWindow: 0, duration: 5000, tcpState: 'none', ...more }) as FlowDetail
const keys = (more: Partial<FlowDetail>) => timelineOf(flow(more)).map(({ key }) => key)

test('only what is known is told', () => {
  expect(keys({})).toEqual(['first', 'last'])
  expect(keys({ tcpState: 'established', serverLatency: 12, clientLatency: 1, serverName: 'x', lost: 1, zeroWindow: 2 })).toEqual([
    'first',
    'server',
    'client',
    'request',
    'trouble',
    'window',
    'last',
    'state',
  ])
})
test('the client answers after the server', () => {
  const moments = timelineOf(flow({ serverLatency: 12, clientLatency: 1 }))
  expect(moments.map(({ afterMs }) => afterMs)).toEqual([0, 12, 13, 5000])
})
test('a reset is critical', () => expect(timelineOf(flow({ tcpState: 'reset' })).at(-1)?.level).toBe('critical'))
