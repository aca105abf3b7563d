import { expect, test } from 'vitest'
import { levelOf, levelOfFaults } from './load.ts'

test.each([
  [0, 'fine'],
  [0.5999, 'fine'],
  [0.6, 'amber'],
  [0.8999, 'amber'],
  [0.9, 'red'],
  [1.2, 'red'],
  [Number.NaN, 'fine'],
])('%d of the limit is %s', (share, level) => expect(levelOf(share)).toBe(level))

test.each([
  [0, 0, 'fine'],
  [1, 1000, 'amber'],
  [10, 1000, 'red'],
  [5, 0, 'amber'],
])('%d faults of %d are %s', (faults, of, level) => expect(levelOfFaults(faults, of)).toBe(level))
