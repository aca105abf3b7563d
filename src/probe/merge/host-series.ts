/** The last hour of one watched host, from the parts of several workers or interfaces. */
import { BadQuestion, type HostSeries, type HostSeriesAsk, type WatchedCounts } from '../../lib/live.ts'
import { parseAddress } from '../../wire/address.ts'
import { hostSeriesOf } from '../host-series.ts'
import type { Crew } from './crew.ts'
import { usualVlan } from './host.ts'
import type { HostSeriesPart, SeriesPart } from './part.ts'
import { joinInterfaces, mergeSeries, scaledBy } from './series.ts'

const SECOND_MS = 1000

/** A worker that has not seen the host yet watches for it all the same: a flow of it may come there. */
async function partsOf(crew: Crew, { address, vlan, seconds }: HostSeriesAsk) {
  if (parseAddress(address) === undefined) throw new BadQuestion('address', `${address} is not an address`)
  const seen = (await crew.all('vlansOf', () => ({ address }))).flat()
  const inVlan = vlan ?? (await usualVlan(crew, address)) ?? 0
  const isThere = seen.some(([one]) => one === inVlan)
  const ask = { address, vlan: inVlan, seconds }
  return { ask, parts: await crew.all('hostSeriesPart', () => (isThere ? ask : { ...ask, onlyWatched: true })) }
}

export async function mergedHostSeries(crew: Crew, query: HostSeriesAsk): Promise<HostSeries | null> {
  const { ask, parts } = await partsOf(crew, query)
  const there = parts.filter((part) => part !== null)
  if (there.length === 0) return null
  const merged = mergeSeries(there)
  const { flows } = await crew.split()
  const late = flows.flatMap(({ detail, parts: halves }) =>
    detail.vlan === ask.vlan && [detail.client, detail.server].includes(ask.address)
      ? halves
          .map((half) => half.detail.firstSeen)
          .sort((a, b) => a - b)
          .slice(1)
      : [],
  )
  return hostSeriesOf({ ...onceEachFlow(merged, late), watched: countsOf(there) }, query.points)
}

/** `whole`: with what other interfaces count; of that each part leaves a share to them. */
export async function hostSeriesOfInterfaces(whole: Crew, apart: Crew, query: HostSeriesAsk): Promise<HostSeries | null> {
  const { ask, parts } = await partsOf(whole, query)
  const own = await apart.all('hostSeriesPart', () => ({ ...ask, onlyWatched: true }))
  const scaled = parts.flatMap((part, p) => {
    if (part === null) return []
    const share = part.bytes === 0 ? 1 : Math.min(1, (own[p]?.bytes ?? 0) / part.bytes)
    return [{ ...part, ...scaledBy(part, () => share) }]
  })
  if (scaled.length === 0) return null
  return hostSeriesOf({ ...joinInterfaces(scaled, query.seconds), watched: countsOf(scaled) }, query.points)
}

/** Each worker watches the same hosts. */
function countsOf(parts: readonly HostSeriesPart[]): WatchedCounts {
  const most = (of: keyof WatchedCounts) => Math.max(...parts.map(({ watched }) => watched[of]))
  return { hosts: most('hosts'), limit: most('limit'), gaveWay: most('gaveWay') }
}

/** A flow that lies on several workers was counted by each from when it was first there. */
function onceEachFlow(part: SeriesPart, late: readonly number[]): SeriesPart {
  if (late.length === 0) return part
  const { lastMs, seconds } = part
  const tooMany = (s: number) => late.filter((ms) => ms < lastMs - (seconds - 1 - s) * SECOND_MS).length
  const columns = part.columns.map((column) =>
    column.name === 'flows' ? { ...column, values: column.values.map((value, s) => Math.max(0, value - tooMany(s))) } : column,
  )
  return { ...part, columns }
}
