import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Aggregations, DNS_DOMAIN, HTTP_DOMAIN, MAX_HOSTS } from './aggregations.ts'
import { HOUR_S, KEPT_HOURS } from './second-sets.ts'

const START_S = 1_700_000_000
const ask = (names: Aggregations, name: string, host: number, second = START_S) => names.asked(DNS_DOMAIN, name, 0, 0, 0xffff, host, second)
const rowOf = (names: Aggregations, name: string) => names.find({ kind: 'domain', protocol: 'DNS', name })

test('queries and hosts are exact as long as few hosts ask, and the names of two protocols are two', () => {
  const query = fc.record({ name: fc.integer({ min: 0, max: 5 }), host: fc.integer({ min: 0, max: MAX_HOSTS - 1 }) })
  fc.assert(
    fc.property(fc.array(query, { maxLength: 200 }), (queries) => {
      const names = new Aggregations(false, 7)
      for (const { name, host } of queries) ask(names, `n${name}`, host)
      names.asked(HTTP_DOMAIN, 'n0', 0, 0, 0, 1, START_S)
      for (const name of new Set(queries.map((q) => q.name))) {
        const own = queries.filter((q) => q.name === name)
        const row = rowOf(names, `n${name}`)
        expect([names.queries(row), names.hostCount(row)]).toEqual([own.length, new Set(own.map(({ host }) => host)).size])
      }
    }),
    { seed: 7 },
  )
})

test.each([33, 50, 200, 5000])('of %i hosts the number is an estimate within three standard errors', (hosts) => {
  const names = new Aggregations(false, 7)
  for (let round = 0; round < 2; round++) for (let host = 0; host < hosts; host++) ask(names, 'example.org', host * 7)
  const row = rowOf(names, 'example.org')
  expect(Math.abs(names.hostCount(row) - hosts) / hosts).toBeLessThan(3 * 0.065)
  expect(names.queries(row)).toBe(2 * hosts)
})

test('names beyond the limit: those go that nobody asked for longest, with all that was known of them', () => {
  const names = new Aggregations(true, 7, 64)
  for (let i = 0; i < 100; i++) ask(names, `n${i}`, i, START_S + i)
  expect(names.live).toBeLessThanOrEqual(64)
  expect(rowOf(names, 'n0')).toBe(-1)
  for (let i = 60; i < 100; i++) {
    const row = rowOf(names, `n${i}`)
    expect([names.queries(row), names.hostCount(row), names.activity!.count(row, Math.floor((START_S + i) / HOUR_S))]).toEqual([1, 1, 1])
  }
})

test('a day without a question, and a name is forgotten', () => {
  const names = new Aggregations(false, 7)
  ask(names, 'example.org', 1)
  names.answered(DNS_DOMAIN, 'example.org', START_S)
  names.tick((START_S + 3600) * 1000)
  expect(names.isAnswered(rowOf(names, 'example.org'))).toBe(true)
  names.tick((START_S + (KEPT_HOURS + 1) * HOUR_S) * 1000)
  expect(rowOf(names, 'example.org')).toBe(-1)
  ask(names, 'example.net', 1)
  expect(names.isAnswered(rowOf(names, 'example.net'))).toBe(false)
})

test('a name that is none, or too long for one, is left out', () => {
  const names = new Aggregations(false, 7)
  ask(names, '', 1)
  ask(names, 'a'.repeat(254), 1)
  expect(names.live).toBe(0)
})
