import '../../styles/detail.css'
import '../../styles/past.css'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useRef } from 'react'
import { DIMENSIONS, type Dimension } from '../../../src/lib/history.ts'
import { Choice } from '../../components/choice.tsx'
import { type Fault, FilterLine } from '../../components/list/filter-line.tsx'
import { Answered, Empty, Skeleton } from '../../components/panel.tsx'
import { say } from '../../components/toasts.tsx'
import { ApiError, api } from '../../lib/api.ts'
import { useCurrentId } from '../../lib/current.ts'
import { t } from '../../lib/messages.ts'
import { ListContext, type ListScope, useChangeView, useOpen, useView } from '../../lib/nav.tsx'
import { storeQuery } from '../../lib/past-store.ts'
import { TableChoice } from './explore-page.tsx'
import { groupsQuery, nowOf, valuesQuery } from './past.queries.ts'
import { PastChart } from './past-chart.tsx'
import { PastControls } from './past-controls.tsx'
import { PastFlows } from './past-flows.tsx'
import { PastGroups } from './past-groups.tsx'
import { isBetween, pastViewOf } from './past-view.ts'
import { SavedViews } from './saved-views.tsx'

const PastBetween = lazy(() => import('./past-between.tsx'))

/** Flows of the past: what used the network, when, and which flows those were. */
export default function PastPage() {
  const store = useQuery(storeQuery)
  return (
    <Answered of={store}>
      {({ store: kept }) =>
        kept === undefined ? (
          <div className="past">
            <TableChoice value="past" />
            <Empty title={t('past.none')}>{t('past.noneAbout')}</Empty>
          </div>
        ) : (
          <Past faults={kept.faults} />
        )
      }
    </Answered>
  )
}

const isDimension = (field: string): field is Dimension => (DIMENSIONS as readonly string[]).includes(field)

/** What is wrong with the filter, and where. A field that is not kept is told of without a place. */
function faultOf({ code, field, message, offset }: ApiError, filter: string): Fault | undefined {
  if (code === 'bad-filter') return { message, offset: offset ?? 0 }
  if (code !== 'bad-question' || field !== undefined) return undefined
  return { message, offset: Math.max(0, filter.search(new RegExp(`\\b${/^\w+/.exec(message)?.[0] ?? '$^'}\\b`))) }
}

const TABS = ['groups', 'flows'] as const

function Past({ faults }: { readonly faults: readonly string[] }) {
  const url = useView()
  const change = useChangeView()
  const client = useQueryClient()
  const open = useOpen()
  const id = useCurrentId()
  // A range that moves is read again by its queries: what stands here only tells them which.
  const view = useMemo(() => pastViewOf(url, Date.now()), [url])
  const asked = useQuery(groupsQuery(id, view))
  const setFilter = useCallback((filter: string) => change({ filter }), [change])
  const scope = useMemo((): ListScope => ({ entity: 'flows', filter: view.filter, setFilter }), [view.filter, setFilter])
  const fault = asked.error instanceof ApiError ? faultOf(asked.error, view.filter) : undefined
  const shown = useRef({ id, view })
  shown.current = { id, view }
  const valuesOf = useCallback(
    (field: string) => (isDimension(field) ? client.fetchQuery(valuesQuery(shown.current.id, shown.current.view, field)) : undefined),
    [client],
  )
  const load = async () => {
    const { fromMs, toMs } = nowOf(view)
    try {
      const made = await api.historyLoad({ from: fromMs, to: toMs, filter: view.filter, interface: id })
      say(t('past.loading', { name: made.name }))
      open({ to: '/', search: { interface: String(made.id) } })
    } catch (error) {
      say((error as Error).message, 'problem')
    }
  }
  const tab = TABS.find((one) => one === url.tab) ?? 'groups'
  return (
    <ListContext value={scope}>
      <div className="past">
        <div className="past-head">
          <h1>{t('explore')}</h1>
          <TableChoice value="past" />
          <SavedViews />
        </div>
        <PastControls view={view} />
        {id !== undefined && (
          <FilterLine entity="flows" interfaceId={id} filter={view.filter} onApply={setFilter} fault={fault} valuesOf={valuesOf} />
        )}
        {faults.map((text) => (
          <p key={text} className="notice" role="status">
            {text}
          </p>
        ))}
        <Suspense fallback={<Skeleton rows={8} />}>
          {isBetween(view.shape) ? <PastBetween id={id} view={view} /> : <PastChart id={id} view={view} />}
        </Suspense>
        <div className="past-foot">
          <Choice
            label={t('past.below')}
            options={TABS.map((value) => ({ value, label: t(`past.${value}`) }))}
            value={tab}
            onChange={(next) => change({ tab: next === 'groups' ? '' : next })}
          />
          <button
            type="button"
            className="btn btn-sm btn-outline-secondary past-load"
            title={t('past.loadAbout')}
            onClick={() => void load()}
          >
            {t('past.load')}
          </button>
          <Took
            isAsking={asked.isFetching}
            rowsRead={asked.data?.rowsRead}
            ms={asked.data?.ms}
            tier={asked.data?.tier}
            onCancel={() => void client.cancelQueries({ queryKey: ['past'] })}
          />
        </div>
        {tab === 'groups' ? <PastGroups id={id} view={view} /> : <PastFlows id={id} view={view} />}
      </div>
    </ListContext>
  )
}

interface TookProps {
  readonly isAsking: boolean
  readonly rowsRead: number | undefined
  readonly ms: number | undefined
  readonly tier: string | undefined
  readonly onCancel: () => void
}
/** What was read for the answer, and how long it took; while it is being read, how to stop that. */
function Took({ isAsking, rowsRead, ms, tier, onCancel }: TookProps) {
  return (
    <span className="past-took" role="status">
      {rowsRead !== undefined && ms !== undefined && (
        <span className="num">{t(tier === 'hours' ? 'past.tookHours' : 'past.took', { n: rowsRead, ms: Math.round(ms) })}</span>
      )}
      <button type="button" className="btn btn-sm btn-outline-secondary" disabled={!isAsking} onClick={onCancel}>
        {t('cancel')}
      </button>
    </span>
  )
}
