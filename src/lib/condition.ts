/** How an interface is, in one word: its state, and of one that is captured live what is wrong with its link. */
import type { InterfaceInfo, InterfaceState } from './live.ts'

export type Condition = InterfaceState | 'link-down' | 'link-gone'

export const conditionOf = ({ state, device }: Pick<InterfaceInfo, 'state' | 'device'>): Condition => {
  const link = state === 'running' ? (device?.link ?? 'up') : 'up'
  return link === 'up' ? state : `link-${link}`
}

/** Nobody answers for it: there is nothing to show. */
export const isSilent = ({ state }: Pick<InterfaceInfo, 'state'>): boolean => state === 'failed' || state === 'disabled'
