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
  test('that begin anew beyond the half of 32 bits are one too', () => {
    expect(after(3_000_000_000, 3_000_000_001, 0, 1)).toEqual([0, 1])
  })
  test('go on after 32 bits', () => {
    expect(after(0xffff_fffe, 0xffff_ffff, 0, 1)).toEqual([0, 0])
    expect(after(0xffff_fffe, 2)).toEqual([3, 0])
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

describe('what is known of interfaces', () => {
  const named = (e: Exporter, ifIndex = 1) => e.info.interfaces.find((port) => port.ifIndex === ifIndex)!

  test('goes before what the exporter tells, field by field, whichever comes first', () => {
    const e = exporter()
    Object.assign(e.port(1)!, { name: 'told', speedBps: 1e8 })
    expect(named(e)).toMatchObject({ name: 'told', namedBy: 'options', speedBps: 1e8 })
    e.know([{ ifIndex: 1, name: 'asked', namedBy: 'snmp', operStatus: 'down' }])
    e.port(1)!.name = 'told again'
    expect(named(e)).toMatchObject({ name: 'asked', namedBy: 'snmp', speedBps: 1e8, operStatus: 'down' })
    e.know([{ ifIndex: 2, name: 'later', alias: 'uplink', namedBy: 'csv', speedBps: 1e9 }])
    e.port(2)
    expect(named(e)).toMatchObject({ name: 'told again', namedBy: 'options' })
    expect(named(e, 2)).toMatchObject({ name: 'later', alias: 'uplink', namedBy: 'csv', speedBps: 1e9 })
  })

  test('an sFlow agent tells by sFlow, its state too', () => {
    const e = new Exporter(0, '192.0.2.1', 'sFlow v5', 0, 1)
    e.port(1)!.name = 'swp1'
    e.port(1)!.counters.tell('ifOperStatus', 2)
    expect(named(e)).toMatchObject({ name: 'swp1', namedBy: 'sflow', operStatus: 'down' })
  })

  test('it is of all exporters of an address, those that come later too', () => {
    const exporters = new Exporters()
    const before = exporters.of('192.0.2.1', 'IPFIX', 0, 1)!
    exporters.know('192.0.2.1', [{ ifIndex: 7, name: 'eth7', namedBy: 'csv' }])
    const after = exporters.of('192.0.2.1', 'NetFlow v9', 0, 2)!
    const other = exporters.of('192.0.2.2', 'NetFlow v9', 0, 2)!
    expect([before, after, other].map((e) => e.port(7)!.name)).toEqual(['eth7', 'eth7', undefined])
  })
})

describe('what its interfaces carry', () => {
  test('is told by figures, of records by their ways and of the speed', () => {
    const e = exporter()
    e.traffic(1, 2, 6000, 600, false, 10_000, 16_000)
    e.port(1)!.speedBps = 16_000
    for (let i = 1; i <= 6; i++) e.tick(1, 16_000 + 1000 * i)
    expect(e.info.interfaces).toMatchObject([
      {
        ifIndex: 1,
        bytesIn: 6000,
        bytesOut: 600,
        inBps: 8000,
        outBps: 800,
        inUtilisation: 0.5,
        outUtilisation: 0.05,
        in95Bps: 8000,
        out95Bps: 800,
      },
      { ifIndex: 2, bytesIn: 600, bytesOut: 6000, inBps: 800, outBps: 8000 },
    ])
    expect([...e.portSeries.series(2)!.out]).toEqual(Array(6).fill(1000))
  })

  test('without traffic it has no figures', () => {
    const e = exporter()
    e.port(1)
    e.tick(1, 1000)
    expect(e.info.interfaces).toEqual([{ ifIndex: 1, bytesIn: 0, bytesOut: 0 }])
  })

  test('is what SNMP counts, where that comes', () => {
    const e = exporter()
    e.port(1)
    const know = (atMs: number, inOctets: number) =>
      e.know([{ ifIndex: 1, namedBy: 'snmp', counters: { atMs, inOctets, outOctets: 0, bits: 64, from: 'snmp', epoch: 0 } }])
    know(0, 5e6)
    know(60_000, 5e6 + 66_000)
    e.traffic(1, 0, 1e6, 0, false, 60_000, 60_000)
    for (let i = 1; i <= 30; i++) e.tick(1, 60_000 + 1000 * i)
    expect(e.info.interfaces).toMatchObject([{ inBps: 8000, bytesIn: 1e6 }])
  })

  test('the room for series is shared by exporters', () => {
    const exporters = new Exporters()
    for (const address of ['192.0.2.1', '192.0.2.2']) exporters.of(address, 'IPFIX', 0, 1)!.traffic(1, 2, 100, 0, false)
    expect(exporters.rooms.ports.taken).toBe(4)
  })
})
