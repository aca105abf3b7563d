import { isSilent } from '../lib/condition.ts'
import type { LiveEntry } from '../lib/live-store.ts'
import { Sparkline } from './sparkline.tsx'
import { sumOf } from './stack.ts'
import { useSeries } from './use-series.ts'

const POINTS = 60

interface Props {
  readonly entry: LiveEntry
  readonly width: number
  readonly height: number
}
/** The throughput of an interface in small: as it ticks, or all of a capture that has ended. */
export function InterfaceSpark({ entry, ...size }: Props) {
  if (isSilent(entry.info)) return null
  return entry.info.state === 'ended' ? <Ended id={entry.info.id} {...size} /> : <Sparkline values={entry.recentBps} {...size} />
}

function Ended({ id, ...size }: { readonly id: number; readonly width: number; readonly height: number }) {
  const series = useSeries(id, { of: 'traffic', points: POINTS }).data
  return <Sparkline values={sumOf((series?.columns ?? []).filter(({ name }) => isRate(name)).map(({ values }) => values))} {...size} />
}

/** Bits a second, not packets. */
export const isRate = (name: string): boolean => !/pps|packets/i.test(name)
