import { expect, test } from 'vitest'
import { feed, tcpFrame, testTables } from '../tables/testing.ts'
import type { Analysis } from './analyze.ts'
import { flowLine } from './analyze.ts'
import { report } from './analyze-report.ts'

function analysis(): Analysis {
  const tables = testTables()
  feed(tables, [tcpFrame({ to: '149.154.167.91', dstPort: 4711, seq: 0, flags: 2 })])
  tables.finish()
  return {
    capture: 'made.pcap',
    tables,
    stats: { received: 1, dropped: 0, malformed: 0, cutShort: false, faults: [] } as unknown as Analysis['stats'],
  }
}
const WHY = 'Nothing in the payload was recognised; the address 149.154.167.91 is in 149.154.160.0/20 of Telegram.'

test('--explain says below each flow why it has its name, no wider than the terminal', () => {
  const lines = report(analysis(), 60, true).split('\n')
  const at = lines.findIndex((line) => line.includes('4711'))
  const reason = lines.slice(at + 1).filter((line) => line.startsWith('      '))
  expect(reason.map((line) => line.trim()).join(' ')).toBe(WHY)
  expect(reason.length).toBeGreaterThan(1)
  expect(Math.max(...reason.map((line) => line.length))).toBeLessThanOrEqual(60)
  expect(report(analysis(), 60)).not.toContain('Nothing in the payload')
})

test('and in the line of JSON', () => {
  expect(JSON.parse(flowLine(analysis(), 0, true))).toMatchObject({ proto: 'Telegram', confidence: 'address', reason: WHY })
  expect(JSON.parse(flowLine(analysis(), 0))).not.toHaveProperty('reason')
})
