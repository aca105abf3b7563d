import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HostTable } from './host-table.ts'
import { TallyTable } from './tally-table.ts'

const countsOf = (tallies: TallyTable, host: number) => {
  const counts = new Map<number, readonly [number, number]>()
  tallies.each(host, (counter, sent, rcvd) => counts.set(counter, [sent, rcvd]))
  return counts
}

test('counts as a map of host and counter does, also when hosts leave and others take their rows', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ host: fc.nat(5), counter: fc.nat(9), sent: fc.nat(3), rcvd: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ leaves: fc.nat(5) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const hosts = new HostTable(64, 1)
      const tallies = new TallyTable(hosts, 1)
      for (let i = 0; i < 6; i++) hosts.upsert(0, 0, 0xffff, i, 0)
      const model = Array.from({ length: 6 }, () => new Map<number, readonly [number, number]>())
      for (const s of steps) {
        if ('leaves' in s) {
          tallies.forget(s.leaves)
          model[s.leaves]!.clear()
          continue
        }
        tallies.add(s.host, s.counter, s.sent, s.rcvd)
        const [sent, rcvd] = model[s.host]!.get(s.counter) ?? [0, 0]
        model[s.host]!.set(s.counter, [sent + s.sent, rcvd + s.rcvd])
      }
      for (let host = 0; host < 6; host++) expect(countsOf(tallies, host)).toEqual(model[host])
      expect(tallies.rows.live).toBe(model.reduce((n, counts) => n + counts.size, 0))
    }),
    { seed: 9, numRuns: 200 },
  )
})
