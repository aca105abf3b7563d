import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interfacesOf, versionOf } from './answers.ts'
import { oneInterface, TOTALS } from './testing.ts'

describe('interfaces of another wiretop', () => {
  it('with what is shown of them, and the sum', () => {
    const found = interfacesOf({
      interfaces: [oneInterface({ device: { names: ['eth0'] } }), oneInterface({ id: 1, totals: { ...TOTALS, more: 1 } })],
      newer: true,
    })
    expect(found).toEqual({
      interfaces: [
        { id: 0, name: 'eth0', kind: 'live', state: 'running', totals: TOTALS },
        { id: 1, name: 'eth0', kind: 'live', state: 'running', totals: TOTALS },
      ],
      moreInterfaces: 0,
      totals: { bps: 2000, pps: 20, flows: 6, hosts: 8, packets: 1000, dropped: 4 },
    })
  })

  it('a capture that has ended adds no rate, one without figures nothing', () => {
    const ended = oneInterface({ state: 'ended' })
    const { totals: _, ...failed } = oneInterface({ state: 'failed', failure: 'gone' })
    expect(interfacesOf({ interfaces: [ended, failed] })).toMatchObject({
      interfaces: [
        { state: 'ended', totals: { bps: 0, pps: 0, packets: 500 } },
        { state: 'failed', failure: 'gone' },
      ],
      totals: { bps: 0, pps: 0, flows: 3, hosts: 4 },
    })
  })

  it('an exporter adds nothing to the collector that it is a part of', () =>
    expect(interfacesOf({ interfaces: [oneInterface({ kind: 'collector' }), oneInterface({ kind: 'exporter' })] })!.totals).toEqual(TOTALS))

  it('long texts are cut, long lists too, with how many more there are', () => {
    const many = Array.from({ length: 70 }, (_, id) => oneInterface({ id, name: 'x'.repeat(1000) }))
    const found = interfacesOf({ interfaces: many })!
    expect([found.interfaces.length, found.moreInterfaces, found.totals.flows]).toEqual([64, 6, 210])
    expect(found.interfaces[0]!.name).toHaveLength(256)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'interfaces'],
    ['a list', []],
    ['no interfaces', {}],
    ['interfaces that are none', { interfaces: [1] }],
    ['a name that is none', { interfaces: [oneInterface({ name: 1 })] }],
    ['less than nothing', { interfaces: [oneInterface({ totals: { ...TOTALS, bps: -1 } })] }],
    ['more than can be', { interfaces: [oneInterface({ totals: { ...TOTALS, bps: 1e300 } })] }],
    ['a figure that is none', { interfaces: [oneInterface({ totals: { ...TOTALS, bps: null } })] }],
  ])('%s is no answer', (_what, answer) => expect(interfacesOf(answer)).toBeUndefined())

  it('whatever comes, nothing is thrown', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const all = [value, { interfaces: value }, { interfaces: [value] }, { interfaces: [oneInterface({ totals: value })] }]
        for (const one of all) {
          interfacesOf(one)
          versionOf(one)
        }
      }),
    ))
})

it('its version', () => {
  expect(versionOf({ status: 'ok', version: '1.2.3', uptimeSeconds: 1 })).toBe('1.2.3')
  expect(versionOf({ status: 'ok', version: 'x'.repeat(1000) })).toHaveLength(256)
  for (const one of [null, {}, { status: 'ok' }, { status: 'fine', version: '1' }]) expect(versionOf(one)).toBeUndefined()
})
