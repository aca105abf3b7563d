import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hourImage, type Noted, readImage } from './activity-image.ts'
import { Aggregations, DNS_DOMAIN } from './aggregations.ts'
import { HostDays } from './host-days.ts'
import { HOUR_S } from './second-sets.ts'

const HOUR = 472_222
const observed = () => ({ days: new HostDays(64, 7), names: { table: new Aggregations(true, 7) } }) satisfies Noted

function told(image: Uint8Array): { said: string[]; isSound: boolean } {
  const said: string[] = []
  const isSound = readImage(image, {
    host: (w0, w1, w2, w3, vlan, second) => said.push(`${w0} ${w1} ${w2} ${w3} ${vlan} ${second}`),
    name: (family, name, second) => said.push(`${family} ${name} ${second}`),
  })
  return { said, isSound }
}

test('what is written is read, lists and bits, hosts and names', () => {
  const active = fc.record({
    host: fc.integer({ min: -3, max: 3 }),
    vlan: fc.constantFrom(0, 4095),
    from: fc.nat(3599),
    run: fc.integer({ min: 1, max: 300 }),
  })
  fc.assert(
    fc.property(fc.array(active, { maxLength: 12 }), fc.string(), (runs, name) => {
      const noted = observed()
      const wanted = new Set<string>()
      for (const { host, vlan, from, run } of runs)
        for (let s = from; s < Math.min(HOUR_S, from + run); s++) {
          noted.days.active(1, -2, 0xffff, host, vlan, HOUR * HOUR_S + s)
          wanted.add(`1 -2 65535 ${host} ${vlan} ${HOUR * HOUR_S + s}`)
        }
      noted.days.active(1, 1, 1, 1, 1, (HOUR + 1) * HOUR_S)
      noted.names.table.asked(DNS_DOMAIN, name, 0, 0, 0, 1, HOUR * HOUR_S + 5)
      if (name !== '' && name.isWellFormed() && new TextEncoder().encode(name).length < 255)
        wanted.add(`${DNS_DOMAIN} ${name} ${HOUR * HOUR_S + 5}`)
      else fc.pre(name === '')
      const image = hourImage(noted, HOUR)
      expect(image === undefined).toBe(wanted.size === 0)
      if (image === undefined) return
      const { said, isSound } = told(image)
      expect(isSound).toBe(true)
      expect(new Set(said)).toEqual(wanted)
      expect(said.length).toBe(wanted.size)
    }),
    { seed: 7, numRuns: 40 },
  )
})

test('a damaged image is read as far as it is sound, and never beyond its end', () => {
  const noted = observed()
  for (let host = 0; host < 3; host++) for (let s = 0; s < 70 * host + 1; s++) noted.days.active(0, 0, 0xffff, host, 0, HOUR * HOUR_S + s)
  const image = hourImage(noted, HOUR)!
  for (let end = 0; end < image.length; end++) {
    const { said, isSound } = told(image.slice(0, end))
    expect(said.length).toBeLessThanOrEqual(3 + 70 * 3)
    if (isSound) expect(end).toBeGreaterThanOrEqual(8)
  }
  expect(told(Uint8Array.of(...image, 0x48)).isSound).toBe(false)
  expect(told(new Uint8Array(100)).isSound).toBe(false)
  fc.assert(
    fc.property(fc.nat(image.length - 1), fc.nat(255), (at, byte) => {
      const damaged = image.slice()
      damaged[at] = byte
      for (const one of told(damaged).said) expect(one).toMatch(/^[\s\S]+ \d+$/)
    }),
    { seed: 7, numRuns: 200 },
  )
})
