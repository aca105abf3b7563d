import { expect, test } from 'vitest'
import { FlowEvidence } from './evidence.ts'

const payload = Uint8Array.from([9, 0x16, 3, 1, 0xff, 0x80, 5, 6, 7, 8])

test('keeps where a payload matched, and its first bytes', () => {
  const evidence = new FlowEvidence()
  evidence.setMatch(3, 400, 4, 1, payload, 1, payload.length)
  evidence.setMatch(2000, 0, 70_000, 0, payload, 1, 4)
  expect(evidence.match(3)).toEqual({ packet: 4, direction: 1, dissector: 400, bytes: payload.subarray(1, 9) })
  expect(evidence.match(2000)).toEqual({ packet: 65_535, direction: 0, dissector: 0, bytes: payload.subarray(1, 4) })
  for (const row of [0, 2, 4, 1999, 1_000_000]) expect(evidence.match(row)).toBeUndefined()
})

test('keeps what said the rest, in words or without', () => {
  const evidence = new FlowEvidence()
  evidence.setSaid(0, 5, 0, 'the content')
  evidence.setSaid(1, 6, 1, '')
  evidence.setSaid(2, 7, 1, 'the content')
  expect([0, 1, 2, 3].map((row) => evidence.said(row))).toEqual([
    { packet: 5, direction: 0, why: 'the content' },
    { packet: 6, direction: 1, why: '' },
    { packet: 7, direction: 1, why: 'the content' },
    undefined,
  ])
  expect(evidence.match(0)).toBeUndefined()
})

test('the next flow of a row begins with nothing', () => {
  const evidence = new FlowEvidence()
  evidence.setMatch(0, 7, 1, 0, payload, 0, 9)
  evidence.setSaid(0, 1, 0, 'x')
  evidence.forget(0)
  evidence.forget(1_000_000)
  expect([evidence.match(0), evidence.said(0)]).toEqual([undefined, undefined])
})

test('explanations without end are not kept', () => {
  const evidence = new FlowEvidence()
  for (let i = 0; i < 5000; i++) evidence.setSaid(i, 1, 0, `why ${i}`)
  expect(evidence.said(100)?.why).toBe('why 100')
  expect(evidence.said(4999)).toEqual({ packet: 1, direction: 0, why: '' })
})
