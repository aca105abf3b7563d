import { describe, expect, test } from 'vitest'
import { Exporter, Exporters, MAX_EXPORTERS } from './exporters.ts'

const exporter = () => new Exporter(0, '192.0.2.1', 'NetFlow v9', 7, 1000)

describe('sequence numbers', () => {
  const after = (...numbers: number[]) => {
    const e = exporter()
    for (const number of numbers) e.sequence(number, 1)
    return [e.missed, e.sequenceResets]
  }
  test('in order miss nothing, whatever they begin with', () => {
    expect(after(500, 501, 502)).toEqual([0, 0])
  })
  test('that leave some out tell how many did not come', () => {
    expect(after(1, 2, 6)).toEqual([3, 0])
  })
  test('of datagrams that overtook one another are all there', () => {
    expect(after(1, 3, 2, 4)).toEqual([0, 0])
  })
  test('that begin anew are a restart', () => {
    expect(after(1_000_000, 1_000_001, 1, 2)).toEqual([0, 1])
  })
  test('go on after 32 bits', () => {
    expect(after(0xffff_fffe, 0xffff_ffff, 0, 1)).toEqual([0, 0])
  })
  test('that count the records of their own datagram miss nothing', () => {
    const e = exporter()
    for (const [number, records] of [
      [24, 24],
      [54, 30],
      [79, 25],
      [109, 30],
    ] as const)
      e.sequence(number, records)
    expect([e.missed, e.sequenceResets]).toEqual([0, 0])
  })
  test('that grow by records tell missed records', () => {
    const e = exporter()
    e.sequence(100, 30)
    e.sequence(160, 30)
    expect(e.missed).toBe(30)
  })
})

test('its faults are told by cause, and a flood of causes is bounded', () => {
  const e = exporter()
  e.fault('set length below 4')
  e.fault('set length below 4')
  for (let i = 0; i < 1000; i++) e.fault(`cause ${i}`)
  expect(e.info.faults['set length below 4']).toBe(2)
  expect(Object.keys(e.info.faults)).toHaveLength(64)
})

test('its interfaces are bounded, and told in order', () => {
  const e = exporter()
  for (let i = 5000; i > 0; i--) e.port(i)
  expect(e.port(1)).toBeUndefined()
  expect(e.port(5000)).toBe(e.port(5000))
  expect(e.info.interfaces).toHaveLength(4096)
  expect(e.info.interfaces[0]!.ifIndex).toBeLessThan(e.info.interfaces[1]!.ifIndex)
})

test('records a second, and sampling as it was told', () => {
  const e = exporter()
  expect(e.info).toMatchObject({ sampling: [1], samplingFrom: 'none' })
  e.records += 300
  e.tick(2)
  e.sampled(1000, 'options')
  e.sampled(100, 'options')
  expect(e.info).toMatchObject({ recordsPerSecond: 150, sampling: [100, 1000], samplingFrom: 'options' })
})

test('exporters are told apart by address, protocol and domain; those without room are counted', () => {
  const exporters = new Exporters()
  const first = exporters.of('192.0.2.1', 'IPFIX', 0, 1)
  expect(exporters.of('192.0.2.1', 'IPFIX', 0, 2)).toBe(first)
  for (let domain = 1; domain < MAX_EXPORTERS; domain++) exporters.of('192.0.2.1', 'IPFIX', domain, 3)
  expect(exporters.of('192.0.2.1', 'NetFlow v9', 0, 4)).toBeUndefined()
  expect([exporters.all.length, exporters.refused]).toEqual([MAX_EXPORTERS, 1])
})
