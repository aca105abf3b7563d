import { BadQuestion, type HostSeries } from '../lib/live.ts'
import type { LiveTables } from '../tables/live-tables.ts'
import { SERIES_SECONDS } from '../tables/series.ts'
import { MAX_WATCHED_HOSTS, WATCHED_COLUMNS } from '../tables/watched-hosts.ts'
import { parseAddress } from '../wire/address.ts'
import type { HostSeriesPart, PartAnswer, PartAsk } from './merge/part.ts'
import { seriesOf } from './series.ts'

const SECOND_MS = 1000

/** The seconds of a host that is watched, from now on if it was not. */
export function hostSeriesPart(
  t: LiveTables,
  { address, vlan, seconds, onlyWatched }: PartAsk<'hostSeriesPart'>,
): PartAnswer<'hostSeriesPart'> {
  const words = parseAddress(address)
  if (words === undefined) throw new BadQuestion('address', `${address} is not an address`)
  const row = t.hosts.find(...words, vlan)
  const bytes = row < 0 ? 0 : t.hosts.rows.bytesSent + t.hosts.rows.bytesRcvd
  const { watched } = t
  const host = watched.look([...words, vlan], onlyWatched !== true)
  if (host === undefined) return null
  const { ring } = host
  const span = Math.min(Math.max(1, Math.floor(seconds)), SERIES_SECONDS, ring.seconds)
  return {
    lastMs: ring.lastMs,
    seconds: span,
    columns: WATCHED_COLUMNS.map(([name, label]) => ({ name, label, values: ring.last(name, span) })),
    watched: { hosts: watched.count, limit: MAX_WATCHED_HOSTS, gaveWay: watched.gaveWay },
    bytes,
  }
}

export function hostSeriesOf(part: Omit<HostSeriesPart, 'bytes'>, points: number): HostSeries {
  return {
    ...seriesOf(part, { of: 'traffic', seconds: part.seconds, points }),
    sinceMs: part.seconds === 0 ? 0 : part.lastMs - part.seconds * SECOND_MS,
    watched: part.watched,
  }
}
