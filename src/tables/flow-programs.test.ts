import { expect, test } from 'vitest'
import type { ListAnswer } from '../lib/live.ts'
import type { Program } from '../lib/programs.ts'
import { feed, START_MS, testTables, udpFrame } from './testing.ts'
import { programView } from './views/program-view.ts'
import { itemOf } from './views/view.ts'

const program = (n: number, more: Partial<Program> = {}): Program => ({ pid: n, name: `p${n}`, uid: 1, user: 'bin', startedMs: n, ...more })
const items = (t: ReturnType<typeof testTables>): ListAnswer<'programs'>['items'] => {
  const view = programView(t)
  return Array.from({ length: view.used() }, (_, row) => row)
    .filter((row) => view.isLive(row))
    .map((row) => itemOf(view, row))
}

test('processes of one name, user, container and service are one program; others are not', () => {
  const t = testTables()
  feed(
    t,
    [1, 2, 3, 4].map((srcPort) => udpFrame({ srcPort })),
  )
  t.settle()
  t.programs.set(0, 0, program(1, { name: 'x' }))
  t.programs.set(1, 0, program(2, { name: 'x' }))
  t.programs.set(2, 0, program(3, { name: 'x', user: 'root' }))
  t.programs.set(3, 0, program(4, { name: 'x', service: 's' }))
  expect(items(t).map(({ program, user, service, flows }) => [program, user, service, flows])).toEqual([
    ['x', 'bin', undefined, 2],
    ['x', 'root', undefined, 1],
    ['x', 'bin', 's', 1],
  ])
  expect([t.programs.of(0, 0)?.pid, t.programs.of(1, 0)?.pid, t.programs.of(0, 1)]).toEqual([1, 2, undefined])
})

test('what finds no row is Other, and its traffic is not lost', () => {
  const t = testTables()
  feed(t, [udpFrame({})])
  t.settle()
  for (let n = 1; n <= 5000; n++) t.programs.set(0, 0, program(n))
  const other = items(t).find((item) => item.program === 'Other')
  expect(items(t)).toHaveLength(1)
  expect(other).toMatchObject({ flows: 1, activeFlows: 1, packets: 1, user: '' })
})

test('an answer that changes nothing moves nothing, and no rate comes of what was gained before', () => {
  const t = testTables()
  feed(t, [udpFrame({})])
  t.settle()
  t.programs.set(0, 0, program(1))
  t.programs.set(0, 0, program(1))
  t.tickTo(START_MS + 1000)
  expect(items(t)).toMatchObject([{ flows: 1, packets: 1, bps: 0 }])
  feed(t, [udpFrame({})], START_MS + 1200)
  t.tickTo(START_MS + 2000)
  expect(items(t)).toMatchObject([{ packets: 2, pps: 1 }])
})

test('new flows wait to be asked for only while somebody asks, and only so many', () => {
  const t = testTables({ flowLimit: 40_000 })
  const many = Array.from({ length: 20_000 }, (_, i) => udpFrame({ srcPort: i + 1 }))
  feed(t, many.slice(0, 10))
  expect(t.programs.takeFresh()).toEqual([])
  t.programs.watch = () => true
  feed(t, many.slice(10))
  expect(t.programs.takeFresh()).toHaveLength(16_384)
  expect(t.programs.missed).toBe(20_000 - 10 - 16_384)
  expect(t.programs.takeFresh()).toEqual([])
})
