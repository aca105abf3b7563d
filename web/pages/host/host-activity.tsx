/** When a local host had traffic over the last day: its minutes, and the seconds of an hour. */
import { useQuery } from '@tanstack/react-query'
import type { HostActivity as Activity } from '../../../src/lib/activity.ts'
import { HeatGrid } from '../../charts/heat-grid.tsx'
import { Panel } from '../../components/panel.tsx'
import { useCurrentId, useNow } from '../../lib/current.ts'
import { formatClock, formatExact, formatTime } from '../../lib/format.ts'
import { t } from '../../lib/messages.ts'
import { useChangeView, useView } from '../../lib/nav.tsx'
import { timeFromUrl, timeToUrl } from '../../lib/url-state.ts'
import { activityQuery } from './host.queries.ts'

const HOUR_MS = 3_600_000
const SHOWN_HOURS = 24
const COLUMNS = 60

interface Of {
  readonly address: string
  readonly vlan: number
}

export function HostActivity({ address, vlan }: Of) {
  const id = useCurrentId()
  const nowMs = useNow()
  const wanted = timeFromUrl(useView().from)
  if (id === undefined || nowMs === undefined) return null
  const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  return (
    <Shown
      id={id}
      address={address}
      vlan={vlan}
      fromMs={wanted ?? hour - (SHOWN_HOURS - 1) * HOUR_MS}
      toMs={(wanted ?? hour) + HOUR_MS}
      isHour={wanted !== undefined}
    />
  )
}

interface Asked extends Of {
  readonly id: number
  readonly fromMs: number
  readonly toMs: number
  readonly isHour: boolean
}
function Shown({ id, address, vlan, fromMs, toMs, isHour }: Asked) {
  const change = useChangeView()
  const { data } = useQuery(activityQuery(id, address, vlan, fromMs, toMs, isHour ? 'second' : 'minute'))
  if (data === undefined) return null
  const show = (ms: number | undefined) => change({ from: ms === undefined ? '' : timeToUrl(ms) })
  return (
    <Panel
      title={t('activityMap')}
      className="span-all"
      aside={
        isHour ? (
          <button type="button" className="btn btn-sm btn-outline-secondary" onClick={() => show(undefined)}>
            {t('activityMap.day')}
          </button>
        ) : (
          t('activityMap.about', { n: data.activeSeconds })
        )
      }
    >
      <HeatGrid
        values={data.active}
        columns={COLUMNS}
        most={isHour ? 1 : COLUMNS}
        label={isHour ? t('activityMap.ofHour', { time: formatTime(fromMs) }) : t('activityMap.ofDay')}
        rowLabel={(row) => formatClock(data.fromMs + row * COLUMNS * data.stepMs).slice(0, 5)}
        say={(cell) => said(data, cell)}
        {...(!isHour && { onRow: (row) => show(data.fromMs + row * HOUR_MS), rowTitle: t('activityMap.zoom') })}
      />
    </Panel>
  )
}

function said({ fromMs, stepMs, active }: Activity, cell: number): string {
  const time = formatTime(fromMs + cell * stepMs)
  const n = active[cell]!
  if (stepMs === 1000) return t(n === 0 ? 'activityMap.silent' : 'activityMap.active', { time })
  return `${time}: ${t('activityMap.seconds', { n: formatExact(n) })}`
}
