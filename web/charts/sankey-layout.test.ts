import { expect, it } from 'vitest'
import { placeSankey } from './sankey-layout.ts'

const value = (key: string, column: number) => ({ key, label: key, column, colour: 'red' })
const VALUES = [value('a', 0), value('b', 0), value('x', 1), value('y', 1), value('1', 2)]
const BANDS = [
  { from: 'a', to: 'x', value: 6 },
  { from: 'b', to: 'y', value: 2 },
  { from: 'x', to: '1', value: 6 },
  { from: 'y', to: '1', value: 2 },
]

it('puts each field into its column, its values in the order given', () => {
  const { nodes, bands } = placeSankey(VALUES, BANDS, 600, 300)
  const at = Object.fromEntries(nodes.map((node) => [node.key, node]))
  expect([at['a']!.x, at['x']!.x, at['1']!.x]).toEqual([0, 295, 590])
  expect(at['a']!.y).toBeLessThan(at['b']!.y)
  expect(at['a']!.height / at['b']!.height).toBeCloseTo(3)
  expect(bands.map(({ key, value: passed }) => [key, passed])).toEqual([
    ['a x', 6],
    ['b y', 2],
    ['x 1', 6],
    ['y 1', 2],
  ])
  for (const { y, height } of nodes) expect(y >= 0 && y + height <= 300).toBe(true)
})

it('draws nothing where there is no room, or nothing passed', () => {
  expect(placeSankey(VALUES, BANDS, 10, 300).nodes).toEqual([])
  expect(placeSankey(VALUES, [], 600, 300).nodes).toEqual([])
})
