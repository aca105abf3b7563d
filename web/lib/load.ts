/** How near a figure is to its limit. */
export type Level = 'fine' | 'amber' | 'red'
export const AMBER = 0.6
export const RED = 0.9

export const levelOf = (share: number): Level => (share >= RED ? 'red' : share >= AMBER ? 'amber' : 'fine')
/** Where nothing at all is the limit: drops, malformed packets, rows refused. */
export const levelOfFaults = (faults: number, of: number): Level =>
  faults === 0 ? 'fine' : of > 0 && faults / of >= 0.01 ? 'red' : 'amber'
