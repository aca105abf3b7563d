import type { ItemOf } from '../../../src/lib/fields.ts'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Empty } from '../../components/panel.tsx'
import { Cut } from '../../components/value.tsx'
import { useCurrent } from '../../lib/current.ts'
import { useLive } from '../../lib/live-store.ts'
import { t } from '../../lib/messages.ts'
import { Go, places } from '../../lib/nav.tsx'

const itemOf = (row: Row) => row as unknown as ItemOf<'exporters'>
const nameOf = (row: Row) => <Cut text={itemOf(row).exporter} />

export default function ExportersPage() {
  const current = useCurrent()
  const isAll = current?.info.kind === 'all'
  const hasCollector = useLive(({ entries }) => entries.some(({ info }) => info.kind === 'collector'))
  if (current && current.info.kind !== 'collector' && !(isAll && hasCollector)) return <Elsewhere />
  return (
    <ListView entity="exporters" title={t('exporters')} nameOf={nameOf} placeOf={(row) => places.exporter(itemOf(row).exporterNumber)} />
  )
}

/** The interface in view collects nothing. */
function Elsewhere() {
  const entries = useLive((state) => state.entries)
  const collectors = entries.filter(({ info }) => info.kind === 'collector')
  return (
    <Empty title={t('exporters.none')}>
      <p>{t(collectors.length > 0 ? 'exporters.elsewhere' : 'exporters.noneAbout')}</p>
      {collectors.length === 0 ? (
        <pre className="code">wiretop -i netflow://0.0.0.0:2055</pre>
      ) : (
        collectors.map(({ info }) => (
          <Go
            key={info.id}
            className="btn btn-sm btn-outline-secondary"
            place={{ to: '/exporters', search: { interface: String(info.id) } }}
          >
            <Cut text={info.name} />
          </Go>
        ))
      )}
    </Empty>
  )
}
