import { expect, it } from 'vitest'
import type { InterfaceState } from '../../src/lib/live.ts'
import type { LinkState } from '../../src/lib/source.ts'
import { type Condition, conditionOf, toneOf } from './condition.ts'
import { hasMessage } from './messages.ts'

it.each<[InterfaceState, LinkState | undefined, Condition, ReturnType<typeof toneOf>]>([
  ['running', undefined, 'running', 'plain'],
  ['running', 'up', 'running', 'plain'],
  ['running', 'down', 'link-down', 'warning'],
  ['running', 'gone', 'link-gone', 'warning'],
  // What it could not even begin with says more than its link.
  ['failed', 'gone', 'failed', 'critical'],
  ['disabled', 'down', 'disabled', 'plain'],
  ['starting', 'down', 'starting', 'plain'],
  ['ended', undefined, 'ended', 'plain'],
])('%s with its link %s is %s', (state, link, condition, tone) => {
  const device = link === undefined ? {} : { device: { names: ['eth0'], link, addresses: [], freezes: 0, lagMs: 0 } }
  expect(conditionOf({ state, ...device })).toBe(condition)
  expect(toneOf(condition)).toBe(tone)
  expect(hasMessage(`state.${condition}`)).toBe(true)
})
