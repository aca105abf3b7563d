import type { Condition } from '../../src/lib/condition.ts'

export * from '../../src/lib/condition.ts'

/** Whether something is wrong that a person should see. */
export const toneOf = (condition: Condition): 'plain' | 'warning' | 'critical' =>
  condition === 'failed' ? 'critical' : condition === 'link-down' || condition === 'link-gone' ? 'warning' : 'plain'
