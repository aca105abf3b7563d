import { expect, test } from 'vitest'
import { levelsOf } from './heat-levels.ts'

const cells = (path: string) => [...path.matchAll(/M(\d+) (\d+)/g)].map(([, x, y]) => `${x},${y}`)

test('each cell is in the path of its level: nothing, any, and full apart', () => {
  const paths = levelsOf([0, 1, 30, 60, 15, 16], 3, 60).map(cells)
  expect(paths).toEqual([['0,0'], ['1,0', '1,1'], ['2,0', '2,1'], [], ['0,1']])
})
