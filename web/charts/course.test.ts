import { expect, it } from 'vitest'
import { coursePaths } from './course.tsx'

it.each<[string, (number | null)[], { line: string; fromX: number; toX: number }[]]>([
  ['nothing', [], []],
  ['nothing known', [null, null], []],
  ['one part', [0, 10, 5], [{ line: 'M0.0 20.0L50.0 0.0L100.0 10.0', fromX: 0, toX: 100 }]],
  [
    'a gap, and a point alone',
    [10, 10, null, 5, null],
    [
      { line: 'M0.0 0.0L25.0 0.0', fromX: 0, toX: 25 },
      { line: 'M75.0 10.0', fromX: 75, toX: 75 },
    ],
  ],
  ['noughts alone lie at the bottom', [0, 0], [{ line: 'M0.0 20.0L100.0 20.0', fromX: 0, toX: 100 }]],
])('%s', (_what, values, parts) => expect(coursePaths(values, 100, 20)).toEqual(parts))
