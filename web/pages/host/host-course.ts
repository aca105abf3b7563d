import type { HostSeries, Series } from '../../../src/lib/live.ts'

export const HOUR_MS = 3_600_000
/** So many points make a line. */
const FEW = 2

const within = ({ times, columns }: Series, isIn: (ms: number) => boolean): Series => ({
  times: times.filter(isIn),
  columns: columns.map((column) => ({ ...column, values: column.values.filter((_, i) => isIn(times[i]!)) })),
})

export const isMeasured = (watched: HostSeries | undefined): watched is HostSeries => watched !== undefined && watched.times.length >= FEW

/** Bits a second in the last hour: as measured since the host is watched; before that as `spread`, what its live flows carried, says. */
export function hostCourse(spread: Series, watched: HostSeries | undefined): Series {
  const lastMs = watched?.times.at(-1) ?? spread.times.at(-1) ?? 0
  const isRecent = (ms: number) => ms > lastMs - HOUR_MS
  if (!isMeasured(watched)) return within(spread, isRecent)
  const before = within(spread, (ms) => isRecent(ms) && ms <= watched.sinceMs)
  return {
    times: [...before.times, ...watched.times],
    columns: watched.columns
      .filter(({ name }) => name === 'sent' || name === 'rcvd')
      .map((column) => {
        const earlier = before.columns.find(({ name }) => name === column.name)?.values ?? before.times.map(() => 0)
        return { ...column, values: [...earlier, ...column.values] }
      }),
  }
}
