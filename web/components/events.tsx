/** What other programs told of a host or a flow; nothing where they told nothing. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { NetworkEvent } from '../../src/lib/events.ts'
import { api } from '../lib/api.ts'
import { useCurrent } from '../lib/current.ts'
import { formatClock, formatTime } from '../lib/format.ts'
import { t } from '../lib/messages.ts'
import { showable } from '../lib/text.ts'
import { Panel } from './panel.tsx'
import { Table } from './table.tsx'

const EVERY_MS = 3000
const SHOWN = 50
const GRAVE = 7

const eventsQuery = (id: number, of: { host?: string; flow?: string }) =>
  queryOptions({
    queryKey: ['events', id, of],
    queryFn: ({ signal }) => api.events(id, { ...of, limit: SHOWN }, signal),
    refetchInterval: EVERY_MS,
  })

export function Events({ ofInterface, ...of }: { readonly ofInterface: number; readonly host?: string; readonly flow?: string }) {
  const isTold = useCurrent()?.info.kind === 'collector'
  const events = useQuery({ ...eventsQuery(ofInterface, of), enabled: isTold }).data?.events ?? []
  if (events.length === 0) return null
  return (
    <Panel title={t('events')} className="span-all">
      <Table
        label={t('events')}
        rows={events.map((event, n) => ({ event, n }))}
        keyOf={({ n }) => String(n)}
        columns={[
          { name: 'at', head: t('events.at'), cell: ({ event: { atMs } }) => <span title={formatTime(atMs)}>{formatClock(atMs)}</span> },
          { name: 'kind', head: t('events.kind'), cell: ({ event }) => <Kind event={event} /> },
          { name: 'title', head: t('events.title'), wide: true, cell: ({ event: { title } }) => showable(title) },
          { name: 'action', head: t('events.action'), cell: ({ event: { action } }) => showable(action ?? '') },
          { name: 'from', head: t('events.from'), cell: ({ event: { program, sender } }) => showable(program ?? sender) },
        ]}
      />
    </Panel>
  )
}

function Kind({ event: { kind, severity = 0 } }: { readonly event: NetworkEvent }) {
  const isGrave = kind === 'alert' && severity >= GRAVE
  return <span className={isGrave ? 'label label-critical' : 'label'}>{t(`eventKind.${kind}`)}</span>
}
