/** How an interface is, in one word: its state, and of one that is captured live what is wrong with its link. */
import type { InterfaceInfo, InterfaceState } from '../../src/lib/live.ts'

export type Condition = InterfaceState | 'link-down' | 'link-gone'

export const conditionOf = ({ state, device }: Pick<InterfaceInfo, 'state' | 'device'>): Condition => {
  const link = state === 'running' ? (device?.link ?? 'up') : 'up'
  return link === 'up' ? state : `link-${link}`
}

/** Nobody answers for it: its pages have nothing to show. */
export const isSilent = ({ state }: Pick<InterfaceInfo, 'state'>): boolean => state === 'failed' || state === 'disabled'

/** Whether something is wrong that a person should see. */
export const toneOf = (condition: Condition): 'plain' | 'warning' | 'critical' =>
  condition === 'failed' ? 'critical' : condition === 'link-down' || condition === 'link-gone' ? 'warning' : 'plain'
