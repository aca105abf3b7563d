import type { ReactNode } from 'react'
import type { Series, Totals } from '../../../src/lib/live.ts'
import { isRate } from '../../charts/interface-spark.tsx'
import { Sparkline } from '../../charts/sparkline.tsx'
import { sumOf } from '../../charts/stack.ts'
import { useSeries } from '../../charts/use-series.ts'
import { useCurrent } from '../../lib/current.ts'
import { formatBits, formatBytes, formatCount, formatExact, formatPercent, scaled } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, type Place, places } from '../../lib/nav.tsx'

const SPARK = { seconds: 300, points: 60 } as const

const column = (series: Series | undefined, name: string): readonly number[] =>
  series?.columns.find((one) => one.name === name)?.values ?? []
interface FigureProps {
  readonly label: string
  readonly value: string
  readonly unit?: string
  readonly title: string
  readonly note: ReactNode
  readonly values: readonly number[]
  readonly colour?: string
  readonly place: Place
}
function Figure({ label, value, unit, title, note, values, colour, place }: FigureProps) {
  return (
    <Go place={place} className="figure" title={title}>
      <span className="figure-label">{label}</span>
      <span className="figure-value num">
        {value}
        {unit && <small>{unit}</small>}
      </span>
      <span className="figure-note">{note}</span>
      <Sparkline values={values} {...(colour !== undefined && { colour })} width={150} height={38} />
    </Go>
  )
}

/** Of a capture that has ended the last second says little: the mean over all of it is shown. */
function meanRates({
  bytes,
  bytesSent,
  bytesRcvd,
  packets,
  firstSeenMs,
  nowMs,
}: Totals): Pick<Totals, 'bps' | 'bpsSent' | 'bpsRcvd' | 'pps' | 'trend'> {
  const seconds = Math.max(1, (nowMs - firstSeenMs) / 1000)
  return {
    bps: (bytes * 8) / seconds,
    bpsSent: (bytesSent * 8) / seconds,
    bpsRcvd: (bytesRcvd * 8) / seconds,
    pps: packets / seconds,
    trend: 'steady',
  }
}

const TREND = { up: '▲', down: '▼', steady: '' } as const

export function Figures({ id }: { readonly id: number }) {
  const current = useCurrent()
  const totals = current?.totals
  const traffic = useSeries(id, { of: 'traffic', ...SPARK }).data
  const counts = useSeries(id, { of: 'hosts-and-flows', ...SPARK }).data
  const tcp = useSeries(id, { of: 'tcp', ...SPARK }).data
  if (!totals) return <div className="figures" aria-busy="true" />
  const bits = (traffic?.columns ?? []).filter(({ name }) => isRate(name)).map(({ values }) => values)
  const rates = current?.info.state === 'ended' ? meanRates(totals) : totals
  const [rate, ratePrefix] = scaled(rates.bps)
  const [pps, ppsPrefix] = scaled(rates.pps)
  const flows = places.flows()
  return (
    <section className="figures" aria-label={t('figures')}>
      <Figure
        label={t(rates === totals ? 'throughput' : 'throughput.mean')}
        value={rate}
        unit={`${ratePrefix}bit/s ${TREND[rates.trend]}`}
        title={t('throughput.about', { bytes: formatExact(totals.bytes) })}
        note={
          <>
            <span className="dot dot-sent" /> {formatBits(rates.bpsSent)} <span className="dot dot-rcvd" /> {formatBits(rates.bpsRcvd)}
          </>
        }
        values={sumOf(bits)}
        place={flows}
      />
      <Figure
        label={t(rates === totals ? 'packetRate' : 'packetRate.mean')}
        value={pps}
        unit={`${ppsPrefix}p/s`}
        title={t('packetRate.about', { n: formatExact(totals.packets) })}
        note={t('inAll', { n: formatCount(totals.packets), bytes: formatBytes(totals.bytes) })}
        values={(traffic?.columns ?? []).find(({ name }) => !isRate(name))?.values ?? []}
        place={{ to: '/flows', search: { sort: 'pps' } }}
      />
      <Figure
        label={t('hosts')}
        value={formatCount(totals.hosts)}
        title={t('strip.hosts', {
          n: formatExact(totals.hosts),
          local: formatExact(totals.localHosts),
          limit: formatExact(totals.hostsLimit),
        })}
        note={t('hosts.local', { n: formatCount(totals.localHosts) })}
        values={column(counts, 'hosts')}
        place={places.hosts()}
      />
      <Figure
        label={t('liveFlows')}
        value={formatCount(totals.flows)}
        title={t('strip.flows', {
          n: formatExact(totals.flows),
          total: formatExact(totals.flowsTotal),
          limit: formatExact(totals.flowsLimit),
        })}
        note={t('flows.total', { n: formatCount(totals.flowsTotal) })}
        values={column(counts, 'flows')}
        place={flows}
      />
      <Figure
        label={t('retransmissions')}
        value={formatCount(totals.tcp.retransmissions)}
        title={t('retransmissions.about')}
        note={t('retransmissions.note', {
          share: formatPercent(totals.packets > 0 ? totals.tcp.retransmissions / totals.packets : 0),
          lost: formatCount(totals.tcp.lost),
          ooo: formatCount(totals.tcp.outOfOrder),
        })}
        values={column(tcp, 'retransmissions')}
        colour="var(--severity-warning)"
        place={{ to: '/flows', search: { filter: 'retransmissions > 0', sort: 'retransmissions' } }}
      />
    </section>
  )
}
