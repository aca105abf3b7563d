import { ApplicationViews } from '../../components/application-views.tsx'
import type { Row } from '../../components/list/columns.ts'
import { ListView } from '../../components/list/list-view.tsx'
import { Cut, quoted } from '../../components/value.tsx'
import { t } from '../../lib/messages.ts'
import { places, useView } from '../../lib/nav.tsx'

const FIELDS = { applications: 'app', categories: 'category' } as const

export default function ApplicationsPage() {
  const view = useView().view === 'categories' ? 'categories' : 'applications'
  const field = FIELDS[view]
  return (
    <ListView
      entity={view === 'categories' ? 'categories' : 'apps'}
      title={t(view)}
      aside={<ApplicationViews value={view} />}
      nameOf={(row: Row) => <Cut text={String(row[field])} />}
      placeOf={(row: Row) => places.flows(`${field} = ${quoted(String(row[field]))}`)}
    />
  )
}
