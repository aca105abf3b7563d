import { Choice } from '../../components/choice.tsx'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut, quoted } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { places, useChangeView, useView } from '../../lib/nav.tsx'

const VIEWS = ['applications', 'categories'] as const
const FIELDS = { applications: 'app', categories: 'category' } as const

export default function ApplicationsPage() {
  const view = useView().view === 'categories' ? 'categories' : 'applications'
  const change = useChangeView()
  const field = FIELDS[view]
  const choice = (
    <Choice
      label={t('view')}
      options={VIEWS.map((name) => ({ value: name, label: t(name) }))}
      value={view}
      onChange={(next) => change({ view: next === 'categories' ? next : '', filter: '', sort: '', order: '', columns: '', row: '' })}
    />
  )
  return (
    <ListView
      entity={view === 'categories' ? 'categories' : 'apps'}
      title={t(view)}
      aside={choice}
      nameOf={(row: Row) => <Cut text={String(row[field])} />}
      placeOf={(row: Row) => places.flows(`${field} = ${quoted(String(row[field]))}`)}
    />
  )
}
