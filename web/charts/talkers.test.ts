import { expect, test } from 'vitest'
import { layout } from './talkers.ts'

const talk = (client: string, server: string, bytes: number) => ({ client, server, bytes })

test('a host on both sides makes no circle', () => {
  const { nodes, links } = layout([talk('a', 'b', 10), talk('b', 'a', 5)], 400, 200)
  expect(nodes.map(({ key }) => key).sort()).toEqual(['client a', 'client b', 'server a', 'server b'])
  expect(links).toHaveLength(2)
})

test('everything lies inside, heights follow bytes', () => {
  const { nodes } = layout([talk('a', 'x', 300), talk('b', 'x', 100), talk('b', 'y', 100)], 400, 200)
  for (const { x, y, width, height } of nodes) {
    expect(x).toBeGreaterThanOrEqual(0)
    expect(x + width).toBeLessThanOrEqual(400)
    expect(y).toBeGreaterThanOrEqual(0)
    expect(y + height).toBeLessThanOrEqual(200.001)
  }
  const height = (key: string) => nodes.find((node) => node.key === key)!.height
  expect(height('client a') / height('client b')).toBeCloseTo(1.5, 5)
})

test('nothing to draw', () => {
  expect(layout([], 400, 200).nodes).toEqual([])
  expect(layout([talk('a', 'b', 0)], 400, 200).nodes).toEqual([])
  expect(layout([talk('a', 'b', 1)], 0, 0).nodes).toEqual([])
})
