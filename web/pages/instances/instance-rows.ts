/** Which instances are shown, in which order, and what they are together. */
import type { InstanceInfo, InstanceState } from '../../../src/lib/instances.ts'

export const SORTS = ['bps', 'name', 'state'] as const
export type Sort = (typeof SORTS)[number]

/** What wants somebody's eye comes first. */
const URGENCY: Readonly<Record<InstanceState, number>> = { unreachable: 0, untrusted: 1, refused: 2, 'not-wiretop': 3, asking: 4, up: 5 }

const byName = (a: InstanceInfo, b: InstanceInfo): number => a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.id < b.id ? -1 : 1)
/** The last rate of one that is away is not that of now. */
const rateOf = ({ state, totals }: InstanceInfo): number => (state === 'up' ? (totals?.bps ?? 0) : -1)

const ORDERS: Readonly<Record<Sort, (a: InstanceInfo, b: InstanceInfo) => number>> = {
  bps: (a, b) => rateOf(b) - rateOf(a) || byName(a, b),
  name: byName,
  state: (a, b) => URGENCY[a.state] - URGENCY[b.state] || byName(a, b),
}
export const sorted = (instances: readonly InstanceInfo[], sort: Sort): InstanceInfo[] => instances.toSorted(ORDERS[sort])

/** Those that have every word of the text somewhere; `stateWord` is how a state is called. */
export function filtered(instances: readonly InstanceInfo[], text: string, stateWord: (state: InstanceState) => string): InstanceInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return instances.filter(({ name, url, state, version = '', interfaces }) => {
    const all = [name, url, stateWord(state), version, ...interfaces.map((one) => one.name)].join('\n').toLowerCase()
    return words.every((word) => all.includes(word))
  })
}

export interface Sums {
  readonly up: number
  readonly bps: number
  readonly pps: number
  readonly flows: number
  readonly hosts: number
  readonly packets: number
  readonly dropped: number
  readonly course: readonly (number | null)[]
}

/** Of those that are up. */
export function sumsOf(instances: readonly InstanceInfo[]): Sums {
  const up = instances.filter(({ state }) => state === 'up')
  const sum = (key: 'bps' | 'pps' | 'flows' | 'hosts' | 'packets' | 'dropped') =>
    up.reduce((all, { totals }) => all + (totals?.[key] ?? 0), 0)
  return {
    up: up.length,
    bps: sum('bps'),
    pps: sum('pps'),
    flows: sum('flows'),
    hosts: sum('hosts'),
    packets: sum('packets'),
    dropped: sum('dropped'),
    course: courseOf(up.map(({ course }) => course)),
  }
}

/** Known where any is. */
function courseOf(courses: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(0, ...courses.map((course) => course.length))
  return Array.from({ length }, (_, i) => {
    const known = courses.map((course) => course[i]).filter((value) => typeof value === 'number')
    return known.length === 0 ? null : known.reduce((all, value) => all + value, 0)
  })
}

/** A difference that the header's whole seconds and a slow way cannot make. */
const CLOCK_FAULT_MS = 2500
export const isClockWrong = (offsetMs: number | undefined): offsetMs is number =>
  offsetMs !== undefined && Math.abs(offsetMs) > CLOCK_FAULT_MS
