/** One name that hosts ask for: how often, since when, and who asks. */
import '../../styles/detail.css'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { AggregationDetail, AskingHost } from '../../../src/lib/aggregations.ts'
import { HeatGrid } from '../../charts/heat-grid.tsx'
import { Bar } from '../../charts/ranked.tsx'
import type { Row } from '../../components/list/columns.ts'
import { Facts } from '../../components/list/side-panel.tsx'
import { Empty, Failed, Left, Panel, Skeleton } from '../../components/panel.tsx'
import { Table } from '../../components/table.tsx'
import { When } from '../../components/time.tsx'
import { Cut, quoted, Value } from '../../components/value.tsx'
import { ApiError } from '../../lib/api.ts'
import { useCurrentId, useNow } from '../../lib/current.ts'
import { formatClock, formatExact, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'
import { aggregationQuery } from './aggregation.queries.ts'

const MINUTES = 60

export default function AggregationPage() {
  const id = useCurrentId()
  const { kind = '', protocol = '', name = '' } = useParams({ strict: false }) as { kind?: string; protocol?: string; name?: string }
  return id === undefined ? null : <Aggregation key={`${id} ${kind} ${protocol} ${name}`} id={id} of={{ kind, protocol, name }} />
}

interface Props {
  readonly id: number
  readonly of: { readonly kind: string; readonly protocol: string; readonly name: string }
}
function Aggregation({ id, of }: Props) {
  const asked = useQuery(aggregationQuery(id, of))
  const nowMs = useNow()
  const found = asked.data
  if (!found) {
    if (asked.error instanceof ApiError && asked.error.status === 404)
      return <Empty title={t('aggregation.missing')}>{t('aggregation.missingAbout')}</Empty>
    return asked.error ? <Failed error={asked.error} retry={() => void asked.refetch()} /> : <Skeleton rows={8} />
  }
  return (
    <div className="detail">
      <header className="detail-head">
        <div className="detail-name">
          <h1>
            <Cut text={found.name} />
          </h1>
          <div className="detail-labels">
            <span className="label">{t(`aggregations.${of.kind as 'domain'}`)}</span>
            <span className="label">{found.protocol}</span>
          </div>
        </div>
        {found.kind === 'domain' && (
          <div className="detail-rate">
            <Go place={places.flows(`serverName = ${quoted(found.name)}`)}>{t('aggregation.flows')}</Go>
          </div>
        )}
      </header>
      <Left error={asked.error} text={t('aggregation.missing')} />
      <div className="stack-panels">
        <Panel title={t('aggregation.facts')}>
          <div className="panel-pad-y">
            <Facts
              entity="aggregations"
              row={found as unknown as Row}
              nowMs={nowMs}
              names={['queries', 'hosts', 'answered', 'firstSeen', 'lastSeen']}
            />
          </div>
        </Panel>
        <Panel title={t('aggregation.hosts')} aside={t('aggregation.hostsAbout', { n: found.hosts })}>
          <Hosts hosts={found.topHosts} nowMs={nowMs} />
        </Panel>
        {found.activity && <Activity activity={found.activity} />}
      </div>
    </div>
  )
}

function Hosts({ hosts, nowMs }: { readonly hosts: readonly AskingHost[]; readonly nowMs: number | undefined }) {
  const most = hosts[0]?.queries ?? 0
  return (
    <Table
      label={t('aggregation.hosts')}
      rows={hosts}
      keyOf={({ address }) => address}
      columns={[
        {
          name: 'host',
          head: t('host'),
          wide: true,
          cell: ({ address, label }) => (
            <>
              <Value field="host" kind="address" value={address}>
                <span className="address">{address}</span>
              </Value>{' '}
              {label !== undefined && <Cut text={label} />}
            </>
          ),
        },
        { name: 'bar', head: '', cell: ({ queries }) => <Bar parts={[{ value: queries, colour: 'var(--accent)' }]} of={most} /> },
        { name: 'queries', head: t('aggregation.queries'), numeric: true, cell: (host) => <Queries host={host} /> },
        { name: 'first', head: t('aggregation.first'), numeric: true, cell: ({ firstSeen }) => <When ms={firstSeen} nowMs={nowMs} /> },
        { name: 'last', head: t('aggregation.last'), numeric: true, cell: ({ lastSeen }) => <When ms={lastSeen} nowMs={nowMs} /> },
      ]}
    />
  )
}
function Queries({ host: { queries, uncertain } }: { readonly host: AskingHost }) {
  if (uncertain === 0) return formatExact(queries)
  return <span title={t('aggregation.uncertain', { n: formatExact(queries - uncertain) })}>≤ {formatExact(queries)}</span>
}

function Activity({ activity }: { readonly activity: NonNullable<AggregationDetail['activity']> }) {
  const { fromMs, stepMs, active } = activity
  return (
    <Panel title={t('aggregation.activity')}>
      <HeatGrid
        values={active}
        columns={MINUTES}
        most={MINUTES}
        label={t('aggregation.activity')}
        rowLabel={(row) => formatClock(fromMs + row * MINUTES * stepMs).slice(0, 5)}
        say={(cell) => `${formatTime(fromMs + cell * stepMs)}: ${t('activityMap.seconds', { n: formatExact(active[cell]!) })}`}
      />
    </Panel>
  )
}
